"""Behaviours in the console: named, hidden and brought back, staged by rules; templates of segments; on a phone."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shared.clock import DAY_MS, to_rfc3339
from tests.e2e.console.conftest import OpenConsole
from tests.e2e.console.test_console_pages import find_violations, wait_until_loaded
from tests.installation import Installation, run_installation

pytestmark = pytest.mark.browser
VISITORS = 240


def _act(number: int, now: int) -> list[dict[str, Any]]:
    """Return what one visitor did: half of them search, and those buy four times as often; some buy again."""
    began = now - 30 * DAY_MS + number * 60_000
    searches = number % 2 == 0
    buys = (number // 2) % 10 < (6 if searches else 2)

    def message(kind: str, after: int, **fields: Any) -> dict[str, Any]:
        person = f"visitor-{number}"
        at = to_rfc3339(began + after)
        return {"type": kind, "messageId": f"{person}-{after}", "anonymousId": person, "timestamp": at, **fields}

    played = {"content_asset_id": "film", "session_id": f"view-{number}", "total_length": 60}
    messages = [message("page", 0, properties={"path": "/"})]
    if number % 3:
        messages.append(message("page", 1_000, properties={"path": "/stories/spring"}))
    if number % 4 < 2:
        messages.append(
            message("track", 2_000, event="Video Content Playing", properties=played | {"played": [[0, 30]]})
        )
    if searches:
        messages.append(message("track", 3_000, event="Products Searched", properties={"query": "tea"}))
    for turn in range(buys + (buys and number % 5 == 0)):
        order = {"order_id": f"o-{number}-{turn}", "revenue": 20}
        messages.append(message("track", (10 + turn) * DAY_MS, event="Order Completed", properties=order))
    return messages


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of this module's own, with a month of behaviour."""
    with run_installation(tmp_path_factory.mktemp("factors")) as running:
        running.create("/v1/videos", {"id": "film", "title": "A tasting", "duration": 60, "kind": "education"})
        now = int(time.time() * 1_000)
        messages = [message for number in range(VISITORS) for message in _act(number, now)]
        for start in range(0, len(messages), 200):
            running.send(*messages[start : start + 200])
        running.run_job("factors")
        yield running


def row(page: Page, name: str | re.Pattern[str]) -> Any:
    return page.get_by_role("region", name="Behaviours beside conversion").get_by_role("row").filter(has_text=name)


def test_a_behaviour_is_named_classed_hidden_and_brought_back(open_console: OpenConsole) -> None:
    page = open_console("/channels/factors")
    expect(row(page, "Products Searched")).to_contain_text("Uses a function")
    expect(row(page, "Products Searched")).to_contain_text("stands out")
    expect(row(page, "Video: A tasting")).to_be_visible()
    expect(row(page, "Videos of the kind education")).to_be_visible()
    edit = page.get_by_role("button", name="Edit Page /stories")
    edit.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name=re.compile("^Name"))).to_be_focused()
    page.keyboard.press("Escape")
    expect(edit).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name=re.compile("^Name"))).to_be_focused()
    page.keyboard.type("Our stories")
    page.get_by_role("form", name=re.compile("stories")).get_by_label("Kind").select_option("brand")
    page.get_by_role("textbox", name=re.compile("^Name")).press("Enter")
    expect(page.get_by_text("Our stories: saved")).to_be_visible()
    expect(row(page, "Our stories")).to_contain_text("Understands the brand")
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "Page /stories")).to_be_visible()
    page.get_by_role("button", name="Edit Page /stories").click()
    page.get_by_role("button", name="Hide", exact=True).click()
    expect(row(page, "Page /stories")).to_have_count(0)
    page.get_by_label("Show 1 hidden").check()
    expect(row(page, "Page /stories")).to_contain_text("hidden")
    page.get_by_role("button", name="Edit Page /stories").click()
    page.get_by_role("button", name="Show again").click()
    expect(page.get_by_label(re.compile("hidden"))).to_have_count(0)
    expect(row(page, "Page /stories")).to_be_visible()


