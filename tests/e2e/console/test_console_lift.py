"""What prompts bring together, and the experiment beside the moment it tests: as figures, on every screen."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from shared.clock import to_rfc3339
from tests.e2e.conftest import PATIENCE_MS
from tests.e2e.console.test_console_moments import BATCH, LENGTH, VIDEO, VIEWERS, draw, tell_viewer
from tests.e2e.console.test_console_pages import find_violations, wait_until_loaded
from tests.installation import Installation, run_installation

pytestmark = pytest.mark.browser
PERSONS = 900
PAIR = 160
DAY_S = 86_400


def tell_prompt(campaign: str, person: int, won: float, now: int) -> list[dict[str, Any]]:
    """What one person of a campaign did: some had bought before, most got the prompt, and some bought after."""
    anonymous_id = f"{campaign}-{person}"
    began = now - (70 - person % 62) * DAY_S * 1_000
    served = draw(person, f"{campaign} lot") < 0.7
    regular = draw(person, "regular") < 0.3

    def message(name: str, seconds: int, properties: dict[str, Any]) -> dict[str, Any]:
        ids = {"messageId": f"{anonymous_id}-{seconds}", "anonymousId": anonymous_id}
        return {"type": "track", "event": name, "properties": properties, **ids} | {
            "timestamp": to_rfc3339(began + seconds * 1_000)
        }

    about = {"campaign_id": campaign} | ({"variant_id": "a"} if served else {})
    messages = [message("Prompt Shown" if served else "Prompt Withheld", 0, about)]
    if served and draw(person, "clicks") < 0.5:
        messages.append(message("Prompt Clicked", 3, about))
    orders = [(-DAY_S, regular), (600, draw(person, "buys") < 0.1 + 0.4 * regular + won * served)]
    for seconds, bought in orders:
        if bought:
            order = {"order_id": f"{anonymous_id}-{seconds}", "revenue": 9, "currency": "USD"}
            messages.append(message("Order Completed", seconds, order))
    return messages


def serve_pair(running: Installation) -> None:
    """Have the engager give people one of two variants, of which b sells."""
    variants = [{"id": name, "kind": "popup", "content": {"title": name}} for name in "ab"]
    running.create("/v1/campaigns", {"id": "pair", "name": "Pair", "status": "running", "variants": variants})
    running.wait_for_prompts("first")
    for person in range(PAIR):
        anonymous_id = f"pair-{person}"
        prompt = running.wait_for_prompts(anonymous_id)[0]
        variant = prompt["variantId"]
        about = {"campaign_id": "pair", "variant_id": variant, "decision_id": prompt["decisionId"]}
        told: list[tuple[str, dict[str, Any]]] = [("Prompt Shown", about)]
        if person % 10 < (7 if variant == "b" else 2):
            told.append(("Order Completed", {"order_id": anonymous_id, "revenue": 9, "currency": "USD"}))
        fields = {"type": "track", "anonymousId": anonymous_id}
        # The order must lie after the prompt, in the millisecond that a client stamps.
        at = int(time.time() * 1_000)
        running.send(
            *(
                {**fields, "event": event, "properties": properties, "messageId": f"{anonymous_id}-{event}"}
                | {"timestamp": to_rfc3339(at + turn)}
                for turn, (event, properties) in enumerate(told)
            )
        )


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with run_installation(tmp_path_factory.mktemp("lift")) as running:
        running.create("/v1/videos", {"id": VIDEO, "title": "The film", "duration": LENGTH})
        now = int(time.time() * 1_000)
        messages = [message for viewer in range(VIEWERS) for message in tell_viewer(viewer, now)]
        for campaign, won in (("scene", 0.25), ("hello", 0.0)):
            messages += [one for person in range(PERSONS) for one in tell_prompt(campaign, person, won, now)]
        for start in range(0, len(messages), BATCH):
            running.send(*messages[start : start + BATCH])
        running.run_job("moments")
        at = running.read_report("moments", video=VIDEO)["recommendation"]["start_at"]
        scene = {"title": "Look", "video": {"id": VIDEO, "start_at": at, "src": "https://shop.example/f.mp4"}}
        for campaign, name, kind, content in (
            ("scene", "See the scene", "video", scene),
            ("hello", "Say hello", "popup", {"title": "Hello"}),
        ):
            variants = [{"id": "a", "kind": kind, "content": content}]
            running.create("/v1/campaigns", {"id": campaign, "name": name, "holdout": 0.3, "variants": variants})
        serve_pair(running)
        running.run_job("experiments")
        yield running


def open_console(browser: Browser, tested: Installation, path: str, *, language: str = "en", width: int = 1440) -> Page:
    ready = tested.read_ready()
    locale = "ja-JP" if language == "ja" else "en-US"
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=locale, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    login = {"password": ready["console_password"]}
    assert context.request.post(f"{ready['analyzer']}/console/api/login", data=login).status == 204
    page = context.new_page()
    page.goto(f"{ready['analyzer']}/console{path}")
    wait_until_loaded(page)
    return page


def test_what_prompts_bring_together(browser: Browser, tested: Installation) -> None:
    page = open_console(browser, tested, "/prompts")
    page.get_by_role("link", name="What they bring").click()
    page.wait_for_url("**/prompts/~lift")
    wait_until_loaded(page)
    report = tested.read_report("experiments")
    won = report["lift"]["overall"]["conversions_won"]
    assert won["ci_low"] > 0, "a planted effect of 25 points in one of two prompts"
    expect(page.get_by_role("heading", name=f"Prompts won {won['estimate']:.0f} conversions")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("^By month"))).to_be_visible()
    expect(page.locator(".lift-stats")).to_contain_text(f"${report['lift']['overall']['value']['estimate']:.2f}")
    months = page.get_by_role("table", name="By month")
    for month in report["lift"]["months"]:
        expect(months).to_contain_text(month["month"])
    rows = page.get_by_role("table", name="Each prompt")
    expect(rows.get_by_role("row", name=re.compile("See the scene"))).to_contain_text("It works.")
    expect(rows.get_by_role("row", name=re.compile("Say hello"))).to_contain_text("Not decided yet.")
    expect(rows).to_contain_text("less variance")
    expect(page.get_by_text("Splits that mean nothing look like nothing")).to_be_visible()
    rows.get_by_role("link", name="See the scene").click()
    expect(page.get_by_text("Conversion, adjusted for the past")).to_be_visible()
    page.context.close()


def test_the_experiment_stands_beside_the_moment(browser: Browser, tested: Installation) -> None:
    page = open_console(browser, tested, f"/videos/{VIDEO}")
    tests = page.get_by_role("region", name="Tested by lot")
    expect(tests).to_have_count(1)
    expect(tests).to_contain_text("Estimated from viewing")
    expect(tests).to_contain_text("Measured by lot")
    expect(tests.get_by_text("agrees", exact=True)).to_be_visible()
    (row,) = tested.read_report("moments", video=VIDEO)["experiments"]
    assert row["agreement"] == "agrees"
    expect(tests).to_contain_text(f"{100 * row['uplift']['estimate']:+.1f} points")
    tests.get_by_role("link", name="See the scene").click()
    page.wait_for_url("**/prompts/scene/result")
    page.context.close()


def test_another_choice_of_variants_is_told(browser: Browser, tested: Installation) -> None:
    for language, width, what_if, b, words in (
        ("en", 1440, "Instead", "always b", "Conversion then"),
        ("ja", 390, "代わりに", "常にb", "その場合のCVR"),
    ):
        page = open_console(browser, tested, "/prompts/pair/result", language=language, width=width)
        page.get_by_label(what_if).select_option(b)
        expect(page.get_by_text(words)).to_be_visible()
        answer = tested.read_report("policy", campaign="pair", policy="always:b")
        gain = answer["conversion"]["gain"]
        assert gain["ci_low"] > 0 and answer["sample_sizes"]["persons"] == PAIR
        expect(page.locator(".lift-stats").last).to_contain_text(f"{100 * gain['estimate']:+.1f}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert find_violations(page) == []
        page.context.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_both_are_told_in_japanese_and_for_everybody(browser: Browser, tested: Installation, width: int) -> None:
    for path, words in (("/prompts/~lift", "接客ごと"), (f"/videos/{VIDEO}", "抽選による実測")):
        page = open_console(browser, tested, path, language="ja", width=width)
        expect(page.get_by_text(words).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert find_violations(page) == []
        page.get_by_role("button", name="ダーク").click()
        assert find_violations(page) == []
        page.context.close()
