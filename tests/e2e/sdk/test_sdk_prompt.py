"""The popup in a real browser: for mouse, keyboard and screen reader, at its moment, once it was really seen."""

from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.sdk.site import Answer, Beacon, Site, accept, decide, open_with
from tests.e2e.sdk.stopped import let_arrive, let_come, let_pass, stop_clock

pytestmark = pytest.mark.browser

IDS = {"campaign_id": "spring", "variant_id": "a", "decision_id": "d-1"}
CONTENT = {"title": "That cup, at home", "body": "Fresh <b>leaf</b>.", "cta": {"label": "See this tea"}}
VIDEO = '<video id="film" src="/film.mp4" data-kikkake-video="tour" muted controls width="320"></video>'


def make_prompt(when: dict[str, Any] | None = None, **content: Any) -> dict[str, Any]:
    """A popup of the campaign `spring`."""
    words = {**CONTENT, **content}
    ids = {"campaignId": "spring", "variantId": "a", "decisionId": "d-1"}
    return {**ids, "kind": "popup", "when": when or {"type": "immediate"}, "content": words}


def show(site: Site, trigger: str = "page_view", **changes: Any) -> None:
    """Answer decisions of this trigger with `changes`, others with nothing."""

    def answer(beacon: Beacon) -> Answer:
        due = beacon.path == "/v1/decide" and beacon.body["trigger"]["type"] == trigger
        return decide(beacon, **changes) if due else accept(beacon)

    site.answer = answer


def open_armed(site: Site, page: Page, body: str = "", lang: str = "en") -> None:
    """Open a page; return when its moments are waited for."""
    open_with(page, site.put_page(body, lang=lang), "prompt")


def test_it_is_a_dialog_of_plain_text_that_was_shown_after_a_second(site: Site, page: Page) -> None:
    show(site, prompts=[make_prompt()])
    stop_clock(page)
    open_armed(site, page, "<h1>Tea</h1>")
    dialog = page.get_by_role("dialog", name="That cup, at home")
    let_come(page, dialog)
    element = page.locator("kikkake-prompt")
    expect(element).to_have_attribute("data-campaign", "spring")
    expect(element).to_have_attribute("data-variant", "a")
    assert page.evaluate("document.querySelector('kikkake-prompt').shadowRoot.mode") == "open"
    expect(dialog).to_contain_text("Fresh <b>leaf</b>.")
    assert page.evaluate("document.querySelector('kikkake-prompt').shadowRoot.querySelector('b')") is None
    let_pass(page, 0.9)
    seen = page.evaluate("Date.now()")
    [shown] = let_arrive(site, page, "Prompt")
    assert (shown["event"], shown["properties"]) == ("Prompt Shown", IDS)
    assert datetime.fromisoformat(shown["timestamp"]).timestamp() * 1_000 > seen
    page.get_by_role("button", name="See this tea").click()
    let_pass(page, 4)
    [clicked] = site.messages("Prompt Clicked")
    assert clicked["properties"] == IDS
    expect(element).to_have_count(0)
    assert site.names("Prompt") == ["Prompt Shown", "Prompt Clicked"]


@pytest.mark.parametrize(("language", "name"), [("en", "Close"), ("ja", "閉じる"), ("ja-JP", "閉じる")])
def test_closing_in_the_page_s_language(site: Site, page: Page, language: str, name: str) -> None:
    show(site, prompts=[make_prompt(dismiss_label="Later")])
    stop_clock(page)
    open_armed(site, page, lang=language)
    close = page.get_by_role("button", name=name, exact=True)
    let_come(page, close)
    close.click()
    expect(page.locator("kikkake-prompt")).to_have_count(0)
    let_pass(page, 4)
    [dismissed] = site.messages("Prompt Dismissed")
    assert dismissed["properties"] == IDS
    assert site.names("Prompt") == ["Prompt Dismissed"]


def test_the_keyboard_stays_within_and_the_focus_comes_back(site: Site, page: Page) -> None:
    show(site, "custom", prompts=[make_prompt(dismiss_label="Later")])
    site_answer = site.answer
    site.answer = lambda beacon: (
        decide(beacon, triggers=[{"type": "custom", "event": "Asked"}])
        if beacon.path == "/v1/decide" and beacon.body["trigger"]["type"] == "page_view"
        else site_answer(beacon)
    )
    open_armed(site, page, "<button id=before>Before</button><a href=/other>Other</a>")
    page.focus("#before")
    page.wait_for_function("kikkake.track('Asked') || document.querySelector('kikkake-prompt')")
    inside = "document.querySelector('kikkake-prompt').shadowRoot.activeElement"
    expect(page.get_by_role("dialog")).to_be_visible()
    seen = []
    for key in ["Tab"] * 4 + ["Shift+Tab"] * 2:
        page.keyboard.press(key)
        seen.append(page.evaluate(f"{inside}.getAttribute('aria-label') || {inside}.textContent"))
    assert seen == ["Close", "See this tea", "Later", "Close", "Later", "See this tea"]
    page.keyboard.press("Escape")
    expect(page.locator("kikkake-prompt")).to_have_count(0)
    assert page.evaluate("document.activeElement.id") == "before"
    site.wait_for("Prompt Dismissed")
    trigger = site.decides("custom")[0]
    assert trigger["trigger"] == {"type": "custom", "event": "Asked"}
    assert [message["event"] for message in trigger["events"]][:1] == ["Asked"]


def test_it_never_interrupts_typing(site: Site, page: Page) -> None:
    show(site, prompts=[make_prompt({"type": "delay", "seconds": 0.5})])
    stop_clock(page)
    open_armed(site, page, "<input id=field autofocus><button id=next>Next</button>")
    page.focus("#field")
    page.keyboard.type("tea")
    let_pass(page, 5)
    expect(page.locator("kikkake-prompt")).to_have_count(0)
    page.focus("#next")
    let_come(page, page.get_by_role("dialog"))


