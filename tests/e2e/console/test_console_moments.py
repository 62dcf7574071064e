"""A video whose middle sells: what the console says of it, and the prompt that is made of it."""

import hashlib
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from shared.clock import to_rfc3339
from tests.e2e.conftest import PATIENCE_MS
from tests.e2e.console.test_console_pages import find_violations, wait_until_loaded
from tests.installation import Installation, run_installation

pytestmark = pytest.mark.browser
VIDEO = "sells-in-the-middle"
VIEWERS = 1_400
LENGTH = 60.0
SCENE = (24.0, 36.0)
SKIPPED = ((4.0, 12.0), (14.0, 22.0), SCENE, (44.0, 52.0))
BATCH = 400


def draw(viewer: int, what: str) -> float:
    """A number between 0 and 1, the same at every run."""
    return int(hashlib.sha256(f"{viewer}/{what}".encode()).hexdigest()[:8], 16) / 2**32


def tell_viewer(viewer: int, now: int) -> list[dict[str, Any]]:
    """One viewer: some skip this or that scene, and those who see the one in the middle buy far more often."""
    began = now - 12 * 86_400_000 - viewer * 30_000
    end = LENGTH if draw(viewer, "end") < 0.7 else 40 + 20 * draw(viewer, "where")
    played, position = [], 0.0
    for start, stop in SKIPPED:
        if draw(viewer, f"skips {start}") < 0.4 and stop < end:
            played.append([position, start])
            position = stop
    played.append([position, end])
    saw = any(start <= SCENE[0] and stop >= SCENE[1] for start, stop in played)
    shared = {"content_asset_id": VIDEO, "session_id": f"view-{viewer}", "total_length": LENGTH}

    def message(name: str, seconds: int, properties: dict[str, Any]) -> dict[str, Any]:
        at = to_rfc3339(began + seconds * 1_000)
        ids = {"messageId": f"{viewer}-{seconds}", "anonymousId": f"viewer-{viewer}", "timestamp": at}
        return {"type": "track", "event": name, "properties": properties, **ids}

    messages = [
        message("Video Playback Started", 0, {**shared, "position": 0}),
        message("Video Playback Paused", 60, {**shared, "position": end, "played": played}),
    ]
    if draw(viewer, "like") < 0.1:
        messages.append(message("Video Liked", 50, {**shared, "position": 40}))
    if draw(viewer, "buys") < (0.42 if saw else 0.08):
        messages.append(
            message("Order Completed", 3_600, {"order_id": f"o-{viewer}", "revenue": 900, "currency": "JPY"})
        )
    return messages


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with run_installation(tmp_path_factory.mktemp("moments")) as running:
        running.create(
            "/v1/videos", {"id": VIDEO, "title": "The film", "duration": LENGTH, "src": "https://shop.example/f.mp4"}
        )
        now = int(time.time() * 1_000)
        messages = [message for viewer in range(VIEWERS) for message in tell_viewer(viewer, now)]
        for start in range(0, len(messages), BATCH):
            running.send(*messages[start : start + BATCH])
        running.run_job("moments")
        yield running


def open_video(browser: Browser, watched: Installation, *, language: str = "en", width: int = 1280) -> Page:
    ready = watched.read_ready()
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        locale="ja-JP" if language == "ja" else "en-US",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    login = {"password": ready["console_password"]}
    assert context.request.post(f"{ready['analyzer']}/console/api/login", data=login).status == 204
    page = context.new_page()
    page.goto(f"{ready['analyzer']}/console/videos/{VIDEO}")
    wait_until_loaded(page)
    return page


