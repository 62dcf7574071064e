"""The community in the console, and the screen of one customer with what to do next, of three months of members."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shared.clock import DAY_MS, HOUR_MS, to_rfc3339
from tests.e2e.console.conftest import OpenConsole
from tests.e2e.console.test_console_pages import find_violations, wait_until_loaded
from tests.installation import Installation, run_installation
from tests.processes import wait_for

pytestmark = pytest.mark.browser
MEMBERS = 160
FILMED = {"video_id": "kari-cup", "title": "My everyday cup", "src": "https://cdn.example/cup.mp4"}
TOPICS = ("brewing", "cups", "matcha", "travel")


def _build_member(number: int, now: int) -> list[dict[str, Any]]:
    """Return what one member did: one order, the community, and for most who replied a second order."""
    person, joined = f"member-{number:03}", now - (20 + number % 60) * DAY_MS
    replied, topic = number % 2 == 0, TOPICS[number % 4]

    def act(after_days: float, event: str, **properties: Any) -> dict[str, Any]:
        at = round(joined + after_days * DAY_MS)
        fields = {"messageId": f"{person}-{event}-{after_days}", "userId": person, "event": event}
        return {"type": "track", **fields, "timestamp": to_rfc3339(at), "properties": properties}

    source, medium = (("instagram", "social"), ("line", "line"))[number // 2 % 2]
    acts = [
        act(-1, "Order Completed", order_id=f"first-{number}", revenue=30),
        act(0, "Community Joined") | {"context": {"campaign": {"source": source, "medium": medium}}},
        act(0.5, "Community Posted", post_id=f"p-{number}", topic=topic, product_id=f"tea-{number % 3}"),
    ]
    if replied:
        acts.append(act(1 + number % 5 / 5, "Community Replied", parent_id=f"p-{(number + 1) % MEMBERS}", topic=topic))
    if number % 3 == 0:
        acts += [act(7 * week + 2, "Community Liked") for week in range(min(6, (20 + number % 60) // 7))]
    if (number % 10 < 8) if replied else (number % 10 < 2):
        acts.append(act(12, "Order Completed", order_id=f"second-{number}", revenue=40))
    return acts


def _build_screens(now: int) -> list[dict[str, Any]]:
    """Return a customer who left something in the cart, and one whose orders keep a rhythm."""

    def act(person: str, days_ago: float, event: str, **properties: Any) -> dict[str, Any]:
        at = to_rfc3339(round(now - days_ago * DAY_MS))
        fields = {"messageId": f"{person}-{event}-{days_ago}", "userId": person, "event": event}
        return {"type": "track", **fields, "timestamp": at, "properties": properties}

    played = {"content_asset_id": "tea-tasting", "session_id": "v", "total_length": 72, "played": [[0, 40]]}
    return [
        act("kari", 90, "Order Completed", order_id="k1", revenue=50),
        act("kari", 40, "Order Completed", order_id="k2", revenue=70),
        act("kari", 3, "Product Viewed", product_id="pot", category="teapots"),
        act("kari", 2, "Product Viewed", product_id="cup", category="cups"),
        act("kari", 2.1, "Video Playback Paused", **played),
        act("kari", 2, "Product Added", product_id="pot", quantity=2),
        act("kari", 8, "Community Posted", post_id="k", topic="cups", product_id="cup", **FILMED),
        *(act("rhea", 3 + 28 * turn, "Order Completed", order_id=f"r{turn}", revenue=25) for turn in range(1, 7)),
        {"type": "identify", "messageId": "quiet-1", "userId": "quiet", "timestamp": to_rfc3339(now - HOUR_MS)},
    ]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of this module's own, with a community."""
    with run_installation(tmp_path_factory.mktemp("community")) as running:
        now = int(time.time() * 1_000)
        messages = [message for number in range(MEMBERS) for message in _build_member(number, now)]
        messages += _build_screens(now)
        for start in range(0, len(messages), 200):
            running.send(*messages[start : start + 200])
        running.run_job("lifecycle")
        running.run_job("stores")
        running.run_job("videos")
        yield running


