"""The answers to a survey in the console, in both languages and on a phone; and what it says while there are none."""

import pytest
from playwright.sync_api import expect

from tests.e2e.console.conftest import OpenConsole
from tests.e2e.console.test_console_pages import find_violations
from tests.installation import Installation

pytestmark = pytest.mark.browser
QUESTIONS = [
    {"id": "sat", "type": "rating", "label": "How did you like it?"},
    {"id": "fits", "type": "single", "label": "What fits us?", "options": ["fresh", "cosy"]},
    {"id": "why", "type": "text", "label": "Why?"},
]


def test_a_surveys_answers_stand_in_its_result(open_console: OpenConsole, installation: Installation) -> None:
    ask = {"kind": "survey", "content": {"title": "Two minutes", "questions": QUESTIONS}}
    installation.create("/v1/campaigns", {"id": "liked", "name": "Liked", "variants": [{"id": "a", **ask}]})
    page = open_console("/prompts/liked/result")
    expect(page.get_by_text("Nobody has answered yet")).to_be_visible()
    for number, rating in ((10, 5), (11, 2)):
        ids = {"campaign_id": "liked", "variant_id": "a", "decision_id": "d"}
        answers = {"sat": rating, "fits": "cosy", "why": "<b>so</b>"}
        installation.send(
            *(
                {"type": "track", "anonymousId": f"visitor-{number}", "event": event, "properties": properties}
                | {"messageId": f"liked-{number}-{event}"}
                for event, properties in (("Prompt Shown", ids), ("Prompt Answered", {**ids, "answers": answers}))
            )
        )
    installation.run_job("videos")  # stores what was sent
    page.reload()
    sat = page.get_by_role("region", name="How did you like it?").first
    expect(sat.get_by_role("row").filter(has_text="A tasting")).to_contain_text("2")
    expect(sat.get_by_role("row", name="5 50%")).to_be_visible()
    # Two answers are too few for a mean: it says so instead.
    expect(sat.locator(".reason").first).to_be_visible()
    expect(page.get_by_text("<b>so</b>").first).to_be_visible()
    assert find_violations(page) == []
    phone = open_console("/prompts/liked/result", language="ja", width=390)
    expect(phone.get_by_role("region", name="一緒に選ばれた回答").first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    with installation.connect_admin() as admin:
        assert admin.delete("/v1/campaigns/liked").status_code == 204
        assert admin.get("/v1/reports/satisfaction", params={"campaign": "liked"}).status_code == 404
