"""Bar, toast, inline, video bubble and survey in a real browser: where they stand, what they disturb and report."""

from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.e2e.sdk.site import Site
from tests.e2e.sdk.stopped import let_arrive, let_come, let_pass, stop_clock
from tests.e2e.sdk.test_sdk_prompt import IDS, make_prompt, open_armed, show

pytestmark = pytest.mark.browser

SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
VIDEO = {"id": "tour", "start_at": 6, "src": "/film.mp4"}
QUESTIONS = [
    {"id": "for", "type": "single", "label": "Who is it for?", "options": ["Me", "A gift"], "required": True},
    {
        "id": "which",
        "type": "multiple",
        "label": "Which teas?",
        "options": ["Sencha", {"value": "h", "label": "Hojicha"}],
    },
    {"id": "stars", "type": "rating", "label": "How was it?", "required": True},
    {"id": "words", "type": "text", "label": "Anything else?"},
]
# Layout shifts as the browser itself counts them.
SHIFTS = """
  window.shifts = 0;
  new PerformanceObserver(list => { for (const entry of list.getEntries()) shifts += entry.value })
    .observe({type: 'layout-shift', buffered: true});
"""

UNNOTICED = 0.001
"""A hundredth of the layout shift that web vitals call good: a glyph that comes a frame late moves its line by less."""


def make_kind(kind: str, **content: Any) -> dict[str, Any]:
    """A prompt of this kind."""
    return {**make_prompt(**content), "kind": kind}


def open_page(site: Site, page: Page, prompt: dict[str, Any], body: str = "", lang: str = "en") -> Locator:
    """Open a page that shows this prompt at once, and whose clock stands still; return the card, come to rest."""
    stop_clock(page)
    show(site, prompts=[prompt])
    page.add_init_script(SHIFTS)
    open_armed(site, page, f"<button id=before>Before</button>{body}<div style='height:2000px'></div>", lang)
    card = page.locator("kikkake-prompt .card")
    let_come(page, card)
    rest(card)
    return card


def rest(card: Locator) -> None:
    """Return when nothing of it moves any more."""
    card.evaluate(
        """card => {
          const root = card.getRootNode();
          const moving = [...root.getAnimations(), ...root.host.getAnimations()];
          return Promise.all(moving.map(one => one.finished.catch(() => {})));
        }"""
    )


def box_of(locator: Locator) -> FloatRect:
    """Where it is."""
    box = locator.bounding_box()
    assert box is not None
    return box


def dismiss(site: Site, page: Page, name: str = "Close") -> None:
    """Wait for the impression, close, and see that exactly this was reported."""
    [shown] = let_arrive(site, page, "Prompt Shown")
    assert shown["properties"] == IDS
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator("kikkake-prompt")).to_have_count(0)
    let_arrive(site, page, "Prompt Dismissed")
    assert site.names("Prompt") == ["Prompt Shown", "Prompt Dismissed"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["bar", "toast", "video"])
