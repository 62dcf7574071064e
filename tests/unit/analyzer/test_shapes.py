"""Small shapes: cursors, windows, pointers, the job of reading positions, the report cache, the JSON checks."""

import asyncio

import numpy as np
import pytest

from services.analyzer.api.paging import read_cursor, write_cursor
from services.analyzer.api.schemas.common import check_json
from services.analyzer.api.window import read_window
from services.analyzer.control.rules import find_segments
from services.analyzer.ingest.follower import parse_id
from services.analyzer.problems import Refused, build_pointer
from services.analyzer.reports.cache import ReportCache
from services.analyzer.reports.site import Window
from services.analyzer.video.rebuild import rebuild_ranges
from tests.builders import NOW

DAY = 86_400_000


@pytest.mark.parametrize("last_id", ["a", "日本語", "x/y z", "0"])
def test_cursors_come_back(last_id: str) -> None:
    assert read_cursor(write_cursor(last_id)) == last_id
    assert read_cursor(None) is None and write_cursor(None) is None


@pytest.mark.parametrize("cursor", ["!", "____x", "w"])
def test_cursors_that_were_never_given_out_are_refused(cursor: str) -> None:
    with pytest.raises(Refused, match="cursor"):
        read_cursor(cursor)


def test_windows_default_to_90_days_and_know_the_sites_midnight() -> None:
    asked = read_window(None, None, time_zone="UTC", now=NOW)
    assert asked.is_default and asked.window == Window(NOW - 90 * DAY, NOW)
    tokyo = read_window("2026-01-02", "2026-01-03", time_zone="Asia/Tokyo", now=NOW)
    assert not tokyo.is_default and tokyo.window == Window(1_767_279_600_000, 1_767_366_000_000)
    assert read_window("2026-01-02T00:00:00 09:00", None, time_zone="UTC", now=NOW).window.start == 1_767_279_600_000


def test_pointers_escape_what_json_pointers_escape() -> None:
    assert build_pointer(("body", "variants", 0, "a/b~c")) == "/variants/0/a~1b~0c"


def test_stream_ids_compare_as_numbers() -> None:
    assert parse_id(b"9-10") < parse_id(b"10-2") < parse_id(b"10-10")


@pytest.mark.parametrize("value", [float("nan"), {"a": [float("inf")]}, "a\x00b", {"\x00": 1}, "\ud800"])
def test_json_that_no_store_can_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="must"):
        check_json(value)


def test_json_nested_too_deep_is_refused() -> None:
    deep: object = 1
    for _ in range(40):
        deep = [deep]
    with pytest.raises(ValueError, match="deeper"):
        check_json(deep)


def test_segments_are_found_at_any_depth() -> None:
    rule = {"all": [{"any": [{"segment": "a"}]}, {"not": {"segment": "b"}}, {"fact": "segment", "op": "exists"}]}
    assert find_segments(rule) == {"a", "b"}


def test_a_stretch_counts_only_when_the_playhead_ran() -> None:
    def ints(*values: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        return np.array(values, dtype=np.int64)

    events = [
        "Video Playback Started",
        "Video Content Playing",
        "Video Content Playing",
        "Video Playback Paused",
        "Video Content Playing",
    ]
    view, at, start, end = rebuild_ranges(
        ints(0, 0, 0, 0, 1), ints(0, 10_000, 20_000, 25_000, 30_000), events, np.array([0, 10, 90, 95, 100.0])
    )
    # 10 to 90 in ten seconds is a jump, and another view begins at 100.
    assert (view.tolist(), at.tolist()) == ([0, 0], [10_000, 25_000])
    assert (start.tolist(), end.tolist()) == ([0.0, 90.0], [10.0, 95.0])


async def test_the_cache_computes_once_keeps_a_minute_and_forgets_failures() -> None:
    now_s = 0.0
    cache = ReportCache(lambda: now_s)
    computed = 0

    async def compute() -> bytes:
        nonlocal computed
        computed += 1
        await asyncio.sleep(0)
        if computed == 3:
            raise ValueError("no luck")
        return str(computed).encode()

    assert {*await asyncio.gather(cache.load("k", compute), cache.load("k", compute))} == {b"1"}
    now_s = 61.0
    assert await cache.load("k", compute) == b"2"
    cache.clear()
    with pytest.raises(ValueError, match="no luck"):
        await cache.load("k", compute)
    assert await cache.load("k", compute) == b"4"
