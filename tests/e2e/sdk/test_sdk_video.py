"""A real film in a real player: the ranges that arrive are the ranges that were played, to a quarter of a second."""

import json
import re
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.sdk.site import Site, open_with
from tests.processes import PATIENCE_S

pytestmark = pytest.mark.browser

Range = tuple[float, float]
EXACT_S = 0.25
VIDEO = '<video id="film" src="/film.mp4" muted playsinline controls width="320" height="180"></video>'


def union(ranges: list[Range]) -> list[Range]:
    """The ranges joined, in order."""
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1] + 0.01:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def follow(ranges: list[Range]) -> list[Range]:
    """The ranges in their order, those that go on where the last one ended joined to it."""
    joined: list[Range] = []
    for start, end in ranges:
        if joined and abs(start - joined[-1][1]) < 0.01:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def played(site: Site) -> list[Range]:
    """Every range that arrived, in the order in which it was played."""
    return [(start, end) for message in site.messages("Video") for start, end in message["properties"]["played"]]


def browser_played(page: Page) -> list[Range]:
    """The browser's own account of what was played."""
    script = "[...Array(film.played.length).keys()].map(i => [film.played.start(i), film.played.end(i)])"
    return [(start, end) for start, end in page.evaluate(script)]


def longer_than_a_blink(ranges: list[Range]) -> list[Range]:
    """The union of the ranges without those that nobody would notice."""
    return [(start, end) for start, end in union(ranges) if end - start > 0.1]


def assert_same(found: list[Range], truth: list[Range]) -> None:
    """Each range of `truth` is in `found`, with both ends within a quarter of a second, and nothing else is."""
    longer, expected = longer_than_a_blink(found), longer_than_a_blink(truth)
    assert len(longer) == len(expected), f"{longer} is not {expected}"
    for (start, end), (true_start, true_end) in zip(longer, expected, strict=True):
        assert abs(start - true_start) <= EXACT_S, f"{longer} is not {expected}"
        assert abs(end - true_end) <= EXACT_S, f"{longer} is not {expected}"


def open_film(site: Site, page: Page, body: str = VIDEO) -> None:
    """Open a page with the film and wait until both are ready."""
    open_with(page, site.put_page(body), "video")
    page.wait_for_function("document.querySelector('video').readyState >= 3")
    site.wait_for("page")


def play_to(page: Page, seconds: float, then: str = "") -> None:
    """Play, and do something in the very moment in which the playhead has got there: the film does not wait for us."""
    page.evaluate(
        f"""async () => {{
          await film.play();
          while (film.currentTime < {seconds} || film.seeking) await new Promise(requestAnimationFrame);
          {then};
        }}"""
    )


def told(site: Site) -> list[dict[str, Any]]:
    """What was told of the film but what a busy machine adds: that it stalled, and that it still plays."""
    return [m for m in site.messages("Video") if not re.search("Buffer|Content Playing", m["event"])]


def test_play_and_pause(site: Site, page: Page) -> None:
    open_film(site, page)
    play_to(page, 1.5, "film.pause()")
    site.wait_for("Video Playback Paused")
    names = [message["event"] for message in told(site)]
    assert names == ["Video Playback Started", "Video Content Started", "Video Playback Paused"]
    assert_same(played(site), browser_played(page))
    started, content, paused = (message["properties"] for message in told(site))
    assert (started["content_asset_id"], started["livestream"], started["video_player"]) == ("film", False, "html5")
    assert started["total_length"] == pytest.approx(12, abs=0.1)
    assert started["sound"] == 0
    assert 0 <= content["startup_ms"] < PATIENCE_S * 1000
    assert content["connection"] == page.evaluate("navigator.connection.effectiveType")
    assert content["host"] == page.evaluate("new URL(film.currentSrc).host")
    assert started["session_id"] == content["session_id"] == paused["session_id"]
    assert paused["position"] == pytest.approx(page.evaluate("film.currentTime"), abs=0.05)


