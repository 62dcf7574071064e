"""What a campaign brought at each stage: those who had not converted before it, once, and more often.

Never looks at anything at or after the trigger to say who was at which stage.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import duckdb

from services.analyzer.reports.campaign_uplift import compare_arms
from services.analyzer.reports.factors_stages import BY_CONVERSIONS
from services.analyzer.stats.experiments import Arm, compare_conversion, compare_value
from services.analyzer.store.questions import load_question

NOBODY = Arm(0, 0, 0.0, 0.0)
Sides = Mapping[tuple[int, bool], Arm]
"""Arms by stage and whether the prompt was withheld."""


def load_stage_sums(con: "duckdb.DuckDBPyConnection", minor_units: int) -> dict[str, dict[tuple[int, bool], Arm]]:
    """Return of each campaign what each stage's two sides did; needs the relation `campaign_priors`."""
    found: dict[str, dict[tuple[int, bool], Arm]] = defaultdict(dict)
    for campaign_id, stage, is_held, *sums in con.execute(load_question("campaign_stages")).fetchall():
        visitors, conversions, total, squares = sums
        found[campaign_id][stage, is_held] = Arm(visitors, conversions, total / minor_units, squares / minor_units**2)
    return found


def shape_stages(sides: Sides) -> list[dict[str, Any]]:
    """Return each stage's uplift; a stage with too few persons on one side has a reason instead."""
    shaped = []
    for place, stage in enumerate(BY_CONVERSIONS):
        held, served = sides.get((place, True), NOBODY), sides.get((place, False), NOBODY)
        reasons: dict[str, str] = {}
        shaped.append(
            {
                "stage": stage,
                "persons": served.visitors,
                "converted": served.conversions,
                "control_persons": held.visitors,
                "control_converted": held.conversions,
                "uplift": compare_arms(held, served, "uplift", reasons, compare_conversion),
                "value_uplift": compare_arms(held, served, "value_uplift", reasons, compare_value),
                "reasons": reasons,
            }
        )
    return shaped
