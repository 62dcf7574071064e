"""When a regular buyer will buy next.

Pure. Never names a date for somebody whose orders keep no rhythm.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from services.analyzer.lifecycle.purchases import join_days
from services.analyzer.lifecycle.stages import Orders

Ints = NDArray[np.int64]
FEWEST_GAPS = 3
MOST_VARIATION = 0.35
"""Standard deviation of the gaps over their mean, up to which they count as regular."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One regular buyer a row: the last purchase, the median gap, the next purchase and its 95 % interval; times."""

    person: Ints
    purchases: Ints
    last: Ints
    gap: Ints
    expected: Ints
    earliest: Ints
    latest: Ints


def expect_purchases(orders: Orders, days: Ints, *, least_minor: int = 0) -> Expected:
    """Return the regular buyers. Orders of one day (of the site: `days` are their starts) are one purchase.

    Purchases worth less than `least_minor` do not count, so that bulk buying has a rhythm of its own. The interval is
    that of one more draw from a normal distribution of gaps (Hahn and Meeker 1991), around the median gap.
    """
    person, ts = _join_days(orders, days, least_minor)
    same = person[1:] == person[:-1]
    owner, gap = person[1:][same], (ts[1:] - ts[:-1])[same]
    buyers, first, count = np.unique(owner, return_index=True, return_counts=True)
    if not len(buyers):
        empty = np.zeros(0, dtype=np.int64)
        return Expected(empty, empty, empty, empty, empty, empty, empty)
    mean = np.add.reduceat(gap, first) / count
    off = (gap - np.repeat(mean, count)) ** 2
    spread = np.sqrt(np.add.reduceat(off, first) / np.maximum(count - 1, 1))
    keep = (count >= FEWEST_GAPS) & (spread <= MOST_VARIATION * mean)
    ranked = gap[np.lexsort((gap, owner))]
    median = (ranked[first + (count - 1) // 2] + ranked[first + count // 2]) / 2
    last = ts[np.searchsorted(person, buyers, side="right") - 1]
    margin = student.ppf(0.975, np.maximum(count - 1, 1)) * spread * np.sqrt(1 + 1 / count)
    expected = last + np.rint(median).astype(np.int64)
    reach = np.rint(margin).astype(np.int64)
    earliest = np.maximum(expected - reach, last)
    return Expected(
        buyers[keep],
        (count[keep] + 1).astype(np.int64),
        last[keep],
        np.rint(median[keep]).astype(np.int64),
        expected[keep],
        earliest[keep],
        (expected + reach)[keep],
    )


def _join_days(orders: Orders, days: Ints, least_minor: int) -> tuple[Ints, Ints]:
    joined = join_days(orders, days)
    large = joined.minor >= least_minor
    return joined.person[large], joined.ts[large]
