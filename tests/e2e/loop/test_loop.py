"""The main job, end to end: a visitor watches, is prompted at that moment, buys, and the analyzer shows what was seen.

Real browser, real shop, real video, real services; nothing is sent by the test itself.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PATIENCE_MS
from tests.installation import Installation, run_installation
from tests.processes import PATIENCE_S, wait_for

pytestmark = pytest.mark.browser
VIDEO = "tea-tasting"
SCENE = (24, 36)
CAMPAIGN = "pour"
Range = tuple[float, float]
EXACT_S = 0.25
"""How far the ends of what was measured may lie from those of what was played."""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with run_installation(tmp_path_factory.mktemp("loop"), "--demo") as running:
        running.create(
            "/v1/campaigns",
            {
                "id": CAMPAIGN,
                "name": "Those who saw the pouring",
                "status": "running",
                "audience": {
                    "all": [
                        {"watched": {"video": VIDEO, "from": SCENE[0], "to": SCENE[1], "share": 0.5}},
                        {"fact": "orders.count", "op": "eq", "value": 0},
                    ]
                },
                "when": {"type": "video_paused", "video": VIDEO},
                "frequency": {"per_session": 1},
                "variants": [
                    {
                        "id": "invite",
                        "kind": "popup",
                        "content": {
                            "title": "That cup, at home",
                            "body": "What you just saw poured.",
                            "cta": {"label": "See this tea", "url": "/products/sencha-asatsuyu"},
                        },
                    }
                ],
            },
        )
        # A page asks once: not before the campaign is known.
        wait_for(lambda: running.decide("first", trigger={"type": "page_view"}).get("triggers"), "the campaign")
        yield running


def open_shop(page: Page, address: str) -> None:
    """Open the shop's first page; return when the moments of its campaigns are waited for."""
    page.goto(address)
    page.wait_for_function(
        "performance.getEntriesByType('resource').some(entry => entry.name.includes('/sdk/prompt-'))"
    )
    page.evaluate("void kikkake.on('Prompt Shown', () => { window.promptShown = true })")


def watch(page: Page, start: float, end: float) -> list[Range]:
    """Seek to `start`, play to `end` as a viewer would, and pause; returns what the browser says was played in all."""
    played = page.evaluate(
        """async ([start, end]) => {
            const video = document.querySelector("video");
            video.muted = true;
            if (video.readyState < 1)
                await new Promise((done) => video.addEventListener("loadedmetadata", done, {once: true}));
            if (Math.abs(video.currentTime - start) > 0.01) {
                const sought = new Promise((done) => video.addEventListener("seeked", done, {once: true}));
                video.currentTime = start;
                await sought;
            }
            await video.play();
            await new Promise((done) => {
                const look = () => video.currentTime >= end ? done() : requestAnimationFrame(look);
                look();
            });
            video.pause();
            return [...Array(video.played.length).keys()].map(i => [video.played.start(i), video.played.end(i)]);
        }""",
        [start, end],
    )
    return [(first, last) for first, last in played]


def watch_and_be_told(page: Page, start: float, end: float) -> list[dict[str, Any]]:
    """Watch as above; returns the prompts that the engager then answers with."""
    with page.expect_response(lambda answer: "video_paused" in (answer.request.post_data or "")) as told:
        watch(page, start, end)
    prompts: list[dict[str, Any]] = told.value.json()["prompts"]
    return prompts


def assert_bins(bins: list[dict[str, Any]], size: float, played: list[Range]) -> None:
    """A bin is watched when half of it was played; within what is exact, either may be said."""
    unsure = EXACT_S / size
    for row in bins:
        seen = sum(max(0.0, min(end, row["start"] + size) - max(start, row["start"])) for start, end in played) / size
        if abs(seen - 0.5) > unsure:
            assert (row["viewers"] == 1) == (seen > 0.5), (row, played)


def read_bins(installation: Installation) -> dict[str, Any]:
    installation.run_job("moments")
    return installation.read_report("moments", video=VIDEO)


