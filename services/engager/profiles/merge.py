"""Merges states of disjoint events, where the events themselves are no longer kept.

Sums are exact; what depends on the interleaving of the parts (whose session continued whose) is approximate.
"""

from services.engager.profiles.fold import INTEREST_HALF_LIFE_MS
from services.engager.profiles.interest import merge_interests
from services.engager.profiles.state import OrderState, SessionState, State, VideoState
from shared.ranges import unite_ranges


def merge_states(states: list[State]) -> State:
    """Return the state of all events of `states` together."""
    if not states:
        return State()
    ordered = sorted(states, key=lambda state: (state.last_ts, state.last_id))
    merged = ordered[0]
    for newer in ordered[1:]:
        _merge_into(merged, newer)
    return merged


def _merge_into(older: State, newer: State) -> None:
    """Take `newer`, whose last event is not before that of `older`, into `older`."""
    shared_sessions = older.sessions.keys() & newer.sessions.keys()
    older.session_count += newer.session_count - len(shared_sessions)
    for key, session in newer.sessions.items():
        known = older.sessions.get(key)
        older.sessions[key] = session if known is None else _merge_sessions(known, session)
    first_older, first_newer = older.sessions.get(older.first_key), newer.sessions.get(newer.first_key)
    if first_older and first_newer and first_newer.first_ts < first_older.first_ts:
        older.first_key = newer.first_key
    older.last_ts, older.last_id, older.last_key = newer.last_ts, newer.last_id, newer.last_key
    older.page = newer.page or older.page
    older.device_type = newer.device_type or older.device_type
    older.locale = newer.locale or older.locale
    older.traits.update(newer.traits)
    for product, (net, price) in newer.cart.items():
        known_net, known_price = older.cart.get(product, (0, None))
        older.cart[product] = (known_net + net, known_price if price is None else price)
    for order_id, order in newer.orders.items():
        known_order = older.orders.get(order_id)
        older.orders[order_id] = order if known_order is None else _merge_orders(known_order, order)
    for category, (weight, at) in newer.interest.items():
        known_weight, known_at = older.interest.get(category, (0.0, at))
        latest = max(at, known_at)
        older.interest[category] = (_decay(weight, at, latest) + _decay(known_weight, known_at, latest), latest)
    older.interests = merge_interests(older.interests, newer.interests)
    for video_id, video in newer.videos.items():
        known_video = older.videos.get(video_id)
        older.videos[video_id] = video if known_video is None else _merge_videos(known_video, video)


def _decay(weight: float, at: int, now: int) -> float:
    return float(weight * 2.0 ** (-(now - at) / INTEREST_HALF_LIFE_MS))


def _merge_sessions(one: SessionState, other: SessionState) -> SessionState:
    first, second = (one, other) if one.first_ts <= other.first_ts else (other, one)
    return SessionState(
        first_ts=first.first_ts,
        last_ts=max(one.last_ts, other.last_ts),
        page_views=one.page_views + other.page_views,
        channel=first.channel or second.channel,
        campaign_source=first.campaign_source or second.campaign_source,
        campaign_medium=first.campaign_medium or second.campaign_medium,
        products=list(dict.fromkeys([*first.products, *second.products])),
        since_video=second.since_video if second.since_video is not None else first.since_video,
        last_product=second.last_product or first.last_product,
        returns=one.returns + other.returns,
        cart_adds=one.cart_adds + other.cart_adds,
        cart_removes=one.cart_removes + other.cart_removes,
        has_order=one.has_order or other.has_order,
    )


def _merge_orders(one: OrderState, other: OrderState) -> OrderState:
    placed = [order for order in (one, other) if order.ts is not None]
    first = min(placed, key=lambda order: order.ts or 0) if placed else one
    return OrderState(first.ts, first.amount_minor, first.currency, [*one.refunds, *other.refunds])


def _merge_videos(older: VideoState, newer: VideoState) -> VideoState:
    weighed_at = max(older.weighed_at, newer.weighed_at)
    return VideoState(
        ranges=unite_ranges((*older.ranges, *newer.ranges)),
        position=older.position if newer.position is None else newer.position,
        total_length=older.total_length if newer.total_length is None else newer.total_length,
        liked=older.liked or newer.liked,
        completed=older.completed or newer.completed,
        weight=_decay(older.weight, older.weighed_at, weighed_at) + _decay(newer.weight, newer.weighed_at, weighed_at),
        weighed_at=weighed_at,
    )
