"""What people do in the console: log in, go by keyboard, make a prompt and see it decided, set up a site."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.console.conftest import CAMPAIGN, VIDEO, OpenConsole
from tests.installation import Installation
from tests.processes import wait_for

pytestmark = pytest.mark.browser


def test_the_password_opens_the_console_and_logging_out_closes_it(
    open_console: OpenConsole, installation: Installation
) -> None:
    page = open_console("/prompts", logged_in=False)
    page.get_by_label("Password").fill("a guess")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("That is not the console's password")).to_be_visible()
    page.get_by_label("Password").fill(installation.read_ready()["console_password"])
    page.get_by_role("button", name="Log in").click()
    # Whoever came by a link to a page is taken there.
    expect(page.get_by_role("heading", name="Prompts")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Password")).to_be_visible()


def test_language_and_theme_are_kept(open_console: OpenConsole) -> None:
    page = open_console("/settings")
    page.get_by_role("button", name="日本語").click()
    expect(page.get_by_role("heading", name="設定")).to_be_visible()
    page.get_by_role("button", name="ダーク").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("[localStorage['kikkake.language'], localStorage['kikkake.theme']]") == ["ja", "dark"]


def test_the_keyboard_alone_leads_through_the_console(open_console: OpenConsole) -> None:
    page = open_console("/videos")
    expect(page.get_by_role("heading", name="Videos")).to_be_focused()
    skip = page.get_by_role("link", name="Skip to content")
    skip.focus()
    expect(skip).to_be_in_viewport()
    page.get_by_role("link", name="Settings").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_focused()


def read_preview(page: Page) -> str:
    """Return what the prompt in the preview says; empty while it shows none."""
    return str(
        page.frame_locator("iframe")
        .locator("body")
        .evaluate("() => document.querySelector('kikkake-prompt')?.shadowRoot.textContent ?? ''")
    )


def test_a_prompt_made_by_the_form_is_decided_by_the_engager(
    open_console: OpenConsole, installation: Installation
) -> None:
    page = open_console("/prompts")
    page.get_by_role("link", name="New prompt").first.click()
    page.get_by_label("Name").fill("Tea people")
    page.get_by_role("button", name="+ Visited a page").click()
    page.get_by_label("path: Value").fill("/tea")
    page.get_by_label("The moment").select_option("delay")
    page.get_by_label("Seconds").fill("3")
    title = page.get_by_label("Title")
    title.fill("Fresh tea is in")
    wait_for(lambda: "Fresh tea is in" in read_preview(page), "the preview shows the title")
    # The preview never takes the focus out of the form.
    expect(title).to_be_focused()
    page.get_by_label("Priority").fill("50")
    page.get_by_role("slider").fill("0")
    page.get_by_role("button", name="Save and run").click()
    expect(page.locator("h1")).to_contain_text("running")
    campaign = page.url.rsplit("/", 1)[1]

    visit = {"type": "page", "anonymousId": "tea-friend", "properties": {"path": "/tea/sencha"}}

    def decided() -> bool:
        answer = installation.decide("tea-friend", trigger={"type": "page_view"}, events=[visit])
        return campaign in [prompt["campaignId"] for prompt in answer["prompts"]]

    wait_for(decided, "the engager decides the new campaign")
    stranger = installation.decide("stranger", trigger={"type": "page_view"}, page={"path": "/"})
    assert campaign not in [prompt["campaignId"] for prompt in stranger["prompts"]]

    page.get_by_role("button", name=re.compile("^Pause")).click()
    expect(page.locator("h1")).to_contain_text("paused")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_contain_text("running")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Prompts")).to_be_visible()
    expect(page.get_by_role("link", name="Tea people")).to_have_count(0)


def test_the_preview_draws_every_kind(open_console: OpenConsole) -> None:
    page = open_console(f"/prompts/{CAMPAIGN}")
    wait_for(lambda: "Hello" in read_preview(page), "the preview shows the prompt")
    for kind in ("toast", "bar", "inline", "video", "popup"):
        page.get_by_label("Kind").select_option(kind)
        if kind == "inline":
            page.get_by_label("Place in the page").fill("top")
        if kind == "video":
            page.get_by_label("Video address").fill("/none.mp4")
            page.get_by_label("Video", exact=True).fill("tea-tasting")
        page.get_by_label("Title").fill(f"As {kind}")
        wait_for(lambda kind=kind: f"As {kind}" in read_preview(page), f"the preview shows a {kind}")  # type: ignore[misc]
    page.get_by_label("Which video").select_option("related")
    expect(page.get_by_label("Video address")).to_have_count(0)
    expect(page.get_by_text("Of the product that interests each visitor most")).to_be_visible()


def test_a_video_is_told_where_it_is_and_what_it_shows(open_console: OpenConsole, installation: Installation) -> None:
    page = open_console(f"/videos/{VIDEO}")
    about = page.get_by_role("region", name="About this video")
    about.get_by_label("Address").fill("x" * 2_001)
    about.get_by_role("button", name="Save").click()
    expect(about.locator(".field.wrong", has_text="Address")).to_be_visible()
    about.get_by_label("Address").fill("/tasting.mp4")
    about.get_by_label("Products in it").fill("pot\ncup")
    about.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Prompts know it within a second")).to_be_visible()
    page.reload()
    expect(about.get_by_label("Products in it")).to_have_value("pot\ncup")
    about.get_by_label("Address").fill("")
    about.get_by_label("Products in it").fill("")
    about.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Prompts know it within a second")).to_be_visible()
    with installation.connect_admin() as admin:
        assert admin.get(f"/v1/videos/{VIDEO}").json()["products"] == []


def test_the_servers_objections_stand_at_their_fields(open_console: OpenConsole) -> None:
    page = open_console(f"/prompts/{CAMPAIGN}")
    page.get_by_label("Leads to").fill("javascript:alert(1)")
    page.get_by_label("Button", exact=True).fill("Go")
    page.get_by_role("button", name="JSON").click()
    page.get_by_label("The rule as JSON").fill('{"fact": "no.such.fact", "op": "eq", "value": 1}')
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".field.wrong", has_text="Leads to")).to_be_visible()
    page.get_by_label("Leads to").fill("/tea")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").first).to_contain_text("no.such.fact")
    expect(page.get_by_role("alert").first.locator("code")).to_have_text("/fact")
    # As a row, the same rule has the objection at that row.
    page.get_by_role("button", name="Conditions").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".rule-row").get_by_role("alert")).to_contain_text("no.such.fact")


def test_the_result_says_what_became_of_those_who_saw_it(open_console: OpenConsole) -> None:
    page = open_console(f"/prompts/{CAMPAIGN}/result")
    expect(page.get_by_role("heading", name=re.compile(r"^1 of the 12 people who saw it clicked"))).to_be_visible()
    arms = page.get_by_role("table", name="Arms")
    expect(arms.get_by_role("row").nth(1)).to_contain_text("12")
    expect(page.get_by_text("Nobody is held out").first).to_be_visible()


def test_the_settings_hear_from_the_site_and_are_saved(open_console: OpenConsole, installation: Installation) -> None:
    page = open_console("/settings")
    ready = installation.read_ready()
    expect(page.locator(".snippet code")).to_contain_text(f'data-write-key="{ready["write_key"]}"')
    installation.send({"type": "page", "anonymousId": "just-now", "properties": {"path": "/heard"}})
    expect(page.get_by_text("We hear from your site")).to_be_visible()
    expect(page.get_by_text(re.compile("page on /heard"))).to_be_visible()

    save = page.get_by_role("region", name="Site", exact=True).get_by_role("button", name="Save")
    page.get_by_label("Time zone").fill("Nowhere/Land")
    save.click()
    expect(page.locator(".field.wrong", has_text="Time zone")).to_be_visible()
    page.get_by_label("Time zone").fill("Asia/Tokyo")
    page.get_by_role("button", name="Add a currency").click()
    page.get_by_role("combobox", name="Currency", exact=True).last.fill("EUR")
    page.get_by_label(re.compile("Value of one unit")).fill("160.5")
    save.click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    with installation.connect_admin() as admin:
        site = admin.get("/v1/sites").json()["items"][0]
    assert (site["time_zone"], site["rates"]) == ("Asia/Tokyo", {"EUR": 160.5})

    stages = page.get_by_role("region", name="Stages of customers")
    stages.get_by_label("At risk after (days)").fill("45.5")
    stages.get_by_role("button", name="Save").click()
    expect(stages.get_by_text("Your own")).to_be_visible()
    with installation.connect_admin() as admin:
        rules = admin.get("/v1/sites").json()["items"][0]["lifecycle"]
    assert (rules["at_risk_days"], rules["dormant_days"], rules["loyal_orders"]) == (45.5, 180, 4)
    stages.get_by_role("button", name="Back to the published rules").click()
    expect(stages.get_by_text("As published")).to_be_visible()
    expect(stages.get_by_label("At risk after (days)")).to_have_value("90")


def test_goals_are_made_changed_and_deleted(open_console: OpenConsole) -> None:
    page = open_console("/settings")
    goals = page.get_by_role("region", name="Goals")
    goals.get_by_role("button", name="New goal").click()
    form = page.get_by_role("form", name="New goal")
    form.get_by_label("Name").fill("Big order")
    form.get_by_role("button", name="Add a condition").click()
    form.get_by_label("Property", exact=True).fill("revenue")
    form.get_by_label("revenue: Comparison").select_option("ge")
    form.get_by_label("revenue: Value").fill("10000")
    form.get_by_role("button", name="Save").click()
    goals.get_by_role("button", name="Edit Big order").click()
    form = page.get_by_role("form", name="Edit Big order")
    expect(form.get_by_label("revenue: Value")).to_have_value("10000")
    form.get_by_role("button", name="Delete").click()
    expect(goals.get_by_role("button", name="Edit Big order")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(goals.get_by_role("button", name="Edit Big order")).to_be_visible()


def test_a_secret_key_is_replaced_after_a_question_and_shown_once(
    open_console: OpenConsole, installation: Installation
) -> None:
    page = open_console("/settings")
    page.get_by_role("button", name="Replace Signing key").click()
    dialog = page.get_by_role("dialog", name="Replace the Signing key?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Replace Signing key").click()
    dialog.get_by_role("button", name="Replace").click()
    expect(page.get_by_text("Copy it now")).to_be_visible()
    key = page.locator(".fresh code").inner_text()
    assert len(key) > 30 and key != installation.read_ready()["signing_key"]
    page.get_by_role("button", name="I have stored it").click()
    expect(page.get_by_text(key)).to_have_count(0)


def test_a_job_runs_now(open_console: OpenConsole, installation: Installation) -> None:
    page = open_console("/settings")

    def read_last() -> str | None:
        with installation.connect_admin() as admin:
            jobs = admin.get("/v1/jobs").json()["items"]
        last = next(job for job in jobs if job["job"] == "segments")["last"]
        return str(last["run_id"]) if last and last["status"] == "succeeded" else None

    before = read_last()
    page.get_by_role("button", name="Run now: segments").click()
    wait_for(lambda: read_last() not in (None, before), "a new run")
    row = page.get_by_role("row", name=re.compile("segments"))
    expect(row.get_by_text("succeeded")).to_be_visible()
