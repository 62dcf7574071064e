"""What another choice of variants would have brought, from the log of the choice that was made.

Never a figure where the log hardly ever did what the other policy would do.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import msgspec
import numpy as np

from services.analyzer.problems import FieldError, Refused, refuse_fields
from services.analyzer.reports.campaign_uplift import FEWEST_AN_ARM, HOLDOUT
from services.analyzer.reports.campaigns import CampaignsQuestion, build_campaign_persons
from services.analyzer.stats.off_policy import Estimate, Floats, estimate_gain, evaluate_policy
from services.analyzer.store.questions import load_question
from shared.clock import to_rfc3339

ALWAYS = "always:"
EVEN = "even"
FIGURES = ("logged", "ips", "snips", "gain")
ASSUMPTIONS = [
    "persons_triggered_in_one_arm",
    "converted_after_the_trigger",
    "one_persons_prompt_moves_nobody_else",
    "chances_as_logged_at_the_first_decision",
]


def read_policy(text: str, variants: Sequence[str]) -> dict[str, float]:
    """Return the policy's chance of each arm (variants and "holdout"), 1 in all.

    `always:<arm>`, `even` (the variants alike, nobody held out), or JSON such as {"a": 3, "b": 1} whose weights are
    scaled. Raises `Refused` that names `policy`.
    """
    arms = [*variants, HOLDOUT]
    if text == EVEN:
        return dict.fromkeys(variants, 1 / len(variants))
    if text.startswith(ALWAYS):
        weights: Any = {text.removeprefix(ALWAYS): 1.0}
    else:
        try:
            weights = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError):
            weights = None
    if not isinstance(weights, dict) or not weights:
        raise _refuse("invalid_policy", 'is none of always:<arm>, even, or JSON weights such as {"a": 3, "b": 1}')
    for arm, weight in weights.items():
        if arm not in arms:
            raise _refuse("unknown_arm", f"there is no arm {arm!r}; there are {', '.join(arms)}")
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight < math.inf:
            raise _refuse("invalid_weight", f"the weight of {arm!r} must be a number that is not negative")
    total = float(sum(weights.values()))
    if not 0 < total < math.inf:
        raise _refuse("invalid_weight", "at least one weight must be above 0")
    return {arm: weight / total for arm, weight in weights.items()}


def build_policy_report(
    con: "duckdb.DuckDBPyConnection",
    asked: CampaignsQuestion,
    campaign_id: str,
    policy: Mapping[str, float],
) -> dict[str, Any]:
    """Return the report. Reasons: too_few_persons, no_support."""
    build_campaign_persons(con, asked, [campaign_id])
    rows = con.execute(load_question("campaign_logged"), {"campaign": campaign_id}).fetchnumpy()
    chances = np.ma.filled(np.ma.asarray(rows["propensity"], dtype=np.float64), 0.0)
    known = chances > 0
    arms = [str(arm) for arm in np.asarray(rows["arm"], dtype=object)[known]]
    propensity = chances[known]
    target = np.array([policy.get(arm, 0.0) for arm in arms], dtype=np.float64)
    persons = {name: arms.count(name) for name in dict.fromkeys([*policy, *arms])}
    reason = _find_reason(persons, policy)
    rewards = {
        "conversion": np.asarray(rows["converted"], dtype=np.float64)[known],
        "value": np.asarray(rows["minor"], dtype=np.float64)[known] / asked.minor_units,
    }
    return {
        "campaign": campaign_id,
        "goal": asked.goal.id,
        "policy": dict(policy),
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        **{name: _shape(reward, propensity, target, reason) for name, reward in rewards.items()},
        **_shape_support(propensity, target, reason),
        "sample_sizes": {"persons": len(arms), "by_arm": persons, "without_chance": int((~known).sum())},
        "assumptions": ASSUMPTIONS,
    }


def _find_reason(persons: Mapping[str, int], policy: Mapping[str, float]) -> str | None:
    if sum(persons.values()) < 2 * FEWEST_AN_ARM:
        return "too_few_persons"
    # An arm that the log has hardly tried cannot be told, however the others are weighed.
    return "no_support" if any(share > 0 and persons[arm] < FEWEST_AN_ARM for arm, share in policy.items()) else None


def _shape(reward: Floats, propensity: Floats, target: Floats, reason: str | None) -> dict[str, Any]:
    if reason is not None:
        return {**dict.fromkeys(FIGURES), "reasons": dict.fromkeys(FIGURES, reason)}
    found = evaluate_policy(reward, propensity, target)
    return {
        "logged": float(reward.mean()),
        "ips": _shape_estimate(found.ips),
        "snips": _shape_estimate(found.snips),
        "gain": _shape_estimate(estimate_gain(reward, propensity, target)),
        "reasons": {},
    }


def _shape_estimate(one: Estimate) -> dict[str, float | None]:
    return {"estimate": one.estimate, "ci_low": one.ci_low, "ci_high": one.ci_high}


def _shape_support(propensity: Floats, target: Floats, reason: str | None) -> dict[str, Any]:
    figures = ("ess", "max_weight", "mean_weight")
    if reason is not None:
        return {**dict.fromkeys(figures), "warnings": [], "reasons": dict.fromkeys(figures, reason)}
    found = evaluate_policy(np.zeros(len(propensity)), propensity, target)
    return {**{name: getattr(found, name) for name in figures}, "warnings": found.warnings, "reasons": {}}


def _refuse(code: str, words: str) -> Refused:
    return refuse_fields([FieldError("/policy", code, words)])
