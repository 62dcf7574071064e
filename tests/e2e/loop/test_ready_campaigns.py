"""The demo's ready campaigns, as the demo creates them: each kind comes up on the shop's pages for those it is for."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.installation import run_installation

pytestmark = pytest.mark.browser
CAMPAIGNS = Path(__file__).parents[3] / "examples" / "shop" / "campaigns.json"
KINDS = {"popup", "bar", "toast", "inline", "video", "survey"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_installation(tmp_path_factory.mktemp("ready"), "--demo") as running:
        for campaign in json.loads(CAMPAIGNS.read_text()):
            running.create("/v1/campaigns", campaign)
        yield running.read_ready()["shop"]


def prompt_of(page: Page, kind: str) -> Locator:
    return page.locator(f"kikkake-prompt[data-kind={kind}] .card")


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
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(f"{shop}/products")
    expect(prompt_of(page, "video")).to_be_visible(timeout=20_000)
    page.goto(f"{shop}/products/sencha-asatsuyu")
    expect(prompt_of(page, "inline")).to_be_visible(timeout=20_000)
    slot = page.locator("[data-kikkake-slot=product-note]").bounding_box()
    assert slot is not None
    assert slot["height"] == 196
    page.locator("form[data-add] button").click()
    for other in ("hojicha-kogane", "kyusu-sumi"):
        page.goto(f"{shop}/products/{other}")
        # A page that is left before the site's consent setting has come was never measured.
        expect(prompt_of(page, "inline")).to_be_visible(timeout=20_000)
    expect(prompt_of(page, "bar")).to_be_visible(timeout=20_000)
    expect(prompt_of(page, "toast")).to_be_visible(timeout=20_000)
    page.goto(f"{shop}/thanks")
    expect(prompt_of(page, "survey")).to_be_visible(timeout=20_000)
    context.close()
