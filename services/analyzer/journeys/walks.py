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
_SLOTS = 64
"""A power of two."""


@dataclass(frozen=True)
class Walks:
    """Steps of `persons` places, ordered by (place, turn). `product` 0 is none; `after` says on which side of the
    moment a step lies, `since_ms` how long after it.
    """

    persons: int
    place: Ints
    token: NDArray[np.integer[Any]]
    since_ms: Ints
    product: NDArray[np.uint64]
    after: Bools

    def take(self, keep: Bools) -> "Walks":
        """Return only the steps of `keep`; places stay."""
        rows = np.flatnonzero(keep)
        return Walks(
            self.persons,
            self.place.take(rows),
            self.token.take(rows),
            self.since_ms.take(rows),
            self.product.take(rows),
            self.after.take(rows),
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
    changes = np.flatnonzero(_find_changes(walks))
    is_later, place, token = walks.after[changes], walks.place[changes], walks.token[changes]
    sides: list[Ints] = []
    for is_after, most in ((False, before), (True, after)):
        side = np.flatnonzero(is_later == is_after)
        own = place[side]
        counts = np.bincount(own, minlength=walks.persons)
        first = np.cumsum(counts) - counts
        # Of those after the moment the first ones are taken, of those before it the last ones.
        column = np.arange(len(side)) - (first if is_after else first + counts - most)[own]
        within = np.flatnonzero((column >= 0) & (column < most))
        matrix = np.full((walks.persons, most), NO_STEP, dtype=np.int64)
        matrix[own[within], column[within]] = token[side[within]]
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
    steps = np.bincount(walks.place[walks.after], minlength=walks.persons)
    seen = np.flatnonzero(walks.after & (walks.token == viewing) & (walks.product != 0))
    place, product = walks.place[seen], walks.product[seen]
    changed = np.ones(len(seen), dtype=bool)
    changed[1:] = (place[1:] != place[:-1]) | (product[1:] != product[:-1])
    turned = np.bincount(place[changed], minlength=walks.persons)
    distinct = _count_distinct(place, product, walks.persons)
    # Whoever turns to a product for the first time has changed, too: all other changes are returns.
    return Wandering(steps, distinct, turned - distinct)


def _count_distinct(place: Ints, thing: NDArray[np.uint64], places: int) -> Ints:
    """Return how many different things (none is 0) each place has.

    A few slots for each place settle most of them without sorting: of the things of a slot one stays. The others are
    sorted.
    """
    table = np.zeros((places, _SLOTS), dtype=np.uint64)
    slot = (thing & np.uint64(_SLOTS - 1)).astype(np.int64)
    table[place, slot] = thing
    left = np.flatnonzero(table[place, slot] != thing)
    place, thing = place[left], thing[left]
    order = np.lexsort((thing, place))
    place, thing = place[order], thing[order]
    is_new = np.ones(len(left), dtype=bool)
    is_new[1:] = (place[1:] != place[:-1]) | (thing[1:] != thing[:-1])
    distinct: Ints = np.count_nonzero(table, axis=1) + np.bincount(place[is_new], minlength=places)
    return distinct
