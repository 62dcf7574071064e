"""Arms with chances that differed: as the plain comparison where they did not, unbiased and honest where they did."""

import numpy as np
import pytest

from services.analyzer.stats.experiments import Arm, compare_conversion
from services.analyzer.stats.weighted import WeightedArm, compare_weighted


def test_even_chances_give_the_plain_comparison() -> None:
    control, variant = np.repeat([1.0, 0.0], [40, 460]), np.repeat([1.0, 0.0], [70, 430])
    chance = np.full(500, 0.25)
    found = compare_weighted(WeightedArm(control, chance), WeightedArm(variant, chance), is_rate=True)
    plain = compare_conversion(Arm(500, 40), Arm(500, 70))
    assert found.difference == pytest.approx(plain.difference)
    assert found.ci_low == pytest.approx(plain.ci_low, rel=0.01) and found.p_value == pytest.approx(
        plain.p_value, rel=0.05
    )
    assert found.always_valid_low == pytest.approx(plain.always_valid_low, rel=0.01)
    assert found.chance_to_win is None


def test_shares_that_moved_with_the_times_do_not_mix_into_the_difference() -> None:
    covered, weighted, raw = 0, [], []
    for run in range(200):
        generator = np.random.default_rng(run)
        # Half a year of low season at 15 % of visitors, then high season at 80 %: the variant itself does nothing.
        chance = np.repeat([0.15, 0.8], 2_000)
        rate = np.repeat([0.05, 0.15], 2_000)
        lot = generator.uniform(size=4_000)
        held, got = lot < 0.1, (lot >= 0.1) & (lot < 0.1 + 0.9 * chance)
        outcome = (generator.uniform(size=4_000) < rate).astype(float)
        found = compare_weighted(
            WeightedArm(outcome[held], np.full(held.sum(), 0.1)),
            WeightedArm(outcome[got], 0.9 * chance[got]),
            is_rate=True,
        )
        assert found.ci_low is not None and found.ci_high is not None and found.difference is not None
        covered += found.ci_low <= 0 <= found.ci_high
        weighted.append(found.difference)
        raw.append(outcome[got].mean() - outcome[held].mean())
    assert abs(np.mean(weighted)) < 0.004 and np.mean(raw) > 0.02
    assert 180 <= covered <= 199


def test_no_conversions_are_no_certainty_and_nobody_gives_nothing() -> None:
    nothing = WeightedArm(np.zeros(40), np.full(40, 0.5))
    found = compare_weighted(nothing, nothing, is_rate=True)
    assert found.p_value is None and found.always_valid_high is not None and found.always_valid_high > 0.05
    alone = WeightedArm(np.ones(1), np.ones(1))
    assert compare_weighted(alone, nothing, is_rate=False).difference is None
