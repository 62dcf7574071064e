"""The demo's ready campaigns, as the demo creates them: each kind comes up on the shop's pages for those it is for."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import PATIENCE_MS
from tests.installation import run_installation
from tests.processes import wait_for

pytestmark = pytest.mark.browser
CAMPAIGNS = Path(__file__).parents[3] / "examples" / "shop" / "campaigns.json"
KINDS = {"popup", "bar", "toast", "inline", "video", "survey"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_installation(tmp_path_factory.mktemp("ready"), "--demo") as running:
        for campaign in json.loads(CAMPAIGNS.read_text()):
            running.create("/v1/campaigns", campaign)
        # A page asks once: not before the last of them is known.
        about = {"trigger": {"type": "page_view"}, "page": {"path": "/thanks", "url": "https://shop.example/thanks"}}
        wait_for(lambda: running.decide("first", **about)["prompts"], "the campaigns")
        yield running.read_ready()["shop"]


def open_page(page: Page, address: str) -> None:
    """Open a page; return when it was told what it may show."""
    with page.expect_response(lambda answer: answer.url.endswith("/v1/decide")):
        page.goto(address)


def let_come(page: Page, kind: str) -> None:
    """Let time pass for the page until a prompt of this kind stands there."""
    card = page.locator(f"kikkake-prompt[data-kind={kind}] .card")

    def look() -> bool:
        page.clock.run_for(250)
        return card.is_visible()

    wait_for(look, kind)


def test_each_kind_has_one_in_both_languages() -> None:
    campaigns = json.loads(CAMPAIGNS.read_text())
    by_language = {
        language: {row["variants"][0]["kind"] for row in campaigns if row["id"].endswith(f"-{language}")}
        for language in ("ja", "en")
    }
    assert by_language == {"ja": KINDS, "en": KINDS}


@pytest.mark.parametrize("locale", ["ja-JP", "en-US"])
def test_on_the_way_from_the_list_to_the_order(shop: str, browser: Browser, locale: str) -> None:
    context = browser.new_context(locale=locale, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.clock.install()
    open_page(page, f"{shop}/products")
    let_come(page, "video")
    open_page(page, f"{shop}/products/sencha-asatsuyu")
    let_come(page, "inline")
    slot = page.locator("[data-kikkake-slot=product-note]").bounding_box()
    assert slot is not None
    assert slot["height"] == 196
    page.locator("form[data-add] button").click()
    for other in ("hojicha-kogane", "kyusu-sumi"):
        open_page(page, f"{shop}/products/{other}")
        let_come(page, "inline")
    let_come(page, "bar")
    let_come(page, "toast")
    open_page(page, f"{shop}/thanks")
    let_come(page, "survey")
    context.close()
