"""What became of those who were shown a prompt: four groups, what sets each apart, and persons to look at.

Everybody shown is in exactly one group: clicked goes before dismissed before shown.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from services.analyzer.stats.medoids import rank_by_distance
from services.analyzer.store.questions import load_question

QUADRANTS = ("clicked_converted", "clicked_not", "shown_not_clicked", "dismissed")
BASELINE = "clicked_converted"
"""The others' differences are told from those whom the prompt served as it should."""
MOST_NAMED = 50
"""Persons named in each quadrant."""
REPRESENTATIVES = 3
MOST_STEPS = 5
MOST_VALUES = 5


Objects = NDArray[np.object_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Members:
    """The persons of a quadrant as they were when the prompt came: columns of one length, by person.

    Seconds are nan where a person did not do it; device and channel are "unknown" where nothing told.
    """

    persons: Objects
    seconds_to_click: Floats
    seconds_to_close: Floats
    sessions: Floats
    pages: Floats
    device: Objects
    channel: Objects


Steps = Mapping[tuple[str, str], list[tuple[str, int]]]
"""Where persons of a campaign's quadrant went next, the most frequent first."""


def build_quadrant_relations(con: "duckdb.DuckDBPyConnection", site_id: str) -> None:
    """Make the relations `quadrant_persons` and `quadrant_steps` from `campaign_persons`."""
    con.execute(load_question("campaign_quadrants"))
    for question in ("quadrant_persons", "quadrant_steps"):
        con.execute(load_question(question), {"site": site_id})


def load_steps(con: "duckdb.DuckDBPyConnection") -> Steps:
    """Return where persons went next; needs the relation `quadrant_steps`."""
    steps: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for campaign_id, quadrant, step, persons in con.execute(load_question("quadrant_next")).fetchall():
        steps[campaign_id, quadrant].append((step, persons))
    return steps


def build_quadrants(con: "duckdb.DuckDBPyConnection", campaign_id: str, steps: Steps) -> dict[str, Any]:
    """Return the quadrants of one campaign's report; needs the relation `quadrant_persons`."""
    rows = con.execute(load_question("quadrant_members"), {"campaign": campaign_id}).fetchnumpy()
    quadrant = rows.pop("quadrant")
    members = {name: _pick_members(rows, np.asarray(quadrant == name, dtype=bool)) for name in QUADRANTS}
    return {
        name: describe_quadrant(
            members[name], members[BASELINE] if name != BASELINE else None, steps.get((campaign_id, name), [])
        )
        for name in QUADRANTS
    }


def _pick_members(rows: Mapping[str, Any], own: NDArray[np.bool_]) -> Members:
    persons, device, channel = (
        np.asarray(rows[name], dtype=object)[own] for name in ("person_id", "device", "channel")
    )
    click, close, sessions, pages = (
        np.ma.filled(np.ma.asarray(rows[name], dtype=np.float64), np.nan)[own]
        for name in ("seconds_to_click", "seconds_to_close", "sessions", "pages")
    )
    return Members(persons, click, close, sessions, pages, device, channel)


def describe_quadrant(members: Members, baseline: Members | None, steps: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """Return one quadrant as JSON values; `baseline` (None: nobody) is what its attributes are compared with."""
    count = len(members.persons)
    return {
        "count": count,
        "persons": members.persons[:MOST_NAMED].tolist(),
        "representatives": choose_representatives(members),
        "replays": [],
        "seconds_to_click": _median(members.seconds_to_click),
        "seconds_to_close": _median(members.seconds_to_close),
        "first_visit_share": float((members.sessions <= 1).mean()) if count else None,
        "pages_before": _median(members.pages),
        "next": [{"step": step, "persons": persons} for step, persons in steps[:MOST_STEPS]],
        "attributes": [
            *_compare("device", members.device, baseline.device if baseline else None),
            *_compare("channel", members.channel, baseline.channel if baseline else None),
        ],
    }


def choose_representatives(members: Members) -> list[str]:
    """Return the medoids of a group by time to react, sessions, pages, device and channel."""
    seconds = np.where(members.seconds_to_click > 0, members.seconds_to_click, members.seconds_to_close)
    reacted = np.log1p(np.maximum(np.nan_to_num(seconds), 0.0))
    numbers = np.column_stack([reacted, members.sessions, np.log1p(members.pages)])
    ranked = rank_by_distance(numbers, [members.device.tolist(), members.channel.tolist()])
    return [str(person) for person in members.persons[ranked[:REPRESENTATIVES]]]


def _compare(name: str, values: Objects, baseline: Objects | None) -> list[dict[str, Any]]:
    """Return the commonest values of an attribute with their share here and among the baseline (null without one)."""
    here, there = Counter(values.tolist()), Counter([] if baseline is None else baseline.tolist())
    ranked = sorted(here.items(), key=lambda item: (-item[1], item[0]))[:MOST_VALUES]
    return [
        {
            "attribute": name,
            "value": value,
            "persons": persons,
            "share": persons / len(values),
            "baseline_share": there[value] / there.total() if there else None,
        }
        for value, persons in ranked
    ]


def _median(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else None
