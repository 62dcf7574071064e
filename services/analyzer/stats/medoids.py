"""Medoids: those members of a group that are least apart from all the others.

Pure. Distances are those of Gower (1971, "A general coefficient of similarity"): city-block in scaled numbers, 0 or 1
in kinds.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Kind = Sequence[object] | NDArray[np.int64]
"""What each member is, or its place among the names of that."""


def rank_by_distance(numbers: Floats, kinds: Sequence[Kind] = ()) -> NDArray[np.int64]:
    """Return the places of the members, the medoid first: by `sum_distances`, equals by place."""
    return np.argsort(sum_distances(numbers, kinds), kind="stable").astype(np.int64)


def sum_distances(numbers: Floats, kinds: Sequence[Kind] = ()) -> Floats:
    """Return the sum of each member's distances to all others, alike for members that are alike, in whatever order.

    `numbers` is members x features, each divided here by its spread; `kinds` has a value for each member. Exact, and
    without pairs: city-block distances add up feature by feature, and those of one feature by sorting it.
    """
    total = np.zeros(len(numbers))
    for column in numbers.T:
        total += _sum_apart(column)
    for kind in kinds:
        total += len(numbers) - _count_alike(kind)
    result: Floats = np.round(total, 9)
    return result


def _count_alike(kind: Kind) -> Floats:
    names: dict[object, int] = {}
    places = kind if isinstance(kind, np.ndarray) else [names.setdefault(one, len(names)) for one in kind]
    counts: Floats = np.bincount(places)[places].astype(np.float64) if len(places) else np.zeros(0)
    return counts


def _sum_apart(column: Floats) -> Floats:
    values, places, counts = np.unique(column, return_inverse=True, return_counts=True)
    count = len(column)
    spread = float(np.sqrt(counts @ (values - counts @ values / count) ** 2 / count)) if len(values) > 1 else 0.0
    if not spread > 0:
        return np.zeros(count)
    scaled = values / spread
    until, below = np.cumsum(counts), np.cumsum(counts * scaled)
    sums: Floats = (scaled * (2 * until - count) + below[-1] - 2 * below)[places]
    return sums
