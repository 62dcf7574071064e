"""What another policy would have earned, from the log of the one that ran.

Pure. Inverse propensity scores, self-normalised, and doubly robust (Horvitz and Thompson 1952; Swaminathan and Joachims
2015; Dudik, Langford and Li 2011).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.stats.normal import Z95

Floats = NDArray[np.float64]

LEAST_ESS = 100
LEAST_ESS_SHARE = 0.01
LARGEST_WEIGHT = 100.0
LARGEST_WEIGHT_TIMES = 20.0
MEAN_WEIGHT_OFF = 0.1


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mean reward with its 95 % interval; an interval needs two rows."""

    estimate: float | None
    ci_low: float | None
    ci_high: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Estimates of the target policy's mean reward; `dr` only with a model's predictions.

    Warnings: `low_ess` (effective sample size under 100 or 1 % of the rows), `large_weight` (one above 100, or above
    20 times the mean), `mean_weight_off` (further than 0.1 from 1: propensities and log do not belong together).
    """

    ips: Estimate
    snips: Estimate
    dr: Estimate | None
    ess: float
    max_weight: float
    mean_weight: float
    warnings: list[str]


def evaluate_policy(
    reward: Floats,
    propensity: Floats,
    target_propensity: Floats,
    q_logged: Floats | None = None,
    q_target: Floats | None = None,
) -> Evaluation:
    """Return the evaluation of logged decisions, one row each.

    `propensity`: the chance with which the logged action was taken; `target_propensity`: the target policy's for it.
    `q_logged`, `q_target`: a model's expected reward of the logged action, and of the target policy. Raises
    `ValueError` without rows.
    """
    rows = len(reward)
    if not rows:
        raise ValueError("there are no rows")
    weight = target_propensity / propensity
    mean_weight, squares = float(weight.mean()), float((weight**2).sum())
    ess = float(weight.sum() ** 2 / squares) if squares > 0 else 0.0
    if mean_weight > 0:
        ratio = float((weight * reward).sum() / weight.sum())
        snips = _build(ratio, weight * (reward - ratio) / mean_weight)
    else:
        snips = Estimate(None, None, None)
    ips_terms = weight * reward
    dr = None
    if q_logged is not None and q_target is not None:
        terms = q_target + weight * (reward - q_logged)
        dr = _build(float(terms.mean()), terms - terms.mean())
    return Evaluation(
        ips=_build(float(ips_terms.mean()), ips_terms - ips_terms.mean()),
        snips=snips,
        dr=dr,
        ess=ess,
        max_weight=float(weight.max()),
        mean_weight=mean_weight,
        warnings=_warn(rows, ess, float(weight.max()), mean_weight),
    )


def estimate_gain(reward: Floats, propensity: Floats, target_propensity: Floats) -> Estimate:
    """Return by how much the target policy's mean reward (self-normalised) lies above the logged one's.

    The interval is by the delta method on both means together, for the same rows carry them. None in all fields where
    the target policy would have taken none of the logged actions.
    """
    weight = target_propensity / propensity
    mean_weight = float(weight.mean()) if len(weight) else 0.0
    if not mean_weight > 0:
        return Estimate(None, None, None)
    ratio, mean = float((weight * reward).sum() / weight.sum()), float(reward.mean())
    return _build(ratio - mean, weight * (reward - ratio) / mean_weight - (reward - mean))


def _build(estimate: float, influence: Floats) -> Estimate:
    rows = len(influence)
    if rows < 2:
        return Estimate(estimate, None, None)
    error = float(np.sqrt((influence**2).sum() / (rows - 1) / rows))
    return Estimate(estimate, estimate - Z95 * error, estimate + Z95 * error)


def _warn(rows: int, ess: float, max_weight: float, mean_weight: float) -> list[str]:
    warnings = []
    if ess < max(LEAST_ESS, LEAST_ESS_SHARE * rows):
        warnings.append("low_ess")
    if max_weight > LARGEST_WEIGHT or max_weight > LARGEST_WEIGHT_TIMES * mean_weight:
        warnings.append("large_weight")
    if abs(mean_weight - 1) > MEAN_WEIGHT_OFF:
        warnings.append("mean_weight_off")
    return warnings
