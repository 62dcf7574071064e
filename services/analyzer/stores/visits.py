"""Visits to stores, counted until a purchase, and those that no purchase followed.

Pure. Never counts a visit for two purchases.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.clock import DAY_MS, Millis

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits in the order (person, time)."""

    person: Ints
    ts: Ints
    store: Ints


@dataclass(frozen=True, slots=True)
class Purchases:
    """Purchases in the order (person, time); person -1 never visited. `minor`: worth, only where `is_valued`."""

    person: Ints
    ts: Ints
    minor: Ints
    is_valued: Bools
    store: Ints


@dataclass(frozen=True, slots=True)
class OpenVisits:
    """One person a row who came and did not buy, by person."""

    person: Ints
    visits: Ints
    stores: Ints
    first: Ints
    last: Ints
    last_store: Ints
    score: Floats


def keep_once(visits: Visits, day: Ints, has_id: Bools) -> Bools:
    """Return which visits count: all that have an id (the store has each once), else one a person, store and day."""
    keep = has_id.copy()
    unnamed = np.flatnonzero(~has_id)
    keys = np.stack([visits.person[unnamed], visits.store[unnamed], day[unnamed]])
    _, first = np.unique(keys, axis=1, return_index=True)
    keep[unnamed[first]] = True
    return keep


def count_until_purchase(visits: Visits, purchases: Purchases, within_ms: Millis) -> Ints:
    """Return for each purchase its person's visits since the purchase before, at most `within_ms` back.

    A visit at the moment of a purchase leads to it, one exactly `within_ms` before no longer does.
    """
    since = purchases.ts - within_ms
    same = np.zeros(len(since), dtype=bool)
    same[1:] = purchases.person[1:] == purchases.person[:-1]
    before = np.roll(purchases.ts, 1)
    since[same] = np.maximum(since, before)[same]
    # One sorted key of person and time; times become ranks so that it cannot overflow.
    times = np.unique(np.concatenate([visits.ts, purchases.ts, since]))

    def key(person: Ints, at: Ints) -> Ints:
        return person * len(times) + np.searchsorted(times, at)

    visited = key(visits.person, visits.ts)
    until = np.searchsorted(visited, key(purchases.person, purchases.ts), side="right")
    counted: Ints = (until - np.searchsorted(visited, key(purchases.person, since), side="right")).astype(np.int64)
    return counted


def find_open_visits(
    visits: Visits, purchases: Purchases, since: Millis, until: Millis, half_life_days: float
) -> OpenVisits:
    """Return who visited in [since, until) and bought nothing in it.

    The score is a point a visit, halved for every `half_life_days` that it lies back at `until`.
    """
    bought = purchases.person[(purchases.ts >= since) & (purchases.ts < until)]
    inside = (visits.ts >= since) & (visits.ts < until) & ~np.isin(visits.person, bought)
    person, ts, store = visits.person[inside], visits.ts[inside], visits.store[inside]
    owner, first, count = np.unique(person, return_index=True, return_counts=True)
    points = 2.0 ** (-(until - ts) / (half_life_days * DAY_MS))
    pairs = np.unique(np.stack([person, store]), axis=1)[0]
    last = first + count - 1
    return OpenVisits(
        owner,
        count.astype(np.int64),
        np.unique(pairs, return_counts=True)[1].astype(np.int64),
        ts[first],
        ts[last],
        store[last],
        np.add.reduceat(points, first) if len(first) else points,
    )


def rank_open_visits(found: OpenVisits) -> Ints:
    """Return the rows of `found`, the highest score first; equals by the latest visit, then by person."""
    return np.lexsort((found.person, -found.last, -found.score)).astype(np.int64)
