"""Folds one event into a person's state; events come in order of (timestamp, message id).

Pure but for the state it is given, which it changes in place: copies would cost more than the rest.
"""

import math
import re
from typing import Any

import msgspec

from services.engager.profiles import state as bounds
from services.engager.profiles.event import MOST_CART_LINES, StoredEvent, StoredVideo, decode_properties
from services.engager.profiles.interest import fold_act, fold_purchase
from services.engager.profiles.state import OrderState, SessionState, State, VideoState
from shared.clock import DAY_MS, MINUTE_MS
from shared.enrich.video import read_id
from shared.ranges import unite_ranges
from shared.rules.interest import ACTS

SESSION_GAP_MS = 30 * MINUTE_MS
INTEREST_HALF_LIFE_MS = 14 * DAY_MS
_LIVE_LONGEST = 1e12
_PRICE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
_QUANTITY = re.compile(r"[1-9][0-9]{0,5}")
_COMPLETED = ("Video Content Completed", "Video Playback Completed")


def fold_event(state: State, event: StoredEvent) -> None:
    """Take `event`, which is not before the state's last one, into `state`; sets the event's session key."""
    session = _enter_session(state, event)
    _fold_session(session, event)
    if event.page is not None:
        state.page = event.page
    if event.device_type is not None:
        state.device_type = event.device_type
    if event.locale is not None:
        state.locale = event.locale
    if event.traits is not None:
        _fold_traits(state, event.traits)
    if event.video is not None:
        _fold_video(state, event.video, event.event, event.ts)
    if (points := ACTS.get(event.event)) is not None:
        state.interests = fold_act(state.interests, event, points)
    match event.event:
        case "Product Viewed":
            if event.product_category is not None:
                _fold_interest(state, event.product_category, event.ts)
        case "Product Added":
            _fold_cart_line(state, decode_properties(event.properties), 1)
        case "Product Removed":
            _fold_cart_line(state, decode_properties(event.properties), -1)
        case "Cart Viewed":
            lines = decode_properties(event.properties).get("products")
            if isinstance(lines, list):
                state.cart = {}
                for line in lines[:MOST_CART_LINES]:
                    _fold_cart_line(state, line, 1)
        case "Order Completed":
            state.cart = {}
            if event.order is not None:
                _fold_order(state, event.order, event)
        case "Order Refunded":
            if event.order is not None:
                _fold_refund(state, event.order)
    state.last_ts, state.last_id = event.ts, event.message_id


def _enter_session(state: State, event: StoredEvent) -> SessionState:
    if event.session_id is not None:
        key = event.session_id
    elif state.last_key and event.ts - state.last_ts < SESSION_GAP_MS:
        key = state.last_key
    else:
        key = f"~{event.message_id}"
    event.session_key = key
    session = state.sessions.get(key)
    if session is None:
        session = state.sessions[key] = SessionState(event.ts, event.ts)
        state.session_count += 1
        if len(state.sessions) > bounds.MOST_SESSIONS:
            del state.sessions[min(state.sessions, key=lambda name: state.sessions[name].last_ts)]
    if not state.first_key:
        state.first_key = key
    state.last_key = key
    session.last_ts = event.ts
    return session


def _fold_session(session: SessionState, event: StoredEvent) -> None:
    if event.type == "page":
        session.page_views += 1
    if session.channel is None:
        session.channel = event.channel
    if session.campaign_source is None:
        session.campaign_source = event.campaign_source
    if session.campaign_medium is None:
        session.campaign_medium = event.campaign_medium
    if event.event.startswith("Video "):
        session.since_video = []
        return
    match event.event:
        case "Product Viewed":
            _fold_view(session, event.product_id)
        case "Product Added":
            session.cart_adds += 1
        case "Product Removed":
            session.cart_removes += 1
        case "Order Completed":
            session.has_order = True


def _fold_view(session: SessionState, product_id: str | None) -> None:
    if product_id is None:
        return
    if product_id != session.last_product:
        session.returns += product_id in session.products
        session.last_product = product_id
    for products in (session.products, session.since_video):
        if products is None or product_id in products or len(products) >= bounds.MOST_SESSION_PRODUCTS:
            continue
        products.append(product_id)


