"""What a prompt did to leaving: who left after it was due, shown against withheld, by lot.

Never counts a person whose half an hour is not over, nor one that was seen in both arms.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import duckdb

from services.analyzer.reports.campaign_uplift import HOLDOUT, compare_arms
from services.analyzer.stats.experiments import Arm, compare_conversion
from services.analyzer.store.questions import load_question
from shared.clock import Millis

VISIT_MS = 1_800_000
SOON_MS = 30_000
MEASURED = ("left", "left_soon")
ExitCounts = tuple[int, int, int]
"""Persons, those without a further page, those gone within half a minute."""


def build_exits(con: "duckdb.DuckDBPyConnection", site_id: str) -> None:
    """Make the relation `campaign_exits`; needs those of `build_campaign_persons`."""
    con.execute(load_question("campaign_exits"), {"site": site_id, "visit_ms": VISIT_MS, "soon_ms": SOON_MS})


def load_exits(con: "duckdb.DuckDBPyConnection", now: Millis) -> dict[str, dict[str, ExitCounts]]:
    """Return of each campaign each arm's counts; needs the relation `campaign_exits`."""
    given = {"now": now, "visit_ms": VISIT_MS}
    found: dict[str, dict[str, ExitCounts]] = defaultdict(dict)
    for campaign_id, arm, *counts in con.execute(load_question("campaign_exit_counts"), given).fetchall():
        found[campaign_id][arm] = (counts[0], counts[1], counts[2])
    return found


def shape_exits(counts: Mapping[str, ExitCounts]) -> dict[str, Any]:
    """Return the shares that left, and how far those who got the prompt lie from those who did not."""
    held = counts.get(HOLDOUT, (0, 0, 0))
    served = [one for arm, one in counts.items() if arm != HOLDOUT]
    reasons: dict[str, str] = {}
    compared = {}
    for place, name in enumerate(MEASURED, start=1):
        control = Arm(held[0], held[place])
        shown = Arm(sum(one[0] for one in served), sum(one[place] for one in served))
        found = compare_arms(control, shown, name, reasons, compare_conversion)
        # Of leaving, more is not better.
        compared[name] = found and {**found, "chance_to_win": None}
    arms = [
        {"id": arm, "persons": persons, "left": left, "left_soon": soon}
        for arm, (persons, left, soon) in sorted(counts.items())
    ]
    return {"arms": arms, **compared, "reasons": reasons}
