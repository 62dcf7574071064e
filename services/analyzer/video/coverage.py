"""Which bins of a video each view has watched, from the ranges that were played.

Pure. Media time is counted in whole microseconds, so that "half of it" is exact.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LONGEST_S = 86_400.0
"""No video is taken to be longer than a day."""
MICROS = 1_000_000
BIN_SECONDS = (1, 2, 5, 10, 15, 30, 60)
MOST_BINS = 120
_VIEWS_AT_ONCE = 2_000
"""Bounds the memory of one step: views x bins x 8 bytes, so that it fits into a processor's cache."""


def choose_bin_seconds(duration: float) -> int:
    """Return the smallest bin that gives at most 120 bins; a minute when none does."""
    for seconds in BIN_SECONDS:
        if duration <= seconds * MOST_BINS:
            return seconds
    return BIN_SECONDS[-1]


def build_edges(duration: float, bin_seconds: int) -> Ints:
    """Return the bins' edges in microseconds; the last bin ends with the video."""
    end = to_micros(np.array([duration]))[0]
    step = bin_seconds * MICROS
    edges = np.arange(0, end, step, dtype=np.int64)
    return np.append(edges, end)


def to_micros(seconds: "NDArray[Any]") -> Ints:
    """Return seconds as whole microseconds."""
    return np.rint(np.asarray(seconds, dtype=np.float64) * MICROS).astype(np.int64)


def merge_ranges(view: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the union of each view's ranges: disjoint, sorted by view and start. Empty ranges are dropped."""
    real = end > start
    view, start, end = view[real], start[real], end[real]
    if not len(view):
        return view, start, end
    # Views are laid one after the other on one line, far enough apart, so that one running maximum does for all.
    stride = int(end.max()) + 1
    order = np.argsort(start + view * stride, kind="stable")
    view, start, end = view[order], start[order], end[order]
    laid_start, laid_end = start + view * stride, end + view * stride
    reached = np.maximum.accumulate(laid_end)
    opens = np.ones(len(view), dtype=bool)
    opens[1:] = laid_start[1:] > reached[:-1]
    first = np.flatnonzero(opens)
    last = np.append(first[1:], len(view)) - 1
    return view[first], start[first], reached[last] - view[first] * stride


def compute_watched(views: int, edges: Ints, view: Ints, start: Ints, end: Ints) -> Bools:
    """Return views x bins: whether half of the bin lies in the union of the view's ranges.

    `view`, `start`, `end` are played ranges in any order, overlapping or not; microseconds.
    """
    bins = len(edges) - 1
    watched = np.zeros((views, bins), dtype=bool)
    if bins <= 0:
        return watched
    view, start, end = merge_ranges(view, np.clip(start, 0, edges[-1]), np.clip(end, 0, edges[-1]))
    half = np.diff(edges)
    for low in range(0, views, _VIEWS_AT_ONCE):
        high = min(views, low + _VIEWS_AT_ONCE)
        part = slice(*np.searchsorted(view, [low, high]))
        seen = _measure(high - low, edges, view[part] - low, start[part], end[part])
        watched[low:high] = seen * 2 >= half
    return watched


def _measure(views: int, edges: Ints, view: Ints, start: Ints, end: Ints) -> Floats:
    """Return views x bins: microseconds (whole ones) of each bin inside the disjoint ranges.

    A range takes of its first bin what follows its start, of its last one what precedes its end, and all of those
    between them; where both are the same bin, "all between" is that bin less.
    """
    columns = len(edges)
    size = views * columns
    first = np.searchsorted(edges, start, side="right") - 1
    last = np.searchsorted(edges, end, side="left") - 1
    row = view * columns
    at_ends = np.bincount(
        np.concatenate([row + first, row + last]), np.concatenate([edges[first + 1] - start, end - edges[last]]), size
    )
    # What opens in a row closes in it: one running sum does for all rows.
    between = np.cumsum(np.bincount(row + first + 1, minlength=size) - np.bincount(row + last, minlength=size))
    inside: Floats = at_ends.reshape(views, columns)[:, :-1] + between.reshape(views, columns)[:, :-1] * np.diff(edges)
    return inside
