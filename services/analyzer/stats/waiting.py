"""How many had something happen to them by a day, when not everybody could be followed that long.

Pure. Never counts the days that nobody has seen yet as days on which nothing happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.stats.normal import Z95
from services.analyzer.stats.proportions import find_wilson


@dataclass(frozen=True, slots=True)
class Reached:
    """The share that it happened to by `day`, with its 95 % interval; `followed` had been so, or it had happened.

    `share` None: nobody was followed that long.
    """

    day: float
    share: float | None
    ci_low: float | None
    ci_high: float | None
    followed: int


def estimate_reached(waited: NDArray[np.float64], happened: NDArray[np.bool_], days: Sequence[float]) -> list[Reached]:
    """Return the shares by each of `days`: one minus the estimate of Kaplan and Meier (1958), Greenwood's error.

    `waited`: days until it happened or, where it did not, until now. The interval is on the scale log(-log);
    where it happened to nobody, or at last to all who were left, it rests on Wilson's. O(n log n).
    """
    order = np.argsort(waited, kind="stable")
    waited, happened = waited[order], happened[order]
    times = np.unique(waited[happened])
    at_risk = len(waited) - np.searchsorted(waited, times, side="left")
    events = np.diff(np.searchsorted(waited[happened], times, side="left"), append=int(happened.sum()))
    # The estimate and Greenwood's sum just after each time; before the first nothing has happened.
    left = np.concatenate([[1.0], np.cumprod(1 - events / np.maximum(at_risk, 1))])
    terms = events / np.maximum(at_risk * (at_risk - events), 1)
    sums = np.concatenate([[0.0], np.cumsum(np.where(at_risk > events, terms, 0.0))])
    found = []
    for day in days:
        place = int(np.searchsorted(times, day, side="right"))
        known = int(((waited >= day) | (happened & (waited <= day))).sum())
        stays = float(left[place])
        if not bool((waited >= day).any()) and stays > 0:
            found.append(Reached(day, None, None, None, known))
            continue
        if stays == 0:
            # All who were left had it happen at once: how sure that is hangs on how many they were.
            before = _reach(float(left[place - 1]), float(sums[place - 1]), int(at_risk[place - 1]))
            count = int(events[place - 1])
            low, high = 1 - (1 - before[0]) * (1 - find_wilson(count, count)[0]), 1.0
        else:
            low, high = _reach(stays, float(sums[place]), known)
        found.append(Reached(day, 1 - stays, low, high, known))
    return found


def subtract_reached(one: Reached, other: Reached) -> tuple[float, float, float] | None:
    """Return the difference of two independent shares with its 95 % interval, None without one of them.

    The interval is put together from theirs (Newcombe 1998, method 10; Zou and Donner 2008).
    """
    if one.share is None or other.share is None:
        return None
    low, high, other_low, other_high = (end or 0.0 for end in (one.ci_low, one.ci_high, other.ci_low, other.ci_high))
    difference = one.share - other.share
    below = float(np.hypot(one.share - low, other_high - other.share))
    above = float(np.hypot(high - one.share, other.share - other_low))
    return difference, difference - below, difference + above


def _reach(stays: float, variance: float, followed: int) -> tuple[float, float]:
    """Return the interval of 1 - `stays`, which is above 0; `variance` is Greenwood's sum."""
    if stays == 1:
        return find_wilson(0, followed)
    spread = Z95 * float(np.sqrt(variance)) / abs(float(np.log(stays)))
    ends = sorted(1 - stays ** float(np.exp(sign * spread)) for sign in (-1, 1))
    return ends[0], ends[1]
