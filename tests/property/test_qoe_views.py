"""The quality of views as SQL counts it, against a slow reading of one message after the other."""

import tempfile
from collections import defaultdict
from dataclasses import dataclass, fields
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.analyzer.reports.qoe import build_quality_relations
from services.analyzer.reports.site import Window
from shared.clock import DAY_MS
from tests.builders import NOW
from tests.property.test_corrections import Fields, fill_store

START = NOW - 20 * DAY_MS
EVENTS = (
    "Playback Started",
    "Content Started",
    "Content Playing",
    "Playback Buffer Started",
    "Playback Buffer Completed",
    "Playback Seek Started",
    "Playback Seek Completed",
    "Playback Paused",
    "Playback Resumed",
    "Playback Interrupted",
    "Playback Exited",
    "Playback Completed",
    "Quality Updated",
)
PLAYING = {
    "Content Started",
    "Content Playing",
    "Playback Resumed",
    "Playback Buffer Completed",
    "Playback Seek Completed",
}
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        "played": st.sampled_from([[], [[0, 1]], [[0, 8.5]], [[1, 3], [5, 9]]]),
        "startup_ms": st.sampled_from([0, 400, 2500, -1, "x"]),
        "bitrate": st.sampled_from([500, 3000, 0]),
        "backgrounded": st.booleans(),
        "error": st.sampled_from(["3 decode", ""]),
        "rebuffer_ms": st.sampled_from([700, 4_000]),
    },
)
TOLD = st.tuples(
    st.integers(0, 40).map(lambda step: START + step * 3_000),
    st.sampled_from(EVENTS),
    st.sampled_from("st"),
    PROPERTIES,
)


@dataclass
class View:
    """What the reference says of one view."""

    play_ms: int = 0
    background_ms: int = 0
    rebuffer_ms: int = 0
    rebuffers: int = 0
    startup_stall_ms: int = 0
    seek_stall_ms: int = 0
    startup_ms: int | None = None
    failure: str | None = None
    is_exit_before_start: bool = False
    bitrate: tuple[int, int] = (0, 0)


FIGURES = [one.name for one in fields(View) if one.name != "bitrate"]


def read_view(events: list[Fields]) -> View | None:
    """Return the quality of one view, or None for one that never tried to play; events in order."""
    view = View()
    names = [one["event"].removeprefix("Video ") for one in events]
    said = [one["properties"] for one in events]
    times = [one["ts"] for one in events]
    ranged = any("played" in one for one in said)
    played = [sum(round(1000 * (high - low)) for low, high in one.get("played", [])) for one in said]
    startups = [one["startup_ms"] for one in said if isinstance(one.get("startup_ms"), int) and one["startup_ms"] >= 0]
    shows = [
        ms > 0
        or (isinstance(one.get("startup_ms"), int) and one["startup_ms"] >= 0)
        or name in ("Content Started", "Content Playing", "Content Completed", "Playback Completed")
        for name, one, ms in zip(names, said, played, strict=True)
    ]
    failed = [bool(one.get("error")) for one in said]
    asked = next((at for at, name in zip(times, names, strict=True) if name == "Playback Started"), None)
    content = next((at for at, name in zip(times, names, strict=True) if name == "Content Started"), None)
    first = next((at for at, show in zip(times, shows, strict=True) if show), None)
    error_at = max((at for at, bad in zip(times, failed, strict=True) if bad), default=None)
    if asked is None and first is None and error_at is None:
        return None
    if ranged:
        seen = max((at for at, ms in zip(times, played, strict=True) if ms > 0), default=None)
    else:
        seen = max((at for at, show in zip(times, shows, strict=True) if show), default=None)
    started = first is not None and (error_at is None or first <= error_at)
    if started:
        view.startup_ms = min(startups, default=None)
        if view.startup_ms is None and asked is not None and content is not None and content > asked:
            view.startup_ms = content - asked
    elif error_at is None:
        view.is_exit_before_start = times[-1] - (times[0] if asked is None else asked) >= 1_000
    if error_at is not None:
        interrupted = any(bad and name == "Playback Interrupted" for bad, name in zip(failed, names, strict=True))
        last = first if seen is None else seen
        if not started:
            view.failure = "start"
        elif interrupted or (last is not None and error_at >= last):
            view.failure = "playback"
    walk(view, names, said, times, played, ranged=ranged, first=first)
    told = [one["rebuffer_ms"] for one in said if "rebuffer_ms" in one and not one.get("backgrounded")]
    if told:
        view.rebuffer_ms, view.rebuffers = sum(told), len(told)
    return view


