"""One campaign's report: persons by arm, from decisions, prompt events and conversions, and what the prompt brought.

Never counts a person twice in one arm.
"""

from typing import Any

import duckdb

from services.analyzer.reports.campaign_quadrants import build_quadrants
from services.analyzer.reports.campaign_uplift import HOLDOUT, choose_weights, load_arm_sums, shape_uplift
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.store.questions import load_question
from shared.clock import Millis, to_rfc3339
from shared.enrich.money import get_exponent
from shared.rules.sql import SiteContext

Arm = tuple[int, int, int, int, int, int, float]


def build_campaign_report(
    con: "duckdb.DuckDBPyConnection",
    *,
    site_id: str,
    site: SiteContext,
    campaign_id: str,
    variants: list[dict[str, Any]],
    holdout: float,
    allocation: str,
    goal: GoalSpec,
    window: Window,
    now: Millis,
) -> dict[str, Any]:
    """Return the whole report as JSON values; arms are the campaign's variants, the holdout, and what else was seen."""
    build_conversions(con, site_id, site, goal)
    minor_units = 10 ** get_exponent(site.currency)
    con.execute(
        load_question("campaign_persons"),
        {
            "site": site_id,
            "campaign": campaign_id,
            "from": window.start,
            "to": window.end,
            "window_ms": goal.window_ms,
            "minor_units": minor_units,
        },
    )
    counted: dict[str, Arm] = {
        arm: (*counts, minor / minor_units)
        for arm, *counts, minor in con.execute(load_question("campaign_arms")).fetchall()
    }
    nobody: Arm = (0, 0, 0, 0, 0, 0, 0.0)
    variant_ids = [str(variant["id"]) for variant in variants]
    names = [*variant_ids, HOLDOUT, *sorted(set(counted) - {*variant_ids, HOLDOUT})]
    compared = shape_uplift(load_arm_sums(con, minor_units), choose_weights(variants, holdout, allocation))
    figures = ("assigned", "triggered", "shown", "clicked", "dismissed", "converted", "value")
    return {
        "campaign": campaign_id,
        "goal": goal.id,
        "computed_at": to_rfc3339(now),
        "window": {"from": to_rfc3339(window.start), "to": to_rfc3339(window.end)},
        "arms": [{"id": arm} | dict(zip(figures, counted.get(arm, nobody), strict=True)) for arm in names],
        **compared,
        "quadrants": build_quadrants(con, site_id),
        "diagnostics": {
            "conversions_without_value": con.execute(load_question("unvalued")).fetchall()[0][0],
            "seen_in_two_arms": con.execute(load_question("campaign_two_arms")).fetchall()[0][0],
        },
        "assumptions": ["arms_count_persons", "converted_after_the_trigger", "seen_in_two_arms_are_set_aside"],
    }
