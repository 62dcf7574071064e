"""Arms compared: against other libraries, and at every stop of many trials."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from services.analyzer.stats.experiments import (
    Arm,
    check_sample_ratio,
    compare_conversion,
    compare_value,
    compute_chance_to_win,
    find_always_valid,
)

CONTROL, VARIANT = Arm(1_000, 50), Arm(1_010, 70)


def test_conversion_agrees_with_statsmodels() -> None:
    found = compare_conversion(CONTROL, VARIANT)
    low, high = confint_proportions_2indep(70, 1_010, 50, 1_000, method="wald")
    assert (found.ci_low, found.ci_high) == pytest.approx((low, high))
    assert found.difference == pytest.approx(70 / 1_010 - 0.05) and found.ratio == pytest.approx(70 / 1_010 / 0.05)
    error = ((found.ci_high or 0) - (found.ci_low or 0)) / 2 / stats.norm.ppf(0.975)
    assert found.p_value == pytest.approx(2 * stats.norm.sf((found.difference or 0) / error))
    assert (found.always_valid_low or 0) < low < high < (found.always_valid_high or 0)


def test_value_agrees_with_welch() -> None:
    rng = np.random.default_rng(1)
    ours, theirs = rng.gamma(2, 10, 400), rng.gamma(2, 12, 300)
    arms = [Arm(len(one), 0, float(one.sum()), float((one**2).sum())) for one in (ours, theirs)]
    found = compare_value(*arms)
    expected = stats.ttest_ind(theirs, ours, equal_var=False)
    assert found.p_value == pytest.approx(expected.pvalue)
    low, high = expected.confidence_interval()
    assert (found.ci_low, found.ci_high) == pytest.approx((low, high))


def test_chance_to_win_agrees_with_drawing() -> None:
    rng = np.random.default_rng(2)
    drawn = rng.beta(71, 941, 400_000) > rng.beta(51, 951, 400_000)
    assert compute_chance_to_win(CONTROL, VARIANT) == pytest.approx(drawn.mean(), abs=0.003)
    assert compute_chance_to_win(Arm(0, 0), Arm(0, 0)) == pytest.approx(0.5)
    assert compute_chance_to_win(Arm(1_000_000, 10_000), Arm(1_000_000, 20_000)) == pytest.approx(1)


def test_sample_ratio() -> None:
    assert check_sample_ratio([1_000, 1_010]) == pytest.approx(stats.chisquare([1_000, 1_010]).pvalue)
    expected = stats.chisquare([900, 100], [950, 50]).pvalue
    assert check_sample_ratio([900, 100], [0.95, 0.05]) == pytest.approx(expected)
    assert check_sample_ratio([0, 0]) is None
    assert (check_sample_ratio([0, 40]) or 0) < 1e-9
    with pytest.raises(ValueError, match="as many weights"):
        check_sample_ratio([1, 2], [1.0])
    with pytest.raises(ValueError, match="positive"):
        check_sample_ratio([1, 2], [1.0, 0.0])


def test_sample_ratio_p_is_uniform_when_nothing_is_wrong() -> None:
    rng = np.random.default_rng(3)
    found = [check_sample_ratio(list(rng.multinomial(5_000, [0.2, 0.3, 0.5])), [2, 3, 5]) for _ in range(1_000)]
    assert stats.kstest([one for one in found if one is not None], "uniform").pvalue > 0.001


def test_where_there_is_nothing_to_say() -> None:
    empty = compare_conversion(CONTROL, Arm(0, 0))
    assert {empty.difference, empty.ci_low, empty.p_value, empty.chance_to_win} == {None}
    nobody = compare_conversion(Arm(100, 0), Arm(100, 0))
    assert nobody.difference == 0 and nobody.ratio is None and nobody.p_value is None
    assert (nobody.always_valid_high or 0) > 0, "no conversions so far are no certainty"
    assert compare_value(Arm(1, 1, 5.0, 25.0), Arm(10, 1, 5.0, 25.0)).difference is None
    assert compare_value(CONTROL, VARIANT).difference is None


@pytest.mark.parametrize("rate", [0.01, 0.08, 0.5])
def test_the_always_valid_interval_holds_at_every_stop(rate: float) -> None:
    rng = np.random.default_rng(4)
    trials, looks, missed = 300, 60, 0
    for _ in range(trials):
        steps = rng.binomial(50, rate, (2, looks)).cumsum(axis=1)
        for look in range(looks):
            low, high = find_always_valid(*(Arm(50 * (look + 1), int(arm[look])) for arm in steps))
            if not low <= 0 <= high:
                missed += 1
                break
    assert missed / trials <= 0.05