def test_watch_prompt_buy_and_report(installation: Installation, page: Page) -> None:
    shop = installation.read_ready()["shop"]
    open_shop(page, shop)
    # The scene was not seen yet: pausing here must bring nothing up.
    assert watch_and_be_told(page, 0, 3) == []
    expect(page.locator("kikkake-prompt")).to_have_count(0)
    played = watch(page, 25, 32)
    prompt = page.locator(f"kikkake-prompt[data-campaign={CAMPAIGN}][data-variant=invite]")
    expect(prompt.get_by_role("dialog")).to_be_visible()
    expect(prompt.get_by_role("button", name="Close")).to_be_visible()
    page.wait_for_function("window.promptShown")
    prompt.get_by_role("link", name="See this tea").click()
    page.wait_for_url("**/products/sencha-asatsuyu")
    page.locator("form[data-add] button").click()
    page.goto(f"{shop}/checkout")
    for field in page.locator("#checkout input").all():
        if field.get_attribute("type") == "email":
            field.fill("aki@example.com")
        elif field.get_attribute("type") not in ("checkbox", "radio"):
            field.fill("1000001")
    page.locator("#checkout button").click()
    page.wait_for_url("**/thanks*")
    wait_for(lambda: read_bins(installation)["converters"] == 1, "the conversion in the report")
    report = read_bins(installation)
    assert report["viewers"] == 1
    assert_bins(report["bins"], report["bin_seconds"], played)
    result = installation.read_report(f"campaigns/{CAMPAIGN}")
    arm = next(row for row in result["arms"] if row["id"] == "invite")
    assert {name: arm[name] for name in ("shown", "clicked", "dismissed", "converted")} == {
        "shown": 1,
        "clicked": 1,
        "dismissed": 0,
        "converted": 1,
    }


def test_a_buyer_is_not_prompted_again_and_a_japanese_visitor_closes_it(
    installation: Installation, browser: Browser
) -> None:
    context = browser.new_context(locale="ja-JP", viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    open_shop(page, installation.read_ready()["shop"])
    watch(page, 24, 31)
    prompt = page.locator("kikkake-prompt")
    expect(prompt.get_by_role("dialog")).to_be_visible()
    page.wait_for_function("window.promptShown")
    prompt.get_by_role("button", name="閉じる").click()
    expect(prompt.get_by_role("dialog")).to_have_count(0)
    assert watch_and_be_told(page, 33, 34) == []  # once a session
    expect(page.locator("kikkake-prompt")).to_have_count(0)

    def is_dismissed() -> bool:
        installation.run_job("segments")
        arms = installation.read_report(f"campaigns/{CAMPAIGN}")["arms"]
        return any(row["id"] == "invite" and row["dismissed"] == 1 for row in arms)

    wait_for(is_dismissed, "the dismissal in the report")
    context.close()


def test_a_beacon_changes_the_next_decision(installation: Installation) -> None:
    ready = installation.read_ready()
    question = {
        "writeKey": ready["write_key"],
        "anonymousId": "by-beacon",
        "trigger": {"type": "video_paused", "video": {"id": VIDEO, "position": 34}},
    }
    view = {
        "type": "track",
        "event": "Video Content Playing",
        "anonymousId": "by-beacon",
        "properties": {"content_asset_id": VIDEO, "session_id": "s", "total_length": 72, "played": [[24, 34]]},
    }
    with httpx.Client(timeout=PATIENCE_S) as client:

        def is_prompted() -> bool:
            return bool(client.post(f"{ready['engager']}/v1/decide", json=question).json()["prompts"])

        assert not is_prompted()
        body = {"writeKey": ready["write_key"], "batch": [view]}
        assert client.post(f"{ready['collector']}/v1/batch", json=body).status_code == 200
        wait_for(is_prompted, "the prompt")


def test_a_browser_is_told_what_is_known_of_it_and_of_nobody_else(installation: Installation, page: Page) -> None:
    shop = installation.read_ready()["shop"]
    open_shop(page, shop)
    watch(page, 25, 32)
    expect(page.locator("kikkake-prompt").get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(f"{shop}/you")
    expect(page.locator("#you-events")).to_contain_text("Video Playback Started")
    expect(page.locator("#you-decisions")).to_contain_text(f"shown: {CAMPAIGN}")
    own = page.locator("#you-facts dd").first.inner_text()
    assert httpx.get(f"{shop}/api/you", params={"id": own}).status_code == 200
    for other in ("aki@example.com", "", "../goals", own[:-1]):
        assert httpx.get(f"{shop}/api/you", params={"id": other}).status_code == 404
    html = httpx.get(f"{shop}/you").text + httpx.get(f"{shop}/api/you", params={"id": own}).text
    assert installation.read_ready()["secret_key"] not in html
