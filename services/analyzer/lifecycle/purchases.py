"""What the models of repeat buying know of a customer: how often, how lately, since when, and for how much.

Pure. Never counts two orders of one day as two purchases.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.lifecycle.calendar import find_units
from services.analyzer.lifecycle.stages import Ints, Orders
from shared.clock import DAY_MS, Millis

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Buying:
    """One buyer a row. `frequency`: purchases after the first; `recency`, `age`: days from the first to last, to now.

    `valued`: those of the purchases after the first whose worth is known; `mean_value`: what they are worth, minor
    units, 0 without any.
    """

    person: Ints
    frequency: Floats
    recency: Floats
    age: Floats
    valued: Floats
    mean_value: Floats


def join_days(orders: Orders, days: Ints) -> Orders:
    """Return one purchase a customer and day of the site (`days`: their starts), worth what its orders are together."""
    day = find_units(orders.ts, days)
    opens = np.ones(len(day), dtype=bool)
    opens[1:] = (orders.person[1:] != orders.person[:-1]) | (day[1:] != day[:-1])
    first = np.flatnonzero(opens)
    if not len(first):
        return orders
    return Orders(orders.person[first], orders.ts[first], np.add.reduceat(orders.minor, first))


def sum_buying(purchases: Orders, until: Millis) -> Buying:
    """Return the buyers as they stand at `until`, O(purchases); all purchases are before it."""
    person, first, count = np.unique(purchases.person, return_index=True, return_counts=True)
    if not len(person):
        none = np.zeros(0)
        return Buying(person, none, none, none, none, none)
    is_first = np.zeros(len(purchases.ts), dtype=bool)
    is_first[first] = True
    minor = np.where(is_first, 0, np.maximum(purchases.minor, 0))
    valued = np.add.reduceat((minor > 0).astype(np.float64), first)
    worth = np.add.reduceat(minor.astype(np.float64), first)
    begun, last = purchases.ts[first], purchases.ts[first + count - 1]
    return Buying(
        person,
        (count - 1).astype(np.float64),
        (last - begun) / DAY_MS,
        (until - begun) / DAY_MS,
        valued,
        np.divide(worth, valued, out=np.zeros(len(worth)), where=valued > 0),
    )
