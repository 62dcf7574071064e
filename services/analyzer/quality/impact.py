"""What a stall or a slow start cost: the design of the comparison, as arrays of persons.

Pure. Who went on is looked at from a moment as far into the view as somebody else's stall was: otherwise those who stay
long, and so have more time to meet a stall, would seem to be kept by stalls.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.stats.folds import Lots, draw_uniform

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SLOW_START_MS = 2_000
"""Startup that counts as slow: beyond it nineteen of twenty plays should have begun."""
SOON_LEFT_PLAY_MS = 10_000
"""Who played less than this without reaching the end has left at the start."""
SOON_LEFT_MS = 30_000
"""Who plays nothing later than this after a stall, without reaching the end, has left at it."""


@dataclass(frozen=True, slots=True)
class FirstViews:
    """The first view of each person; times in ms, -1 where there is none.

    `waited_ms` is the startup, or how long was waited for nothing.
    """

    lots: Lots
    t0: Ints
    is_started: Bools
    is_completed: Bools
    is_start_failure: Bools
    played_at: Ints
    last_seen_at: Ints
    stalled_at: Ints
    rebuffers: Ints
    waited_ms: Ints
    play_ms: Ints


@dataclass(frozen=True, slots=True)
class Comparison:
    """Who is compared (`chosen` places, one a row), who met the trouble, from when, and who left after it."""

    chosen: Ints
    treated: Bools
    index_at: Ints
    offset_ms: Ints
    left: Bools


def compare_slow_starts(views: FirstViews) -> Comparison:
    """Return slow starts (or as long a wait for nothing) against quicker ones, from the play instruction on.

    Left out: who gave up before a slow start could be told from a quick one, and plays that failed to start.
    """
    is_slow = views.waited_ms >= SLOW_START_MS
    known = ~views.is_start_failure & (views.waited_ms >= 0) & (views.is_started | is_slow)
    chosen = np.flatnonzero(known)
    left = ~views.is_completed & (views.play_ms < SOON_LEFT_PLAY_MS)
    return Comparison(chosen, is_slow[chosen], views.t0[chosen], np.zeros(len(chosen), dtype=np.int64), left[chosen])


def compare_stalls(views: FirstViews) -> Comparison:
    """Return views with a stall, from its begin, against views that still went on as far in and had had none by then.

    A view whose stall comes later stands on both sides: to leave it out of those who went on would keep, of these, the
    ones who left too early to meet a stall.
    """
    watches = views.is_started & (views.played_at >= 0) & (views.last_seen_at >= 0)
    stalled = watches & (views.stalled_at >= 0)
    since_start = views.stalled_at - views.played_at
    offsets = np.sort(since_start[stalled])
    if not len(offsets):
        nobody = np.empty(0, dtype=np.int64)
        return Comparison(nobody, nobody.astype(bool), nobody, nobody, nobody.astype(bool))
    drawn = offsets[(draw_uniform(views.lots, "stall-moment") * len(offsets)).astype(np.int64)]
    # A stall that was told without its time puts nobody on either side.
    had_none = np.where(stalled, since_start > drawn, views.rebuffers == 0)
    went_on = watches & had_none & (views.last_seen_at >= views.played_at + drawn)
    chosen = np.concatenate([np.flatnonzero(stalled), np.flatnonzero(went_on)])
    treated = np.arange(len(chosen)) < len(offsets)
    offset = np.where(treated, since_start[chosen], drawn[chosen])
    index_at = views.played_at[chosen] + offset
    left = ~views.is_completed[chosen] & (views.last_seen_at[chosen] <= index_at + SOON_LEFT_MS)
    return Comparison(chosen, treated, index_at, offset, left)
