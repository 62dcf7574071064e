"""Media ranges: what was played, as sorted disjoint (from, to) pairs in seconds of media time.

Pure arithmetic; never knows about videos, people or time of day.
"""

from collections.abc import Iterable

Range = tuple[float, float]
Ranges = tuple[Range, ...]


def unite_ranges(ranges: Iterable[Range]) -> Ranges:
    """Return the union of `ranges` as sorted, disjoint, non-touching ranges; empty ones vanish."""
    united: list[Range] = []
    for start, end in sorted(ranges):
        if end <= start:
            continue
        if united and start <= united[-1][1]:
            if end > united[-1][1]:
                united[-1] = (united[-1][0], end)
        else:
            united.append((start, end))
    return tuple(united)


def intersect_ranges(united: Ranges, start: float, end: float) -> Ranges:
    """Return the part of `united` (a union) that lies within [start, end]."""
    return tuple((max(a, start), min(b, end)) for a, b in united if min(b, end) > max(a, start))


def measure_ranges(united: Ranges) -> float:
    """Return the total length of `united` (a union), in seconds."""
    total = 0.0
    for start, end in united:
        total += end - start
    return total


def measure_overlap(united: Ranges, start: float, end: float) -> float:
    """Return how many seconds of [start, end] lie in `united` (a union)."""
    return measure_ranges(intersect_ranges(united, start, end))