def _fold_traits(state: State, blob: bytes) -> None:
    told: dict[str, Any] = msgspec.msgpack.decode(blob)
    for name, value in told.items():
        state.traits.pop(name, None)
        packed = msgspec.msgpack.encode(value)
        if len(packed) <= bounds.MOST_TRAIT_BYTES:
            state.traits[name] = packed
    while len(state.traits) > bounds.MOST_TRAITS:
        del state.traits[next(iter(state.traits))]


def _fold_video(state: State, seen: StoredVideo, event: str, ts: int) -> None:
    video = state.videos.pop(seen.id, None) or VideoState()
    state.videos[seen.id] = video
    if seen.played:
        seconds = sum(max(0.0, end - start) for start, end in seen.played)
        video.weight = video.weight * 2.0 ** (-(ts - video.weighed_at) / INTEREST_HALF_LIFE_MS) + seconds
        video.weighed_at = ts
        video.ranges = unite_ranges((*video.ranges, *seen.played))
        while len(video.ranges) > bounds.MOST_RANGES:
            video.ranges = _close_smallest_gap(video.ranges)
    if seen.position is not None:
        video.position = seen.position
    if seen.total_length is not None:
        video.total_length = seen.total_length
    video.liked = video.liked or event == "Video Liked"
    video.completed = video.completed or event in _COMPLETED
    if len(state.videos) > bounds.MOST_VIDEOS:
        del state.videos[next(iter(state.videos))]


def _close_smallest_gap(ranges: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    at = min(range(1, len(ranges)), key=lambda index: ranges[index][0] - ranges[index - 1][1])
    return (*ranges[: at - 1], (ranges[at - 1][0], ranges[at][1]), *ranges[at + 1 :])


def _fold_interest(state: State, category: str, ts: int) -> None:
    weight, at = state.interest.pop(category, (0.0, ts))
    state.interest[category] = (weight * 2.0 ** (-(ts - at) / INTEREST_HALF_LIFE_MS) + 1.0, ts)
    if len(state.interest) > bounds.MOST_CATEGORIES:
        del state.interest[next(iter(state.interest))]


def _fold_cart_line(state: State, line: Any, sign: int) -> None:
    if not isinstance(line, dict):
        return
    product = read_id(line.get("product_id"))
    if product is None:
        return
    net, price = state.cart.pop(product, (0, None))
    told = _read_price(line.get("price"))
    state.cart[product] = (net + sign * _read_quantity(line.get("quantity")), price if told is None else told)
    if len(state.cart) > bounds.MOST_CART_PRODUCTS:
        del state.cart[next(iter(state.cart))]


def _read_quantity(value: Any) -> int:
    if isinstance(value, str):
        return int(value) if _QUANTITY.fullmatch(value) else 1
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 1:
        return 1
    return min(math.floor(value), 1_000_000)


def _read_price(value: Any) -> float | None:
    if isinstance(value, str):
        return float(value) if _PRICE.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LIVE_LONGEST:
        return None
    return float(value)


def _fold_order(state: State, order: tuple[str, int | None, str | None], event: StoredEvent) -> None:
    order_id, amount_minor, currency = order
    known = state.orders.get(order_id)
    if known is None:
        known = state.orders[order_id] = OrderState()
    if known.ts is None:  # the earliest message of an order id is the order
        known.ts, known.amount_minor, known.currency = event.ts, amount_minor, currency
        state.interests = fold_purchase(state.interests, event)
    _bound_orders(state)


def _fold_refund(state: State, refund: tuple[str, int | None, str | None]) -> None:
    order_id, amount_minor, currency = refund
    known = state.orders.get(order_id)
    if known is None:
        known = state.orders[order_id] = OrderState()
    if len(known.refunds) < 100:
        known.refunds.append((amount_minor, currency))
    _bound_orders(state)


def _bound_orders(state: State) -> None:
    if len(state.orders) > bounds.MOST_ORDERS:
        del state.orders[min(state.orders, key=lambda name: state.orders[name].ts or 0)]
