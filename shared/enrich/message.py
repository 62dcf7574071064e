"""From a logged message to what it means: ids, page, channel, device, money, video, prompt.

Pure; never drops a message, only marks it (`bot`, `internal`), and never changes the first-logged words.
"""

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import msgspec

from shared.clock import Millis
from shared.enrich.agent import DeviceType, classify_device, is_bot
from shared.enrich.channel import NO_ARRIVAL, classify_arrival
from shared.enrich.clean import clean_value, needs_cleaning
from shared.enrich.money import read_amount_minor, read_currency
from shared.enrich.video import VideoSeen, read_id, read_video
from shared.log.entry import FLAG_INTERNAL, FLAG_PREFETCH, LoggedMessage, MessageGroup
from shared.wire.messages import Message

_LONGEST_TEXT = 4_096


class PageSeen(msgspec.Struct, frozen=True):
    """The page a message was sent from."""

    path: str | None = None
    url: str | None = None
    title: str | None = None
    referrer: str | None = None


NO_PAGE = PageSeen()


class Purchase(msgspec.Struct, frozen=True):
    """An Order Completed or Order Refunded; `currency` None is the site's. A completed order always has an id."""

    order_id: str
    amount_minor: int | None
    currency: str | None


class Enriched(msgspec.Struct, frozen=True, kw_only=True):
    """A message with everything the consumers derive from it.

    `event` is the name of a track, else the type. `channel` is None when the message says nothing about arrival.
    `claimed` is the time the client claimed when it could not be believed. `bot` covers crawlers, monitors and
    prefetches; `internal` the site's own people. `personalisation`: the visitor's consent to it, None where not told.
    """

    site_id: str
    message_id: str
    type: str
    event: str
    anonymous_id: str | None
    user_id: str | None
    previous_id: str | None
    timestamp: Millis
    received_at: Millis
    claimed: Millis | None
    session_id: str | None
    properties: dict[str, Any]
    traits: dict[str, Any]
    context: dict[str, Any]
    channel: str | None = None
    campaign_source: str | None = None
    campaign_medium: str | None = None
    campaign_name: str | None = None
    device_type: DeviceType | None = None
    locale: str | None = None
    page: PageSeen = NO_PAGE
    bot: bool = False
    internal: bool = False
    order: Purchase | None = None
    video: VideoSeen | None = None
    product_id: str | None = None
    product_category: str | None = None
    campaign_id: str | None = None
    variant_id: str | None = None
    decision_id: str | None = None
    personalisation: bool | None = None


def enrich_message(
    group: MessageGroup, logged: LoggedMessage, message: Message, *, site_currency: str = "USD"
) -> Enriched:
    """Return what `message` (decoded from `logged.raw`) means within its `group`.

    `site_currency` gives the decimal places of amounts that name no currency.
    """
    properties = message.properties or {}
    traits = message.traits or {}
    own_context = message.context or {}
    if needs_cleaning(logged.raw):
        properties, traits, own_context = (clean_value(part) for part in (properties, traits, own_context))
    context = {**_decode_context(group.context), **own_context} if group.context else own_context
    event = message.event or "" if message.type == "track" else message.type
    event = event.replace("\x00", "\ufffd")
    page = _read_page(message.type, properties, context)
    arrival = (
        NO_ARRIVAL
        if page is NO_PAGE and not isinstance(context.get("campaign"), dict)
        else classify_arrival(page.url or page.path, page.referrer, context.get("campaign"))
    )
    user_agent = context.get("userAgent") or group.user_agent
    if not isinstance(user_agent, str):
        user_agent = None
    is_product = event.startswith("Product ")
    is_prompt = event.startswith("Prompt ")
    locale = context.get("locale")
    return Enriched(
        site_id=group.site_id,
        message_id=logged.message_id,
        type=message.type,
        event=event,
        anonymous_id=_read_person_id(message.anonymous_id),
        user_id=_read_person_id(message.user_id),
        previous_id=_read_person_id(message.previous_id),
        timestamp=logged.timestamp,
        received_at=group.received_at,
        claimed=logged.claimed,
        session_id=read_id(context.get("sessionId")),
        properties=properties,
        traits=traits,
        context=context,
        channel=arrival.channel,
        campaign_source=arrival.source,
        campaign_medium=arrival.medium,
        campaign_name=arrival.name,
        device_type=classify_device(user_agent[:1_024]) if user_agent else None,
        locale=locale[:64] if isinstance(locale, str) and locale else None,
        page=page,
        bot=bool(group.flags & FLAG_PREFETCH) or (user_agent is not None and is_bot(user_agent[:1_024])),
        internal=bool(group.flags & FLAG_INTERNAL) or context.get("internal") is True,
        order=_read_order(event, properties, logged.message_id, site_currency),
        video=read_video(event, properties),
        product_id=read_id(properties.get("product_id")) if is_product else None,
        product_category=read_id(properties.get("category")) if is_product else None,
        campaign_id=read_id(properties.get("campaign_id")) if is_prompt else None,
        variant_id=read_id(properties.get("variant_id")) if is_prompt else None,
        decision_id=read_id(properties.get("decision_id")) if is_prompt else None,
        personalisation=_read_consent(context),
    )


@lru_cache(maxsize=256)
def _decode_context(raw: bytes) -> dict[str, Any]:
    """Return the batch's context; whoever merges it copies it, so the cached value is never changed."""
    decoded = msgspec.json.decode(raw)
    if not isinstance(decoded, dict):
        return {}
    cleaned: dict[str, Any] = clean_value(decoded)
    return cleaned


def _read_person_id(value: str | None) -> str | None:
    return value.replace("\x00", "\ufffd") if value else None


def _read_consent(context: dict[str, Any]) -> bool | None:
    consent = context.get("consent")
    told = consent.get("personalisation") if isinstance(consent, dict) else None
    return told if isinstance(told, bool) else None


def _read_page(kind: str, properties: dict[str, Any], context: dict[str, Any]) -> PageSeen:
    page = context.get("page")
    seen: dict[str, Any] = page if isinstance(page, dict) else {}
    if kind in ("page", "screen"):
        seen = {**seen, **{key: properties[key] for key in ("path", "url", "title", "referrer") if properties.get(key)}}
    if not seen:
        return NO_PAGE
    path, url, title, referrer = (_read_text(seen.get(key)) for key in ("path", "url", "title", "referrer"))
    if path is None and url is not None:
        try:
            path = urlsplit(url).path or "/"
        except ValueError:
            path = None
    return PageSeen(path, url, title, referrer)


def _read_text(value: Any) -> str | None:
    return value[:_LONGEST_TEXT] if isinstance(value, str) else None


def _read_order(event: str, properties: dict[str, Any], message_id: str, site_currency: str) -> Purchase | None:
    if event not in ("Order Completed", "Order Refunded"):
        return None
    order_id = read_id(properties.get("order_id"))
    currency = read_currency(properties.get("currency"))
    if event == "Order Refunded":
        if order_id is None:
            return None
        # Only `revenue` lowers a value; a refund without it takes the whole order back.
        return Purchase(order_id, read_amount_minor(properties.get("revenue"), currency or site_currency), currency)
    given = next((properties[key] for key in ("revenue", "total", "value") if properties.get(key) is not None), None)
    amount_minor = read_amount_minor(given, currency or site_currency)
    # An order that names no id cannot be recognised again: it is its own message.
    return Purchase(order_id or f"~{message_id}", amount_minor, currency)
