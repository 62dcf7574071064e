"""One person's page: found by an id or from a campaign's result, and told in words; reports asked for as rows come."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.console.conftest import CAMPAIGN, VIDEO, OpenConsole
from tests.installation import Installation

pytestmark = pytest.mark.browser


def test_a_person_is_found_and_told_in_words(open_console: OpenConsole) -> None:
    page = open_console("/visitors")
    page.get_by_label("Visitor or user id").fill("visitor-3")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="visitor-3")).to_be_visible()
    story = page.locator(".story")
    expect(story.get_by_text(re.compile(r"Watched tea-tasting: 0:00–0:25"))).to_be_visible()
    expect(story.get_by_text("Bought for ¥1,200")).to_be_visible()
    expect(page.locator(".visit summary").filter(has_text="Bought ¥1,200")).to_have_count(1)
    page.get_by_role("link", name=re.compile("Watched tea-tasting")).click()
    page.wait_for_url(f"**/videos/{VIDEO}")


def test_a_person_is_reached_from_a_campaigns_result(open_console: OpenConsole) -> None:
    page = open_console(f"/prompts/{CAMPAIGN}/result")
    clicked = page.locator(".quadrant.clicked_not")
    clicked.locator("summary").click()
    clicked.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="visitor-1")).to_be_visible()
    prompt = page.locator(".story .prompt")
    expect(prompt).to_contain_text("seen → clicked")


def test_an_id_that_nobody_has_is_said_in_words(open_console: OpenConsole) -> None:
    page = open_console("/visitors/nobody%2Fat%20all")
    expect(page.get_by_text("Nobody with this id was seen on this site")).to_be_visible()


def test_a_report_is_asked_for_when_its_row_comes_into_view(
    open_console: OpenConsole, installation: Installation
) -> None:
    ids = [f"below-{number}" for number in range(30)]
    for name in ids:
        variant = {"id": "a", "kind": "toast", "content": {"title": "Later"}}
        installation.create("/v1/campaigns", {"id": name, "name": name, "status": "draft", "variants": [variant]})
    asked: list[str] = []
    page = open_console("/videos")
    page.on(
        "request",
        lambda request: (
            asked.append(request.url.split("?")[0].rsplit("/", 1)[1])
            if "/v1/reports/campaigns/" in request.url
            else None
        ),
    )
    page.get_by_role("link", name="Prompts").click()
    row = page.get_by_role("row", name=re.compile("Welcome"))
    expect(row).to_contain_text("12")
    last = page.get_by_role("link", name=ids[-1], exact=True)
    assert ids[-1] not in asked
    with page.expect_request(re.compile(f"reports/campaigns/{ids[-1]}")):
        last.scroll_into_view_if_needed()
    for name in ids:
        with installation.connect_admin() as admin:
            assert admin.delete(f"/v1/campaigns/{name}").status_code == 204


def test_a_schedule_is_by_the_sites_clock(open_console: OpenConsole, installation: Installation) -> None:
    with installation.connect_admin() as admin:
        site = admin.get("/v1/sites").json()["items"][0]
        site = admin.patch(
            f"/v1/sites/{site['id']}", json={"version": site["version"], "time_zone": "Asia/Tokyo"}
        ).json()
    variant = {"id": "a", "kind": "toast", "content": {"title": "Later"}}
    schedule = {"from": "2031-01-01T00:00:00Z", "to": "2031-02-01T00:00:00Z"}
    installation.create(
        "/v1/campaigns",
        {"id": "by-clock", "name": "By the clock", "status": "draft", "variants": [variant], "schedule": schedule},
    )
    page = open_console("/prompts/by-clock")
    expect(page.get_by_label("From", exact=True)).to_have_value("2031-01-01T09:00")
    page.get_by_label("Until", exact=True).fill("2031-02-01T18:30")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    with installation.connect_admin() as admin:
        saved = admin.get("/v1/campaigns/by-clock").json()["schedule"]
        assert admin.delete("/v1/campaigns/by-clock").status_code == 204
    assert saved["from"].startswith("2031-01-01T00:00:00")
    assert saved["to"].startswith("2031-02-01T09:30:00")
