"""What became of those who were shown a prompt: four groups, what sets each apart, and persons to look at.

Everybody shown is in exactly one group: clicked goes before dismissed before shown.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import duckdb
import numpy as np

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


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a quadrant, as it was when the prompt came."""

    person_id: str
    seconds_to_click: float | None
    seconds_to_close: float | None
    sessions: int
    pages: int
    device: str | None
    channel: str | None


Steps = Mapping[tuple[str, str], list[tuple[str, int]]]
"""Where persons of a campaign's quadrant went next, the most frequent first."""


def build_quadrant_relations(con: "duckdb.DuckDBPyConnection", site_id: str) -> Steps:
    """Make the relation `quadrant_persons` from `campaign_persons`, and return where persons went next."""
    con.execute(load_question("campaign_quadrants"))
    con.execute(load_question("quadrant_persons"), {"site": site_id})
    steps: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for campaign_id, quadrant, step, persons in con.execute(
        load_question("quadrant_next"), {"site": site_id}
    ).fetchall():
        steps[campaign_id, quadrant].append((step, persons))
    return steps


def build_quadrants(con: "duckdb.DuckDBPyConnection", campaign_id: str, steps: Steps) -> dict[str, Any]:
    """Return the quadrants of one campaign's report; needs the relation `quadrant_persons`."""
    members: dict[str, list[Member]] = {name: [] for name in QUADRANTS}
    for quadrant, *facts in con.execute(load_question("quadrant_members"), {"campaign": campaign_id}).fetchall():
        members[quadrant].append(Member(*facts))
    return {
        name: describe_quadrant(
            members[name], members[BASELINE] if name != BASELINE else [], steps.get((campaign_id, name), [])
        )
        for name in QUADRANTS
    }


def describe_quadrant(
    members: Sequence[Member], baseline: Sequence[Member], steps: Sequence[tuple[str, int]]
) -> dict[str, Any]:
    """Return one quadrant as JSON values; `baseline` (may be empty) is what its attributes are compared with."""
    return {
        "count": len(members),
        "persons": [one.person_id for one in members[:MOST_NAMED]],
        "representatives": choose_representatives(members),
        "replays": [],
        "seconds_to_click": _median([one.seconds_to_click for one in members]),
        "seconds_to_close": _median([one.seconds_to_close for one in members]),
        "first_visit_share": sum(one.sessions <= 1 for one in members) / len(members) if members else None,
        "pages_before": _median([float(one.pages) for one in members]),
        "next": [{"step": step, "persons": persons} for step, persons in steps[:MOST_STEPS]],
        "attributes": [
            *_compare(members, baseline, "device", {one.person_id: one.device for one in (*members, *baseline)}),
            *_compare(members, baseline, "channel", {one.person_id: one.channel for one in (*members, *baseline)}),
        ],
    }


def choose_representatives(members: Sequence[Member]) -> list[str]:
    """Return the medoids of a group by time to react, sessions, pages, device and channel."""
    numbers = np.array(
        [
            (np.log1p(max(one.seconds_to_click or one.seconds_to_close or 0.0, 0.0)), one.sessions, np.log1p(one.pages))
            for one in members
        ],
        dtype=float,
    ).reshape(len(members), 3)
    ranked = rank_by_distance(numbers, [[one.device for one in members], [one.channel for one in members]])
    return [members[place].person_id for place in ranked[:REPRESENTATIVES]]


def _compare(
    members: Sequence[Member], baseline: Sequence[Member], name: str, values: Mapping[str, str | None]
) -> list[dict[str, Any]]:
    """Return the commonest values of an attribute with their share here and among the baseline (null without one)."""
    here = Counter(values[one.person_id] or "unknown" for one in members)
    there = Counter(values[one.person_id] or "unknown" for one in baseline)
    ranked = sorted(here.items(), key=lambda item: (-item[1], item[0]))[:MOST_VALUES]
    return [
        {
            "attribute": name,
            "value": value,
            "persons": persons,
            "share": persons / len(members),
            "baseline_share": there[value] / len(baseline) if baseline else None,
        }
        for value, persons in ranked
    ]


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(median(known)) if known else None
