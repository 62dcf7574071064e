"""Enrichment of single messages: identity, arrival, devices, money, video, hostile content."""

from typing import Any

import msgspec
import pytest

from shared.enrich import Enriched, enrich_message
from shared.log.entry import FLAG_INTERNAL, FLAG_PREFETCH, LoggedMessage, MessageGroup
from shared.wire.messages import Message

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
HEADLESS = CHROME.replace("Chrome", "HeadlessChrome")
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def enrich(
    body: dict[str, Any] | bytes,
    *,
    flags: int = 0,
    user_agent: str | None = None,
    context: dict[str, Any] | None = None,
    site_currency: str = "USD",
) -> Enriched:
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    group = MessageGroup(
        site_id="shop",
        received_at=1_000,
        user_agent=user_agent,
        context=msgspec.json.encode(context) if context is not None else None,
        flags=flags,
        messages=[],
    )
    logged = LoggedMessage(message_id="m1", timestamp=900, claimed=None, raw=raw)
    return enrich_message(group, logged, msgspec.json.decode(raw, type=Message), site_currency=site_currency)


def track(event: str, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "event": event, "anonymousId": "v1", "properties": properties}


def page(url: str, referrer: str = "", **campaign: str) -> dict[str, Any]:
    return {
        "type": "page",
        "anonymousId": "v1",
        "context": {"page": {"url": url, "referrer": referrer}, **({"campaign": campaign} if campaign else {})},
    }


def test_the_message_context_wins_over_the_context_of_its_batch() -> None:
    found = enrich(
        {"type": "track", "event": "X", "anonymousId": "v1", "context": {"locale": "ja-JP"}},
        context={"locale": "en", "sessionId": "s1"},
    )
    assert (found.locale, found.session_id) == ("ja-JP", "s1")


def test_a_page_takes_its_own_properties_before_the_context() -> None:
    found = enrich(
        {
            "type": "page",
            "anonymousId": "v1",
            "properties": {"path": "/own", "title": "Own"},
            "context": {"page": {"path": "/context", "url": "https://shop.example/context"}},
        }
    )
    assert (found.page.path, found.page.title, found.page.url) == ("/own", "Own", "https://shop.example/context")
    assert found.event == "page"


def test_a_path_is_taken_from_the_url_when_missing() -> None:
    assert enrich(page("https://shop.example/a/b?c=1")).page.path == "/a/b"


@pytest.mark.parametrize(
    ("url", "referrer", "channel"),
    [
        ("https://shop.example/", "", "direct"),
        ("https://shop.example/", "https://www.google.co.jp/", "organic_search"),
        ("https://shop.example/", "https://search.yahoo.co.jp/search", "organic_search"),
        ("https://shop.example/", "https://t.co/abc", "social"),
        ("https://shop.example/", "https://www.youtube.com/watch?v=1", "video"),
        ("https://shop.example/", "https://mail.google.com/", "email"),
        ("https://shop.example/", "https://liff.line.me/1", "line"),
        ("https://shop.example/", "https://blog.example/", "referral"),
        ("https://www.shop.example/b", "https://shop.example/a", None),
        ("https://shop.example/?gclid=1", "https://www.google.com/", "paid_search"),
        ("https://shop.example/?fbclid=1", "https://l.facebook.com/", "social"),
        ("https://shop.example/?utm_source=facebook&utm_medium=cpc", "", "paid_social"),
        ("https://shop.example/?utm_source=google&utm_medium=cpc", "", "paid_search"),
        ("https://shop.example/?utm_source=news&utm_medium=email", "", "email"),
        ("https://shop.example/?utm_source=line&utm_medium=message", "", "line"),
        ("https://shop.example/?utm_source=asp&utm_medium=affiliate", "https://shop.example/", "affiliate"),
        ("https://shop.example/?utm_source=x&utm_medium=push", "", "push"),
        ("https://shop.example/?utm_source=poster&utm_medium=wall", "", "other_campaign"),
        ("https://[broken", "https://[broken", "direct"),
    ],
)
def test_channel(url: str, referrer: str, channel: str | None) -> None:
    assert enrich(page(url, referrer)).channel == channel


def test_a_message_without_page_says_nothing_about_arrival() -> None:
    found = enrich(track("Order Completed", order_id="o1"))
    assert found.channel is None and found.device_type is None and found.bot is False


