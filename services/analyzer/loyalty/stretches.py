"""Who has watched a part of a video by a given time, from the ranges that were played.

Pure. Media time is counted in whole microseconds, as the moments report does, so that "half of it" is exact.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.loyalty.kinds import name_stretch
from services.analyzer.video.coverage import LONGEST_S, MICROS, merge_ranges, to_micros

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
LEAD_S = 10.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a video, in seconds, that the moments report found."""

    video_id: str
    start: float
    end: float

    @property
    def behaviour(self) -> str:
        """Return what watching it is called among behaviours."""
        return name_stretch(self.video_id, self.start, self.end)


@dataclass(frozen=True)
class PlayedRanges:
    """Played ranges in any order: whose (a person's place), when it was told, and from where to where in the video."""

    person: Ints
    ts: Ints
    start: Floats
    end: Floats


def find_watchers(played: PlayedRanges, stretch: Stretch, persons: int, before: Ints) -> Bools:
    """Return of each person whether half of the stretch lies in the union of what was told before `before[person]`.

    All of a person's views of the video count together.
    """
    low, high = _read_edges(stretch)
    seen = _sum_played(played, played.ts < before[played.person], low, high, persons)
    result: Bools = (seen > 0) & (seen * 2 >= high - low)
    return result


def describe_viewing(played: PlayedRanges, stretch: Stretch, persons: int, before: Ints) -> tuple[Bools, Floats]:
    """Return who could have watched the stretch before `before[person]`, and how much they watched on either side.

    Who could: those that played something before its end, and got as far as ten seconds before its start, as in the
    moments report. The columns (before, after) are ln(1 + seconds).
    """
    low, high = _read_edges(stretch)
    told = (played.ts < before[played.person]) & (played.end > played.start)
    began, reached = np.zeros(persons, dtype=bool), np.zeros(persons, dtype=bool)
    began[played.person[told & (played.start < stretch.end)]] = True
    reached[played.person[told & (played.end > stretch.start - LEAD_S)]] = True
    last = int(to_micros(np.array([LONGEST_S]))[0])
    sides = [_sum_played(played, told, *edges, persons) for edges in ((0, low), (high, last))]
    return began & reached, np.column_stack([np.log1p(side / MICROS) for side in sides])


def _read_edges(stretch: Stretch) -> tuple[int, int]:
    low, high = to_micros(np.array([stretch.start, stretch.end]))
    return int(low), int(high)


def _sum_played(played: PlayedRanges, counts: Bools, low: int, high: int, persons: int) -> Floats:
    """Return of each person how many microseconds between two edges lie in the union of the ranges that count."""
    start, end = (np.clip(to_micros(edges), low, high) - low for edges in (played.start, played.end))
    kept = counts & (end > start)
    person, start, end = merge_ranges(played.person[kept], start[kept], end[kept])
    return np.bincount(person, weights=end - start, minlength=persons).astype(np.float64)
