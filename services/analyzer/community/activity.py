"""How a community lives from week to week: who is active, who comes back, who is new, who has gone quiet.

Pure. Never takes the number of members for their activity.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MemberWeeks:
    """One row a member and week with an act, ordered by week, then member."""

    member: Ints
    week: Ints
    posts: Ints
    replies: Ints
    likes: Ints
    acts: Ints


@dataclass(frozen=True, slots=True)
class Week:
    """One week. `returned`: active in the week before, too; `lapsed`: only then; `new`: with the first act ever."""

    active: int
    active_before: int
    returned: int
    lapsed: int
    new: int
    back: int
    posts: int
    replies: int
    likes: int
    acts: int


def count_weeks(rows: MemberWeeks, first_week: Ints, weeks: int) -> list[Week]:
    """Return weeks 0 to `weeks` - 1; `first_week` is that of each member's first act, negative when before week 0.

    `back` are those active now who were neither in the week before nor new. O(rows x log).
    """
    bounds = np.searchsorted(rows.week, np.arange(weeks + 1))
    counted: list[Week] = []
    before = np.zeros(0, dtype=np.int64)
    for week in range(weeks):
        part = slice(int(bounds[week]), int(bounds[week + 1]))
        members = rows.member[part]
        returned = len(np.intersect1d(members, before, assume_unique=True))
        new = int((first_week[members] == week).sum())
        counted.append(
            Week(
                active=len(members),
                active_before=len(before),
                returned=returned,
                lapsed=len(before) - returned,
                new=new,
                back=len(members) - returned - new,
                posts=int(rows.posts[part].sum()),
                replies=int(rows.replies[part].sum()),
                likes=int(rows.likes[part].sum()),
                acts=int(rows.acts[part].sum()),
            )
        )
        before = members
    return counted


def count_fans(rows: MemberWeeks, fewest_weeks: int) -> tuple[int, int]:
    """Return how many members are active in these weeks, and how many of them in at least `fewest_weeks`."""
    _, weeks = np.unique(rows.member, return_counts=True)
    return len(weeks), int((weeks >= fewest_weeks).sum())
