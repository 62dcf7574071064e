"""Scores in the console: defined with a count beside it, how they are spread, told at a person; on a phone, too."""

import re
import time

import pytest
from playwright.sync_api import expect

from shared.clock import system_clock, to_rfc3339
from tests.e2e.console.conftest import OpenConsole
from tests.installation import Installation
from tests.processes import PATIENCE_S

pytestmark = pytest.mark.browser


def delete(installation: Installation, score: str) -> None:
    with installation.connect_admin() as admin:
        assert admin.delete(f"/v1/scores/{score}").status_code == 204


def test_a_score_is_defined_and_its_crossings_are_seen(open_console: OpenConsole, installation: Installation) -> None:
    page = open_console("/segments")
    page.get_by_role("link", name="Scores").click()
    expect(page.get_by_text("No score yet")).to_be_visible()
    page.get_by_role("link", name="New score").first.click()
    page.get_by_label("Name", exact=True).fill("Interest")
    page.get_by_label("Event", exact=True).fill("Order Completed")
    page.get_by_label("Points", exact=True).fill("10")
    page.get_by_role("button", name="+ Another event").click()
    page.get_by_label("Event", exact=True).nth(1).fill("Inquiry")
    page.get_by_label("Points", exact=True).nth(1).fill("25")
    page.get_by_role("button", name=re.compile("condition")).nth(1).click()
    page.get_by_label("Property", exact=True).fill("topic")
    page.get_by_label(re.compile("topic: Value")).fill("tea")
    page.get_by_role("button", name="+ Another threshold").click()
    page.get_by_label("Name of the threshold").fill("Tell sales")
    page.get_by_label("Points from").fill("5")
    # Four visitors have bought: they are counted while the form is filled in.
    expect(page.get_by_role("status").filter(has_text="4 people have points now · Tell sales: 4")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Interest")).to_be_visible()
    score = page.url.rsplit("/", 1)[1]
    expect(page.get_by_role("list", name="How it is spread")).to_be_visible()
    asked = {"type": "track", "anonymousId": "asker", "event": "Inquiry", "properties": {"topic": "tea"}}
    crossed = page.get_by_role("region", name="Thresholds").get_by_role("row", name=re.compile("Tell sales"))
    deadline = time.monotonic() + PATIENCE_S
    number = 0
    # Until the engager knows the score, an enquiry only adds to what it remembers.
    while True:
        number += 1
        person = {"anonymousId": f"asker-{number}", "messageId": f"asker-{number}"}
        installation.send({**asked, **person, "timestamp": to_rfc3339(system_clock())})
        installation.run_job("scores")
        with installation.connect_admin() as admin:
            report = admin.get(
                "/v1/reports/scores", params={"score": score, "from": f"2026-01-0{number % 9 + 1}"}
            ).json()
        if report["thresholds"][0]["crossings"]:
            break
        assert time.monotonic() < deadline, "never came: a crossing"
    page.goto(page.url + "?again")
    expect(crossed.last).to_be_visible()
    page.get_by_role("region", name="Highest scores").first.get_by_role("link").first.click()
    expect(page.get_by_text("Reached the threshold").first).to_be_visible()
    expect(page.locator(".pairs").filter(has_text="Interest")).to_be_visible()
    page.goto(page.url.split("/console")[0] + f"/console/segments/~scores/{score}")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Interest is deleted")).to_be_visible()


def test_the_servers_objection_stands_at_its_field(open_console: OpenConsole) -> None:
    page = open_console("/segments/~scores/~new")
    page.get_by_label("Name", exact=True).fill("Circular")
    page.get_by_label("Event", exact=True).fill("Score Threshold Crossed")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".field.wrong")).to_contain_text("a crossing gives no points itself")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_on_a_phone_nothing_is_cut_off(open_console: OpenConsole, installation: Installation, language: str) -> None:
    score = f"phone-{language}"
    rules = [{"event": "page", "points": 1, "where": [{"property": "path", "op": "contains", "value": "/"}]}]
    thresholds = [{"name": "Warm" if language == "en" else "温かい", "value": 0.5}]
    installation.create("/v1/scores", {"id": score, "name": score, "rules": rules, "thresholds": thresholds})
    page = open_console(f"/segments/~scores/{score}", language=language, width=390)
    expect(page.locator(".deciles")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(page.url.rsplit("/", 1)[0])
    expect(page.get_by_role("link", name=score)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    delete(installation, score)
