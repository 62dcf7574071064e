"""What a month of visitors does: arrives, looks, watches, hesitates or buys, comes back.

Pure and seeded: the same seed gives the same messages with the same ids, so sending them twice counts them once.
Intent is hidden: it moves behaviour before, during and after the video. One scene moves the purchase by itself.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from examples.shop.visitors.catalog import Catalog, Product
from examples.shop.visitors.viewing import HEARTBEAT_S, draw_viewing

DAY_S = 86_400.0
ORIGIN = "http://127.0.0.1"
PLANTED_SCENE = "pour"
PLANTED_LOGIT = 1.15
"""What watching the planted scene adds to the log odds of buying: about +9 points for a viewer of middling intent."""
AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0"
    " Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile"
    " Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0"
    " Safari/605.1.15",
)
BOT_AGENT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@dataclass(frozen=True)
class Arrival:
    """A way to the shop: campaign parameters or a referrer, and how ready to buy those are who take it."""

    share: float
    intent: float
    campaign: dict[str, str] = field(default_factory=dict)
    referrer: str = ""


ARRIVALS = (
    Arrival(0.28, 0.1, referrer="https://www.google.com/"),
    Arrival(0.18, 0.2),
    Arrival(0.16, -0.4, {"source": "instagram", "medium": "social", "name": "autumn"}),
    Arrival(0.12, 0.5, {"source": "newsletter", "medium": "email", "name": "november"}),
    Arrival(0.12, 0.0, {"source": "google", "medium": "cpc", "name": "sencha"}),
    Arrival(0.08, 0.3, {"source": "line", "medium": "line", "name": "friends"}),
    Arrival(0.06, -0.2, referrer="https://tea-notes.example/best-sencha"),
)


@dataclass
class _Visit:
    """One session being told; `at` is seconds since the epoch and only moves on."""

    visitor: str
    user: str | None
    session: str
    at: float
    arrival: Arrival
    agent: str
    rng: random.Random
    messages: list[dict[str, Any]] = field(default_factory=list)
    path: str = "/"

    def say(self, kind: str, event: str | None, properties: dict[str, Any], **more: Any) -> None:
        """Add one message at the present moment."""
        campaign = {"campaign": self.arrival.campaign} if self.arrival.campaign and not self.messages else {}
        referrer = self.arrival.referrer if not self.messages else f"{ORIGIN}/"
        message: dict[str, Any] = {
            "type": kind,
            "messageId": f"{self.session}-{len(self.messages)}",
            "anonymousId": self.visitor,
            "at": self.at,
            "properties": properties,
            "context": {
                "sessionId": self.session,
                "locale": "ja-JP",
                "userAgent": self.agent,
                "page": {"url": ORIGIN + self.path, "path": self.path, "title": "Asagiri", "referrer": referrer},
                **campaign,
            },
            **more,
        }
        if event is not None:
            message["event"] = event
        if self.user is not None:
            message["userId"] = self.user
        self.messages.append(message)

    def wait(self, low: float, high: float) -> None:
        self.at += self.rng.uniform(low, high)

    def open(self, path: str) -> None:
        self.path = path
        self.say("page", None, {"path": path, "url": ORIGIN + path, "title": "Asagiri"})

    def look_at(self, product: Product) -> None:
        self.open(f"/products/{product.id}")
        self.say("track", "Product Viewed", _describe(product))
        self.wait(8, 70)


def _describe(product: Product) -> dict[str, Any]:
    return {
        "product_id": product.id,
        "name": product.name,
        "category": product.category,
        "price": product.price,
        "currency": "JPY",
    }


def _watch(visit: _Visit, catalog: Catalog, intent: float) -> bool:
    """Tell one view; returns whether the planted scene was watched."""
    viewing = draw_viewing(catalog, intent, visit.rng)
    visit.open("/")
    visit.wait(1, 6)
    shared = {
        "session_id": f"{visit.session}-view",
        "content_asset_id": catalog.video,
        "title": catalog.title,
        "total_length": catalog.duration,
        "livestream": False,
        "video_player": "html5",
    }
    first = viewing.ranges[0][0]
    visit.say(
        "track", "Video Playback Started", {**shared, "position": first, "startup_ms": visit.rng.randrange(80, 900)}
    )
    for number, (start, end) in enumerate(viewing.ranges):
        if number:
            visit.say("track", "Video Playback Seek Completed", {**shared, "position": start})
        position = start
        while position < end:
            step = min(HEARTBEAT_S, end - position)
            visit.at += step
            played = [[round(position, 2), round(position + step, 2)]]
            position += step
            visit.say("track", "Video Content Playing", {**shared, "position": round(position, 2), "played": played})
    last = viewing.ranges[-1][1]
    ended = last >= catalog.duration
    visit.say("track", "Video Playback Completed" if ended else "Video Playback Paused", {**shared, "position": last})
    for event, chance in (("Video Liked", 0.05), ("Video Commented", 0.015), ("Video Shared", 0.01)):
        if visit.rng.random() < chance * math.exp(0.5 * intent):
            visit.say("track", event, {**shared, "position": last})
    scene = next(scene for scene in catalog.scenes if scene.id == PLANTED_SCENE)
    return viewing.watched(scene.start, scene.end)


def _buy(visit: _Visit, catalog: Catalog, favourites: list[Product]) -> None:
    """Tell a purchase, from the product to the order."""
    rng = visit.rng
    product = rng.choice(favourites)
    visit.look_at(product)
    quantity = rng.choice((1, 1, 1, 2, 3))
    visit.say("track", "Product Added", {**_describe(product), "quantity": quantity})
    visit.wait(5, 60)
    line = {**_describe(product), "quantity": quantity}
    visit.open("/cart")
    visit.say("track", "Cart Viewed", {"products": [line], "currency": "JPY"})
    visit.wait(10, 60)
    visit.open("/checkout")
    visit.say("track", "Checkout Started", {"value": product.price * quantity, "currency": "JPY"})
    visit.wait(40, 200)
    if visit.user is None:
        visit.user = f"member-{visit.visitor}"
        visit.say("identify", None, {}, traits={"member": True})
    order = {"order_id": f"order-{visit.session}", "revenue": product.price * quantity, "currency": "JPY"}
    visit.say("track", "Order Completed", {**order, "products": [line]})
    visit.open("/thanks")
    if rng.random() < 0.03:
        visit.at += rng.uniform(1, 4) * DAY_S
        visit.say("track", "Order Refunded", {"order_id": order["order_id"]})


def _browse(visit: _Visit, catalog: Catalog, count: int, favourites: list[Product]) -> None:
    for _ in range(count):
        shelf = favourites if visit.rng.random() < 0.5 else catalog.products
        visit.look_at(visit.rng.choice(shelf))


def _begin(
    number: int, visit_number: int, at: float, arrival: Arrival, agent: str, user: str | None, seed: int
) -> _Visit:
    visitor = f"demo-{seed}-{number}"
    session = f"{visitor}-s{visit_number}"
    rng = random.Random(f"{seed}/{number}/{visit_number}")
    visit = _Visit(visitor, user, session, at, arrival, agent, rng)
    visit.open("/")
    visit.wait(3, 25)
    return visit


def tell_visitor(number: int, catalog: Catalog, *, seed: int, start_s: float, end_s: float) -> list[dict[str, Any]]:
    """Return every message of one visitor; `at` is seconds since the epoch, messages past `end_s` are left out."""
    rng = random.Random(f"{seed}/{number}")
    arrival = rng.choices(ARRIVALS, [way.share for way in ARRIVALS])[0]
    intent = rng.gauss(arrival.intent, 1)
    agent = BOT_AGENT if rng.random() < 0.01 else rng.choices(AGENTS, (5, 3, 3, 2))[0]
    favourites = rng.sample(catalog.products, k=min(3, len(catalog.products)))
    day = rng.uniform(0, (end_s - start_s) / DAY_S)
    # People shop in the evening: the hour is drawn around 21:00 in Tokyo (12:00 UTC).
    at = start_s + int(day) * DAY_S + (rng.gauss(12, 4.5) % 24) * 3600
    user: str | None = None
    messages: list[dict[str, Any]] = []
    watched_planted = viewed = False
    visits = 1 + (rng.random() < 0.3 + 0.1 * intent) + (rng.random() < 0.12)
    for visit_number in range(visits):
        way = arrival if visit_number == 0 else rng.choice(ARRIVALS[:4])
        visit = _begin(number, visit_number, at, way, agent, user, seed)
        _browse(visit, catalog, _draw_count(visit.rng, 0.7 + 0.4 * intent), favourites)
        if visit.rng.random() < (0.1 if viewed else 0.55):
            watched_planted |= _watch(visit, catalog, intent)
            viewed = True
        logit = -3.45 + 0.75 * intent + (PLANTED_LOGIT if watched_planted else 0.0) + 0.35 * visit_number
        if visit.rng.random() < 1 / (1 + math.exp(-logit)):
            visit.wait(20, 240)
            _buy(visit, catalog, favourites)
            user = visit.user
        elif viewed:
            _browse(visit, catalog, _draw_count(visit.rng, 1.6 - 0.2 * intent), favourites)
        messages += visit.messages
        at = visit.at + rng.expovariate(1 / (4 * DAY_S)) + 3600
    return [message for message in messages if start_s <= message["at"] < end_s]


def _draw_count(rng: random.Random, mean: float) -> int:
    """Return a small count of about this mean (geometric)."""
    mean = max(0.1, mean)
    return min(12, int(math.log(1 - rng.random()) / math.log(mean / (1 + mean))))


def tell_month(catalog: Catalog, *, visitors: int, seed: int, start_s: float, end_s: float) -> Iterator[dict[str, Any]]:
    """Yield the messages of all visitors, one visitor after the other."""
    for number in range(visitors):
        yield from tell_visitor(number, catalog, seed=seed, start_s=start_s, end_s=end_s)