def test_seeks_while_playing_and_while_paused(site: Site, page: Page) -> None:
    open_film(site, page)
    play_to(page, 1.2, "film.currentTime = 6")
    play_to(page, 7.1, "film.currentTime = 3")
    play_to(page, 3.6, "film.pause()")
    site.wait_for("Video Playback Paused")
    page.evaluate("film.currentTime = 10")
    site.wait_for("Video Playback Seek Completed", 3)
    play_to(page, 10.6, "film.pause()")
    site.wait_for("Video Playback Paused", 2)
    assert_same(played(site), browser_played(page))
    seeks = [message["properties"] for message in site.messages("Video Playback Seek Started")]
    assert [seek["seek_position"] for seek in seeks] == [pytest.approx(6), pytest.approx(3), pytest.approx(10)]
    assert seeks[0]["position"] == pytest.approx(follow(played(site))[0][1], abs=EXACT_S)


def test_rate_changes(site: Site, page: Page) -> None:
    open_film(site, page)
    page.evaluate("film.playbackRate = 2")
    play_to(page, 3, "film.playbackRate = 0.5")
    play_to(page, 3.4, "film.playbackRate = 4; film.currentTime = 6")
    play_to(page, 9, "film.pause()")
    site.wait_for("Video Playback Paused")
    assert_same(played(site), browser_played(page))


def test_each_lap_of_a_loop_is_its_own_range(site: Site, page: Page) -> None:
    open_film(site, page, VIDEO.replace("muted", "muted loop"))
    page.evaluate("film.currentTime = 10.5")
    lapped = "while (film.currentTime > 10 || film.currentTime < {}) await new Promise(requestAnimationFrame)"
    play_to(page, 10.6, f"{lapped.format(1)}; film.currentTime = 11")
    play_to(page, 11, f"{lapped.format(0.5)}; film.pause()")
    site.wait_for("Video Playback Paused")
    assert_same(played(site), browser_played(page))
    laps = [lap for lap in follow(played(site)) if lap[1] - lap[0] > 0.2]
    assert [start for start, _ in laps] == [pytest.approx(start, abs=EXACT_S) for start in (10.5, 0, 11, 0)]
    assert [end for start, end in laps if start > 9] == [pytest.approx(12, abs=EXACT_S)] * 2
    assert len(site.messages("Video Content Completed")) == 1
    assert site.messages("Video Playback Completed") == []


def test_the_end(site: Site, page: Page) -> None:
    open_film(site, page)
    page.evaluate("film.currentTime = 11")
    play_to(page, 11.1)
    site.wait_for("Video Playback Completed")
    assert_same(played(site), browser_played(page))
    assert "Video Playback Paused" not in site.names()
    page.evaluate("film.play()")
    site.wait_for("Video Playback Started", 2)
    first, second = (message["properties"]["session_id"] for message in site.messages("Video Playback Started"))
    assert first != second


def test_a_heartbeat_each_ten_seconds(site: Site, page: Page) -> None:
    open_film(site, page)
    # A busy machine plays slower than the clock, and may stall: the beat comes ten seconds after the last word.
    page.evaluate("film.playbackRate = 0.5; film.play()")
    site.wait_for("Video Content Playing")
    # What was said first may come in last.
    site.wait_for("Video Playback Started")
    site.wait_for("Video Content Started")
    heard = site.messages("Video")
    place = next(i for i, message in enumerate(heard) if message["event"] == "Video Content Playing")
    before, beat = (datetime.fromisoformat(message["timestamp"]) for message in heard[place - 1 : place + 1])
    assert (beat - before).total_seconds() >= 9.9
    position = heard[place]["properties"]["position"]
    assert_same([(start, end) for m in heard[: place + 1] for start, end in m["properties"]["played"]], [(0, position)])


