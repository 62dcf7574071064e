"""Consent in a real browser: what may be kept and sent, and when."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.sdk.site import Site
from tests.e2e.sdk.stopped import let_pass, stop_clock

pytestmark = pytest.mark.browser

KEPT = "[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"
# Longer than the SDK waits before it sends.
QUIET_S = 3.5


@pytest.fixture(autouse=True)
def _stopped(page: Page) -> None:
    """Nothing happens after a while unless a test lets it pass."""
    stop_clock(page)


def test_required_keeps_and_sends_nothing_until_given_then_the_same_visit(site: Site, page: Page) -> None:
    address = site.put_page(head=site.tag(consent="required"), path="/tea") + "?utm_source=mail"
    page.goto(address)
    page.wait_for_function("window.kikkake?.version")
    page.evaluate("kikkake.track('Product Viewed'); kikkake.identify('u-1')")
    let_pass(page, QUIET_S)
    assert site.beacons == []
    assert page.evaluate(KEPT) == []
    assert page.context.cookies() == []
    page.evaluate("history.replaceState({}, '', '/tea?agreed=1'); kikkake.consent({analytics: true})")
    let_pass(page, QUIET_S)
    assert "Product Viewed" in site.names()
    [first, second] = site.messages("page")
    assert first["context"]["campaign"] == {"source": "mail"}
    assert first["properties"]["search"] == "?utm_source=mail"
    assert first["timestamp"] < second["timestamp"]
    assert first["context"]["consent"] == {"analytics": True, "personalisation": False, "replay": False}
    assert site.decides() == []
    page.evaluate("kikkake.consent({personalisation: true})")
    site.wait(site.decides)
    page.reload()
    site.wait_for("page", 3)


def test_denial_clears_storage_and_stops(site: Site, page: Page) -> None:
    page.goto(site.put_page(head=site.tag(consent="required")))
    page.wait_for_function("window.kikkake?.version")
    page.evaluate("kikkake.consent({analytics: true, personalisation: true})")
    site.wait_for("page")
    page.evaluate("kikkake.consent({analytics: false}); kikkake.track('After')")
    assert page.evaluate(KEPT) == []
    heard = len(site.beacons)
    page.reload()
    page.wait_for_function("window.kikkake?.version")
    let_pass(page, QUIET_S)
    assert len(site.beacons) == heard
    assert page.evaluate(KEPT) == []


def test_a_refusal_outlasts_the_page_where_consent_is_not_required(site: Site, page: Page) -> None:
    page.goto(site.put_page())
    site.wait_for("page")
    page.evaluate("kikkake.consent({analytics: false})")
    site.beacons.clear()
    page.reload()
    page.wait_for_function("window.kikkake?.version")
    let_pass(page, QUIET_S)
    assert site.beacons == []
    assert page.evaluate("({...localStorage})") == {"kikkake.consent": "000"}


@pytest.mark.parametrize("setting", ["granted", "required"])
def test_without_an_attribute_the_site_decides(site: Site, page: Page, setting: str) -> None:
    site.consent = setting
    page.goto(site.put_page(head=site.tag()))
    site.wait(lambda: [beacon for beacon in site.beacons if beacon.path == "/v1/projects/wk_test/settings"])
    let_pass(page, QUIET_S)
    assert site.names() == (["page"] if setting == "granted" else [])
    assert bool(page.evaluate(KEPT)) is (setting == "granted")


def test_global_privacy_control_is_measured_without_a_stored_id(
    site: Site, page: Page, context: BrowserContext
) -> None:
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})")
    page.goto(site.put_page())
    page.wait_for_function("window.kikkake?.version")
    let_pass(page, QUIET_S)
    [message] = site.messages("page")
    assert message["context"]["consent"] == {"analytics": True, "personalisation": False, "replay": False}
    assert site.decides() == []
    assert page.evaluate(KEPT) == []
    page.reload()
    page.wait_for_function("window.kikkake?.version")
    let_pass(page, QUIET_S)
    assert len(site.messages("page")) == 2
    assert len({message["anonymousId"] for message in site.messages()}) == 2


def test_a_site_whose_storage_is_closed_is_measured_all_the_same(
    site: Site, page: Page, context: BrowserContext
) -> None:
    context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        "Object.defineProperty(window, name, {get() { throw new DOMException('closed', 'SecurityError') }})"
    )
    page.goto(site.put_page())
    page.evaluate("kikkake.track('Anyway')")
    let_pass(page, QUIET_S)
    assert "Anyway" in site.names()
    assert len({message["anonymousId"] for message in site.messages()}) == 1
