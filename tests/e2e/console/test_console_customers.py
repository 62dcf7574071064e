"""Customers and stores in the console: stages, advocates, forecasts, what follows a purchase, of a year of orders."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from shared.clock import DAY_MS, to_rfc3339
from tests.e2e.console.conftest import OpenConsole
from tests.e2e.console.test_console_pages import find_violations, wait_until_loaded
from tests.installation import Installation, run_installation

pytestmark = pytest.mark.browser
CUSTOMERS = 120


def _build_orders(number: int, now: int) -> list[dict[str, Any]]:
    """Return the orders of one customer: every so many days, some of them long ago."""
    every, times = 9 + number % 23, 1 if number % 2 else 2 + number % 7
    begun = 30 + (number * 37) % 300
    days = [begun - turn * every for turn in range(times) if begun - turn * every > 0]
    return [
        {
            "type": "track",
            "messageId": f"order-{number}-{day}",
            "userId": f"member-{number:03}",
            "event": "Order Completed",
            "timestamp": to_rfc3339(now - day * DAY_MS),
            "properties": {"order_id": f"o-{number}-{day}", "revenue": 20 + number % 9 + day / 50},
        }
        for day in days
    ]


def _look_after(number: int, now: int) -> list[dict[str, Any]]:
    """Return what came after a purchase of this month: a prompt or none by lot, a video, another visit, a word."""
    member, held, days = f"member-{number:03}", number % 2 == 1, 8 + number % 20
    last = {"order_id": f"o-{number}-last", "revenue": 25}
    ids = {"campaign_id": "care"} if held else {"campaign_id": "care", "variant_id": "a"}
    played = {"content_asset_id": "how-to-brew", "session_id": f"s-{number}", "played": [[0, 12 + number % 40]]}
    told = [
        ("Order Completed", days, last),
        ("Prompt Withheld" if held else "Prompt Shown", days - 0.01, ids),
        *([] if held and number % 3 else [("Video Content Playing", days - 0.02, played)]),
        *([] if number % 5 > (1 if held else 3) else [("page", days - 4, {"path": "/"})]),
        *([] if number % 7 else [("Community Posted", days - 5, {"topic": "brewing"})]),
        *([] if number % (6 if held else 4) else [("Order Completed", 1, last | {"order_id": f"o-{number}-more"})]),
    ]
    return [
        {
            **({"type": "page"} if event == "page" else {"type": "track", "event": event}),
            "messageId": f"after-{number}-{place}",
            "userId": member,
            "timestamp": to_rfc3339(round(now - at * DAY_MS)),
            "properties": properties,
            "context": {"sessionId": f"{member}-{round(at)}"},
        }
        for place, (event, at, properties) in enumerate(told)
    ]


def _build_visits(number: int, now: int) -> list[dict[str, Any]]:
    """Return a few visits of one member to one of two stores."""
    return [
        {
            "type": "track",
            "messageId": f"visit-{number}-{turn}",
            "userId": f"member-{number:03}" if number % 3 else f"guest-{number:03}",
            "event": "Store Visited",
            "timestamp": to_rfc3339(now - (2 + turn * 5 + number % 40) * DAY_MS),
            "properties": {"store_id": ("ginza", "umeda")[number % 2], "visit_id": f"v-{number}-{turn}"},
        }
        for turn in range(1 + number % 4)
    ]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of this module's own, with a year of orders."""
    with run_installation(tmp_path_factory.mktemp("customers")) as running:
        now = int(time.time() * 1_000)
        messages = [message for number in range(CUSTOMERS) for message in _build_orders(number, now)]
        messages += [message for number in range(60) for message in _build_visits(number, now)]
        messages += [message for number in range(CUSTOMERS) for message in _look_after(number, now)]
        audience = {"fact": "orders.count", "op": "ge", "value": 1}
        content = {"title": "How to brew", "video": {"id": "how-to-brew", "src": "https://shop.example/brew.mp4"}}
        variants = [{"id": "a", "kind": "video", "content": content}]
        care = {"id": "care", "name": "Care", "holdout": 0.5, "audience": audience, "variants": variants}
        running.create("/v1/campaigns", care)
        for start in range(0, len(messages), 200):
            running.send(*messages[start : start + 200])
        running.run_job("lifecycle")
        running.run_job("stores")
        yield running


