"""Pages, navigation, the queue and retries in a real browser: what must arrive, and what must not."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.sdk.site import Answer, Beacon, Site, accept
from tests.e2e.sdk.stopped import let_pass, stop_clock

pytestmark = pytest.mark.browser

# Longer than the SDK waits before it sends.
QUIET_S = 3.5


@pytest.fixture(autouse=True)
def _stopped(page: Page) -> None:
    """Nothing happens after a while unless a test lets it pass."""
    stop_clock(page)


def collector_says(status: int, **headers: str) -> object:
    """Answer beacons with `status`; the engager is down."""

    def answer(beacon: Beacon) -> Answer:
        return Answer(503) if beacon.path == "/v1/decide" else Answer(status, headers=headers)

    return answer


def test_a_page_view_comes_with_its_decision_and_without_a_preflight(site: Site, page: Page) -> None:
    page.goto(site.put_page(path="/tea") + "?utm_source=mail&utm_campaign=spring&gclid=G1")
    site.wait_for("page")
    let_pass(page, QUIET_S)
    assert site.names() == ["page"]
    [decide] = site.decides()
    [message] = decide["events"]
    assert message["anonymousId"] == decide["anonymousId"]
    assert message["context"]["sessionId"] == decide["sessionId"]
    assert message["context"]["campaign"] == {"source": "mail", "name": "spring", "gclid": "G1"}
    assert message["context"]["page"]["path"] == "/tea"
    assert message["context"]["consent"] == {"analytics": True, "personalisation": True, "replay": True}
    assert {beacon.content_type for beacon in site.sent_to("/v1/decide")} == {"text/plain;charset=UTF-8"}
    assert not [beacon for beacon in site.beacons if beacon.method == "OPTIONS"]
    assert site.sent_to("/v1/batch") == []


def test_an_engager_that_is_down_changes_nothing(site: Site, page: Page) -> None:
    site.answer = lambda beacon: Answer(500) if beacon.path == "/v1/decide" else accept(beacon)
    page.goto(site.put_page("<h1>Tea</h1>"))
    site.wait(lambda: site.sent_to("/v1/batch"))
    assert site.names() == ["page"]
    assert page.inner_text("body") == "Tea"


def test_calls_made_before_the_tag_came(site: Site, page: Page) -> None:
    stub = """<script>
      window.kikkake = window.kikkake || [];
      for (const name of ['track', 'identify'])
        kikkake[name] = (...args) => kikkake.push([name, ...args]);
      window.early = kikkake;
      kikkake.push(['track', 'By Array', {n: 1}]);
      kikkake.track('By Stub', {n: 2});
      kikkake.identify('u-1', {plan: 'gold'});
    </script>"""
    page.goto(site.put_page(head=stub + site.tag(consent="granted")))
    page.wait_for_function("window.kikkake?.version")
    page.evaluate("early.push(['track', 'By Old Reference']); kikkake.track('Late')")
    let_pass(page, QUIET_S)
    assert sorted(site.names()) == ["By Array", "By Old Reference", "By Stub", "Late", "identify", "page"]
    assert {message["userId"] for message in site.messages()} == {"u-1"}


def test_a_page_that_reports_itself_is_not_counted_twice(site: Site, page: Page) -> None:
    stub = "<script>window.kikkake = [['page', 'Landing', {plan: 'b'}]]</script>"
    page.goto(site.put_page(head=stub + site.tag(consent="granted") * 2))
    site.wait_for("page")
    let_pass(page, QUIET_S)
    [message] = site.messages()
    assert message["properties"]["name"] == "Landing"


def test_navigation_within_the_page(site: Site, page: Page) -> None:
    page.goto(site.put_page())
    site.wait_for("page")
    page.evaluate("history.pushState({}, '', '/list?sort=price'); document.title = 'List'")
    let_pass(page, 0.01)
    page.evaluate("location.hash = 'reviews'")
    page.evaluate("history.replaceState({}, '', '/list?sort=price#other')")
    page.evaluate("history.pushState({}, '', '/cart'); kikkake.track('Cart Viewed')")
    let_pass(page, QUIET_S)
    page.go_back()
    let_pass(page, QUIET_S)
    views = site.messages("page")
    paths = [view["properties"]["path"] + view["properties"]["search"] for view in views]
    assert paths == ["/", "/list?sort=price", "/cart", "/list?sort=price"]
    assert views[1]["properties"]["title"] == "List"
    assert views[2]["properties"]["referrer"].endswith("/list?sort=price")
    assert site.names().index("Cart Viewed") == 3


def test_what_is_tracked_while_leaving_arrives(site: Site, page: Page) -> None:
    page.goto(site.put_page())
    site.wait_for("page")
    page.evaluate("kikkake.track('Last Words'); location.href = 'about:blank'")
    # A page that is closed while it is being left can hang the browser's driver.
    page.wait_for_url("about:blank")
    assert len(site.wait_for("Last Words")) == 1


def test_the_queue_survives_a_reload_with_every_server_down(site: Site, page: Page) -> None:
    site.answer = lambda beacon: Answer(503)
    page.goto(site.put_page())
    for i in range(3):
        page.evaluate(f"kikkake.track('Kept {i}')")
    let_pass(page, QUIET_S)
    assert len(site.messages("Kept")) == 3
    first = {message["messageId"] for message in site.messages()}
    site.beacons.clear()
    site.answer = accept
    page.reload()
    site.wait_for("Kept", 3)
    site.wait_for("page", 2)
    let_pass(page, QUIET_S)
    assert first < {message["messageId"] for message in site.messages()}
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('kikkake.q.'))") == []


def test_the_queue_waits_while_offline(site: Site, page: Page, context: BrowserContext) -> None:
    page.goto(site.put_page())
    site.wait_for("page")
    context.set_offline(True)
    page.evaluate("for (let i = 0; i < 25; i++) kikkake.track('Offline ' + i)")
    let_pass(page, QUIET_S)
    assert site.names("Offline") == []
    context.set_offline(False)
    site.wait_for("Offline", 25)
    let_pass(page, QUIET_S)
    assert len([message for message in site.deliveries() if "Offline" in message.get("event", "")]) == 25


@pytest.mark.parametrize("status", [400, 403])
def test_what_the_collector_has_judged_is_not_repeated(site: Site, page: Page, status: int) -> None:
    site.answer = collector_says(status)  # type: ignore[assignment]
    page.goto(site.put_page())
    page.evaluate("kikkake.track('Judged')")
    let_pass(page, QUIET_S)
    assert "Judged" in site.names()
    heard = len(site.sent_to("/v1/batch"))
    let_pass(page, QUIET_S)
    assert len(site.sent_to("/v1/batch")) == heard


def test_a_server_error_is_repeated_with_the_same_ids(site: Site, page: Page) -> None:
    site.answer = collector_says(500)  # type: ignore[assignment]
    page.goto(site.put_page())
    site.wait(lambda: site.sent_to("/v1/batch"))
    page.evaluate("kikkake.track('Again')")
    # After at most one second, then two.
    let_pass(page, 3.5)
    assert len(site.sent_to("/v1/batch")) == 3
    site.answer = accept
    let_pass(page, 4)
    assert len(site.sent_to("/v1/batch")) == 4
    assert len(site.messages("Again")) == 1
    let_pass(page, 10)
    assert len(site.sent_to("/v1/batch")) == 4


def test_retry_after_is_obeyed(site: Site, page: Page) -> None:
    site.answer = collector_says(429, **{"Retry-After": "4"})  # type: ignore[assignment]
    page.goto(site.put_page())
    site.wait(lambda: site.sent_to("/v1/batch"))
    let_pass(page, 3.9)
    assert len(site.sent_to("/v1/batch")) == 1
    site.answer = accept
    let_pass(page, 0.1)
    assert len(site.sent_to("/v1/batch")) == 2


def test_at_most_60_kilobytes_leave_with_the_page_and_the_rest_follows(site: Site, page: Page) -> None:
    site.put_page(path="/next")
    page.goto(site.put_page())
    site.wait_for("page")
    site.beacons.clear()
    page.evaluate(
        "for (let i = 0; i < 19; i++) kikkake.track('Heavy ' + i, {text: '茶'.repeat(2000)});"
        "window.dispatchEvent(new Event('pagehide'))"
    )
    site.wait_for("Heavy")
    assert 40_000 < sum(beacon.size for beacon in site.sent_to("/v1/batch")) <= 60_000
    page.goto(site.url + "/next")
    let_pass(page, QUIET_S)
    assert len(site.messages("Heavy")) == 19


def test_two_tabs_share_the_visitor_and_the_session_and_lose_nothing(site: Site, context: BrowserContext) -> None:
    site.answer = lambda beacon: Answer(500) if beacon.path == "/v1/decide" else accept(beacon)
    address = site.put_page()
    tabs = [context.new_page(), context.new_page()]
    for number, tab in enumerate(tabs):
        tab.goto(address)
        for i in range(10):
            tab.evaluate(f"kikkake.track('Tab {number} {i}')")
    let_pass(tabs[0], QUIET_S)
    assert (len(site.messages("Tab")), len(site.messages("page"))) == (20, 2)
    assert len({message["anonymousId"] for message in site.messages()}) == 1
    assert len({message["context"]["sessionId"] for message in site.messages()}) == 1
    let_pass(tabs[0], QUIET_S)
    assert len(site.deliveries()) == len(site.messages()) + len([d for d in site.decides() for _ in d["events"]])


def test_no_call_can_throw_into_the_page(site: Site, page: Page) -> None:
    page.goto(site.put_page())
    site.wait_for("page")
    page.evaluate(
        """async () => {
          const loop = {}; loop.self = loop;
          kikkake.track('Loop', loop); kikkake.track(); kikkake.track(null, 1); kikkake.page(null, 7);
          kikkake.identify(); kikkake.identify(5n); kikkake.consent(); kikkake.on(); kikkake.attachVideo();
          kikkake.attachVideo('x'); kikkake.prompt(); kikkake.push(); kikkake.push(['nothing']);
          kikkake.on('page', () => { throw new Error('mine') }); kikkake.page();
        }"""
    )
    page.evaluate("kikkake.track('Still There')")
    let_pass(page, QUIET_S)
    assert "Still There" in site.names()
