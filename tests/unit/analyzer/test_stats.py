"""Statistics shared by the reports: against other libraries, and in the corners where no figure can be given."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from services.analyzer.stats.effects import Effect, estimate_effect, widen
from services.analyzer.stats.folds import assign_folds, draw_uniform, hash_ids
from services.analyzer.stats.logistic import Logistic, fit_logistic
from services.analyzer.stats.multiple import adjust_p_values
from services.analyzer.stats.normal import Z95

LOTS = hash_ids([f"person-{place}" for place in range(6_000)])


def test_lots_are_spread_evenly_and_stay_the_same() -> None:
    values = draw_uniform(LOTS, "part")
    assert ((values >= 0) & (values < 1)).all()
    counts, _ = np.histogram(values, bins=10, range=(0, 1))
    assert counts.min() > 500 and counts.max() < 700
    assert (draw_uniform(LOTS[::-1], "part")[::-1] == values).all(), "the order makes no difference"
    assert abs(np.corrcoef(values, draw_uniform(LOTS, "fold"))[0, 1]) < 0.05, "another salt, other numbers"
    first, second = draw_uniform(LOTS, 1), draw_uniform(LOTS, 2**63 + 5)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.05, "numbers are salts too"
    assert set(assign_folds(LOTS, 3, "fold")) == {0, 1, 2}


def test_logistic_agrees_with_statsmodels() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(2_000, 4)) * [1, 10, 0.1, 1] + [0, 5, 0, 100]
    outcome = rng.random(2_000) < 1 / (1 + np.exp(-(0.5 * features[:, 0] - 0.1 * features[:, 1])))
    ours = fit_logistic(features, outcome, ridge=1e-6)
    theirs = sm.Logit(outcome.astype(float), sm.add_constant(features)).fit(disp=False)
    assert ours.coefficients == pytest.approx(theirs.params[1:], rel=1e-3)
    assert ours.predict(features) == pytest.approx(theirs.predict(sm.add_constant(features)), abs=1e-4)


def test_logistic_keeps_its_head_where_nothing_varies_and_where_all_is_told() -> None:
    features = np.column_stack([np.ones(100), np.arange(100.0)])
    assert fit_logistic(features, np.zeros(100)).predict(features).max() < 0.01
    assert fit_logistic(features, np.ones(100)).predict(features).min() > 0.99
    told = fit_logistic(features, np.arange(100) >= 50).predict(features)
    assert np.isfinite(told).all() and told[0] < 0.1 and told[-1] > 0.9


@pytest.mark.parametrize("ridge", [1e-3, 0.3, 30.0])
def test_logistic_takes_a_feature_told_twice_for_one_with_half_the_ridge(ridge: float) -> None:
    """On either side of what single precision can tell."""
    rng = np.random.default_rng(7)
    once = rng.standard_normal((20_000, 2))
    outcome = rng.random(20_000) < 1 / (1 + np.exp(2 - 3 * once[:, 0]))
    twice = fit_logistic(np.repeat(once, 2, axis=1), outcome, ridge=ridge).predict(np.repeat(once, 2, axis=1))
    assert twice == pytest.approx(fit_logistic(once, outcome, ridge=ridge / 2).predict(once), abs=1e-9)


def test_logistic_comes_to_the_same_from_wherever_it_starts() -> None:
    rng = np.random.default_rng(5)
    features = np.column_stack([rng.normal(size=(2_000, 3)) * [1, 50, 0.1], np.ones(2_000)])
    outcome = rng.random(2_000) < 1 / (1 + np.exp(-2 * features[:, 0]))
    cold = fit_logistic(features, outcome)
    near = fit_logistic(features[200:], outcome[200:])
    far = Logistic(np.array([-9.0, 0.3, 40.0, 2.0]), 5.0)
    for start in (near, far, cold):
        warm = fit_logistic(features, outcome, start=start)
        assert warm.predict(features) == pytest.approx(cold.predict(features), rel=1e-9)
    assert cold.coefficients[3] == 0, "what never varies has no part"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_q_values_are_those_of_statsmodels(p_values: list[float]) -> None:
    expected = multipletests(p_values, method="fdr_bh")[1]
    assert adjust_p_values(p_values) == pytest.approx(list(expected))
    assert adjust_p_values([None, *p_values, None])[1:-1] == pytest.approx(list(expected))


def test_an_effect_is_freed_of_what_makes_people_choose() -> None:
    rng = np.random.default_rng(2)
    want = rng.normal(size=6_000)
    did = rng.random(6_000) < 1 / (1 + np.exp(-want))
    chance = np.clip(0.15 + 0.05 * want + 0.06 * did, 0, 1)
    outcome = rng.random(6_000) < chance
    found = estimate_effect(outcome, did, want[:, None], assign_folds(LOTS, 3, "fold"))
    raw = outcome[did].mean() - outcome[~did].mean()
    assert found.estimate is not None and found.ci_low is not None and found.ci_high is not None
    assert found.ci_low < 0.06 < found.ci_high and raw > found.ci_high
    assert found.mean_treated == pytest.approx((found.mean_untreated or 0) + found.estimate)
    assert (found.treated, found.untreated) == (did.sum(), (~did).sum())


def test_an_effect_on_amounts() -> None:
    rng = np.random.default_rng(3)
    want = rng.normal(size=6_000)
    did = rng.random(6_000) < 1 / (1 + np.exp(-want))
    found = estimate_effect(50 + 20 * want + 7 * did, did, want[:, None], assign_folds(LOTS, 3, "fold"))
    assert found.estimate == pytest.approx(7, abs=0.1)


@pytest.mark.parametrize(
    ("did", "outcome", "reason"),
    [
        (np.arange(6_000) < 20, np.arange(6_000) % 7 == 0, "too_few_viewers"),
        (np.arange(6_000) < 3_000, np.arange(6_000) < 5, "no_conversions"),
        (np.arange(6_000) < 3_000, np.arange(6_000) % 7 == 0, "no_overlap"),
    ],
)
def test_no_figure_without_support(did: np.ndarray, outcome: np.ndarray, reason: str) -> None:
    confounders = np.where(np.arange(6_000) < 3_000, 1.0, 0.0)[:, None] * 100
    found = estimate_effect(outcome, did, confounders, assign_folds(LOTS, 3, "fold"), ridge=0.01)
    assert (found.estimate, found.ci_low, found.p_value, found.reason) == (None, None, None, reason)


@given(st.floats(-0.2, 0.2), st.floats(0.001, 0.05), st.floats(0, 0.05), st.floats(-0.05, 0.05))
def test_a_widened_interval_holds_that_of_every_bias_up_to_the_lean(
    estimate: float, error: float, spread: float, lean: float
) -> None:
    given_effect = Effect(estimate, estimate - Z95 * error, estimate + Z95 * error, 0.5, 0.1, 0.1, 100, 100, 1.0, None)
    found = widen(given_effect, spread, lean)
    assert found.ci_low is not None and found.ci_high is not None and found.p_value is not None
    half = Z95 * float(np.hypot(error, spread))
    for bias in (0.0, lean / 2, lean):
        assert found.ci_low <= estimate - bias - half + 1e-12 and found.ci_high >= estimate - bias + half - 1e-12
    assert found.ci_high - found.ci_low == pytest.approx(2 * half + abs(lean))
    assert found.estimate == estimate
    # What speaks for an effect is only what is left beyond the bias.
    assert (found.p_value < 0.05) == (found.ci_low > 0 or found.ci_high < 0) or abs(estimate) < 1e-9
    less = widen(given_effect, spread, lean / 2)
    assert less.p_value is not None and less.p_value <= found.p_value + 1e-12
