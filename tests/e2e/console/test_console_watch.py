"""What the console shows of what happens: messages and decisions as they come, and a video's moments."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.console.conftest import CAMPAIGN, VIDEO, VISITORS, OpenConsole
from tests.installation import Installation

pytestmark = pytest.mark.browser


def test_live_shows_messages_and_decisions_as_they_come(open_console: OpenConsole, installation: Installation) -> None:
    page = open_console("/live")
    path = f"/seen/{uuid4().hex[:8]}"
    installation.send({"type": "page", "anonymousId": "passer-by", "properties": {"path": path}})
    messages = page.get_by_role("region", name="Messages").first
    expect(messages.get_by_role("cell", name=path)).to_be_visible()

    installation.decide(f"new-{uuid4().hex[:8]}", trigger={"type": "page_view"}, page={"path": path})
    expect(page.get_by_role("region", name="Decisions").get_by_text(CAMPAIGN).first).to_be_visible()


def test_live_holds_still_while_paused(open_console: OpenConsole, installation: Installation) -> None:
    page = open_console("/live")
    messages = page.get_by_role("region", name="Messages").first
    expect(messages).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    path = f"/unseen/{uuid4().hex[:8]}"
    installation.send({"type": "page", "anonymousId": "passer-by", "properties": {"path": path}})
    other = open_console("/live")
    # Another tab has it by now; the paused one does not.
    expect(other.get_by_role("region", name="Messages").get_by_role("cell", name=path)).to_be_visible()
    expect(messages.get_by_role("cell", name=path)).to_have_count(0)
    page.get_by_role("button", name="Go on").click()
    expect(messages.get_by_role("cell", name=path)).to_be_visible()


def test_a_video_has_its_charts_and_the_numbers_behind_them(open_console: OpenConsole) -> None:
    page = open_console("/videos")
    page.get_by_role("link", name="A tasting").click()
    expect(page.get_by_role("heading", name="A tasting")).to_be_focused()
    expect(page.locator(".stat", has_text="Viewers")).to_contain_text(str(VISITORS))
    charts = page.locator(".chart svg")
    expect(charts.first).to_be_visible()
    summary = page.locator("summary", has_text=re.compile("numbers", re.IGNORECASE)).first
    summary.click()
    expect(page.locator("details[open] table tbody tr").first).to_be_visible()


def test_a_window_without_views_says_so(open_console: OpenConsole) -> None:
    page = open_console(f"/videos/{VIDEO}")
    page.get_by_role("button", name=re.compile("^Live$")).click()
    expect(page.locator(".empty-title")).to_be_visible()
