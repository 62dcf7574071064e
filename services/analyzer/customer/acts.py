"""What one person's acts add up to: orders, cart, interests, videos, visits to stores, the community, the open session.

Pure. The words of the rule language mean the same here: a cart, an order, an interest, the features of hesitation.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

import msgspec

from shared.clock import DAY_MS, Millis
from shared.rules.hesitation import ENGAGED_PRODUCTS, HesitationModel, compute_hesitation

INTEREST_HALF_LIFE_MS = 14 * DAY_MS
MOST_QUANTITY = 1_000_000
COMMUNITY_ACTS = ("Community Joined", "Community Posted", "Community Replied", "Community Liked")


class Act(msgspec.Struct, frozen=True, array_like=True):
    """One message of the person."""

    ts: Millis
    message_id: str
    type: str
    event: str
    session_key: str
    product_id: str | None = None
    category: str | None = None
    order_id: str | None = None
    minor: int | None = None
    currency: str | None = None
    video_id: str | None = None
    played: Sequence[Sequence[float]] | None = None
    properties: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Order:
    """An order that was not taken back; `minor` in the site's currency, None without an amount or a rate."""

    ts: Millis
    minor: int | None


@dataclass(frozen=True, slots=True)
class Cart:
    """What is in the cart, and when it was changed last."""

    items: int
    products: int
    changed_at: Millis | None


@dataclass(frozen=True, slots=True)
class StoreVisits:
    """Visits since the last order; `store` of the last one, None when it named none."""

    visits: int
    last: Millis | None
    store: str | None


@dataclass(frozen=True, slots=True)
class Community:
    """What the person did in the community; `weeks`: different weeks of 7 days, counted back from now, with an act."""

    joined: Millis | None
    posts: int
    replies: int
    likes: int
    weeks: int
    last: Millis


@dataclass(frozen=True, slots=True)
class VideoSeen:
    """What was played of a video, seconds: each weighs half after 14 days; `ranges` as they came."""

    video_id: str
    weight: float
    seconds: float
    ranges: list[tuple[float, float]]
    last: Millis


def list_orders(acts: Iterable[Act], currency: str, minor_rates: Mapping[str, float]) -> list[Order]:
    """Return the orders by time; the earliest message of an order id counts. Refunds lower, down to nothing remove.

    `minor_rates[c]`: what a minor unit of c is worth in minor units of `currency`.
    """
    placed: dict[str, Act] = {}
    refunds: defaultdict[str, list[Act]] = defaultdict(list)
    for act in acts:
        if act.event == "Order Completed":
            placed.setdefault(act.order_id or f"~{act.message_id}", act)
        elif act.event == "Order Refunded" and act.order_id:
            refunds[act.order_id].append(act)

    def worth(act: Act) -> float | None:
        code = act.currency or currency
        rate = 1.0 if code == currency else minor_rates.get(code)
        return None if act.minor is None or rate is None else act.minor * rate

    orders = []
    for order_id, act in placed.items():
        value, back = worth(act), refunds.get(order_id, [])
        if back and value is not None:
            value -= sum(worth(one) or 0.0 for one in back)
        if back and (any(one.minor is None for one in back) or (value is not None and value <= 0)):
            continue
        orders.append(Order(act.ts, None if value is None else floor(value + 0.5)))
    return orders


def fill_cart(acts: Iterable[Act]) -> Cart:
    """Return the cart: net quantities since the last order, or since the cart was last shown as a whole."""
    net: Counter[str] = Counter()
    changed: Millis | None = None
    for act in acts:
        shown = act.properties.get("products") if act.event == "Cart Viewed" else None
        if act.event == "Order Completed":
            net, changed = Counter(), None
        elif isinstance(shown, list):
            net = Counter()
            for line in shown:
                if isinstance(line, dict) and isinstance(line.get("product_id"), str | int):
                    net[str(line["product_id"])] += _read_quantity(line)
        elif act.event in ("Product Added", "Product Removed") and act.product_id:
            net[act.product_id] += _read_quantity(act.properties) * (1 if act.event == "Product Added" else -1)
            changed = act.ts
    kept = [count for count in net.values() if count > 0]
    return Cart(sum(kept), len(kept), changed if kept else None)


