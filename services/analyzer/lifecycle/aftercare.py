"""What buyers did after a purchase: what they were shown, what they watched, whether they came back and bought again.

Pure. Never sets watching before a purchase against what came after it, nor calls a raw difference an effect.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from services.analyzer.lifecycle.advocacy import NEVER
from services.analyzer.lifecycle.stages import Ints
from services.analyzer.stats.waiting import Reached, estimate_reached, subtract_reached
from shared.clock import DAY_MS, Millis

BACK_DAYS, AGAIN_DAYS = 30, 90
BACK_BY = (7.0, 14.0, 30.0)
AGAIN_BY = (14.0, 30.0, 60.0, 90.0)
LANDMARK_DAYS = 14
"""Who watched within these days is compared with who did not; those who bought again before are in neither."""
FEWEST_A_SIDE = 30
"""Fewer persons than this on one side, and no difference is given."""


@dataclass(frozen=True, slots=True)
class Buyers:
    """One buyer a row, from the first purchase of the window on (`bought`); NEVER for what has not happened.

    `prompted`, `viewed`, `watched`: the first time after it, within the days that content counts for; watched is an
    engaged view. `back`: the begin of the first visit after it, `again`: the next purchase. `seconds`: played after it.
    """

    bought: Ints
    prompted: Ints
    viewed: Ints
    watched: Ints
    back: Ints
    again: Ints
    seconds: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many buyers so far; `back_open`, `again_open`: those who did not yet, and still have days to."""

    buyers: int
    prompted: int
    viewed: int
    delivered: int
    watched: int
    came_back: int
    back_open: int
    bought_again: int
    again_open: int


@dataclass(frozen=True, slots=True)
class Contrast:
    """Who watched in the first days against who did not: purchases after those days, by day since the first.

    `day`, `difference`: at the last day that both were followed to; None with a `reason` without one.
    """

    watched: list[Reached]
    not_watched: list[Reached]
    persons: tuple[int, int]
    before_landmark: int
    day: float | None
    difference: float | None
    ci_low: float | None
    ci_high: float | None
    reason: str | None


def count_buyers(buyers: Buyers, now: Millis) -> Counts:
    """Return the counts at `now`."""
    back, again = (
        (at < NEVER) & (at - buyers.bought <= days * DAY_MS)
        for at, days in ((buyers.back, BACK_DAYS), (buyers.again, AGAIN_DAYS))
    )
    age = now - buyers.bought
    prompted, viewed = buyers.prompted < NEVER, buyers.viewed < NEVER
    return Counts(
        len(buyers.bought),
        int(prompted.sum()),
        int(viewed.sum()),
        int((prompted | viewed).sum()),
        int((buyers.watched < NEVER).sum()),
        int(back.sum()),
        int((~back & (age < BACK_DAYS * DAY_MS)).sum()),
        int(again.sum()),
        int((~again & (age < AGAIN_DAYS * DAY_MS)).sum()),
    )


def follow_back(buyers: Buyers, now: Millis) -> list[Reached]:
    """Return how many had come back by some days."""
    return estimate_reached(*_wait(buyers.bought, buyers.back, now), BACK_BY)


def follow_again(buyers: Buyers, now: Millis) -> list[Reached]:
    """Return how many had bought again by some days."""
    return estimate_reached(*_wait(buyers.bought, buyers.again, now), AGAIN_BY)


def contrast_watchers(buyers: Buyers, now: Millis) -> Contrast:
    """Return the raw contrast from the landmark on (Anderson, Cain and Gelber 1983), so that nobody who bought again
    at once passes for one who would not watch. Reasons: nobody_followed, nobody_watched, everybody_watched,
    too_few_persons, not_followed_that_long.
    """
    landmark = buyers.bought + LANDMARK_DAYS * DAY_MS
    held = (buyers.again > landmark) & (landmark <= now)
    early = int(((buyers.again <= landmark) & (landmark <= now)).sum())
    watched = held & (buyers.watched <= landmark)
    sides = [watched, held & ~watched]
    ours, theirs = (_follow_from(landmark[side], buyers.again[side], now) for side in sides)
    persons = (int(sides[0].sum()), int(sides[1].sum()))
    reason = _find_reason(persons)
    known = [
        place for place, pair in enumerate(zip(ours, theirs, strict=True)) if None not in (pair[0].share, pair[1].share)
    ]
    if reason is not None or not known:
        return Contrast(ours, theirs, persons, early, None, None, None, None, reason or "not_followed_that_long")
    last = known[-1]
    difference, low, high = subtract_reached(ours[last], theirs[last]) or (None, None, None)
    return Contrast(ours, theirs, persons, early, ours[last].day, difference, low, high, None)


def _follow_from(landmark: Ints, again: Ints, now: Millis) -> list[Reached]:
    days = [day - LANDMARK_DAYS for day in AGAIN_BY if day > LANDMARK_DAYS]
    found = estimate_reached(*_wait(landmark, again, now), days)
    return [replace(one, day=one.day + LANDMARK_DAYS) for one in found]


def _find_reason(persons: tuple[int, int]) -> str | None:
    if not sum(persons):
        return "nobody_followed"
    if not persons[0]:
        return "nobody_watched"
    if not persons[1]:
        return "everybody_watched"
    return "too_few_persons" if min(persons) < FEWEST_A_SIDE else None


def _wait(start: Ints, at: Ints, now: Millis) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    happened = at < NEVER
    return (np.where(happened, at, now) - start) / DAY_MS, happened
