"""Off-policy evaluation: the truth of a known world, by hand, and its warnings."""

import numpy as np
import pytest

from services.analyzer.stats.off_policy import Evaluation, estimate_gain, evaluate_policy


def simulate(rng: np.random.Generator, rows: int) -> tuple[Evaluation, float]:
    """Log a policy that prefers arm 0; evaluate one that prefers arm 2."""
    means, logged, target = np.array([0.1, 0.2, 0.4]), np.array([0.6, 0.2, 0.2]), np.array([0.1, 0.2, 0.7])
    action = rng.choice(3, rows, p=logged)
    reward = (rng.random(rows) < means[action]).astype(float)
    guessed = means + np.array([0.05, -0.03, 0.02])
    found = evaluate_policy(
        reward, logged[action], target[action], guessed[action], np.full(rows, float(guessed @ target))
    )
    return found, float(means @ target)


def test_intervals_cover_the_truth() -> None:
    rng = np.random.default_rng(1)
    covered = {"ips": 0, "snips": 0, "dr": 0}
    for _ in range(300):
        found, truth = simulate(rng, 800)
        for name in covered:
            one = getattr(found, name)
            covered[name] += one.ci_low <= truth <= one.ci_high
    assert all(270 <= count <= 298 for count in covered.values()), covered
    assert found.warnings == []


def test_by_hand() -> None:
    found = evaluate_policy(np.array([1.0, 0.0, 2.0]), np.array([0.5, 0.5, 0.25]), np.array([1.0, 0.0, 0.5]))
    assert (found.ips.estimate, found.snips.estimate) == pytest.approx((2.0, 1.5))
    assert (found.ess, found.max_weight, found.mean_weight) == pytest.approx((2.0, 2.0, 4 / 3))
    assert found.dr is None
    assert found.warnings == ["low_ess", "mean_weight_off"]


def test_the_same_policy_is_its_own_mean_and_one_row_has_no_interval() -> None:
    reward = np.arange(500.0)
    same = evaluate_policy(reward, np.full(500, 0.3), np.full(500, 0.3))
    assert same.ips.estimate == same.snips.estimate == reward.mean() and same.warnings == []
    one = evaluate_policy(np.array([1.0]), np.array([0.5]), np.array([0.5]))
    assert one.ips.estimate == 1.0 and one.ips.ci_low is None


def test_thin_support_is_said() -> None:
    propensity, target = np.full(1_000, 0.5), np.full(1_000, 0.5)
    propensity[0], target[0] = 0.001, 1.0
    assert evaluate_policy(np.ones(1_000), propensity, target).warnings == [
        "low_ess",
        "large_weight",
        "mean_weight_off",
    ]
    nothing = evaluate_policy(np.ones(10), np.full(10, 0.5), np.zeros(10))
    assert nothing.snips.estimate is None and nothing.ips.estimate == 0
    with pytest.raises(ValueError, match="no rows"):
        evaluate_policy(np.array([]), np.array([]), np.array([]))


def test_the_gain_over_the_logged_policy_is_covered() -> None:
    generator = np.random.default_rng(12)
    rates, logged, target = np.array([0.1, 0.3, 0.2]), np.array([0.5, 0.2, 0.3]), np.array([0.1, 0.8, 0.1])
    truth = float((rates * target).sum() - (rates * logged).sum())
    covered = 0
    for _ in range(400):
        action = generator.choice(3, 800, p=logged)
        reward = (generator.random(800) < rates[action]).astype(np.float64)
        gain = estimate_gain(reward, logged[action], target[action])
        assert gain.ci_low is not None and gain.ci_high is not None
        covered += gain.ci_low <= truth <= gain.ci_high
    assert 0.915 <= covered / 400 <= 0.985


def test_the_logged_policy_gains_nothing_and_an_untried_one_is_not_told() -> None:
    reward, propensity = np.array([1.0, 0.0, 1.0, 1.0]), np.array([0.5, 0.5, 0.25, 0.25])
    same = estimate_gain(reward, propensity, propensity)
    assert (same.estimate, same.ci_low, same.ci_high) == pytest.approx((0, 0, 0))
    assert estimate_gain(reward, propensity, np.zeros(4)).estimate is None
    assert estimate_gain(*np.empty((3, 0))).estimate is None
