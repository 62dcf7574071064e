"""Arms compared after taking out the past: right on average, narrower, and honest about it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from statsmodels.api import OLS, add_constant

from services.analyzer.stats.cuped import adjust_difference
from services.analyzer.stats.experiments import Arm, compare_value

RUNS = 400


def draw(
    generator: np.random.Generator, persons: int, effect: float, share: float = 0.8
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """Return spending, who was served, and two things known before that foretell it."""
    known = generator.gamma(1.5, 1.0, (persons, 2))
    served = generator.random(persons) < share
    spent = 3 * known[:, 0] + known[:, 1] + generator.gamma(2, 1.2, persons) + effect * served
    return spent, served, known


def compare_plainly(spent: NDArray[np.float64], served: NDArray[np.bool_]) -> tuple[float, float]:
    arms = [Arm(len(one), 0, float(one.sum()), float((one**2).sum())) for one in (spent[~served], spent[served])]
    found = compare_value(*arms)
    return found.difference or 0.0, (found.ci_high or 0.0) - (found.ci_low or 0.0)


def test_the_adjusted_difference_is_right_on_average_covers_and_is_narrower() -> None:
    generator = np.random.default_rng(5)
    estimates, covered, always, widths = [], 0, 0, []
    for _ in range(RUNS):
        spent, served, known = draw(generator, 300, 0.7)
        found = adjust_difference(spent, served, known)
        assert found.difference is not None and found.ci_low is not None and found.ci_high is not None
        assert found.always_valid_low is not None and found.always_valid_high is not None
        estimates.append(found.difference)
        covered += found.ci_low <= 0.7 <= found.ci_high
        always += found.always_valid_low <= 0.7 <= found.always_valid_high
        widths.append((found.ci_high - found.ci_low) / compare_plainly(spent, served)[1])
        assert found.variance_reduction is not None and found.variance_reduction > 0.4
    error = float(np.std(estimates)) / RUNS**0.5
    assert abs(float(np.mean(estimates)) - 0.7) < 3.3 * error, "unbiased"
    assert 0.915 <= covered / RUNS <= 0.985 and always / RUNS >= 0.95
    assert max(widths) < 0.8, "narrower in every run"


def test_of_conversions_without_an_effect_five_in_a_hundred_are_significant() -> None:
    generator = np.random.default_rng(6)
    significant = 0
    for _ in range(RUNS):
        known = generator.poisson(0.7, (600, 1)).astype(np.float64)
        converted = generator.random(600) < 0.05 + 0.1 * np.minimum(known[:, 0], 4)
        found = adjust_difference(converted, generator.random(600) < 0.7, np.log1p(known))
        assert found.p_value is not None and found.variance_reduction is not None
        significant += found.p_value < 0.05
    assert 0.02 <= significant / RUNS <= 0.085


def test_the_slopes_are_those_of_a_regression_with_arms() -> None:
    spent, served, known = draw(np.random.default_rng(7), 500, 1.0)
    fitted = OLS(spent, add_constant(np.column_stack([served, known]))).fit()
    found = adjust_difference(spent, served, known)
    assert found.difference == pytest.approx(fitted.params[1], rel=1e-9)


def test_a_past_that_foretells_nothing_changes_next_to_nothing() -> None:
    generator = np.random.default_rng(8)
    spent, served, _ = draw(generator, 2_000, 0.5)
    found = adjust_difference(spent, served, generator.normal(size=(2_000, 3)))
    plain, width = compare_plainly(spent, served)
    assert found.difference == pytest.approx(plain, abs=width / 10)
    assert found.variance_reduction == pytest.approx(0, abs=0.02)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 50), st.floats(-1e4, 1e4))
def test_units_of_the_past_and_the_order_of_persons_do_not_matter(seed: int, factor: float, shift: float) -> None:
    generator = np.random.default_rng(seed)
    spent, served, known = draw(generator, 120, 0.4, 0.6)
    found = adjust_difference(spent, served, known)
    again = generator.permutation(120)
    other = adjust_difference(spent[again], served[again], (known * factor + shift)[again])
    for name in ("difference", "ci_low", "ci_high", "always_valid_high", "variance_reduction"):
        assert getattr(other, name) == pytest.approx(getattr(found, name), rel=1e-6, abs=1e-6)
    spent_more = adjust_difference(spent * factor, served, known)
    assert spent_more.ci_low == pytest.approx((found.ci_low or 0) * factor, rel=1e-6, abs=1e-6)


def test_what_cannot_be_said_has_a_reason() -> None:
    served = np.arange(200) < 150
    known = np.arange(200.0)[:, None]
    bought = np.arange(200) % 4 == 0
    assert adjust_difference(bought[:160], served[:160], known[:160]).reason == "too_few_persons"
    assert adjust_difference(np.arange(200) < 9, served, known).reason == "too_few_conversions"
    assert adjust_difference(bought, served, np.ones((200, 3))).reason == "nothing_known_before"
    assert adjust_difference(np.ones(200), served, known).reason == "no_variation"
    doubled = adjust_difference(bought, served, np.hstack([known, known]))
    assert doubled.difference == pytest.approx(adjust_difference(bought, served, known).difference)


def test_a_past_that_is_alike_for_all_says_nothing_whatever_its_digits() -> None:
    """The spread of amounts that are alike is not quite 0: sums round."""
    served = np.arange(3_000) < 2_000
    bought = np.arange(3_000) % 4 == 0
    alike = np.full((3_000, 2), np.log1p(4.0))
    assert adjust_difference(bought, served, alike).reason == "nothing_known_before"
    known = np.arange(3_000.0)[:, None]
    assert adjust_difference(bought, served, np.hstack([known, alike])) == adjust_difference(bought, served, known)