def test_the_community_is_shown_from_weeks_to_channels(open_console: OpenConsole, installation: Installation) -> None:
    page = open_console("/customers")
    page.get_by_role("link", name="Community", exact=True).click()
    wait_until_loaded(page)
    weeks = page.get_by_role("region", name="Week by week").first
    expect(weeks.get_by_text("of 161 who ever acted")).to_be_visible()
    assert weeks.get_by_role("row").count() > 10
    depth = page.get_by_role("region", name="How deep it goes").first
    expect(depth.get_by_text("Posts answered")).to_be_visible()
    topics = page.get_by_role("region", name="What they talk about").first
    expect(topics.get_by_role("row", name=re.compile("brewing"))).to_be_visible()
    loop = page.get_by_role("region", name="Where members come from").first
    expect(loop.get_by_role("row", name=re.compile("Social"))).to_be_visible()
    # What a member has filmed waits among the videos until the operator releases it.
    page.get_by_role("link", name="Videos", exact=True).first.click()
    waiting = page.get_by_role("region", name="From customers, waiting for you")
    expect(waiting.get_by_role("link", name="My everyday cup")).to_be_visible()
    assert find_violations(page) == []
    waiting.get_by_role("button", name="Release: My everyday cup").click()
    expect(page.get_by_text("My everyday cup may be shown now")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("My everyday cup.*by customers"))).to_be_visible()
    expect(waiting).to_have_count(0)
    # Whoever looks at the product that it shows gets it now.
    content = {"title": "Seen this?", "video": {"related": True}}
    shown = {"id": "filmed", "kind": "video", "content": content}
    installation.create("/v1/campaigns", {"id": "filmed", "name": "F", "status": "running", "variants": [shown]})
    fields = {"type": "track", "messageId": "looker-1", "anonymousId": "looker", "event": "Product Viewed"}
    looked: dict[str, Any] = {**fields, "properties": {"product_id": "cup"}}

    def is_chosen() -> bool:
        prompts = installation.decide("looker", trigger={"type": "page_view"}, events=[looked])["prompts"]
        return [prompt["content"]["video"]["id"] for prompt in prompts] == ["kari-cup"]

    wait_for(is_chosen, "the customer's video in a decision")
    with installation.connect_admin() as admin:
        assert admin.delete("/v1/campaigns/filmed").status_code == 204


def test_a_trigger_becomes_a_prompt_with_a_holdout(open_console: OpenConsole) -> None:
    page = open_console("/customers/community")
    triggers = page.get_by_role("region", name="What makes members loyal").first
    expect(triggers.get_by_role("heading", name="Replied in the community")).to_be_visible()
    triggers.get_by_role("link", name="Test it with a prompt").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Somebody needs your advice")
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page = open_console("/customers/community")
    tested = page.get_by_role("region", name="Tested by lot")
    expect(tested.get_by_role("row", name=re.compile("Somebody needs your advice.*too early"))).to_be_visible()


def test_an_own_event_counts_when_it_is_named(open_console: OpenConsole) -> None:
    page = open_console("/customers/community")
    page.get_by_label("Own event").fill("Product Added")
    page.get_by_role("button", name="Count it").click()
    expect(page.get_by_text("of 161 who ever acted")).to_be_visible()
    page.get_by_label("Own event").fill("Product Viewed")
    page.get_by_label("Address of the community").fill("talk.example")
    with page.expect_request(re.compile("reports/community.*hosts=talk.example")):
        page.get_by_role("button", name="Count it").click()


def test_one_screen_says_what_to_do_next(open_console: OpenConsole, installation: Installation) -> None:
    page = open_console("/visitors/kari")
    following = page.get_by_role("region", name="Next", exact=True)
    expect(following.get_by_role("heading", name="Remind of the cart")).to_be_visible()
    expect(following.get_by_text("Left 2 things in the cart 2 days ago.")).to_be_visible()
    standing = page.get_by_role("region", name="As a customer")
    expect(standing.get_by_text("Repeat").first).to_be_visible()
    expect(standing.get_by_text("2 items")).to_be_visible()
    interests = page.get_by_role("region", name="Interests")
    expect(interests.get_by_text("teapots")).to_be_visible()
    expect(interests.get_by_role("link", name="tea-tasting")).to_be_visible()
    expect(interests.get_by_text("Posts 1 · replies 0 · likes 0")).to_be_visible()
    following.get_by_role("link", name="Open as a prompt").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Remind of the cart")
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    with installation.connect_admin() as admin:
        saved = admin.get("/v1/campaigns").json()["items"]
    made = next(one for one in saved if one["name"] == "Remind of the cart")
    assert made["holdout"] == 0.2 and made["audience"]["all"][0] == {"fact": "cart.items", "op": "ge", "value": 1}


def test_a_rhythm_and_a_stranger_are_told_in_japanese(open_console: OpenConsole) -> None:
    page = open_console("/visitors/rhea", language="ja")
    following = page.get_by_role("region", name="次の一手", exact=True)
    expect(following.get_by_role("heading", name="次の購入を案内する")).to_be_visible()
    expect(following.get_by_text("約28日おきに6回購入しています")).to_be_visible()
    following.get_by_role("link").click()
    expect(page.get_by_label("名前", exact=True)).to_have_value("次の購入を案内する")
    page = open_console("/visitors/quiet", language="ja")
    expect(page.get_by_text("目立つ動きはありません")).to_be_visible()


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= 390)


@pytest.mark.parametrize("path", ["/customers/community", "/visitors/kari", "/visitors/rhea"])
def test_full_pages_fit_a_phone_and_are_for_everybody(open_console: OpenConsole, path: str) -> None:
    for theme in ("light", "dark"):
        page = open_console(path, language="ja", width=390, theme=theme)
        wait_until_loaded(page)
        assert _fits(page)
        assert find_violations(page) == []
