"""Two arms compared after taking out what was known of the persons before: the same difference, told more narrowly.

Pure. CUPED (Deng, Xu, Kohavi and Walker 2013) with several covariates: their slopes are fitted in both arms together,
each arm around its own mean (Lin 2013 on why the lot keeps the difference unbiased).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from services.analyzer.stats.experiments import ALPHA, Arm, compute_always_valid_margin, compute_careful_error

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEWEST_AN_ARM = 30
"""Fewer persons than this on one side, and nothing is said."""
FEWEST_EVENTS = 10
"""Fewer persons with an outcome than this, and nothing is said."""


@dataclass(frozen=True, slots=True)
class AdjustedDifference:
    """The variant's mean minus the control's after adjustment; None with a `reason` where it cannot be given.

    `variance_reduction` is the share of the unadjusted difference's variance that went away; it is below 0 where the
    covariates only added noise.
    """

    difference: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    always_valid_low: float | None
    always_valid_high: float | None
    variance_reduction: float | None
    persons: int
    control_persons: int
    reason: str | None


def adjust_difference(outcome: NDArray[np.generic], served: Bools, covariates: Floats) -> AdjustedDifference:
    """Return the difference of means of `outcome` (0/1 or an amount), adjusted for `covariates` (persons x columns).

    Covariates must have been measured before the lot was drawn, or before the prompt was due on either side. Reasons:
    too_few_persons, too_few_conversions, nothing_known_before, no_variation.
    """
    target = np.asarray(outcome, dtype=np.float64)
    persons, control = int(served.sum()), int((~served).sum())
    if min(persons, control) < FEWEST_AN_ARM:
        return _refuse("too_few_persons", persons, control)
    if np.count_nonzero(target) < FEWEST_EVENTS:
        return _refuse("too_few_conversions", persons, control)
    # Not by their spread: rounding gives one that is alike for all a spread above 0.
    varied = covariates[:, np.ptp(covariates, axis=0) > 0]
    if not varied.shape[1]:
        return _refuse("nothing_known_before", persons, control)
    scaled = (varied - varied.mean(axis=0)) / varied.std(axis=0)
    slopes, rank = _fit_slopes(target, served, scaled)
    adjusted = target - scaled @ slopes
    freedom = persons + control - 2
    lost = freedom / max(1, freedom - rank)
    raw = _measure(target, served)
    kept = _measure(adjusted, served)
    if not raw.error > 0:
        return _refuse("no_variation", persons, control)
    error = kept.error * float(np.sqrt(lost))
    reach = float(t.ppf(1 - ALPHA / 2, kept.freedom)) * error
    margin = compute_always_valid_margin(error * _find_care(target, served, raw.error), persons + control)
    return AdjustedDifference(
        difference=kept.difference,
        ci_low=kept.difference - reach,
        ci_high=kept.difference + reach,
        p_value=float(2 * t.sf(abs(kept.difference) / error, kept.freedom)) if error > 0 else None,
        always_valid_low=kept.difference - margin,
        always_valid_high=kept.difference + margin,
        variance_reduction=1 - (error / raw.error) ** 2,
        persons=persons,
        control_persons=control,
        reason=None,
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    difference: float
    error: float
    freedom: float


def _measure(values: Floats, served: Bools) -> _Measured:
    """Return the difference of means with Welch's error and degrees of freedom."""
    sides = (values[served], values[~served])
    variances = [float(side.var(ddof=1)) / len(side) for side in sides]
    total = sum(variances)
    parts = sum(variance**2 / (len(side) - 1) for variance, side in zip(variances, sides, strict=True))
    difference = float(sides[0].mean() - sides[1].mean())
    return _Measured(difference, float(np.sqrt(total)), total**2 / parts if parts > 0 else float(len(values) - 2))


def _fit_slopes(target: Floats, served: Bools, scaled: Floats) -> tuple[Floats, int]:
    """Return the slopes of both arms together, each arm around its own mean, and how many of them are free."""
    centred_target, centred = target.copy(), scaled.copy()
    for side in (served, ~served):
        centred_target[side] -= target[side].mean()
        centred[side] -= scaled[side].mean(axis=0)
    slopes, _, rank, _ = np.linalg.lstsq(centred, centred_target, rcond=1e-10)
    return slopes.astype(np.float64), int(rank)


def _find_care(target: Floats, served: Bools, raw_error: float) -> float:
    """Return how much wider an always-valid interval must be so that few conversions do not pass for certainty."""
    if not np.all((target == 0) | (target == 1)):
        return 1.0
    arms = [Arm(int(side.sum()), int(target[side].sum())) for side in (~served, served)]
    return max(1.0, compute_careful_error(*arms) / raw_error)


def _refuse(reason: str, persons: int, control: int) -> AdjustedDifference:
    return AdjustedDifference(None, None, None, None, None, None, None, persons, control, reason)
