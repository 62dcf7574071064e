"""Splits that mean nothing, judged as if they meant something: whether experiments here find only what is there.

Pure; the same persons and salts give the same splits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, kstest

from services.analyzer.stats.experiments import ALPHA, Arm, compute_p_value
from services.analyzer.stats.folds import Lots, draw_uniform

Bools = NDArray[np.bool_]

FEWEST_CONVERSIONS = 100
"""With fewer, a split's p-value takes so few values that their spread says nothing."""
FEWEST_SPLITS = 50
CERTAIN = 0.001
"""How surprising the p-values must be before the check speaks of a fault."""


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """What came of the splits; verdicts: sound, too_many, too_few, not_uniform, and None with a `reason`.

    `ks_p` is the p-value of a Kolmogorov-Smirnov test that the splits' p-values are uniform.
    """

    splits: int
    share_significant: float | None
    expected: float
    share_low: float | None
    share_high: float | None
    ks_p: float | None
    verdict: str | None
    reason: str | None


def draw_split(lots: Lots, split: int, share: float) -> Bools:
    """Return who falls into the smaller side of a split; splits are independent of each other."""
    drawn: Bools = draw_uniform(lots, split) < share
    return drawn


def compare_split(converted: Bools, drawn: Bools) -> float | None:
    """Return the p-value of a split by the estimator that campaigns are compared with."""
    held = Arm(int(drawn.sum()), int((converted & drawn).sum()))
    rest = Arm(len(converted) - held.visitors, int(converted.sum()) - held.conversions)
    return compute_p_value(held, rest) if held.visitors and rest.visitors else None


def judge_splits(p_values: Sequence[float]) -> SelfCheck:
    """Return whether the p-values are what chance alone gives. Reason: too_few_conversions."""
    splits = len(p_values)
    if splits < FEWEST_SPLITS:
        return SelfCheck(splits, None, ALPHA, None, None, None, None, "too_few_conversions")
    significant = sum(p < ALPHA for p in p_values)
    low, high = (float(binom.ppf(tail, splits, ALPHA)) for tail in (CERTAIN / 2, 1 - CERTAIN / 2))
    ks_p = float(kstest(p_values, "uniform").pvalue)
    if significant > high:
        verdict = "too_many"
    elif significant < low:
        verdict = "too_few"
    else:
        verdict = "sound" if ks_p >= CERTAIN else "not_uniform"
    return SelfCheck(splits, significant / splits, ALPHA, low / splits, high / splits, ks_p, verdict, None)
