"""The ladder from one purchase to another and on to recommending: when each buyer reached each step.

Pure. Never lets a step be reached before the one below it.
"""

from dataclasses import dataclass

import numpy as np

from services.analyzer.lifecycle.stages import Ints, Orders
from shared.clock import DAY_MS, Millis

LADDER = ("one_time", "repeat", "advocate")
RECOMMENDING = (
    "Video Shared",
    "Product Shared",
    "Cart Shared",
    "Invite Sent",
    "Community Posted",
    "Community Replied",
)
"""What counts as recommending unless the operator says otherwise."""
NEVER: Millis = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, slots=True)
class Ladder:
    """One buyer a row, by place; `reached`: when each step of the ladder was, NEVER for one that was not."""

    person: Ints
    reached: tuple[Ints, Ints, Ints]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder. `below`: who reached the step before; `lately` of them did so in the last `lately_ms`.

    `lately` counts only those who are not here yet: they may still come. `days`: the median time from the step before.
    """

    persons: int
    reached_in_window: int
    below: int
    lately: int
    days: float | None


def climb(orders: Orders, advocate: Ints, advocate_at: Ints) -> Ladder:
    """Return the ladder of everybody with an order.

    `advocate`, `advocate_at`: who recommended often enough, and when, counted from the second order on.
    """
    person, first, count = np.unique(orders.person, return_index=True, return_counts=True)
    if not len(person):
        none = np.zeros(0, dtype=np.int64)
        return Ladder(none, (none, none, none))
    bought = orders.ts[first]
    again = np.where(count > 1, orders.ts[np.minimum(first + 1, len(orders.ts) - 1)], NEVER)
    recommends = np.full(len(person), NEVER, dtype=np.int64)
    recommends[np.searchsorted(person, advocate)] = advocate_at
    return Ladder(person, (bought, again, recommends))


def count_steps(ladder: Ladder, start: Millis, until: Millis, lately_ms: Millis) -> list[Step]:
    """Return the steps of the ladder as they stand at `until`; all times but NEVER are before it."""
    steps = []
    for place, at in enumerate(ladder.reached):
        here = at < NEVER
        inside = int((here & (at >= start)).sum())
        if not place:
            steps.append(Step(int(here.sum()), inside, 0, 0, None))
            continue
        before = ladder.reached[place - 1]
        below = before < NEVER
        lately = below & ~here & (before >= until - lately_ms)
        gap = (at[here] - before[here]) / DAY_MS
        days = float(np.median(gap)) if len(gap) else None
        steps.append(Step(int(here.sum()), inside, int(below.sum()), int(lately.sum()), days))
    return steps