def test_the_found_moment_is_marked_told_and_shown(browser: Browser, watched: Installation) -> None:
    page = open_video(browser, watched)
    report = watched.read_report("moments", video=VIDEO)
    start = int(report["recommendation"]["start_at"])
    assert abs(start - SCENE[0]) <= 4
    expect(page.get_by_text(f"Start viewers at 0:{start:02d}")).to_be_visible()
    expect(page.get_by_text(report["recommendation"]["reason"]["en"])).to_be_visible()
    mark = page.get_by_role("button", name=re.compile(rf"^Go to 0:{start:02d}"))
    box, track = mark.bounding_box(), page.locator(".track").bounding_box()
    assert box is not None
    assert track is not None
    assert abs((box["x"] - track["x"]) / track["width"] - start / LENGTH) < 0.02
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".track i")).to_be_visible()
    card = page.locator(".moment").first
    expect(card).to_contain_text("Almost surely no chance")
    term = card.locator("summary", has_text="Robustness")
    term.focus()
    page.keyboard.press("Enter")
    expect(card.get_by_text(re.compile("An unknown cause would have to"))).to_be_visible()
    entries = page.get_by_role("region", name="Where they came in").first
    expect(entries).to_contain_text("Effect of coming in here")
    page.context.close()


def test_the_chart_shows_the_effect_or_what_it_was_found_in(browser: Browser, watched: Installation) -> None:
    page = open_video(browser, watched)
    effect, raw = (page.get_by_role("button", name=name, exact=True) for name in ("Effect", "Raw"))
    expect(effect).to_have_attribute("aria-pressed", "true")
    chart = page.get_by_role("img", name=re.compile("^Who converts"))
    expect(chart.get_by_text("95 % band")).to_be_visible()
    raw.click()
    expect(page.get_by_role("img", name=re.compile("^Who converts")).get_by_text("Watched it")).to_be_visible()
    page.locator("summary", has_text="The numbers behind the charts").click()
    expect(page.get_by_role("table", name="The numbers behind the charts")).to_contain_text("Effect")
    page.context.close()


def test_a_prompt_is_made_of_the_moment(browser: Browser, watched: Installation) -> None:
    page = open_video(browser, watched)
    start = int(watched.read_report("moments", video=VIDEO)["recommendation"]["start_at"])
    page.get_by_role("link", name="Make a prompt of it").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value(f"Watch The film from 0:{start:02d}")
    expect(page.get_by_label("Kind")).to_have_value("video")
    page.get_by_role("button", name="Save as draft").click()
    page.wait_for_url(re.compile(r"/prompts/(?!~new)"))
    with watched.connect_admin() as admin:
        [campaign] = admin.get("/v1/campaigns").json()["items"]
    assert campaign["status"] == "draft"
    assert campaign["holdout"] == 0.2
    [rule] = campaign["audience"]["all"]
    assert rule["not"]["watched"]["from"] == start
    [variant] = campaign["variants"]
    assert variant["kind"] == "video"
    assert variant["content"]["video"].items() >= {"id": VIDEO, "start_at": start}.items()
    page.context.close()


def test_the_other_pages_of_a_video_are_a_tab_away(browser: Browser, watched: Installation) -> None:
    page = open_video(browser, watched)
    for tab, address, words in (
        ("Before and after", "journeys", "What they did next"),
        ("What it brought", "value", "Engaged viewers and the others"),
        ("Playback", "quality", "Did it not persuade, or not play?"),
    ):
        page.get_by_role("link", name=tab, exact=True).click()
        page.wait_for_url(f"**/videos/{VIDEO}/{address}")
        wait_until_loaded(page)
        expect(page.get_by_role("heading", name=words)).to_be_visible()
        expect(page.get_by_role("link", name=tab, exact=True)).to_have_attribute("aria-current", "page")
        assert find_violations(page) == []
    people = page.get_by_role("link", name="Before and after", exact=True)
    people.click()
    page.get_by_role("button", name="Straight to the purchase").click()
    page.get_by_role("region", name="Who they were").get_by_role("link").first.click()
    expect(page.get_by_text("Bought for ¥900")).to_be_visible()
    page.context.close()


def test_it_is_told_in_japanese_and_for_everybody(browser: Browser, watched: Installation) -> None:
    for width in (1280, 390):
        page = open_video(browser, watched, language="ja", width=width)
        expect(page.get_by_text("から見せる").first).to_be_visible()
        expect(page.get_by_role("link", name="この場面から接客を作る")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert find_violations(page) == []
        page.get_by_role("button", name="ダーク").click()
        assert find_violations(page) == []
        page.context.close()
