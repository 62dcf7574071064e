"""What a prompt did to leaving and by stage, in the console; on a phone, too."""

import pytest
from playwright.sync_api import expect

from tests.e2e.console.conftest import CAMPAIGN, VISITORS, OpenConsole

pytestmark = pytest.mark.browser


def test_stages_and_leaving_stand_beside_the_uplift(open_console: OpenConsole) -> None:
    page = open_console(f"/prompts/{CAMPAIGN}/result")
    stages = page.get_by_role("region", name="By stage").first
    light, middle = (stages.get_by_role("row").filter(has_text=name) for name in ("Light", "Middle"))
    # Every third visitor had bought before the prompt came.
    bought = VISITORS // 3
    expect(light).to_contain_text(f"0 of {VISITORS - bought}")
    expect(middle).to_contain_text(f"of {bought}")
    leaving = page.get_by_role("region", name="Leaving").first
    expect(leaving).to_contain_text("Saw no further page")
    expect(leaving.locator(".reason")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_on_a_phone_nothing_is_cut_off(open_console: OpenConsole, language: str) -> None:
    page = open_console(f"/prompts/{CAMPAIGN}/result", language=language, width=390)
    expect(page.get_by_role("region", name="Leaving" if language == "en" else "離脱").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
