"""Draws from counts: they hang on the counts alone, agree with exact posteriors, and find what suits a context."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import beta

from services.analyzer.reports.allocation import ArmInContext, Learner, draw_campaign
from services.analyzer.stats.arrivals import BINS, CLOSED, estimate_arrived
from services.analyzer.stats.bandits import build_generator, draw_rates, draw_worths
from shared.allocation.context import COLUMNS, find_cell
from shared.allocation.draws import read_allocator

MOBILE, DESKTOP = find_cell({"device.type": "mobile"}), find_cell({"device.type": "desktop"})


def make_learner(method: str = "thompson", *arms: str) -> Learner:
    assert method in ("thompson", "contextual")
    named = arms or ("a", "b")
    return Learner("c", "thompson" if method == "thompson" else "contextual", named, (1.0,) * len(named), None)


def make_counts(**arms: tuple[int, int]) -> list[ArmInContext]:
    return [ArmInContext(arm, (), persons, bought, persons) for arm, (persons, bought) in arms.items()]


def test_rates_are_drawn_from_the_beta_posterior() -> None:
    drawn = draw_rates(200, 20, 20_000, build_generator("a"))
    exact = beta(21, 181)
    for level in (0.05, 0.5, 0.95):
        assert np.quantile(drawn, level) == pytest.approx(exact.ppf(level), rel=0.02)
    # More conversions than trials (a window just begun) never breaks.
    assert 0 < draw_rates(0.1, 3, 256, build_generator("b")).mean() < 1


def test_the_same_counts_give_the_same_draws_and_an_arm_does_not_hang_on_the_others() -> None:
    one = draw_campaign("shop", make_learner(), make_counts(a=(100, 5), b=(100, 10)))
    assert one == draw_campaign("shop", make_learner(), make_counts(b=(100, 10), a=(100, 5)))
    assert one != draw_campaign("shop", make_learner(), make_counts(a=(100, 6), b=(100, 10)))
    assert one is not None
    wide = draw_campaign("shop", make_learner("thompson", "a", "b", "c"), make_counts(a=(100, 5), b=(100, 10)))
    assert wide is not None and wide.values[: len(one.values)] == one.values
    assert draw_campaign("shop", make_learner(), []) is None
    contextual = make_learner("contextual")
    rows = [ArmInContext("a", MOBILE, 100, 5, 99.5), ArmInContext("b", DESKTOP, 100, 9, 100)]
    first = draw_campaign("shop", contextual, rows)
    assert first is not None and first == draw_campaign("shop", contextual, rows)


def test_the_model_finds_what_suits_a_context_and_borrows_where_it_knows_nothing() -> None:
    rates = {("a", MOBILE): 0.12, ("b", MOBILE): 0.04, ("a", DESKTOP): 0.04, ("b", DESKTOP): 0.12}
    rows = [ArmInContext(arm, cell, 1_000, int(1_000 * rate), 1_000) for (arm, cell), rate in rates.items()]
    draws = draw_campaign("shop", make_learner("contextual"), rows)
    allocator = read_allocator(draws, ("a", "b"))
    assert allocator is not None
    assert dict(allocator.compute_shares(MOBILE))["a"] > 0.9 and dict(allocator.compute_shares(DESKTOP))["b"] > 0.9
    rows = [ArmInContext("a", MOBILE, 1_000, 150, 1_000), ArmInContext("b", MOBILE, 1_000, 40, 1_000)]
    allocator = read_allocator(draw_campaign("shop", make_learner("contextual"), rows), ("a", "b"))
    assert allocator is not None and dict(allocator.compute_shares(DESKTOP))["a"] > 0.8


def test_the_laplace_draws_are_close_to_the_exact_posterior() -> None:
    counts = np.array([40.0, 70.0])
    drawn = draw_worths(
        np.array([0, 1]), [(), ()], np.array([500.0, 500.0]), counts,
        arms=2, width=len(COLUMNS), draws=20_000, generator=build_generator("x"),
    )  # fmt: skip
    apart = drawn[1, 0] - drawn[0, 0]
    grid = np.linspace(-6, 3, 2_001)
    base, lift = np.meshgrid(grid, np.linspace(-1, 2, 601), indexing="ij")
    # The difference of two N(0, 1) is N(0, 2); the base takes up the rest.
    low, high = base - lift / 2, base + lift / 2
    log_density = (
        40 * low - 500 * np.logaddexp(0, low) + 70 * high - 500 * np.logaddexp(0, high)
        - lift**2 / 4 - (base + np.log((1 - 0.11) / 0.11)) ** 2 / (2 * 9.5)
    )  # fmt: skip
    weight = np.exp(log_density - log_density.max()).sum(axis=0)
    weight /= weight.sum()
    mean = float((lift[0] * weight).sum())
    spread = float(np.sqrt(((lift[0] - mean) ** 2 * weight).sum()))
    assert apart.mean() == pytest.approx(mean, abs=0.02) and apart.std() == pytest.approx(spread, rel=0.05)


def test_nothing_and_certainty_do_not_break_the_model() -> None:
    for bought in (0, 50):
        rows = [ArmInContext(arm, MOBILE, 50, bought, 50) for arm in "ab"]
        allocator = read_allocator(draw_campaign("shop", make_learner("contextual"), rows), ("a", "b"))
        assert allocator is not None
        assert 0.3 < dict(allocator.compute_shares(MOBILE))["a"] < 0.7


def find_bin(elapsed: NDArray[np.float64]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.floor(BINS * np.sqrt(np.minimum(elapsed, 0.999_999))).astype(np.int64)
    return found


def test_open_windows_count_by_what_has_come_so_far() -> None:
    generator = np.random.default_rng(3)
    persons, rate = 200_000, 0.2
    age = generator.uniform(0, 2, persons)
    delay = np.where(generator.uniform(size=persons) < rate, generator.exponential(0.2, persons), np.inf)
    delay[delay > 1] = np.inf
    is_seen = delay <= np.minimum(age, 1)
    age_bin = np.where(age >= 1, CLOSED, find_bin(age))
    converted = np.bincount(find_bin(delay[is_seen]), minlength=BINS + 1).astype(float)
    waiting = np.bincount(age_bin[~is_seen], minlength=BINS + 1).astype(float)
    arrived = estimate_arrived(converted, waiting)
    assert arrived[CLOSED] == 1 and np.all(np.diff(arrived) >= 0)
    true = (1 - np.exp(-0.25 / 0.2)) / (1 - np.exp(-1 / 0.2))
    assert arrived[50] == pytest.approx(true, abs=0.03)
    # By it the youngest show the same rate as all; counted in full they show far less.
    young = age < 0.1
    assert is_seen[young].sum() / arrived[age_bin[young]].sum() == pytest.approx(rate, abs=0.03)
    assert is_seen[young].mean() < 0.6 * rate


def test_without_conversions_everybody_counts_and_the_last_few_decide_nothing() -> None:
    nobody, some = np.zeros(BINS + 1), np.zeros(BINS + 1)
    some[40] = 500
    assert np.all(estimate_arrived(nobody, some) == 1)
    converted, waiting = np.zeros(BINS + 1), np.zeros(BINS + 1)
    converted[5], waiting[60], converted[90] = 20, 400, 1
    arrived = estimate_arrived(converted, waiting)
    assert arrived[30] == pytest.approx(1, abs=0.001) and arrived[CLOSED] == pytest.approx(1)
