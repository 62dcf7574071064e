"""Two arms compared: difference, interval, p-value, and an interval that holds at every look.

Pure. The first arm is the control.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.integrate import quad
from scipy.special import betainc, betaln, xlog1py, xlogy
from scipy.stats import beta, chi2, norm, t

from services.analyzer.stats.normal import compute_two_sided_p_value

ALPHA = 0.05
TUNED_FOR = 10_000
"""The always-valid interval is narrowest at this many visitors in both arms together."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm's sums. `total` and `total_of_squares` are of a value a visitor, e.g. revenue; None: not measured."""

    visitors: int
    conversions: int
    total: float | None = None
    total_of_squares: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A variant against the control; every figure is None where it has no meaning."""

    difference: float | None
    ratio: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    always_valid_low: float | None
    always_valid_high: float | None
    chance_to_win: float | None


NOTHING = Comparison(None, None, None, None, None, None, None, None)


def compare_conversion(control: Arm, variant: Arm) -> Comparison:
    """Return the difference of conversion rates: unpooled z-test with Wald interval, Beta(1,1) chance to win."""
    if not control.visitors or not variant.visitors:
        return NOTHING
    base, rate = control.conversions / control.visitors, variant.conversions / variant.visitors
    difference, error = rate - base, _find_error(control, variant)
    reach = float(norm.ppf(1 - ALPHA / 2)) * error
    low, high = find_always_valid(control, variant)
    return Comparison(
        difference=difference,
        ratio=rate / base if base > 0 else None,
        ci_low=difference - reach,
        ci_high=difference + reach,
        p_value=_find_p_value(difference, error),
        always_valid_low=low,
        always_valid_high=high,
        chance_to_win=compute_chance_to_win(control, variant),
    )


def compute_p_value(control: Arm, variant: Arm) -> float | None:
    """Return the p-value of `compare_conversion` alone, for those who need very many. Both arms have visitors."""
    difference = variant.conversions / variant.visitors - control.conversions / control.visitors
    return _find_p_value(difference, _find_error(control, variant))


def find_always_valid(control: Arm, variant: Arm) -> tuple[float, float]:
    """Return the 95 % interval of the difference of rates that holds at all looks. Both arms have visitors."""
    difference = variant.conversions / variant.visitors - control.conversions / control.visitors
    margin = compute_always_valid_margin(compute_careful_error(control, variant), control.visitors + variant.visitors)
    return difference - margin, difference + margin


def compute_careful_error(control: Arm, variant: Arm) -> float:
    """Return the standard error of the difference of rates with one conversion more and one less on each side.

    No conversions at all must not pass for certainty (Agresti and Caffo 2000). Both arms have visitors.
    """
    return float(np.sqrt(_careful_variance(control) + _careful_variance(variant)))


def compare_value(control: Arm, variant: Arm) -> Comparison:
    """Return the difference of mean values a visitor, by Welch's t-test."""
    arms = (control, variant)
    if any(arm.visitors < 2 or arm.total is None or arm.total_of_squares is None for arm in arms):
        return NOTHING
    base, mean = ((arm.total or 0.0) / arm.visitors for arm in arms)
    variances = [_variance_of_mean(arm) for arm in arms]
    error = float(np.sqrt(sum(variances)))
    difference = mean - base
    if error > 0:
        freedom = sum(variances) ** 2 / sum(
            variance**2 / (arm.visitors - 1) for variance, arm in zip(variances, arms, strict=True)
        )
        p_value: float | None = float(2 * t.sf(abs(difference) / error, freedom))
        reach = float(t.ppf(1 - ALPHA / 2, freedom)) * error
    else:
        p_value, reach = _find_p_value(difference, error), 0.0
    margin = compute_always_valid_margin(error, control.visitors + variant.visitors)
    return Comparison(
        difference,
        mean / base if base > 0 else None,
        difference - reach,
        difference + reach,
        p_value,
        difference - margin,
        difference + margin,
        None,
    )


def compute_always_valid_margin(error: float, visitors: int, *, tuned_for: float = TUNED_FOR) -> float:
    """Return the half-width of a 95 % interval that holds at all looks at once.

    The normal-mixture boundary of an asymptotic confidence sequence (Robbins 1970; Waudby-Smith et al. 2024), tuned
    to be narrowest at `tuned_for` visitors. `error` is the standard error of the difference now.
    """
    spread = (-2 * np.log(ALPHA) + np.log(-2 * np.log(ALPHA) + 1)) / tuned_for
    grown = visitors * spread
    return float(error * np.sqrt((grown + 1) / grown * np.log((grown + 1) / ALPHA**2)))


def compute_chance_to_win(control: Arm, variant: Arm) -> float:
    """Return the posterior chance that the variant converts better, each rate uniform before (Beta(1,1))."""
    won, lost = variant.conversions + 1, variant.visitors - variant.conversions + 1
    theirs = (control.conversions + 1, control.visitors - control.conversions + 1)
    scale = betaln(won, lost)
    low, high = beta.ppf((1e-12, 1 - 1e-12), won, lost)

    def weigh(rate: float) -> float:
        # Densities as scipy.stats gives them, of which hundreds are needed and each takes twenty times as long there.
        density = np.exp(xlogy(won - 1, rate) + xlog1py(lost - 1, -rate) - scale)
        return float(density * betainc(*theirs, rate))

    found, _ = quad(weigh, low, high, limit=200, points=[won / (won + lost)])
    return float(min(1.0, max(0.0, found)))


def check_sample_ratio(visitors: Sequence[int], weights: Sequence[float] | None = None) -> float | None:
    """Return the p-value of the arms' sizes given the weights they were drawn with (default: equal), by chi-square.

    None without visitors or with a single arm. Raises `ValueError` when weights are missing or not positive.
    """
    shares = np.ones(len(visitors)) if weights is None else np.asarray(weights, dtype=np.float64)
    if len(shares) != len(visitors):
        raise ValueError(f"{len(visitors)} arms need as many weights, not {len(shares)}")
    if not (np.isfinite(shares).all() and (shares > 0).all()):
        raise ValueError("weights must be positive")
    total = sum(visitors)
    if total == 0 or len(visitors) < 2:
        return None
    expected = shares / shares.sum() * total
    statistic = float((((np.asarray(visitors) - expected) ** 2) / expected).sum())
    return float(chi2.sf(statistic, len(visitors) - 1))


def _find_error(control: Arm, variant: Arm) -> float:
    variances = []
    for arm in (control, variant):
        rate = arm.conversions / arm.visitors
        variances.append(rate * (1 - rate) / arm.visitors)
    return float(np.sqrt(sum(variances)))


def _careful_variance(arm: Arm) -> float:
    rate = (arm.conversions + 1) / (arm.visitors + 2)
    return rate * (1 - rate) / arm.visitors


def _variance_of_mean(arm: Arm) -> float:
    mean = (arm.total or 0.0) / arm.visitors
    variance = ((arm.total_of_squares or 0.0) - arm.visitors * mean**2) / (arm.visitors - 1)
    return max(0.0, variance) / arm.visitors


def _find_p_value(difference: float, error: float) -> float | None:
    if error > 0:
        return compute_two_sided_p_value(difference / error)
    return None if difference == 0 else 0.0