def walk(
    view: View, names: list[str], said: list[Fields], times: list[int], played: list[int], *, ranged: bool, first: Any
) -> None:
    """Add up what depends on the order of a view's events."""
    playing, seeking = False, False
    bitrate: int | None = None
    before: int | None = None
    stalled_before: str | None = None
    for place, (name, one, at) in enumerate(zip(names, said, times, strict=True)):
        if name in PLAYING:
            playing = True
        elif name.startswith("Playback ") or name == "Content Completed":
            playing = False
        if name.startswith("Playback Seek ") or name == "Playback Resumed":
            seeking = name == "Playback Seek Started"
        rates_before, bitrate = before, one["bitrate"] if one.get("bitrate") else bitrate
        gap = min(times[place + 1] - at, 60_000) if not ranged and playing and place + 1 < len(names) else 0
        weight = played[place] if ranged else gap
        if one.get("backgrounded"):
            view.background_ms += weight
        else:
            view.play_ms += weight
            rate = (bitrate if rates_before is None else rates_before) if ranged else bitrate
            if rate is not None:
                view.bitrate = (view.bitrate[0] + weight, view.bitrate[1] + weight * rate)
        if name == "Playback Buffer Started" and stalled_before != name:
            stall = measure_stall(names, times, place)
            if one.get("backgrounded"):
                pass
            elif first is None or at < first:
                view.startup_stall_ms += stall
            elif seeking:
                view.seek_stall_ms += stall
            else:
                view.rebuffer_ms, view.rebuffers = view.rebuffer_ms + stall, view.rebuffers + 1
        before = bitrate
        if name != "Quality Updated":
            stalled_before = name


def measure_stall(names: list[str], times: list[int], place: int) -> int:
    """Return how long the stall at `place` lasted."""
    later = range(place + 1, len(names))
    turn = next((at for at in later if names[at] not in ("Quality Updated", "Content Playing")), None)
    if turn is not None and names[turn] == "Playback Buffer Completed":
        return min(times[turn] - times[place], 600_000)
    sign = next((at for at in later if names[at] not in ("Quality Updated", "Playback Buffer Started")), None)
    return 0 if sign is None else min(times[sign] - times[place], 600_000)


@settings(max_examples=60, deadline=None)
@given(st.lists(TOLD, min_size=1, max_size=25))
def test_views_are_what_a_slow_reading_says(told: list[tuple[int, str, str, Fields]]) -> None:
    messages: list[Fields] = []
    by_session: dict[str, list[Fields]] = defaultdict(list)
    for ts, name, session, properties in sorted(told, key=lambda one: one[0]):
        shared = {"content_asset_id": "v", "session_id": session}
        message = {"type": "track", "event": f"Video {name}", "anonymousId": "a", "ts": ts}
        message |= {"messageId": f"m{len(messages):03}", "properties": properties | shared}
        messages.append(message)
        by_session[session].append(message)
    with tempfile.TemporaryDirectory() as folder:
        store = fill_store(folder, "views", [messages])
        con = store.cursor()
        build_quality_relations(con, "shop", Window(START - DAY_MS, NOW), None)
        rows = con.execute(
            f"SELECT view_key, bitrate_ms, bitrate_weighted, {', '.join(FIGURES)} FROM qoe_views"
        ).fetchall()
        store.close()
    found = {
        key[1:]: View(bitrate=(time, weighted), **dict(zip(FIGURES, figures, strict=True)))
        for key, time, weighted, *figures in rows
    }
    expected = {session: read_view(events) for session, events in by_session.items()}
    assert found == {session: view for session, view in expected.items() if view is not None}
