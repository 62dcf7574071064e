"""A prompt that learns: the form says what each way of giving visitors does, the result page who gets what now."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from shared.clock import to_rfc3339
from tests.e2e.console.test_console_lift import open_console
from tests.e2e.console.test_console_pages import find_violations
from tests.installation import Installation, run_installation
from tests.processes import wait_for

pytestmark = pytest.mark.browser
PERSONS = 60


def serve(running: Installation, campaign: str, better: str) -> None:
    """Have the engager give people variants of `campaign`, of which `better` sells."""

    def find_prompt(anonymous_id: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            prompts = running.decide(anonymous_id, trigger={"type": "page_view"})["prompts"]
            return next((dict(prompt) for prompt in prompts if prompt["campaignId"] == campaign), None)

        # A campaign just made is not known yet.
        return wait_for(look, f"{campaign} is served")

    find_prompt(f"{campaign}-first")
    for person in range(PERSONS):
        anonymous_id = f"{campaign}-{person}"
        prompt = find_prompt(anonymous_id)
        about = {name: prompt[key] for name, key in (("campaign_id", "campaignId"), ("variant_id", "variantId"))}
        told: list[tuple[str, dict[str, Any]]] = [("Prompt Shown", about | {"decision_id": prompt["decisionId"]})]
        if person % 10 < (8 if prompt["variantId"] == better else 1):
            told.append(("Order Completed", {"order_id": anonymous_id, "revenue": 9, "currency": "USD"}))
        # The order must lie after the prompt, in the millisecond that a client stamps.
        at = int(time.time() * 1_000)
        running.send(
            *(
                {
                    "type": "track",
                    "anonymousId": anonymous_id,
                    "event": event,
                    "properties": properties,
                    "messageId": f"{anonymous_id}-{event}",
                    "timestamp": to_rfc3339(at + turn),
                }
                for turn, (event, properties) in enumerate(told)
            )
        )


@pytest.fixture(scope="module")
def learning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with run_installation(tmp_path_factory.mktemp("allocation")) as running:
        variants = [{"id": name, "kind": "popup", "content": {"title": name}} for name in ("short", "long")]
        for campaign, allocation in (("learns", "thompson"), ("tells", "contextual")):
            body = {"id": campaign, "name": campaign, "allocation": allocation, "variants": variants}
            # The newer one goes before the older, so that both are served in turn.
            running.create("/v1/campaigns", body | {"status": "running", "priority": int(campaign == "tells")})
            serve(running, campaign, "long")
        running.run_job("allocation")
        yield running


def test_who_gets_what_now(browser: Browser, learning: Installation) -> None:
    report = learning.read_report("allocation", campaign="learns")
    share = {arm["id"]: arm["share"] for arm in report["arms"]}
    assert share["long"] > 0.9 and report["sample_sizes"]["persons"] == PERSONS
    for language, width, title in (("en", 1440, "Who gets what now"), ("ja", 390, "いまの出し分け")):
        page = open_console(browser, learning, "/prompts/learns/result", language=language, width=width)
        row = page.get_by_role("table", name=title).get_by_role("row", name=re.compile("long"))
        expect(row).to_contain_text(f"{100 * share['long']:.1f}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert find_violations(page) == []
        page.context.close()


def test_who_gets_what_by_visitor(browser: Browser, learning: Installation) -> None:
    for language, width, title, words in (
        ("en", 1440, "By visitor", "first visit · direct"),
        ("ja", 390, "訪問者別", "初回 · 直接"),
    ):
        page = open_console(browser, learning, "/prompts/tells/result", language=language, width=width)
        table = page.get_by_role("table", name=title)
        expect(table.get_by_role("row", name=re.compile(words)).first).to_contain_text("long")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert find_violations(page) == []
        page.context.close()


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("ja", 390)])
def test_the_form_explains_each_choice(browser: Browser, learning: Installation, language: str, width: int) -> None:
    page = open_console(browser, learning, "/prompts/learns", language=language, width=width)
    choice = page.get_by_label("Visitors among variants" if language == "en" else "パターンの出し分け")
    expect(choice).to_have_value("thompson")
    for value, english, japanese in (
        ("thompson", "Every 15 minutes", "15分ごと"),
        ("contextual", "by device", "端末"),
        ("even", "in proportion to the weights", "比重に応じて"),
    ):
        choice.select_option(value)
        expect(page.get_by_text(english if language == "en" else japanese)).to_be_visible()
    page.context.close()
