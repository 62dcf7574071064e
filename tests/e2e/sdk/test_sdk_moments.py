"""Every moment of the contract in a real browser: nothing before it, the prompt at it."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.sdk.site import Site
from tests.e2e.sdk.test_sdk_prompt import VIDEO, make_prompt, show

pytestmark = pytest.mark.browser

BODY = "<h1>Tea</h1><div style='height:3000px'></div><p id=deep>Deep</p>" + VIDEO
READY = "performance.getEntriesByType('resource').some(entry => entry.name.includes('/sdk/prompt-'))"
NOTHING = "1"


def arm(site: Site, page: Page, when: dict[str, Any], body: str = BODY) -> None:
    """Open a page whose only prompt waits for `when`."""
    show(site, prompts=[make_prompt(when)])
    page.goto(site.put_page(body))
    page.wait_for_function(READY)


@pytest.mark.parametrize(
    ("when", "act"),
    [
        ({"type": "immediate"}, NOTHING),
        ({"type": "delay", "seconds": 1}, NOTHING),
        ({"type": "dwell", "seconds": 1}, NOTHING),
        ({"type": "idle", "seconds": 1}, NOTHING),
        ({"type": "scroll", "share": 0.6}, "scrollTo(0, 2200)"),
        ({"type": "element", "selector": "#deep"}, "document.querySelector('#deep').scrollIntoView()"),
        ({"type": "custom", "event": "Asked"}, "kikkake.track('Asked')"),
        (
            {"type": "exit_intent"},
            "document.documentElement.dispatchEvent(new MouseEvent('mouseleave', {clientY: -1}))",
        ),
        ({"type": "video_time", "video": "tour", "at": 5}, "film.currentTime = 5.5; film.play()"),
        (
            {"type": "video_paused", "video": "tour"},
            "film.play().then(() => setTimeout(() => film.pause(), 300)); 1",
        ),
        ({"type": "video_ended", "video": "tour"}, "film.currentTime = 11.5; film.play()"),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_every_moment(site: Site, page: Page, when: dict[str, Any], act: str) -> None:
    arm(site, page, when)
    page.wait_for_function("film.readyState >= 3")
    if act != NOTHING:
        page.wait_for_timeout(300)
        expect(page.locator("kikkake-prompt")).to_have_count(0)
        page.evaluate(act)
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize(
    ("when", "act"),
    [
        ({"type": "delay", "seconds": 60}, NOTHING),
        ({"type": "scroll", "share": 0.9}, "scrollTo(0, 600)"),
        ({"type": "element", "selector": "#deep"}, "scrollTo(0, 300)"),
        ({"type": "custom", "event": "Asked"}, "kikkake.track('Other')"),
        ({"type": "video_time", "video": "tour", "at": 8}, "film.play()"),
        ({"type": "video_time", "video": "other", "at": 1}, "film.currentTime = 5; film.play()"),
        ({"type": "video_paused", "video": "other"}, "film.play().then(() => film.pause())"),
        ({"type": "video_ended", "video": "tour"}, "film.play().then(() => film.pause())"),
        (
            {"type": "exit_intent"},
            "document.documentElement.dispatchEvent(new MouseEvent('mouseleave', {clientX: -1, clientY: 300}))",
        ),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_not_at_another_moment(site: Site, page: Page, when: dict[str, Any], act: str) -> None:
    arm(site, page, when)
    page.wait_for_function("film.readyState >= 3")
    page.evaluate(act)
    page.wait_for_timeout(1200)
    expect(page.locator("kikkake-prompt")).to_have_count(0)


def test_moving_starts_the_idle_time_anew_and_a_hidden_page_is_not_dwelt_on(site: Site, page: Page) -> None:
    arm(site, page, {"type": "idle", "seconds": 1.5})
    for step in range(6):
        page.mouse.move(100 + step, 100)
        page.wait_for_timeout(400)
    expect(page.locator("kikkake-prompt")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_be_visible()
    arm(site, page, {"type": "dwell", "seconds": 1})
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.wait_for_timeout(1800)
    expect(page.locator("kikkake-prompt")).to_have_count(0)
    page.evaluate("delete document.hidden")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_on_a_touch_screen_going_back_up_in_a_hurry_is_leaving(site: Site, context: BrowserContext) -> None:
    browser = context.browser
    assert browser is not None
    phone = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = phone.new_page()
    arm(site, page, {"type": "exit_intent"})
    page.evaluate("scrollTo({top: 2000, behavior: 'instant'})")
    page.wait_for_timeout(600)
    page.evaluate("scrollTo({top: 1950, behavior: 'instant'})")
    page.wait_for_timeout(600)
    expect(page.locator("kikkake-prompt")).to_have_count(0)
    page.evaluate(
        """() => {
          let top = scrollY;
          const up = () => {
            top -= 150;
            scrollTo({top, behavior: 'instant'});
            if (top > 900) requestAnimationFrame(up);
          };
          up();
        }"""
    )
    expect(page.get_by_role("dialog")).to_be_visible()
    phone.close()
