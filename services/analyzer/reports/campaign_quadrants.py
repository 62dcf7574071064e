"""What became of those who were shown a prompt: four groups, what sets each apart, and persons to look at.

Everybody shown is in exactly one group: clicked goes before dismissed before shown.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from services.analyzer.stats.medoids import sum_distances
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
Places = NDArray[np.int64]
Steps = Sequence[tuple[str, int]]
"""Where persons went next and how many, the most frequent first."""


@dataclass(frozen=True, slots=True)
class About:
    """What all campaigns' quadrants are told with: names of devices and channels, and each quadrant's next steps."""

    devices: list[str]
    channels: list[str]
    steps: Mapping[tuple[str, str], Steps]


@dataclass(frozen=True, slots=True)
class Members:
    """The persons of a quadrant as they were when the prompt came: columns of one length, by person.

    Seconds are nan where a person did not do it; device and channel are places among the names.
    """

    persons: Objects
    seconds_to_click: Floats
    seconds_to_close: Floats
    sessions: Floats
    pages: Floats
    device: Places
    channel: Places


def build_quadrant_relations(con: "duckdb.DuckDBPyConnection", site_id: str) -> None:
    """Make the relations `quadrant_persons` and `quadrant_steps` from `campaign_persons`."""
    con.execute(load_question("campaign_quadrants"))
    for question in ("quadrant_persons", "quadrant_steps"):
        con.execute(load_question(question), {"site": site_id})


def load_about(con: "duckdb.DuckDBPyConnection") -> About:
    """Return what is told of all campaigns; needs the relations `quadrant_persons` and `quadrant_steps`."""
    steps: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for campaign_id, quadrant, step, persons in con.execute(load_question("quadrant_next")).fetchall():
        steps[campaign_id, quadrant].append((step, persons))
    ((devices, channels),) = con.execute(load_question("quadrant_kinds")).fetchall()
    return About(devices, channels, steps)


def build_quadrants(con: "duckdb.DuckDBPyConnection", campaign_id: str, about: About) -> dict[str, Any]:
    """Return the quadrants of one campaign's report; needs the relation `quadrant_persons`."""
    names = {"quadrants": list(QUADRANTS), "devices": about.devices, "channels": about.channels}
    rows = con.execute(load_question("quadrant_members"), {"campaign": campaign_id, **names}).fetchnumpy()
    quadrant = np.asarray(rows.pop("quadrant"), dtype=np.int64)
    members = {name: _pick_members(rows, quadrant == place) for place, name in enumerate(QUADRANTS)}
    return {
        name: describe_quadrant(about, members[name], members[BASELINE], about.steps.get((campaign_id, name), []))
        for name in QUADRANTS
    }


def _pick_members(rows: Mapping[str, Any], own: NDArray[np.bool_]) -> Members:
    device, channel = (np.asarray(rows[name], dtype=np.int64)[own] for name in ("device", "channel"))
    click, close, sessions, pages = (
        np.ma.filled(np.ma.asarray(rows[name], dtype=np.float64), np.nan)[own]
        for name in ("seconds_to_click", "seconds_to_close", "sessions", "pages")
    )
    return Members(np.asarray(rows["person_id"])[own], click, close, sessions, pages, device, channel)


def describe_quadrant(about: About, members: Members, baseline: Members, steps: Steps) -> dict[str, Any]:
    """Return one quadrant as JSON values; `baseline` is what the attributes of the others are compared with."""
    others = baseline if baseline is not members else None
    count = len(members.persons)
    return {
        "count": count,
        "persons": nsmallest(MOST_NAMED, members.persons.tolist()),
        "representatives": choose_representatives(members),
        "replays": [],
        "seconds_to_click": _median(members.seconds_to_click),
        "seconds_to_close": _median(members.seconds_to_close),
        "first_visit_share": float((members.sessions <= 1).mean()) if count else None,
        "pages_before": _median(members.pages),
        "next": [{"step": step, "persons": persons} for step, persons in steps[:MOST_STEPS]],
        "attributes": [
            *_compare("device", about.devices, members.device, others.device if others else None),
            *_compare("channel", about.channels, members.channel, others.channel if others else None),
        ],
    }


def choose_representatives(members: Members) -> list[str]:
    """Return the medoids of a group by time to react, sessions, pages, device and channel; equals by id."""
    seconds = np.where(members.seconds_to_click > 0, members.seconds_to_click, members.seconds_to_close)
    reacted = np.log1p(np.maximum(np.nan_to_num(seconds), 0.0))
    numbers = np.column_stack([reacted, members.sessions, np.log1p(members.pages)])
    apart = sum_distances(numbers, [members.device, members.channel])
    near = apart <= np.sort(apart)[:REPRESENTATIVES].max(initial=0.0)
    ranked = nsmallest(REPRESENTATIVES, zip(apart[near].tolist(), members.persons[near].tolist(), strict=True))
    return [person for _, person in ranked]


def _compare(attribute: str, names: list[str], values: Places, baseline: Places | None) -> list[dict[str, Any]]:
    """Return the commonest values of an attribute with their share here and among the baseline (null without one)."""
    here = np.bincount(values, minlength=len(names)).tolist()
    there = None if baseline is None or not len(baseline) else np.bincount(baseline, minlength=len(names)).tolist()
    present = [place for place in range(len(names)) if here[place]]
    ranked = sorted(present, key=lambda place: (-here[place], names[place]))
    return [
        {
            "attribute": attribute,
            "value": names[place],
            "persons": here[place],
            "share": here[place] / len(values),
            "baseline_share": None if there is None or baseline is None else there[place] / len(baseline),
        }
        for place in ranked[:MOST_VALUES]
    ]


def _median(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else None