def measure_hesitation(
    acts: Sequence[Act], model: HesitationModel, *, is_first_session: bool, now: Millis
) -> float | None:
    """Return how likely the open session, whose acts these are, ends without a purchase; None of one not engaged."""
    views = [act.product_id for act in acts if act.event == "Product Viewed" and act.product_id]
    adds = sum(act.event == "Product Added" for act in acts)
    ordered = any(act.event == "Order Completed" for act in acts)
    if ordered or not (len(set(views)) >= ENGAGED_PRODUCTS or adds):
        return None
    seen: set[str] = set()
    returns = 0
    for place, product in enumerate(views):
        returns += product in seen and views[place - 1] != product
        seen.add(product)
    videos = [place for place, act in enumerate(acts) if act.event.startswith("Video ")]
    after = acts[videos[-1] + 1 :] if videos else []
    features = {
        "seconds": max(0, now - acts[0].ts) / 1000,
        "page_views": sum(act.type == "page" for act in acts),
        "products": len(set(views)),
        "returns": returns,
        "cart_adds": adds,
        "cart_removes": sum(act.event == "Product Removed" for act in acts),
        "products_since_video": len({act.product_id for act in after if act.event == "Product Viewed"} - {None}),
        "video": bool(videos),
        "first_session": is_first_session,
    }
    return compute_hesitation(model, features)


def weigh_categories(acts: Iterable[Act], now: Millis) -> list[tuple[str, float]]:
    """Return the categories of the products looked at, each view weighing half after 14 days; most first."""
    weights: defaultdict[str, float] = defaultdict(float)
    for act in acts:
        if act.event == "Product Viewed" and act.category:
            weights[act.category] += 2.0 ** -(max(0, now - act.ts) / INTEREST_HALF_LIFE_MS)
    return sorted(weights.items(), key=lambda one: (-one[1], one[0]))


def weigh_videos(acts: Iterable[Act], now: Millis) -> list[VideoSeen]:
    """Return the videos that were played, those played most and latest first."""
    found: dict[str, VideoSeen] = {}
    for act in acts:
        if act.video_id is None or not act.played:
            continue
        ranges = [(start, end) for start, end in act.played if end > start]
        seconds = sum(end - start for start, end in ranges)
        weight = seconds * 2.0 ** -(max(0, now - act.ts) / INTEREST_HALF_LIFE_MS)
        before = found.get(act.video_id, VideoSeen(act.video_id, 0.0, 0.0, [], act.ts))
        found[act.video_id] = VideoSeen(
            act.video_id,
            before.weight + weight,
            before.seconds + seconds,
            before.ranges + ranges,
            max(before.last, act.ts),
        )
    return sorted(found.values(), key=lambda one: (-one.weight, one.video_id))


def measure_covered(ranges: Iterable[tuple[float, float]], start: float, end: float) -> float:
    """Return how many seconds of [start, end] lie within the union of `ranges`."""
    covered, reached = 0.0, start
    for first, last in sorted(ranges):
        low, high = max(first, reached), min(last, end)
        if high > low:
            covered += high - low
            reached = high
    return covered


def count_store_visits(acts: Iterable[Act], orders: Sequence[Order], now: Millis, days: float) -> StoreVisits:
    """Return the visits of the last `days` that no order has followed; a `visit_id` counts once."""
    bought = orders[-1].ts if orders else None
    seen: set[Any] = set()
    visits, last, store = 0, None, None
    for act in acts:
        if act.event != "Store Visited":
            continue
        visit_id = act.properties.get("visit_id")
        known = visit_id in seen
        if isinstance(visit_id, str) and visit_id:
            seen.add(visit_id)
        if known or act.ts < now - days * DAY_MS or (bought is not None and act.ts <= bought):
            continue
        named = act.properties.get("store_id")
        visits, last, store = visits + 1, act.ts, named if isinstance(named, str) and named else None
    return StoreVisits(visits, last, store)


def sum_community(acts: Iterable[Act], now: Millis) -> Community | None:
    """Return what the person did in the community, None without any act there."""
    own = [act for act in acts if act.event in COMMUNITY_ACTS]
    if not own:
        return None
    count = Counter(act.event for act in own)
    return Community(
        next((act.ts for act in own if act.event == "Community Joined"), None),
        count["Community Posted"],
        count["Community Replied"],
        count["Community Liked"],
        len({(now - act.ts) // (7 * DAY_MS) for act in own}),
        own[-1].ts,
    )


def _read_quantity(line: Mapping[str, Any]) -> int:
    value = line.get("quantity", 1)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 6:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 1:
        return 1
    return int(min(value, MOST_QUANTITY))
