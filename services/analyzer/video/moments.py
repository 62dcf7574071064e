"""The raw moments report: who watched which part, and how many of them bought.

Pure. Adjusted figures are another module's; here they are null, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from services.analyzer.stats.folds import Lots
from services.analyzer.video.coverage import (
    MICROS,
    Bools,
    Floats,
    Ints,
    build_edges,
    choose_bin_seconds,
    compute_watched,
    to_micros,
)

EntryKind = Literal["start", "middle", "late", "prompt"]
NEVER = np.iinfo(np.int64).max
"""Stands for "not converted" among times."""


@dataclass(frozen=True)
class ViewSample:
    """Views, one a person, numbered from 0; times in milliseconds, media time in seconds.

    `converted_at` is the first conversion in the view's window, `NEVER` without. Ranges are in the order in which
    they were reported, view by view; `range_at` is the time of their message. `actions` gives for each event
    name the views in which it happened and when first. `lots` are their persons', `behaviour` (views x features) is
    what these did before. `rebuilt` views reported no ranges, and have some rebuilt from positions.
    """

    views: int
    converted_at: Ints
    is_open: Bools
    by_prompt: Bools
    duration: float
    range_view: Ints
    range_at: Ints
    range_start: Floats
    range_end: Floats
    lots: Lots
    behaviour: Floats
    actions: Mapping[str, tuple[Ints, Ints]] = field(default_factory=dict)
    rebuilt: int = 0

    @cached_property
    def in_time(self) -> Bools:
        """Which ranges were told no later than the view's conversion."""
        counted: Bools = self.range_at <= self.converted_at[self.range_view]
        return counted

    @cached_property
    def edges(self) -> Ints:
        """The edges of the bins, microseconds."""
        return build_edges(self.duration, choose_bin_seconds(self.duration))

    @cached_property
    def watched(self) -> Bools:
        """Views x bins: whether half of the bin was played, by the ranges in time."""
        return compute_watched(
            self.views,
            self.edges,
            self.range_view[self.in_time],
            to_micros(self.range_start[self.in_time]),
            to_micros(self.range_end[self.in_time]),
        )


def empty_sample(duration: float) -> ViewSample:
    """Return a sample without views of a video of this length."""
    ints: Ints = np.empty(0, dtype=np.int64)
    floats: Floats = np.empty(0, dtype=np.float64)
    bools: Bools = np.empty(0, dtype=np.bool_)
    lots: Lots = np.empty(0, dtype=np.uint64)
    return ViewSample(0, ints, bools, bools, duration, ints, ints, floats, floats, lots, np.empty((0, 0)))


@dataclass(frozen=True, slots=True)
class Contrast:
    """Those who did against those who did not; None where the division has no meaning."""

    viewers: int
    rate_did: float | None
    rate_did_not: float | None
    difference: float | None
    ratio: float | None
    reasons: dict[str, str]


@dataclass(frozen=True, slots=True)
class Bin:
    """One stretch of the video, seconds."""

    start: float
    end: float
    contrast: Contrast


@dataclass(frozen=True, slots=True)
class Entry:
    """Viewers by where they came in; seconds, None for those a prompt brought."""

    kind: EntryKind
    start: float | None
    end: float | None
    viewers: int
    conversion_rate: float | None


@dataclass(frozen=True, slots=True)
class Action:
    """Something that viewers did in the player."""

    event: str
    contrast: Contrast


@dataclass(frozen=True, slots=True)
class RawMoments:
    """Everything of the report that needs no model. `unplayed`: viewers of whom no played second is known."""

    viewers: int
    converters: int
    incomplete: int
    unplayed: int
    bin_seconds: int
    bins: list[Bin]
    entries: list[Entry]
    actions: list[Action]


def compute_raw_moments(sample: ViewSample) -> RawMoments:
    """Return the raw report of one video.

    A range or an action counts when its message's time is not after the view's conversion.
    """
    converted = sample.converted_at != NEVER
    first_view, first_range = np.unique(sample.range_view, return_index=True)
    return RawMoments(
        viewers=sample.views,
        converters=int(converted.sum()),
        incomplete=int(sample.is_open.sum()),
        unplayed=sample.views - len(first_view),
        bin_seconds=choose_bin_seconds(sample.duration),
        bins=_compare_bins(sample.edges, sample.watched, converted),
        entries=_count_entries(sample, converted, first_view, sample.range_start[first_range]),
        actions=_compare_actions(sample, converted),
    )


def contrast(did: int, did_converted: int, viewers: int, converters: int) -> Contrast:
    """Return those who did against the rest of `viewers`."""
    did_not, did_not_converted = viewers - did, converters - did_converted
    rate_did = did_converted / did if did else None
    rate_did_not = did_not_converted / did_not if did_not else None
    reasons: dict[str, str] = {}
    if rate_did is None:
        reasons["rate_watched"] = "nobody_did"
    if rate_did_not is None:
        reasons["rate_not_watched"] = "everybody_did"
    if rate_did is None or rate_did_not is None:
        reasons["difference"] = reasons["ratio"] = "nothing_to_compare"
        return Contrast(did, rate_did, rate_did_not, None, None, reasons)
    if rate_did_not == 0:
        reasons["ratio"] = "division_by_zero"
    return Contrast(
        did,
        rate_did,
        rate_did_not,
        rate_did - rate_did_not,
        rate_did / rate_did_not if rate_did_not else None,
        reasons,
    )


def _compare_bins(edges: Ints, watched: Bools, converted: Bools) -> list[Bin]:
    viewers, converters = len(converted), int(converted.sum())
    did = watched.sum(axis=0)
    did_converted = watched[converted].sum(axis=0)
    return [
        Bin(
            float(edges[place]) / MICROS,
            float(edges[place + 1]) / MICROS,
            contrast(int(did[place]), int(did_converted[place]), viewers, converters),
        )
        for place in range(len(edges) - 1)
    ]


def _count_entries(sample: ViewSample, converted: Bools, first_view: Ints, first_start: Floats) -> list[Entry]:
    duration = sample.duration
    from_prompt = sample.by_prompt
    by_itself = ~from_prompt[first_view]
    bounds: list[tuple[EntryKind, float, float]] = [
        ("start", 0.0, duration / 10),
        ("middle", duration / 10, 2 * duration / 3),
        ("late", 2 * duration / 3, duration),
    ]
    # Scaled instead of divided, so that a position exactly on a bound is judged exactly.
    start_ends, middle_ends = first_start * 10 < duration, first_start * 3 < 2 * duration
    chosen = [start_ends, ~start_ends & middle_ends, ~middle_ends]
    entries = []
    for (kind, low, high), within in zip(bounds, chosen, strict=True):
        views = first_view[within & by_itself]
        entries.append(Entry(kind, low, high, len(views), _mean(converted[views])))
    entries.append(Entry("prompt", None, None, int(from_prompt.sum()), _mean(converted[from_prompt])))
    return entries


def _compare_actions(sample: ViewSample, converted: Bools) -> list[Action]:
    viewers, converters = sample.views, int(converted.sum())
    found = []
    for event, (views, at) in sorted(sample.actions.items()):
        did = views[at <= sample.converted_at[views]]
        if len(did):
            found.append(Action(event, contrast(len(did), int(converted[did].sum()), viewers, converters)))
    return found


def _mean(values: Bools) -> float | None:
    return float(values.mean()) if len(values) else None
