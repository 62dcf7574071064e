"""The raw moments report against a slow and obvious one, on random views."""

import itertools
from dataclasses import dataclass
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analyzer.stats.folds import hash_ids
from services.analyzer.video.coverage import (
    MICROS,
    build_edges,
    choose_bin_seconds,
    compute_watched,
    merge_ranges,
    to_micros,
)
from services.analyzer.video.moments import NEVER, Contrast, ViewSample, compute_raw_moments


@dataclass(frozen=True)
class View:
    converted_at: int | None
    by_prompt: bool
    is_open: bool
    ranges: list[tuple[int, float, float]]
    """Message time, from, to."""
    liked_at: int | None


QUARTERS = st.integers(0, 400).map(lambda quarter: quarter / 4)
RANGES = st.lists(st.tuples(st.integers(0, 20), QUARTERS, QUARTERS), max_size=6)
VIEWS = st.builds(
    View,
    converted_at=st.none() | st.integers(0, 20),
    by_prompt=st.booleans(),
    is_open=st.booleans(),
    ranges=RANGES,
    liked_at=st.none() | st.integers(0, 20),
)


def build_sample(views: list[View], duration: float) -> ViewSample:
    rows = [(place, *one) for place, view in enumerate(views) for one in sorted(view.ranges, key=lambda r: r[0])]
    liked = [(place, view.liked_at) for place, view in enumerate(views) if view.liked_at is not None]
    return ViewSample(
        views=len(views),
        converted_at=np.array([NEVER if v.converted_at is None else v.converted_at for v in views], dtype=np.int64),
        is_open=np.array([v.is_open for v in views], dtype=bool),
        by_prompt=np.array([v.by_prompt for v in views], dtype=bool),
        duration=duration,
        range_view=np.array([row[0] for row in rows], dtype=np.int64),
        range_at=np.array([row[1] for row in rows], dtype=np.int64),
        range_start=np.array([row[2] for row in rows], dtype=np.float64),
        range_end=np.array([row[3] for row in rows], dtype=np.float64),
        lots=hash_ids([f"person-{place}" for place in range(len(views))]),
        behaviour=np.zeros((len(views), 0)),
        actions={
            "Video Liked": (
                np.array([place for place, _ in liked], dtype=np.int64),
                np.array([at for _, at in liked], dtype=np.int64),
            )
        },
    )


def has_watched(view: View, start: float, end: float) -> bool:
    """Count quarter seconds one by one; all times of these tests are multiples of a quarter."""
    seen = set()
    for at, low, high in view.ranges:
        if view.converted_at is None or at <= view.converted_at:
            seen |= set(range(int(low * 4), int(high * 4)))
    inside = range(int(start * 4), int(end * 4))
    return 2 * sum(quarter in seen for quarter in inside) >= len(inside)


@settings(max_examples=300, deadline=None)
@given(st.lists(VIEWS, max_size=12), st.integers(1, 400).map(lambda quarter: quarter / 4))
def test_bins_and_actions_equal_the_obvious_count(views: list[View], duration: float) -> None:
    report = compute_raw_moments(build_sample(views, duration))
    assert report.viewers == len(views)
    assert report.converters == sum(view.converted_at is not None for view in views)
    assert report.incomplete == sum(view.is_open for view in views)
    assert report.bins[0].start == 0 and report.bins[-1].end == duration
    for one in report.bins:
        did = [view for view in views if has_watched(view, one.start, one.end)]
        rest = [view for view in views if not has_watched(view, one.start, one.end)]
        check_contrast(one.contrast, did, rest)
    did = [v for v in views if v.liked_at is not None and (v.converted_at is None or v.liked_at <= v.converted_at)]
    assert len(report.actions) == bool(did)
    for action in report.actions:
        check_contrast(action.contrast, did, [view for view in views if view not in did])


def check_contrast(contrast: Contrast, did: list[View], rest: list[View]) -> None:
    rates = [sum(v.converted_at is not None for v in group) / len(group) if group else None for group in (did, rest)]
    assert contrast.viewers == len(did)
    assert (contrast.rate_did, contrast.rate_did_not) == (rates[0], rates[1])
    if rates[0] is None or rates[1] is None:
        assert contrast.difference is None and contrast.ratio is None and contrast.reasons["difference"]
    else:
        assert contrast.difference == rates[0] - rates[1]
        assert contrast.ratio == (rates[0] / rates[1] if rates[1] else None)
        assert ("ratio" in contrast.reasons) == (contrast.ratio is None)


@settings(max_examples=200, deadline=None)
@given(st.lists(VIEWS, max_size=12), st.integers(4, 400).map(lambda quarter: quarter / 4))
def test_everybody_who_played_is_in_one_entry(views: list[View], duration: float) -> None:
    report = compute_raw_moments(build_sample(views, duration))
    kinds = {entry.kind: entry for entry in report.entries}
    assert list(kinds) == ["start", "middle", "late", "prompt"]
    assert kinds["prompt"].viewers == sum(view.by_prompt for view in views)
    played = [view for view in views if view.ranges and not view.by_prompt]
    assert sum(kinds[kind].viewers for kind in ("start", "middle", "late")) == len(played)
    firsts = [sorted(view.ranges, key=lambda r: r[0])[0][1] for view in played]
    assert kinds["start"].viewers == sum(first < duration / 10 for first in firsts)
    assert kinds["late"].viewers == sum(not first < 2 * duration / 3 for first in firsts)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50), st.integers(0, 50)), max_size=20), st.randoms())
def test_a_union_is_disjoint_idempotent_and_blind_to_order(rows: list[tuple[int, int, int]], random: Random) -> None:
    def merge(items: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        columns = [np.array([row[place] for row in items], dtype=np.int64) for place in range(3)]
        return list(zip(*(part.tolist() for part in merge_ranges(*columns)), strict=True))

    merged = merge(rows)
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert merge(shuffled) == merged == merge([*merged, *rows])
    covered = {(view, second) for view, start, end in rows for second in range(start, end)}
    assert covered == {(view, second) for view, start, end in merged for second in range(start, end)}
    assert all(a[0] < b[0] or a[2] < b[1] for a, b in itertools.pairwise(merged))


@given(st.floats(0.001, 86_400))
def test_bins_are_the_smallest_that_keep_to_120(duration: float) -> None:
    seconds = choose_bin_seconds(duration)
    edges = build_edges(duration, seconds)
    if duration <= 7_200:
        assert len(edges) - 1 <= 120
        smaller = [one for one in (1, 2, 5, 10, 15, 30, 60) if one < seconds]
        assert all(duration > one * 120 for one in smaller)
    assert edges[0] == 0 and edges[-1] == to_micros(np.array([duration]))[0]
    assert (np.diff(edges) > 0).all()


def test_exactly_half_a_bin_counts_and_a_microsecond_less_does_not() -> None:
    edges = build_edges(10.0, 5)
    half = 5 * MICROS // 2
    view = np.array([0, 1], dtype=np.int64)
    ends = np.array([half, half - 1], dtype=np.int64)
    watched = compute_watched(2, edges, view, np.zeros(2, dtype=np.int64), ends)
    assert watched.tolist() == [[True, False], [False, False]]
