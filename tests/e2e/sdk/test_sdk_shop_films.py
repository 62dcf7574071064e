"""The shop's clips, its recording as HLS and its broadcast: measured by the tag alone, to a quarter of a second."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from examples.shop.broadcasting import FOLDER, PLAYER
from examples.shop.catalogue import load_broadcast, load_clips
from examples.shop.pages import Tag
from examples.shop.server import build_app
from tests.e2e.conftest import PATIENCE_MS
from tests.e2e.sdk.site import Site
from tests.e2e.sdk.test_sdk_video import EXACT_S, assert_same, longer_than_a_blink

pytestmark = pytest.mark.browser
BROADCAST = load_broadcast()
AXE = Path(__file__).parents[3] / "services" / "analyzer" / "console" / "node_modules" / "axe-core" / "axe.min.js"
BEGAN_S = 16.0
"""How long the broadcast has been on air when the shop opens."""


@pytest.fixture
def shop(site: Site) -> Iterator[str]:
    """The shop with its beacons going to the recording site, and a broadcast that has been on air for a while."""
    assert PLAYER.exists(), "the player is not installed: make setup"
    assert FOLDER.exists(), "the stream is not made: make setup"
    opened = time.monotonic()
    first = 1_000_000 * BROADCAST.every + BEGAN_S
    app = build_app(Tag(site.collector, site.collector, "wk_test"), now=lambda: first + time.monotonic() - opened)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    site.wait(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def about(site: Site, video: str, event: str = "Video") -> list[dict[str, Any]]:
    """The properties of every message about this video, in order."""
    found = [message["properties"] for message in site.messages(event)]
    return [properties for properties in found if properties["content_asset_id"] == video]


def played(properties: list[dict[str, Any]]) -> list[tuple[float, float]]:
    return [(start, end) for one in properties for start, end in one.get("played", [])]


def browser_played(page: Page, selector: str) -> list[tuple[float, float]]:
    script = "v => [...Array(v.played.length).keys()].map(i => [v.played.start(i), v.played.end(i)])"
    return [(start, end) for start, end in page.locator(selector).evaluate(script)]


def play_to(page: Page, seconds: float) -> None:
    page.evaluate("document.querySelector('#stage video').muted = true")
    page.evaluate("document.querySelector('#stage video').play()")
    reached = "s => { const v = document.querySelector('#stage video'); return v.currentTime >= s && !v.seeking }"
    page.wait_for_function(reached, arg=seconds)


def test_the_recording_plays_as_hls_and_its_ranges_are_exact(site: Site, shop: str, page: Page) -> None:
    page.goto(f"{shop}/live/archive")
    page.wait_for_function("window.kikkake?.version && document.querySelector('#stage video').readyState >= 3")
    assert page.evaluate("document.querySelector('#stage video').currentSrc").startswith("blob:")
    play_to(page, 2.2)
    page.get_by_role("button", name="Pouring at 70 degrees").click()
    play_to(page, 26)
    page.evaluate("document.querySelector('#stage video').currentTime = 61")
    play_to(page, 62.5)
    page.evaluate("document.querySelector('#stage video').pause()")
    site.wait_for("Video Playback Paused")
    seen = about(site, BROADCAST.video)
    assert_same(played(seen), browser_played(page, "#stage video"))
    assert {one["content_asset_id"] for one in (m["properties"] for m in site.messages("Video"))} == {BROADCAST.video}
    assert len({one["session_id"] for one in seen}) == 1
    assert not any(one["livestream"] for one in seen)
    assert seen[0]["total_length"] == pytest.approx(72, abs=0.1)
    expect(page.locator(".chat li").filter(has_text="The box would be perfect")).to_be_visible()
    expect(page.locator(".shelf-now li[data-now]")).to_have_count(1)


def test_the_broadcast_is_live_and_its_second_is_the_films(site: Site, shop: str, page: Page) -> None:
    opened = time.monotonic()
    page.goto(f"{shop}/live")
    page.wait_for_function("window.kikkake?.version")
    expect(page.get_by_role("status")).to_have_text("Live")
    page.get_by_role("button", name="Watch").click()
    page.wait_for_function("document.querySelector('#stage video').currentTime > 0")
    begun = page.evaluate("document.querySelector('#stage video').currentTime")
    assert BEGAN_S - 8 <= begun <= BEGAN_S + 5 + time.monotonic() - opened
    play_to(page, begun + 3)
    page.get_by_role("button", name="Like").click()
    page.get_by_label("Say something").fill("Good morning")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".chat li.own")).to_have_text("you Good morning")
    page.evaluate("document.querySelector('#stage video').pause()")
    site.wait_for("Video Playback Paused")
    seen = about(site, BROADCAST.video)
    assert {one["livestream"] for one in seen} == {True}
    assert {one["total_length"] for one in seen} == {None}
    # The browser counts from 0 what was skipped to get to the broadcast's second; its end is the film's.
    ((start, end),) = longer_than_a_blink(played(seen))
    assert BEGAN_S - 8 <= start <= begun + EXACT_S
    assert end == pytest.approx(browser_played(page, "#stage video")[-1][1], abs=EXACT_S)
    [liked], [commented] = (about(site, BROADCAST.video, event) for event in ("Video Liked", "Video Commented"))
    assert liked["session_id"] == commented["session_id"] == seen[0]["session_id"]
    assert start <= liked["position"] <= end + EXACT_S
    assert "Good morning" not in str(commented)
    page.get_by_role("button", name="Like").click()
    expect(page.get_by_role("button", name="Like")).to_have_attribute("aria-pressed", "false")
    assert len(site.messages("Video Liked")) == 1


def test_one_clip_plays_at_a_time_and_leads_to_its_product(site: Site, shop: str, page: Page) -> None:
    first, second, _ = load_clips()
    page.goto(shop)
    page.wait_for_function("window.kikkake?.version")
    # Whoever looks for the page's video means the film.
    expect(page.locator("video").first).to_have_attribute("data-kikkake-video", "tea-tasting")
    videos = page.locator(".clip video")
    assert videos.evaluate_all("all => all.map(v => v.paused)") == [True] * 3
    page.get_by_role("button", name=f"Play: {first.title['en']}").click()
    page.wait_for_function("document.querySelectorAll('.clip video')[0].currentTime > 1")
    play = page.get_by_role("button", name=f"Play: {second.title['en']}")
    play.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.clip video')[1].currentTime > 0.5")
    assert videos.evaluate_all("all => all.map(v => v.paused)") == [True, False, True]
    expect(play).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name=f"Sound: {second.title['en']}").click()
    assert videos.nth(1).evaluate("v => v.muted") is False
    page.get_by_role("button", name=f"Like: {second.title['en']}").click()
    page.get_by_role("link", name="Kogane Hojicha ¥1,180", exact=True).first.click()
    page.wait_for_url("**/products/hojicha-kogane")
    [clicked] = site.wait_for("Video Product Clicked")
    assert clicked["properties"].items() >= {"content_asset_id": "clip-roast", "product_id": "hojicha-kogane"}.items()
    site.wait_for("Video Playback Exited", 1)
    [liked] = about(site, second.video, "Video Liked")
    assert liked["session_id"] == clicked["properties"]["session_id"]
    assert played(about(site, first.video))[0][0] == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("path", ["/", "/live", "/live/archive", "/products/matcha-midori", "/cart"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_serious_and_nothing_sticks_out(
    site: Site, shop: str, browser: Browser, path: str, width: int
) -> None:
    for locale in ("en-US", "ja-JP"):
        context = browser.new_context(viewport={"width": width, "height": 800}, locale=locale, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(shop + path)
        page.wait_for_function("window.kikkake?.version")
        if path == "/live":
            expect(page.locator(".on-air")).to_have_text({"en-US": "Live", "ja-JP": "生中継"}[locale])
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        serious = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in serious] == []
        context.close()


def test_who_wants_less_motion_sees_a_clip_once(site: Site, shop: str, browser: Browser) -> None:
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 390, "height": 844}, locale="ja-JP")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(shop)
    page.wait_for_function("window.kikkake?.version")
    clips = page.locator(".clip video")
    assert clips.evaluate_all("all => all.map(v => [v.loop, v.autoplay, v.paused])") == [[False, False, True]] * 3
    page.locator(".strip").evaluate("strip => (strip.scrollIntoView(), strip.scrollTo({left: 9999}))")
    expect(clips.nth(2)).to_be_in_viewport(ratio=0.5)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