def test_leaving_in_the_middle_tells_what_was_played(site: Site, page: Page) -> None:
    open_film(site, page)
    play_to(page, 2, "film.currentTime = 8")
    play_to(page, 9)
    # What was played up to the last moment only the page itself can see.
    page.evaluate(
        "addEventListener('pagehide', () => sessionStorage.setItem('played', JSON.stringify("
        "[...Array(film.played.length).keys()].map(i => [film.played.start(i), film.played.end(i)]))))"
    )
    page.goto(site.put_page(path="/next", head=""))
    truth = [(start, end) for start, end in json.loads(page.evaluate("sessionStorage.played"))]
    site.wait_for("Video Playback Exited")
    # What was said at the last moment comes in any order.
    site.wait(lambda: len(longer_than_a_blink(played(site))) == 2, "for what was played before and after the seek")
    assert_same(played(site), truth)


def test_a_hidden_tab_leaves_what_was_played_and_plays_on(site: Site, page: Page) -> None:
    open_film(site, page)
    play_to(page, 1)
    hide = (
        "(hidden) => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange')); return film.currentTime }"
    )
    hidden_at = page.evaluate(hide, True)
    first, *_ = site.wait_for("Video Content Playing")
    assert first["properties"]["played"] == [[pytest.approx(0, abs=0.1), pytest.approx(hidden_at, abs=EXACT_S)]]
    play_to(page, hidden_at + 1)
    page.evaluate(hide, False)
    page.evaluate("film.pause()")
    site.wait_for("Video Playback Paused")
    assert_same(played(site), browser_played(page))
    ranges = [entry for entry in played(site) if entry[1] > entry[0]]
    assert sum(end - start for start, end in ranges) == pytest.approx(sum(e - s for s, e in union(ranges)), abs=0.01)


def test_a_stall_is_told_and_not_counted(site: Site, page: Page) -> None:
    site.released.clear()
    open_with(page, site.put_page(VIDEO.replace("/film.mp4", "/slow.mp4")), "video")
    page.wait_for_function("film.readyState >= 3")
    page.evaluate("film.playbackRate = 2; film.play()")
    site.wait_for("Video Playback Buffer Started")
    page.wait_for_timeout(1000)  # long enough to be seen if it counted as played
    site.released.set()
    site.wait_for("Video Playback Buffer Completed")
    site.wait_for("Video Playback Completed")
    assert_same(played(site), browser_played(page))
    ranges = [entry for entry in played(site) if entry[1] > entry[0]]
    assert sum(end - start for start, end in ranges) == pytest.approx(sum(e - s for s, e in union(ranges)), abs=0.01)


def test_players_that_come_later_or_stand_in_a_shadow_root(site: Site, page: Page) -> None:
    page.goto(site.put_page("<div id=later></div><div id=shadow></div>"))
    site.wait_for("page")
    page.evaluate(
        """() => {
          later.innerHTML = '<video src="/film.mp4" data-kikkake-video="added" muted></video>';
          later.firstChild.play();
          const hidden = document.createElement('video');
          Object.assign(hidden, {src: '/film.mp4', muted: true});
          shadow.attachShadow({mode: 'closed'}).append(hidden);
          kikkake.attachVideo(hidden, {id: 'attached', title: 'By Hand'});
          hidden.play();
        }"""
    )
    site.wait_for("Video Content Started", 2)
    names = {
        message["properties"]["content_asset_id"]: message["properties"]["title"] for message in site.messages("Video")
    }
    assert names == {"added": "added", "attached": "By Hand"}
    page.wait_for_function("later.firstChild.currentTime > 1")
    page.evaluate("later.firstChild.remove()")
    [gone] = site.wait_for("Video Playback Exited")
    assert gone["properties"]["content_asset_id"] == "added"


def test_a_page_without_a_video_loads_no_video_code(site: Site, page: Page) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(site.put_page("<h1>Tea</h1>"))
    site.wait_for("page")
    assert not [url for url in loaded if "/sdk/video-" in url or "/sdk/prompt-" in url]


def test_a_failing_source_is_told(site: Site, page: Page) -> None:
    open_with(page, site.put_page('<video id="film" src="/missing.mp4" preload="none" muted></video>'), "video")
    page.evaluate("film.play().catch(() => {})")
    [failed] = site.wait_for("Video Playback Interrupted")
    assert failed["properties"]["method"] == "error"
    assert failed["properties"]["error"].startswith("4")