def test_a_link_leads_on_and_its_click_arrives(site: Site, page: Page) -> None:
    show(site, prompts=[make_prompt(cta={"label": "Go", "url": "/offer"})])
    address = site.put_page()
    site.put_page("<h1>Offer</h1>", path="/offer", head="")
    page.goto(address)
    page.get_by_role("link", name="Go").click()
    page.wait_for_url("**/offer")
    site.wait_for("Prompt Clicked")


def test_an_address_that_runs_code_is_no_link(site: Site, page: Page) -> None:
    cta = {"label": "Go", "url": "javascript:document.title='bad'"}
    show(site, prompts=[make_prompt(cta=cta, image="javascript:1", title="<img src=x onerror=document.title='bad'>")])
    page.goto(site.put_page())
    page.get_by_role("button", name="Go").click()
    site.wait_for("Prompt Clicked")
    assert page.title() == "Page /"


def test_a_held_out_visitor_sees_nothing_and_it_is_told_at_the_moment(site: Site, page: Page) -> None:
    when = {"type": "scroll", "share": 0.9}
    show(site, holdouts=[{"campaignId": "spring", "decisionId": "d-9", "when": when}])
    stop_clock(page)
    open_armed(site, page, "<div style='height:4000px'></div>")
    page.mouse.wheel(0, 600)
    page.wait_for_function("scrollY > 0")
    let_pass(page, 5)
    assert site.names("Prompt") == []
    page.evaluate("new Promise(done => { onscroll = () => done(); scrollTo(0, 4000) })")
    let_pass(page, 5)
    [withheld] = site.messages("Prompt Withheld")
    assert withheld["properties"] == {"campaign_id": "spring", "decision_id": "d-9"}
    expect(page.locator("kikkake-prompt")).to_have_count(0)


def test_at_a_moment_of_the_video_and_then_from_that_moment(site: Site, page: Page) -> None:
    when = {"type": "video_time", "video": "tour", "at": 1.5}
    show(site, prompts=[make_prompt(when, video={"id": "tour", "start_at": 8})])
    open_armed(site, page, VIDEO)
    page.wait_for_function("document.querySelector('video').readyState >= 3")
    page.evaluate("film.play()")
    page.get_by_role("button", name="See this tea").wait_for()
    assert page.evaluate("film.currentTime") >= 1.5
    page.evaluate("film.pause()")
    page.get_by_role("button", name="See this tea").click()
    page.wait_for_function("film.currentTime > 8.5 && (film.ended || !film.paused)")
    [resumed] = [m for m in site.wait_for("Video Playback Resumed") if "started_by_prompt" in m["properties"]] or [{}]
    seek = [m for m in site.messages("Video Playback Seek Started") if "started_by_prompt" in m["properties"]]
    told = [*seek, *([resumed] if resumed else [])]
    assert [message["properties"]["started_by_prompt"] for message in told] == ["spring"]


def test_a_paused_video_asks_and_is_answered_at_once(site: Site, page: Page) -> None:
    def answer(beacon: Beacon) -> Answer:
        if beacon.path != "/v1/decide":
            return accept(beacon)
        if beacon.body["trigger"]["type"] == "video_paused":
            return decide(beacon, prompts=[make_prompt({"type": "video_paused"})])
        return decide(beacon, triggers=[{"type": "video_paused", "video": "tour"}])

    site.answer = answer
    open_armed(site, page, VIDEO)
    page.wait_for_function("document.querySelector('video').readyState >= 3")
    page.evaluate("film.play()")
    page.wait_for_function("film.currentTime > 1")
    page.evaluate("film.pause()")
    expect(page.get_by_role("dialog")).to_be_visible()
    [asked] = site.decides("video_paused")
    assert asked["trigger"]["video"]["id"] == "tour"
    assert asked["trigger"]["video"]["state"] == "paused"
    assert asked["trigger"]["video"]["position"] == pytest.approx(page.evaluate("film.currentTime"), abs=0.1)
    paused = [m for m in asked["events"] if m.get("event") == "Video Playback Paused"]
    assert paused[0]["properties"]["played"][-1][1] == pytest.approx(asked["trigger"]["video"]["position"], abs=0.25)


def test_a_preview_is_shown_and_reports_nothing(site: Site, page: Page) -> None:
    site.answer = lambda beacon: (
        decide(beacon, prompts=[make_prompt({"type": "scroll", "share": 1})])
        if beacon.body.get("preview") == "spring"
        else accept(beacon)
    )
    stop_clock(page)
    page.goto(site.put_page())
    site.wait_for("page")
    page.evaluate("kikkake.prompt('spring')")
    let_come(page, page.get_by_role("dialog"))
    let_pass(page, 5)
    page.keyboard.press("Escape")
    expect(page.locator("kikkake-prompt")).to_have_count(0)
    let_pass(page, 5)
    assert site.names("Prompt") == []


def test_on_a_phone_it_is_a_sheet_at_the_bottom(site: Site, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    show(site, prompts=[make_prompt()])
    page.emulate_media(reduced_motion="reduce")
    page.goto(site.put_page())
    expect(page.get_by_role("dialog")).to_be_visible()
    box = page.locator("kikkake-prompt .card").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    assert box["y"] + box["height"] == pytest.approx(800, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_kinds_of_later_versions_are_left_alone(site: Site, page: Page) -> None:
    show(site, prompts=[{**make_prompt(), "kind": "hologram"}])
    stop_clock(page)
    open_armed(site, page)
    let_pass(page, 5)
    expect(page.locator("kikkake-prompt")).to_have_count(0)
    assert site.names("Prompt") == []
