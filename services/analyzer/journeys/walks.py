"""The steps of persons around one moment each (a view, or a like moment of somebody who did not view).

Pure: arrays in, arrays out; a person is a place, its steps lie together in order of time.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

NO_STEP = -1
NEVER = int(np.iinfo(np.int64).max)


@dataclass(frozen=True)
class Walks:
    """Steps of `persons` places, ordered by (place, turn). `product` 0 is none; `after` says on which side of the
    moment a step lies, `since_ms` how long after it.
    """

    persons: int
    place: Ints
    token: Ints
    since_ms: Ints
    product: NDArray[np.uint64]
    after: Bools

    def take(self, keep: Bools) -> "Walks":
        """Return only the steps of `keep`; places stay."""
        return Walks(
            self.persons, self.place[keep], self.token[keep], self.since_ms[keep], self.product[keep], self.after[keep]
        )


def find_first(walks: Walks, token: int) -> Ints:
    """Return when each person first made the step `token` after the moment (and not in it), NEVER if never."""
    first = np.full(walks.persons, NEVER, dtype=np.int64)
    made = (walks.token == token) & walks.after & (walks.since_ms > 0)
    np.minimum.at(first, walks.place[made], walks.since_ms[made])
    return first


def cut_walks(walks: Walks, horizon_ms: Ints) -> Walks:
    """Return the steps before each person's horizon; a step in the same millisecond as a purchase is not before it."""
    return walks.take(~walks.after | (walks.since_ms < horizon_ms[walks.place]))


def align_steps(walks: Walks, *, before: int, after: int) -> tuple[Ints, Ints]:
    """Return two matrices (persons x steps) of tokens: the last ones before the moment, the first ones after it.

    Adjacent repeats are one step. Before: the last column is the step nearest to the moment. NO_STEP fills up.
    """
    kept = walks.take(_find_changes(walks))
    sides: list[Ints] = []
    for is_after, most in ((False, before), (True, after)):
        side = kept.take(kept.after == is_after)
        counts = np.bincount(side.place, minlength=side.persons)
        first = np.cumsum(counts) - counts
        rank = np.arange(len(side.place)) - first[side.place]
        column = rank if is_after else most - counts[side.place] + rank
        within = (column >= 0) & (column < most)
        matrix = np.full((side.persons, most), NO_STEP, dtype=np.int64)
        matrix[side.place[within], column[within]] = side.token[within]
        sides.append(matrix)
    return sides[0], sides[1]


def _find_changes(walks: Walks) -> Bools:
    """Return which steps differ from the person's step before them on the same side."""
    changes = np.ones(len(walks.place), dtype=bool)
    same = (
        (walks.place[1:] == walks.place[:-1])
        & (walks.after[1:] == walks.after[:-1])
        & (walks.token[1:] == walks.token[:-1])
    )
    changes[1:] = ~same
    return changes


@dataclass(frozen=True)
class Wandering:
    """What each person did after the moment: steps, different products, and returns to a product seen before."""

    steps: Ints
    products: Ints
    returns: Ints


def measure_wandering(walks: Walks, viewing: int) -> Wandering:
    """Return the measures of every person's steps after the moment; `viewing` is the token of a product view."""
    rows = walks.take(walks.after)
    steps = np.bincount(rows.place, minlength=rows.persons)
    seen = rows.take((rows.token == viewing) & (rows.product != 0))
    place, product = seen.place, seen.product
    order = np.lexsort((np.arange(len(place)), product, place))
    is_new = np.ones(len(place), dtype=bool)
    is_new[order[1:]] = (place[order[1:]] != place[order[:-1]]) | (product[order[1:]] != product[order[:-1]])
    changed = np.ones(len(place), dtype=bool)
    changed[1:] = (place[1:] != place[:-1]) | (product[1:] != product[:-1])
    count: Any = lambda chosen: np.bincount(place[chosen], minlength=rows.persons)  # noqa: E731
    return Wandering(steps.astype(np.int64), count(is_new).astype(np.int64), count(changed & ~is_new).astype(np.int64))
