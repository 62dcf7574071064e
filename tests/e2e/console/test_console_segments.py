"""Segments in the console: made by conditions, by likeness and as a list; their members, and the file of them."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.console.conftest import OpenConsole
from tests.installation import Installation

pytestmark = pytest.mark.browser


def delete(installation: Installation, segment: str) -> None:
    with installation.connect_admin() as admin:
        assert admin.delete(f"/v1/segments/{segment}").status_code == 204


def test_a_segment_is_made_by_conditions_and_its_members_can_be_had(
    open_console: OpenConsole, installation: Installation
) -> None:
    page = open_console("/segments")
    page.get_by_role("link", name="New segment").first.click()
    page.get_by_label("Name").fill("Buyers")
    page.get_by_role("button", name="+ Orders so far").click()
    page.get_by_label(re.compile("Comparison")).select_option("ge")
    page.get_by_label(re.compile("Value")).fill("1")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Buyers")).to_be_visible()
    expect(page.get_by_text("Nobody is in it yet")).to_be_visible()
    segment = page.url.rsplit("/", 1)[1]
    installation.run_job("segments")
    page.reload()
    members = page.get_by_role("region", name="Members").first
    expect(members.get_by_role("link", name="visitor-3", exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == f"{segment}-plain.csv"
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("id,user_id,anonymous_ids")
    assert len(lines) == 5
    members.get_by_role("link", name="visitor-3", exact=True).click()
    expect(page.locator(".badge", has_text="Buyers")).to_be_visible()
    delete(installation, segment)


def test_a_lookalike_says_why_it_cannot_be_judged(open_console: OpenConsole, installation: Installation) -> None:
    rule = {"all": [{"fact": "orders.count", "op": "ge", "value": 1}]}
    installation.create("/v1/segments", {"id": "few-buyers", "name": "Few buyers", "kind": "rule", "rule": rule})
    page = open_console("/segments/~new")
    page.get_by_label("Name").fill("Like them")
    page.get_by_label("Kind").select_option("lookalike")
    page.get_by_label("Those to resemble").select_option("few-buyers")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="How alike they are")).to_be_visible()
    # Four buyers are too few to learn from: it says so instead of a figure.
    expect(page.locator(".card", has_text="How alike they are").locator(".reason").first).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Segments")).to_be_visible()
    expect(page.get_by_text("Like them is deleted")).to_be_visible()
    delete(installation, "few-buyers")


def test_who_asked_for_a_document_is_a_segment_to_begin_with(
    open_console: OpenConsole, installation: Installation
) -> None:
    asked = {"type": "track", "anonymousId": "reader", "event": "Document Requested", "messageId": "reader-1"}
    installation.send(asked)
    page = open_console("/segments/~new")
    page.get_by_role("button", name="Asked for a document").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Asked for a document")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Asked for a document")).to_be_visible()
    installation.run_job("segments")
    page.reload()
    expect(page.get_by_role("link", name="reader", exact=True)).to_be_visible()
    delete(installation, page.url.rsplit("/", 1)[1])


def test_the_servers_objection_stands_in_the_form(open_console: OpenConsole, installation: Installation) -> None:
    page = open_console("/segments/~new")
    page.get_by_label("Name").fill("Wrong")
    page.get_by_role("button", name="JSON").click()
    page.get_by_label("The rule as JSON").fill('{"fact": "no.such.fact", "op": "eq", "value": 1}')
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("no.such.fact")
    page.get_by_label("Kind").select_option("list")
    page.get_by_label("Members").fill("visitor-1\nvisitor-2")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Wrong")).to_be_visible()
    delete(installation, page.url.rsplit("/", 1)[1])


def test_a_sheet_of_addresses_becomes_an_audience(open_console: OpenConsole, installation: Installation) -> None:
    known = {"type": "identify", "messageId": "sheet-9", "anonymousId": "visitor-9"}
    installation.send(known | {"traits": {"email": "nine@example.jp"}})
    installation.run_job("segments")  # stores what was sent
    page = open_console("/segments/~new", width=390)
    page.get_by_label("Kind").first.select_option("list")
    page.get_by_text("Take people from a sheet").click()
    # As Japanese Excel writes it.
    sheet = "氏名,メールアドレス\r\n九,NINE@example.jp\r\n誰,who@example.jp\r\n".encode("cp932")
    page.get_by_label("CSV or TSV file").set_input_files({"name": "fair.csv", "mimeType": "text/csv", "buffer": sheet})
    expect(page.get_by_label("Column that says who")).to_have_value("1")
    page.get_by_role("button", name="Find these people").click()
    expect(page.get_by_text("Known entries: 1. People: 1.")).to_be_visible()
    expect(page.get_by_text("who@example.jp")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Add them to the members").click()
    expect(page.get_by_label("Members")).to_have_value("visitor-9")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="fair", exact=True)).to_be_visible()
    delete(installation, page.url.rsplit("/", 1)[1])
