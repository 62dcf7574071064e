"""The dashboard in the console: begun with ready questions; one put together beside its answer, changed, deleted."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.console.conftest import VISITORS, OpenConsole
from tests.e2e.console.test_console_pages import find_violations, wait_until_loaded
from tests.installation import Installation

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _no_questions(installation: Installation) -> Iterator[None]:
    """Leave no question to another test."""
    yield
    with installation.connect_admin() as admin:
        for question in admin.get("/v1/questions").json()["items"]:
            admin.delete(f"/v1/questions/{question['id']}")


def test_ready_questions_are_taken_over_and_answered(open_console: OpenConsole) -> None:
    page = open_console("/dashboard")
    expect(page.get_by_text("No question yet")).to_be_visible()
    page.get_by_role("button", name="Take Conversions by channel").click()
    card = page.get_by_role("region", name="Conversions by channel").first
    expect(card.get_by_role("cell", name="Direct")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Conversions by channel")).to_be_visible()


def test_all_of_them_stand_on_a_phone_and_for_everybody(open_console: OpenConsole) -> None:
    page = open_console("/dashboard", language="ja")
    page.get_by_role("button", name="すべて使う").click()
    for name in ("週ごとのCVR", "日ごとの売上", "新規と既存のCVR", "動画別の視聴時間"):
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    wait_until_loaded(page)
    assert find_violations(page) == []
    phone = open_console("/dashboard", width=390)
    wait_until_loaded(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    series = phone.locator(".card", has_text="日ごとの売上")
    series.get_by_text("The numbers").click()
    expect(series.get_by_role("columnheader", name="Revenue")).to_be_visible()


def test_a_question_is_put_together_changed_and_deleted(open_console: OpenConsole) -> None:
    page = open_console("/dashboard")
    page.get_by_role("link", name="New question").click()
    answer = page.locator(".card", has_text="Answer").last
    # Others' tests may have brought visitors to this installation, and no buyers.
    expect(answer.locator(".figure")).to_have_text(re.compile(r"^\d+in all"))
    persons = int(answer.locator(".figure").inner_text().split("in")[0])
    assert persons >= VISITORS
    page.get_by_label("What to count").select_option("conversion_rate")
    expect(answer.locator(".figure")).to_contain_text(f"{VISITORS / 3 / persons:.1%}")
    page.get_by_role("button", name="+ Orders so far").click()
    expect(answer.locator(".figure")).to_contain_text("0.0%")
    page.get_by_label("Name").fill("Of buyers")
    page.get_by_label("Comparison").select_option("ge")
    page.get_by_label("Value", exact=False).last.fill("1")
    expect(answer.locator(".figure")).to_contain_text("100.0%")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Of buyers")).to_be_visible()
    expect(page.get_by_text("100.0%")).to_be_visible()
    page.get_by_role("link", name="Change Of buyers").click()
    page.get_by_label("What to count").select_option("persons")
    save = page.get_by_role("button", name="Save", exact=True)
    page.get_by_label(re.compile("^By")).select_option("page")
    by_page = page.get_by_role("cell", name="/", exact=True)
    expect(by_page).to_be_visible()
    right = "element => element.getBoundingClientRect().right"
    left = "element => element.getBoundingClientRect().left"
    assert save.evaluate(right) < answer.evaluate(left), "an answer that comes above it would move it away"
    save.click()
    expect(page.get_by_role("heading", level=1, name="Dashboard")).to_be_visible()
    expect(by_page).to_be_visible()
    page.get_by_role("link", name="Change Of buyers").click()
    expect(page.get_by_role("heading", level=1, name="Of buyers")).to_be_visible()
    expect(by_page).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No question yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Of buyers")).to_be_visible()


def test_an_objection_of_the_server_stands_in_the_answer(open_console: OpenConsole) -> None:
    page = open_console("/dashboard/~new")
    page.get_by_role("button", name="JSON").click()
    page.get_by_label("The rule as JSON").fill('{"fact": "no.such.fact", "op": "eq", "value": 1}')
    expect(page.get_by_role("alert").first).to_contain_text("no.such.fact")
    page.get_by_label("Name").fill("Wrong")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Not saved")).to_be_visible()
