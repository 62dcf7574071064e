"""One visit being told: a session of one browser whose messages only move forward in time.

Pure; randomness is a parameter. Must never say what a browser could not know.
"""

import random
from dataclasses import dataclass, field
from typing import Any

from examples.shop.visitors.catalog import Product

ORIGIN = "http://127.0.0.1"
PHONES = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0"
    " Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile"
    " Safari/537.36",
)
DESKTOPS = (
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
RETURNS = (ARRIVALS[1], ARRIVALS[3], ARRIVALS[0], ARRIVALS[5])
"""How people come back: by themselves, by a letter, by searching the name."""


@dataclass(frozen=True)
class Person:
    """Who visits; `intent` is hidden from every message."""

    visitor: str
    intent: float
    agent: str
    is_on_phone: bool
    locale: str
    favourites: tuple[Product, ...]


@dataclass
class Visit:
    """One session; `at` is seconds since the epoch and only moves on."""

    person: Person
    session: str
    at: float
    arrival: Arrival
    rng: random.Random
    user: str | None = None
    messages: list[dict[str, Any]] = field(default_factory=list)
    path: str = "/"

    def say(self, kind: str, event: str | None, properties: dict[str, Any], **more: Any) -> None:
        """Add one message at the present moment."""
        campaign = {"campaign": self.arrival.campaign} if self.arrival.campaign and not self.messages else {}
        referrer = self.arrival.referrer if not self.messages else f"{ORIGIN}/"
        connection = {"network": more.pop("network")} if "network" in more else {}
        message: dict[str, Any] = {
            "type": kind,
            "messageId": f"{self.session}-{len(self.messages)}",
            "anonymousId": self.person.visitor,
            "at": self.at,
            "properties": properties,
            "context": {
                "sessionId": self.session,
                "locale": self.person.locale,
                "userAgent": self.person.agent,
                "page": {"url": ORIGIN + self.path, "path": self.path, "title": "Asagiri", "referrer": referrer},
                **campaign,
                **connection,
            },
            **more,
        }
        if event is not None:
            message["event"] = event
        if self.user is not None:
            message["userId"] = self.user
        self.messages.append(message)

    def wait(self, low: float, high: float) -> None:
        """Let some seconds pass."""
        self.at += self.rng.uniform(low, high)

    def open(self, path: str) -> None:
        """Go to a page of the shop."""
        self.path = path
        self.say("page", None, {"path": path, "url": ORIGIN + path, "title": "Asagiri"})

    def list_products(self, category: str) -> None:
        """Look along a shelf."""
        self.open("/products")
        self.say("track", "Product List Viewed", {"list_id": category, "category": category})
        self.wait(6, 30)

    def search(self, query: str) -> None:
        """Look for something by name."""
        self.say("track", "Products Searched", {"query": query})
        self.wait(4, 15)

    def look_at(self, product: Product, low: float = 8, high: float = 70) -> None:
        """Read about one product."""
        self.open(f"/products/{product.id}")
        self.say("track", "Product Viewed", describe(product))
        self.wait(low, high)

    def add(self, product: Product, quantity: int = 1) -> None:
        """Put a product into the cart."""
        self.say("track", "Product Added", {**describe(product), "quantity": quantity})
        self.wait(5, 40)


def describe(product: Product) -> dict[str, Any]:
    """Return a product as the Ecommerce spec tells it."""
    return {
        "product_id": product.id,
        "name": product.name,
        "category": product.category,
        "price": product.price,
        "currency": "JPY",
    }
