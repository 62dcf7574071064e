"""Medoids: those members of a group that are least apart from all the others.

Pure. Distances are those of Gower (1971, "A general coefficient of similarity"): city-block in scaled numbers, 0 or 1
in kinds.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def rank_by_distance(numbers: Floats, kinds: Sequence[Sequence[str | None]] = ()) -> NDArray[np.int64]:
    """Return the places of the members, the medoid first: by the sum of each one's distances to all, equals by place.

    `numbers` is members x features, each divided here by its spread; `kinds` has a value for each member. Exact, and
    without pairs: city-block distances add up feature by feature, and those of one feature by sorting it.
    """
    total = np.zeros(len(numbers))
    for column in numbers.T:
        spread = float(column.std()) if len(column) else 0.0
        if spread > 0:
            total += _sum_distances(column / spread)
    for kind in kinds:
        counts = Counter(kind)
        total += len(kind) - np.fromiter(map(counts.__getitem__, kind), dtype=np.float64, count=len(kind))
    return np.lexsort((np.arange(len(total)), np.round(total, 9)))


def _sum_distances(values: Floats) -> Floats:
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    below = np.cumsum(ranked)
    count = len(values)
    sums = np.empty(count)
    sums[order] = ranked * (2 * np.arange(count) + 2 - count) + below[-1] - 2 * below
    return sums
