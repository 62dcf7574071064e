"""Splits that mean nothing: sound where the arithmetic is, and found out where it is not."""

import numpy as np
import pytest

from services.analyzer.stats.folds import draw_lots, hash_ids
from services.analyzer.stats.self_check import SelfCheck, compare_split, draw_split, judge_splits

SPLITS = 200


def check(persons: int, rate: float, share: float, salt: str) -> SelfCheck:
    converted = np.random.default_rng(persons).random(persons) < rate
    lots = draw_lots(hash_ids([f"p{number}" for number in range(persons)]), salt)
    found = (compare_split(converted, draw_split(lots, split, share)) for split in range(SPLITS))
    return judge_splits([p_value for p_value in found if p_value is not None])


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_random_splits_are_sound(share: float) -> None:
    for salt in ("a", "b", "c"):
        found = check(4_000, 0.1, share, salt)
        assert (found.verdict, found.splits, found.expected) == ("sound", SPLITS, 0.05)
        assert found.share_low is not None and found.share_high is not None and found.share_significant is not None
        assert found.share_low <= found.share_significant <= found.share_high


def test_splits_are_of_the_asked_size_and_independent() -> None:
    lots = hash_ids([f"p{number}" for number in range(20_000)])
    drawn = np.array([draw_split(lots, split, 0.2) for split in range(40)])
    assert abs(float(drawn.mean()) - 0.2) < 0.002
    together = np.corrcoef(drawn.astype(np.float64)) - np.eye(40)
    assert float(np.abs(together).max()) < 5 / np.sqrt(20_000)
    assert (drawn[7] == draw_split(lots, 7, 0.2)).all()


def test_p_values_that_are_off_are_found_out() -> None:
    even = (np.arange(SPLITS) + 0.5) / SPLITS
    assert judge_splits(list(even)).verdict == "sound"
    assert judge_splits(list(even**3)).verdict == "too_many"
    assert judge_splits(list(0.2 + 0.8 * even)).verdict == "too_few"
    assert judge_splits(list(np.clip(even, 0.04, 0.6))).verdict == "not_uniform"
    few = judge_splits([0.5] * 49)
    assert (few.verdict, few.reason, few.share_significant) == (None, "too_few_conversions", None)