def test_context_campaign_is_read_before_the_url() -> None:
    found = enrich(page("https://shop.example/?utm_source=b", source="a", medium="email", name="spring"))
    assert (found.campaign_source, found.campaign_medium, found.campaign_name) == ("a", "email", "spring")


@pytest.mark.parametrize(
    ("user_agent", "device", "bot"),
    [(IPHONE, "mobile", False), (CHROME, "desktop", False), (HEADLESS, "desktop", False), (GOOGLEBOT, "other", True)],
)
def test_devices_and_bots(user_agent: str, device: str, bot: bool) -> None:
    found = enrich(track("X"), user_agent=user_agent)
    assert (found.device_type, found.bot) == (device, bot)


def test_the_context_names_the_user_agent_before_the_request() -> None:
    body = track("X") | {"context": {"userAgent": CHROME}}
    assert enrich(body, user_agent=GOOGLEBOT).bot is False


def test_prefetches_and_internal_traffic_are_marked() -> None:
    assert enrich(track("X"), flags=FLAG_PREFETCH).bot
    assert enrich(track("X"), flags=FLAG_INTERNAL).internal


@pytest.mark.parametrize(
    ("properties", "site_currency", "amount_minor", "currency"),
    [
        ({"revenue": 12.5}, "USD", 1_250, None),
        ({"revenue": "12.50", "currency": "usd"}, "JPY", 1_250, "USD"),
        ({"total": 1_980}, "JPY", 1_980, None),
        ({"value": 1.2345, "currency": "KWD"}, "USD", 1_235, "KWD"),
        ({"revenue": 0.285, "currency": "USD"}, "USD", 29, "USD"),
        ({"revenue": None, "value": 3}, "USD", 300, None),
        ({"revenue": -1}, "USD", None, None),
        ({"revenue": "a lot"}, "USD", None, None),
        ({"revenue": True}, "USD", None, None),
        ({"revenue": 1e30}, "USD", None, None),
        ({"revenue": 1, "currency": "dollars"}, "USD", 100, None),
    ],
)
def test_money(properties: dict[str, Any], site_currency: str, amount_minor: int | None, currency: str | None) -> None:
    order = enrich(track("Order Completed", order_id="o1", **properties), site_currency=site_currency).order
    assert order is not None
    assert (order.amount_minor, order.currency) == (amount_minor, currency)


def test_an_order_without_id_is_its_own_message_and_a_refund_without_id_is_none() -> None:
    order = enrich(track("Order Completed", revenue=1)).order
    assert order is not None and order.order_id == "~m1"
    assert enrich(track("Order Refunded", revenue=1)).order is None


def test_video_ranges_are_cleaned() -> None:
    video = enrich(
        track(
            "Video Content Playing",
            content_asset_id="tour",
            asset_id="other",
            session_id="view",
            position=12,
            total_length=60,
            played=[[0, 5], [9, 3], ["a", 1], [50, 99], [7], [-1, 4], [1, None]],
        )
    ).video
    assert video is not None
    assert (video.id, video.view_session_id, video.position, video.total_length) == ("tour", "view", 12.0, 60.0)
    assert video.played == ((0.0, 5.0), (50.0, 61.0))


def test_a_video_without_reported_ranges_has_none_rather_than_nothing_played() -> None:
    video = enrich(track("Video Playback Started", content_asset_ids=["tour"], livestream=True)).video
    assert video is not None
    assert video.id == "tour" and video.livestream and video.played is None


def test_hostile_content_is_made_storable() -> None:
    found = enrich(
        b'{"type":"track","event":"A\\u0000","anonymousId":"v\\u0000","properties":'
        b'{"k\\u0000":"x\\u0000","big":123456789012345678901234567890,"list":[18446744073709551616]}}'
    )
    assert found.event == "A\ufffd" and found.anonymous_id == "v\ufffd"
    assert found.properties == {"k\ufffd": "x\ufffd", "big": 1.2345678901234568e29, "list": [1.8446744073709552e19]}
    msgspec.msgpack.encode(found.properties)


def test_product_and_prompt_ids() -> None:
    viewed = enrich(track("Product Viewed", product_id=7, category="Shoes"))
    assert (viewed.product_id, viewed.product_category) == ("7", "Shoes")
    shown = enrich(track("Prompt Shown", campaign_id="c", variant_id="a", decision_id="d"))
    assert (shown.campaign_id, shown.variant_id, shown.decision_id) == ("c", "a", "d")
