"""What a campaign brought: those who got its prompt against those from whom it was withheld, by lot.

Never compares persons that were seen in both.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from services.analyzer.stats.experiments import (
    TUNED_FOR,
    Arm,
    Comparison,
    check_sample_ratio,
    compare_conversion,
    compare_value,
)
from services.analyzer.store.questions import load_question

HOLDOUT = "holdout"
MEASURES = ("ci_low", "ci_high", "always_valid_low", "always_valid_high", "p_value")
FEWEST_AN_ARM = 30
"""Fewer persons than this on one side, and nothing is said."""


@dataclass(frozen=True, slots=True)
class ArmSums:
    """One arm's persons that were triggered, and its persons that were assigned."""

    triggered: Arm
    assigned: Arm


def load_arm_sums(con: "duckdb.DuckDBPyConnection", minor_units: int) -> dict[str, dict[str, ArmSums]]:
    """Return the sums of each campaign's arms, values in major units; needs the relation `campaign_persons`."""
    sums: dict[str, dict[str, ArmSums]] = defaultdict(dict)
    for campaign_id, arm, *figures in con.execute(load_question("campaign_sums")).fetchall():
        triggered, assigned = (
            Arm(visitors, conversions, total / minor_units, squares / minor_units**2)
            for visitors, conversions, total, squares in (figures[:4], figures[4:])
        )
        sums[campaign_id][arm] = ArmSums(triggered, assigned)
    return sums


def shape_uplift(sums: Mapping[str, ArmSums], weights: Mapping[str, float] | None) -> dict[str, Any]:
    """Return the compared fields of the report; `weights` (None: not fixed) are those that arms were drawn with.

    Reasons: no_holdout, too_few_persons, weights_not_fixed, no_assignments.
    """
    nobody = ArmSums(Arm(0, 0, 0.0, 0.0), Arm(0, 0, 0.0, 0.0))
    held = sums.get(HOLDOUT, nobody)
    served = [one for arm, one in sums.items() if arm != HOLDOUT]
    triggered, assigned = _pool([one.triggered for one in served]), _pool([one.assigned for one in served])
    reasons: dict[str, str] = {}
    fields = {
        "uplift": compare_arms(held.triggered, triggered, "uplift", reasons, compare_conversion),
        "value_uplift": compare_arms(held.triggered, triggered, "value_uplift", reasons, compare_value),
        "intent_to_treat": compare_arms(held.assigned, assigned, "intent_to_treat", reasons, compare_conversion),
        "by_variant": _compare_variants(held, {arm: one for arm, one in sums.items() if arm != HOLDOUT}),
        "srm_p": _check_assignment(sums, weights, reasons),
    }
    return {**fields, "reasons": reasons}


def choose_weights(variants: Sequence[Mapping[str, Any]], holdout: float, allocation: str) -> dict[str, float] | None:
    """Return the share of persons that each arm should have got; None when shares were learnt on the way."""
    if allocation != "even" and len(variants) > 1:
        return None
    total = sum(float(variant.get("weight", 1)) for variant in variants)
    shares = {variant["id"]: (1 - holdout) * float(variant.get("weight", 1)) / total for variant in variants}
    return {arm: share for arm, share in {**shares, HOLDOUT: holdout}.items() if share > 0}


def _pool(arms: Sequence[Arm]) -> Arm:
    return Arm(
        sum(arm.visitors for arm in arms),
        sum(arm.conversions for arm in arms),
        sum(arm.total or 0.0 for arm in arms),
        sum(arm.total_of_squares or 0.0 for arm in arms),
    )


def compare_arms(
    control: Arm, variant: Arm, field: str, reasons: dict[str, str], compare: Any
) -> dict[str, Any] | None:
    """Return what lies between two arms; None with its reason under `field`."""
    reason = _find_reason(control, variant)
    if reason is not None:
        reasons[field] = reason
        return None
    found: Comparison = compare(control, variant)
    return {
        "estimate": found.difference,
        **{name: getattr(found, name) for name in MEASURES},
        "chance_to_win": found.chance_to_win,
        "persons": variant.visitors,
        "control_persons": control.visitors,
        "tuned_for_persons": TUNED_FOR,
    }


def _find_reason(control: Arm, variant: Arm) -> str | None:
    if not control.visitors:
        return "no_holdout"
    return "too_few_persons" if min(control.visitors, variant.visitors) < FEWEST_AN_ARM else None


def _compare_variants(held: ArmSums, variants: Mapping[str, ArmSums]) -> list[dict[str, Any]]:
    compared = []
    for arm, one in variants.items():
        reasons: dict[str, str] = {}
        uplift = compare_arms(held.triggered, one.triggered, "uplift", reasons, compare_conversion)
        value = compare_arms(held.triggered, one.triggered, "value_uplift", reasons, compare_value)
        compared.append({"id": arm, "uplift": uplift, "value_uplift": value, "reasons": reasons})
    return compared


def _check_assignment(
    sums: Mapping[str, ArmSums], weights: Mapping[str, float] | None, reasons: dict[str, str]
) -> float | None:
    if weights is None:
        reasons["srm_p"] = "weights_not_fixed"
        return None
    found = check_sample_ratio(
        [sums[arm].assigned.visitors if arm in sums else 0 for arm in weights], list(weights.values())
    )
    if found is None:
        reasons["srm_p"] = "no_assignments" if len(weights) > 1 else "one_arm"
    return found
