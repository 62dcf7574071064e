"""Two arms compared where the chance of an arm differed from person to person, and is known.

Pure. Each person counts for as many as had the same chance (Hajek 1971): means are those of all persons, whichever arm
they got. Holds where shares were learnt on the way, for each chance was fixed before its person's outcome.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from services.analyzer.stats.experiments import ALPHA, NOTHING, Comparison, compute_always_valid_margin
from services.analyzer.stats.normal import compute_two_sided_p_value

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WeightedArm:
    """One arm's persons: what came of each, and the chance (above 0) by which each got the arm."""

    outcome: Floats
    chance: Floats


def compare_weighted(control: WeightedArm, variant: WeightedArm, *, is_rate: bool) -> Comparison:
    """Return the difference of weighted means: normal interval from influence values, and the always-valid one.

    `is_rate`: outcomes are 0 or 1, and no conversions at all must not pass for certainty. `chance_to_win` is None.
    """
    if min(len(control.outcome), len(variant.outcome)) < 2:
        return NOTHING
    (base, base_variance, base_care), (mean, variance, care) = (_measure(arm, is_rate) for arm in (control, variant))
    difference, error = mean - base, float(np.sqrt(base_variance + variance))
    reach = float(norm.ppf(1 - ALPHA / 2)) * error
    persons = len(control.outcome) + len(variant.outcome)
    margin = compute_always_valid_margin(float(np.sqrt(base_care + care)), persons)
    return Comparison(
        difference=difference,
        ratio=mean / base if base > 0 else None,
        ci_low=difference - reach,
        ci_high=difference + reach,
        p_value=compute_two_sided_p_value(difference / error) if error > 0 else None,
        always_valid_low=difference - margin,
        always_valid_high=difference + margin,
        chance_to_win=None,
    )


def _measure(arm: WeightedArm, is_rate: bool) -> tuple[float, float, float]:
    """Return the mean, its variance, and that with a conversion more and one less among the effective persons."""
    weight = 1 / arm.chance
    total, rows = float(weight.sum()), len(weight)
    mean = float((weight * arm.outcome).sum()) / total
    variance = float((weight**2 * (arm.outcome - mean) ** 2).sum()) / total**2 * rows / (rows - 1)
    if not is_rate:
        return mean, variance, variance
    effective = total**2 / float((weight**2).sum())
    careful = (effective * mean + 1) / (effective + 2)
    return mean, variance, max(variance, careful * (1 - careful) / (effective + 2))
