"""Every moment of the contract in a real browser: nothing before it, the prompt at it."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import PATIENCE_MS
from tests.e2e.sdk.site import Site
from tests.e2e.sdk.stopped import let_come, let_pass, stop_clock
from tests.e2e.sdk.test_sdk_prompt import VIDEO, make_prompt, open_armed, show

pytestmark = pytest.mark.browser

BODY = "<h1>Tea</h1><div style='height:3000px'></div><p id=deep>Deep</p>" + VIDEO
PLAYED = "film.play().then(() => new Promise(done => film.ontimeupdate = () => film.currentTime > 0.3 && done()))"


def arm(site: Site, page: Page, when: dict[str, Any], body: str = BODY) -> None:
    """Open a page whose only prompt waits for `when`; its clock may stand still, its film plays."""
    show(site, prompts=[make_prompt(when)])
    open_armed(site, page, body)
    page.wait_for_function("film.readyState >= 3")


def expect_nothing(page: Page) -> None:
    expect(page.locator("kikkake-prompt")).to_have_count(0)


@pytest.mark.parametrize("kind", ["delay", "dwell", "idle"])
def test_every_while_of_a_moment_is_exact(site: Site, page: Page, kind: str) -> None:
    stop_clock(page)
    arm(site, page, {"type": kind, "seconds": 30})
    # It began with the answer, a few turns ago.
    let_pass(page, 29.5)
    expect_nothing(page)
    let_pass(page, 0.5)
    let_come(page, page.get_by_role("dialog"))


@pytest.mark.parametrize(
    ("when", "act"),
    [
        ({"type": "scroll", "share": 0.6}, "scrollTo(0, 2200)"),
        ({"type": "element", "selector": "#deep"}, "document.querySelector('#deep').scrollIntoView()"),
        ({"type": "custom", "event": "Asked"}, "kikkake.track('Asked')"),
        (
            {"type": "exit_intent"},
            "document.documentElement.dispatchEvent(new MouseEvent('mouseleave', {clientY: -1}))",
        ),
        ({"type": "video_time", "video": "tour", "at": 5}, "film.currentTime = 5.5; film.play()"),
        ({"type": "video_paused", "video": "tour"}, f"{PLAYED}.then(() => film.pause())"),
        ({"type": "video_ended", "video": "tour"}, "film.currentTime = 11.5; film.play()"),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_every_moment(site: Site, page: Page, when: dict[str, Any], act: str) -> None:
    stop_clock(page)
    arm(site, page, when)
    let_pass(page, 5)
    expect_nothing(page)
    page.evaluate(act)
    let_come(page, page.get_by_role("dialog"))


def test_at_once(site: Site, page: Page) -> None:
    stop_clock(page)
    arm(site, page, {"type": "immediate"})
    let_come(page, page.get_by_role("dialog"))


@pytest.mark.parametrize(
    ("when", "act"),
    [
        ({"type": "scroll", "share": 0.9}, "scrollTo(0, 600)"),
        ({"type": "element", "selector": "#deep"}, "scrollTo(0, 300)"),
        ({"type": "custom", "event": "Asked"}, "kikkake.track('Other')"),
        ({"type": "video_time", "video": "tour", "at": 8}, PLAYED),
        ({"type": "video_time", "video": "other", "at": 1}, f"film.currentTime = 5; {PLAYED}"),
        ({"type": "video_paused", "video": "other"}, f"{PLAYED}.then(() => film.pause())"),
        ({"type": "video_ended", "video": "tour"}, f"{PLAYED}.then(() => film.pause())"),
        (
            {"type": "exit_intent"},
            "document.documentElement.dispatchEvent(new MouseEvent('mouseleave', {clientX: -1, clientY: 300}))",
        ),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_not_at_another_moment(site: Site, page: Page, when: dict[str, Any], act: str) -> None:
    stop_clock(page)
    arm(site, page, when)
    page.evaluate(act)
    let_pass(page, 5)
    expect_nothing(page)


def test_moving_starts_the_idle_time_anew_and_a_hidden_page_is_not_dwelt_on(site: Site, page: Page) -> None:
    stop_clock(page)
    arm(site, page, {"type": "idle", "seconds": 15})
    for step in range(4):
        let_pass(page, 10)
        page.mouse.move(100 + step, 100)
    let_pass(page, 14)
    expect_nothing(page)
    let_pass(page, 1)
    let_come(page, page.get_by_role("dialog"))
    arm(site, page, {"type": "dwell", "seconds": 10})
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    let_pass(page, 20)
    expect_nothing(page)
    page.evaluate("delete document.hidden")
    let_pass(page, 10)
    let_come(page, page.get_by_role("dialog"))


def test_on_a_touch_screen_going_back_up_in_a_hurry_is_leaving(site: Site, context: BrowserContext) -> None:
    browser = context.browser
    assert browser is not None
    phone = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    phone.set_default_timeout(PATIENCE_MS)
    page = phone.new_page()
    stop_clock(page)
    arm(site, page, {"type": "exit_intent"})
    scroll = "top => new Promise(done => { onscroll = () => done(); scrollTo({top, behavior: 'instant'}) })"
    for top in (2000, 1950):
        page.evaluate(scroll, top)
        let_pass(page, 0.6)
    expect_nothing(page)
    for top in range(1900, 1400, -100):
        page.evaluate(scroll, top)
        let_pass(page, 0.05)
    let_come(page, page.get_by_role("dialog"))
    phone.close()
