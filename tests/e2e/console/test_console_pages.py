"""Every page of the console: in both languages, both themes, on a desktop and a phone, and for everybody."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.console.conftest import CAMPAIGN, VIDEO, OpenConsole

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[3] / "services" / "analyzer" / "console" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = {
    "/videos": ("Videos", "動画"),
    f"/videos/{VIDEO}": ("A tasting", "A tasting"),
    f"/videos/{VIDEO}/journeys": ("A tasting", "A tasting"),
    f"/videos/{VIDEO}/value": ("A tasting", "A tasting"),
    f"/videos/{VIDEO}/quality": ("A tasting", "A tasting"),
    "/live": ("Live", "ライブ"),
    "/prompts": ("Prompts", "接客"),
    "/prompts/~lift": ("Prompts", "接客"),
    "/prompts/~new": ("New prompt", "接客を作る"),
    f"/prompts/{CAMPAIGN}": ("Welcome", "Welcome"),
    f"/prompts/{CAMPAIGN}/result": ("Welcome", "Welcome"),
    "/visitors": ("Visitors", "訪問者"),
    "/visitors/visitor-3": ("visitor-3", "visitor-3"),
    "/dashboard": ("Dashboard", "ダッシュボード"),
    "/dashboard/~new": ("New question", "質問を作る"),
    "/customers": ("Customers", "顧客"),
    "/customers/aftercare": ("Customers", "顧客"),
    "/customers/stores": ("Customers", "顧客"),
    "/channels": ("Channels", "チャネル"),
    "/channels/factors": ("Channels", "チャネル"),
    "/segments": ("Segments", "セグメント"),
    "/segments/~new": ("New segment", "セグメントを作る"),
    "/settings": ("Settings", "設定"),
}


def wait_until_loaded(page: Page) -> None:
    """Return when the page shows its title and nothing is a skeleton any more."""
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator(".skeleton")).to_have_count(0)
    expect(page.locator("main .failure")).to_have_count(0)


def find_violations(page: Page) -> list[str]:
    """Return what axe finds serious or critical, with the elements."""
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['html'][:160]} {node['any'][:1] and node['any'][0]['message']}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(("place", "language", "theme"), [(0, "en", "light"), (1, "ja", "dark")])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_for_everybody(
    open_console: OpenConsole, path: str, place: int, language: str, theme: str
) -> None:
    page = open_console(path, language=language, theme=theme)
    wait_until_loaded(page)
    expect(page.locator("main h1")).to_contain_text(PAGES[path][place])
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    assert find_violations(page) == []
    # On a phone nothing scrolls sideways. The tab is kept: opening one anew costs more than all the rest.
    page.set_viewport_size({"width": 390, "height": 900})
    page.wait_for_function("document.documentElement.scrollWidth <= 390")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_at_the_door(open_console: OpenConsole, theme: str) -> None:
    page = open_console("/", theme=theme, logged_in=False)
    expect(page.get_by_label("Password")).to_be_visible()
    assert find_violations(page) == []