def test_the_lifecycle_is_shown_whole(open_console: OpenConsole) -> None:
    page = open_console("/customers")
    wait_until_loaded(page)
    stages = page.get_by_role("region", name="Stages").first
    expect(stages.get_by_role("listitem")).to_have_count(6)
    expect(stages.get_by_role("row", name=re.compile("One order.*At risk"))).to_be_visible()
    ladder = page.get_by_role("region", name="From one order to recommending").first
    expect(ladder.get_by_role("listitem")).to_have_count(3)
    expect(ladder.get_by_role("link", name=re.compile("member-")).first).to_be_visible()
    ladder.get_by_text("What counts as recommending").click()
    ladder.get_by_label("Events, parted by commas").fill("Invite Sent, Told Somebody")
    ladder.get_by_role("button", name="Count again").click()
    expect(ladder.get_by_text("1× or more: invited somebody, Told Somebody")).to_be_visible()
    expect(ladder.get_by_role("link")).to_have_count(0)
    expect(page.get_by_role("region", name="How they visit").first.get_by_role("cell", name="All")).to_be_visible()
    forecast = page.get_by_role("region", name="The next 90 days").first
    expect(forecast.get_by_text("Orders expected").first).to_be_visible()
    expect(forecast.get_by_text("Said / happened")).to_be_visible()
    forecast.get_by_text("How well it was said").first.click()
    expect(forecast.get_by_role("cell", name="4 and more")).to_be_visible()
    grid = page.get_by_role("region", name="How lately and how often they bought").first
    expect(grid.get_by_role("rowheader")).to_have_count(5)
    cohorts = page.get_by_role("region", name="Who orders again").first
    expect(cohorts.get_by_role("cell", name="100%").first).to_be_visible()
    forecast.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="member-")).to_be_visible()


def test_after_the_purchase_the_lot_is_told_from_the_raw(open_console: OpenConsole) -> None:
    page = open_console("/customers")
    page.get_by_role("link", name="After the purchase").click()
    wait_until_loaded(page)
    way = page.get_by_role("region", name="From the purchase on").first
    expect(way.get_by_role("listitem")).to_have_count(5)
    lot = page.get_by_role("region", name="Care", exact=True)
    expect(lot.get_by_text("Bought again")).to_be_visible()
    raw = page.get_by_role("region", name="Who watched, and who did not").first
    expect(raw.get_by_text("Raw: those who watch differ")).to_be_visible()
    page.get_by_role("link", name="how-to-brew").click()
    expect(page.get_by_role("heading", name="how-to-brew")).to_be_visible()


def test_stores_say_whom_to_approach(open_console: OpenConsole) -> None:
    page = open_console("/customers")
    page.get_by_role("link", name="Stores").click()
    wait_until_loaded(page)
    expect(page.get_by_role("region", name="Visits until a purchase").first).to_be_visible()
    people = page.get_by_role("region", name="Whom to approach first").first
    expect(people.get_by_role("link").first).to_be_visible()
    page.get_by_text("2 stores").click()
    expect(page.get_by_role("cell", name="ginza", exact=True)).to_be_visible()


@pytest.mark.parametrize("path", ["/customers", "/customers/stores", "/customers/aftercare"])
def test_full_pages_fit_a_phone_and_are_for_everybody(open_console: OpenConsole, path: str) -> None:
    for theme in ("light", "dark"):
        page = open_console(path, language="ja", width=390, theme=theme)
        wait_until_loaded(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert find_violations(page) == []