def test_a_group_of_pages_is_defined_and_deleted(open_console: OpenConsole) -> None:
    page = open_console("/channels/factors")
    page.get_by_role("button", name="Define a behaviour").click()
    form = page.get_by_role("region", name="Define a behaviour")
    form.get_by_label("Name", exact=True).fill("Reads of spring")
    form.get_by_label("path: Value").fill("/spring")
    form.get_by_role("button", name="Save").click()
    own = row(page, "Reads of spring")
    expect(own).to_contain_text("Understands the brand")
    expect(own).to_contain_text("66.7%")
    page.get_by_role("button", name="Edit Reads of spring").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(own).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(own).to_be_visible()


def test_stages_by_rules_and_what_to_give_next(open_console: OpenConsole, installation: Installation) -> None:
    page = open_console("/channels/factors")
    advised = page.get_by_role("region", name="What to give next")
    expect(advised.get_by_role("heading", name=re.compile("Light"))).to_be_visible()
    expect(advised.get_by_role("listitem").first).to_contain_text("Products Searched")
    page.get_by_role("button", name="Edit the stages").click()
    page.get_by_label("Name of stage 1").fill("Fans")
    page.get_by_role("button", name="Remove stage 3").click()
    page.get_by_role("button", name="Move stage 2 up").click()
    expect(page.get_by_label("Name of stage 1")).to_have_value("Middle")
    page.get_by_role("button", name="Move stage 1 down").click()
    page.get_by_label("Name of stage 1").press("Enter")
    expect(page.get_by_text("The stages are saved")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Fans")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Rest")).to_be_visible()
    page.get_by_role("button", name="As a segment: Middle").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Middle")
    installation.run_job("segments")
    page.reload()
    expect(page.get_by_role("region", name="Members").get_by_role("row").nth(1)).to_be_visible()
    page.goto(page.url.split("/segments")[0] + "/channels/factors")
    page.get_by_role("button", name="Edit the stages").click()
    page.get_by_role("button", name="By conversions again").click()
    expect(page.get_by_role("columnheader", name="Light")).to_be_visible()


def test_the_servers_objection_stands_at_the_stage(open_console: OpenConsole) -> None:
    page = open_console("/channels/factors")
    page.get_by_role("button", name="Edit the stages").click()
    page.get_by_role("button", name="JSON").first.click()
    page.locator("textarea").first.fill('{"fact": "nothing", "op": "eq", "value": 1}')
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".stage-fields").first.get_by_role("alert")).to_contain_text("nothing")


@pytest.mark.parametrize(("name", "members"), [("Hesitating now", 1), ("Last push", 1)])
def test_a_template_names_those_who_would_not_convert(
    open_console: OpenConsole, installation: Installation, name: str, members: int
) -> None:
    now = int(time.time() * 1_000)
    person = {"anonymousId": "hesitant", "context": {"sessionId": "now"}}
    acts = [("Product Viewed", f"p{number % 3}") for number in range(7)] + [
        ("Product Added", "p1"),
        ("Product Removed", "p1"),
    ]
    installation.send(
        *(
            {"type": "track", "event": event, "messageId": f"h-{number}", "properties": {"product_id": product}}
            | person
            | {"timestamp": to_rfc3339(now - 600_000 + number * 1_000)}
            for number, (event, product) in enumerate([*acts, ("Product Added", "p2")])
        )
    )
    page = open_console("/segments/~new")
    page.get_by_role("button", name=name).click()
    expect(page.get_by_label("Name", exact=True)).to_have_value(name)
    page.get_by_role("textbox", name=re.compile("hesitation.*Value")).fill("0.5")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    installation.run_job("segments")
    page.reload()
    expect(page.get_by_role("link", name="hesitant")).to_be_visible()
    expect(page.get_by_role("region", name="Members").get_by_role("row")).to_have_count(1 + members)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_on_a_phone_nothing_is_cut_off(open_console: OpenConsole, language: str) -> None:
    page = open_console("/channels/factors", language=language, width=390)
    expect(page.locator(".share-heat").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name=re.compile("Edit the stages|段階を編集")).click()
    page.get_by_role("button", name=re.compile("(Page|ページ) .stories")).click()
    expect(page.locator(".behaviour-form")).to_be_visible()
    expect(page.locator(".stage-fields").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_console: OpenConsole, theme: str) -> None:
    page = open_console("/channels/factors", theme=theme)
    wait_until_loaded(page)
    page.get_by_role("button", name="Edit the stages").click()
    page.get_by_role("button", name="Edit Page /stories").click()
    assert find_violations(page) == []
