"""What is known of each view, as the adjusted figures need it: played bins, where it began, how far it went.

Pure.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from services.analyzer.video.coverage import (
    MICROS,
    Bools,
    Floats,
    Ints,
)
from services.analyzer.video.moments import NEVER, ViewSample

NEAR_S = 20.0
"""Viewing this close to a stretch is told apart: what works just beside it must not be taken for its own."""
REACH_S = 10.0
"""Who got to within this of a stretch's start could still have watched it."""


Counts = NDArray[np.int16]


@dataclass(frozen=True)
class Viewing:
    """Views of one video: `watched` is views x bins, positions in seconds of media time.

    Views without any played range in time are left out; `place` says which view of the sample each row is.
    `edges` are the bins' edges in seconds; `watched_until` counts, for each edge, the bins watched before it.
    `background` holds what was known before the view began, and how it began, where it tells views apart at all.
    """

    place: Ints
    converted: Bools
    edges: Floats
    watched: Bools
    watched_until: Counts
    first_start: Floats
    furthest: Floats
    background: Floats
    prior: int
    """How many columns of `background` are from before the view; those after say how it began."""

    def select(self, rows: Bools | Ints) -> "Viewing":
        """Return these views alone, in the order of `rows` if that is one of places."""
        rows = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return Viewing(
            self.place[rows],
            self.converted[rows],
            self.edges,
            self.watched.take(rows, axis=0),
            self.watched_until.take(rows, axis=0),
            self.first_start[rows],
            self.furthest[rows],
            self.background.take(rows, axis=0),
            self.prior,
        )


def build_viewing(sample: ViewSample) -> Viewing:
    """Return the views of a sample that played anything before they converted."""
    in_time = sample.in_time
    view, start, end = sample.range_view[in_time], sample.range_start[in_time], sample.range_end[in_time]
    place, first = np.unique(view, return_index=True)
    furthest = np.maximum.reduceat(end, first) if len(first) else end
    first_start = start[first]
    began = first_start / max(sample.duration, 1e-9)
    by_prompt = sample.by_prompt[place]
    background = np.column_stack(
        [
            sample.behaviour[place],
            np.minimum(began, 1.0),
            began >= 0.1,
            began >= 2 / 3,
            by_prompt,
            sample.is_open[place],
        ]
    ).astype(np.float64)
    varies = (background != background[:1]).any(axis=0)
    watched = sample.watched.take(place, axis=0)
    watched_until = np.zeros((len(place), watched.shape[1] + 1), dtype=np.int16)
    np.cumsum(watched, axis=1, out=watched_until[:, 1:])
    return Viewing(
        place.astype(np.int64),
        sample.converted_at[place] != NEVER,
        sample.edges / MICROS,
        watched,
        watched_until,
        first_start,
        furthest,
        background[:, varies],
        int(varies[: sample.behaviour.shape[1]].sum()),
    )


def find_eligible(viewing: Viewing, start: float, end: float) -> Bools:
    """Return who could have watched the stretch: began before its end, and got to within 10 s of its start."""
    eligible: Bools = (viewing.first_start < end) & (viewing.furthest > start - REACH_S)
    return eligible


def find_watchers(viewing: Viewing, low: int, high: int) -> Bools:
    """Return who watched half of the bins `low` to `high` (exclusive), weighed by their length."""
    length = np.diff(viewing.edges)[low:high]
    watchers: Bools = viewing.watched[:, low:high] @ length * 2 >= length.sum()
    return watchers


def describe_before(viewing: Viewing, low: int) -> list[Floats]:
    """Return the viewing before bin `low`, feature by feature.

    Coarse on purpose: the seconds next to a stretch tell whether it was played, not who buys, and adjusting for them
    would leave hardly anybody to compare.
    """
    start = viewing.edges[low]
    near = min(int(np.searchsorted(viewing.edges, start - NEAR_S, side="left")), low)
    return [
        compute_share(viewing, near, low),
        compute_share(viewing, 0, low // 2),
        compute_share(viewing, low // 2, low),
        np.clip(start - viewing.first_start, 0, None) / max(start, 1.0),
        (viewing.first_start >= start).astype(np.float64),
    ]


def describe_after(viewing: Viewing, high: int) -> list[Floats]:
    """Return the viewing from bin `high` on, feature by feature; as coarse as `describe_before`."""
    end, length = viewing.edges[high], viewing.edges[-1]
    bins = len(viewing.edges) - 1
    near = min(int(np.searchsorted(viewing.edges, end + NEAR_S, side="left")), bins)
    cuts = [high + (bins - high) * step // 3 for step in range(4)]
    left = max(length - end, 1.0)
    beyond = np.clip(viewing.furthest - end, 0, left) / left
    return [
        compute_share(viewing, high, near),
        *(compute_share(viewing, low, until) for low, until in pairwise(cuts)),
        beyond,
        np.sqrt(beyond),
        (viewing.furthest > end).astype(np.float64),
        (viewing.furthest >= length - 1.0).astype(np.float64),
    ]


def compute_share(viewing: Viewing, low: int, high: int) -> Floats:
    """Return which share of the bins `low` to `high` (exclusive) each view watched; nothing, of no bins."""
    if high <= low:
        return np.zeros(len(viewing.place))
    share: Floats = (viewing.watched_until[:, high] - viewing.watched_until[:, low]) / (high - low)
    return share