def test_it_stands_at_the_lower_edge_and_disturbs_nothing(site: Site, page: Page, kind: str, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    card = box_of(open_page(site, page, make_kind(kind, video=VIDEO if kind == "video" else None), lang="ja"))
    expected_width = {"bar": width, "toast": min(380, width - 32), "video": min(320, width - 32)}[kind]
    assert card["width"] == pytest.approx(expected_width, abs=1)
    assert card["y"] + card["height"] == pytest.approx(height - (0 if kind == "bar" else 16), abs=1)
    assert card["height"] < height / 3
    if size == "desktop" and kind != "bar":
        assert (card["x"] < width / 2) == (kind == "toast")
    assert page.evaluate("document.activeElement === document.body")
    assert page.evaluate("shifts") < UNNOTICED
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.get_by_role("dialog").count() == 0
    role = page.get_by_role("status" if kind == "toast" else "region")
    expect(role).to_contain_text("That cup, at home")
    # The page behind it stays in the visitor's hands.
    page.click("#before")
    page.mouse.wheel(0, 300)
    page.wait_for_function("scrollY > 0")
    dismiss(site, page, "閉じる")


def test_a_bar_s_link_leads_on_and_escape_closes_only_from_within(site: Site, page: Page) -> None:
    open_page(site, page, make_kind("bar", cta={"label": "Go", "url": "/offer"}, dismiss_label="Later"))
    page.focus("#before")
    page.keyboard.press("Escape")
    expect(page.locator("kikkake-prompt")).to_have_count(1)
    for _ in range(2):
        page.keyboard.press("Tab")
    inside = "document.querySelector('kikkake-prompt').shadowRoot.activeElement.textContent"
    assert page.evaluate(inside) == "Later"
    page.keyboard.press("Escape")
    expect(page.locator("kikkake-prompt")).to_have_count(0)
    assert page.evaluate("document.activeElement.id") == "before"
    site.put_page("<h1>Offer</h1>", path="/offer", head="")
    page.reload()
    link = page.get_by_role("link", name="Go")
    let_come(page, link)
    link.click()
    page.wait_for_url("**/offer")
    site.wait_for("Prompt Clicked")


def test_one_that_stands_steps_aside_for_the_field_that_it_covers(site: Site, page: Page) -> None:
    field = "<input id=low style='position:fixed;bottom:20px;left:200px'><input id=high>"
    card = open_page(site, page, make_kind("bar"), field)
    page.focus("#high")
    let_pass(page, 0.1)
    expect(card).to_be_visible()
    page.focus("#low")
    let_pass(page, 0.1)
    expect(card).to_be_hidden()
    page.keyboard.type("tea")
    assert page.input_value("#low") == "tea"
    page.focus("#before")
    let_pass(page, 0.1)
    expect(card).to_be_visible()


def test_bar_toast_and_bubble_never_lie_over_one_another(site: Site, page: Page) -> None:
    kinds = ("bar", "toast", "video")
    prompts = [{**make_kind(kind, video=VIDEO), "campaignId": kind} for kind in kinds]
    show(site, prompts=prompts)
    stop_clock(page)
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(site.put_page("<div style='height:2000px'></div>"))
        cards = [page.locator(f"kikkake-prompt[data-campaign={kind}] .card") for kind in kinds]
        for card in cards:
            let_come(page, card)
        for card in cards:
            rest(card)
        boxes = [box_of(card) for card in cards]
        for at, a in enumerate(boxes):
            for b in boxes[at + 1 :]:
                apart = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
                above = a["y"] + a["height"] <= b["y"] + 1 or b["y"] + b["height"] <= a["y"] + 1
                assert apart or above, (width, boxes)


@pytest.mark.parametrize("size", SIZES)
def test_inline_fills_its_slot_without_moving_the_page(site: Site, page: Page, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    style = "box-sizing:border-box;height:180px;padding:10px"
    slot = f"<div data-kikkake-slot=hero style='{style}'></div><p id=after>After</p>"
    site.put_page(slot, path="/empty")
    page.goto(f"{site.url}/empty")
    page.wait_for_function("window.kikkake?.version")
    empty = box_of(page.locator("#after"))["y"] - box_of(page.locator("[data-kikkake-slot]"))["y"]
    card = open_page(site, page, {**make_kind("inline"), "slot": "hero"}, slot)
    asked = site.decides()[-1]
    assert asked["slots"] == ["hero"]
    assert page.evaluate("shifts") < UNNOTICED
    holder = box_of(page.locator("[data-kikkake-slot]"))
    assert holder["height"] == 180
    found = box_of(card)
    assert (found["x"], found["y"]) == (holder["x"] + 10, holder["y"] + 10)
    assert (found["width"], found["height"]) == (holder["width"] - 20, 160)
    assert box_of(page.locator("#after"))["y"] - holder["y"] == empty
    expect(page.get_by_role("region", name="That cup, at home")).to_be_visible()
    dismiss(site, page)
    assert box_of(page.locator("[data-kikkake-slot]"))["height"] == 180


def test_inline_counts_as_shown_only_in_view_and_a_page_without_the_slot_stays_as_it_is(site: Site, page: Page) -> None:
    show(site, prompts=[{**make_kind("inline"), "slot": "low"}])
    stop_clock(page)
    slot = "<div style='height:1500px'></div><div data-kikkake-slot=low style='height:160px'>Old</div>"
    open_armed(site, page, slot)
    let_come(page, page.locator("[data-kikkake-slot] kikkake-prompt"))
    let_pass(page, 5)
    assert site.names("Prompt") == []
    page.locator("[data-kikkake-slot]").scroll_into_view_if_needed()
    dismiss(site, page)
    expect(page.locator("[data-kikkake-slot]")).to_have_text("Old")
    page.goto(site.put_page("<h1>No slot</h1>", path="/other"))
    site.wait_for("page", 2)
    let_pass(page, 5)
    expect(page.locator("kikkake-prompt")).to_have_count(0)
    assert site.decides()[-1]["slots"] == []


@pytest.mark.parametrize("size", SIZES)
def test_the_bubble_opens_a_watched_player_at_its_moment(site: Site, page: Page, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    open_page(site, page, make_kind("video", video=VIDEO, cta={"label": "Watch it"}))
    let_arrive(site, page, "Prompt Shown")
    page.clock.resume()
    assert site.names("Video") == []  # the still picture is no view
    page.get_by_role("button", name="Watch it").click()
    dialog = page.get_by_role("dialog", name="That cup, at home")
    expect(dialog).to_be_visible()
    video = "document.querySelector('kikkake-prompt').shadowRoot.querySelector('dialog video')"
    page.wait_for_function(f"{video}.currentTime > 7 && !{video}.paused")
    player = box_of(dialog.locator("video"))
    assert player["x"] >= 0 and player["x"] + player["width"] <= width
    assert player["width"] / player["height"] == pytest.approx(16 / 9, rel=0.02)
    page.keyboard.press("Escape")
    expect(page.locator("kikkake-prompt")).to_have_count(0)
    [gone] = site.wait_for("Video Playback Exited")
    [started] = site.messages("Video Playback Started")
    assert started["properties"]["started_by_prompt"] == "spring"
    assert started["properties"]["content_asset_id"] == "tour"
    ranges = [entry for m in site.messages("Video") for entry in m["properties"]["played"] if entry[1] > entry[0]]
    assert ranges[0][0] == pytest.approx(6, abs=0.25)
    assert ranges[-1][1] == pytest.approx(gone["properties"]["position"], abs=0.25)
    assert site.names("Prompt") == ["Prompt Shown", "Prompt Clicked"]


@pytest.mark.parametrize("size", SIZES)
def test_a_survey_is_answered_with_the_keyboard(site: Site, page: Page, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    card = box_of(open_page(site, page, make_kind("survey", questions=QUESTIONS, cta={"label": "Send it"})))
    assert card["y"] >= 0 and card["y"] + card["height"] <= height + 1
    let_arrive(site, page, "Prompt Shown")
    send = page.get_by_role("button", name="Send it")
    send.click()
    expect(page.get_by_role("alert")).to_have_text("Please answer: Who is it for?")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="A gift")).to_be_checked()
    page.get_by_role("checkbox", name="Sencha").check()
    page.get_by_role("checkbox", name="Hojicha").press("Space")
    page.get_by_role("group", name="How was it?").get_by_text("4").click()
    expect(page.get_by_role("radio", name="4")).to_be_checked()
    page.get_by_role("textbox", name="Anything else?").fill("More <b>gyokuro</b>.")
    send.focus()
    page.keyboard.press("Tab")
    focused = "document.querySelector('kikkake-prompt').shadowRoot.activeElement.className"
    assert page.evaluate(focused) == "close"
    send.press("Enter")
    [answered] = let_arrive(site, page, "Prompt Answered")
    answers = {"for": "A gift", "which": ["Sencha", "h"], "stars": 4, "words": "More <b>gyokuro</b>."}
    assert answered["properties"] == {**IDS, "answers": answers}
    expect(page.get_by_role("dialog", name="Thank you for your answer.")).to_be_visible()
    let_pass(page, 4)
    expect(page.locator("kikkake-prompt")).to_have_count(0)
    assert site.names("Prompt") == ["Prompt Shown", "Prompt Answered"]


def test_a_survey_is_dismissed_without_answers(site: Site, page: Page) -> None:
    open_page(site, page, make_kind("survey", questions=QUESTIONS, cta=None), lang="ja")
    expect(page.get_by_role("button", name="送信する")).to_be_visible()
    dismiss(site, page, "閉じる")


def test_the_page_s_tokens_colour_every_kind_in_light_and_dark(site: Site, page: Page) -> None:
    style = "<style>:root{--kikkake-accent:#2f4a3c;--kikkake-surface:#fffdf7;--kikkake-radius:4px}</style>"
    read = "(card) => [getComputedStyle(card).backgroundColor, getComputedStyle(card).borderRadius]"
    action = "(action) => getComputedStyle(action).backgroundColor"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        card = open_page(site, page, make_kind("toast"), style)
        assert card.evaluate(read) == ["rgb(255, 253, 247)", "4px"]
        assert page.locator("kikkake-prompt .cta").evaluate(action) == "rgb(47, 74, 60)"
        assert card.evaluate("(card) => card.getAnimations().length") == 0
        plain = open_page(site, page, make_kind("toast"))
        expected = "rgb(255, 255, 255)" if scheme == "light" else "rgb(32, 35, 38)"
        assert plain.evaluate(read)[0] == expected
