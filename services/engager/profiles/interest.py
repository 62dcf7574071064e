"""What a profile keeps of a person's interest in products and brands, packed: most decisions never open it.

Pure. Never more than the heaviest few, whatever somebody looks at.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from services.engager.profiles.event import StoredEvent, decode_properties
from shared.clock import Millis
from shared.enrich.video import read_id
from shared.rules.interest import BOUGHT, HALF_LIFE_MS, Brands, round_interest

MOST_PRODUCTS = 20
MOST_BRANDS = 20

Weights = dict[str, tuple[float, Millis]]
"""Points by name, decayed to the time beside them."""


class Interests(msgspec.Struct, array_like=True):
    """`unbranded`: what counts for the brand of a product whose acts did not tell it, by product."""

    products: Weights = {}
    brands: Weights = {}
    unbranded: Weights = {}


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Interests)


def decode_interests(packed: bytes) -> Interests:
    """Return the interests in `packed`, none for nothing."""
    return _decoder.decode(packed) if packed else Interests()


def fold_act(packed: bytes, event: StoredEvent, points: float) -> bytes:
    """Return `packed` with an act that is not before the ones in it."""
    properties = decode_properties(event.properties)
    product, brand = read_id(properties.get("product_id")), read_id(properties.get("brand"))
    if product is None and brand is None:
        return packed
    interests = decode_interests(packed)
    if product is not None:
        _add(interests.products, product, points, event.ts, MOST_PRODUCTS)
    _add_brand(interests, product, brand, points, event.ts)
    return _encoder.encode(interests)


def fold_purchase(packed: bytes, event: StoredEvent) -> bytes:
    """Return `packed` after an order: its products are wanted no longer, its brands the more, once each."""
    lines = decode_properties(event.properties).get("products")
    if not isinstance(lines, list):
        return packed
    told = dict.fromkeys(_read_line(line) for line in lines if isinstance(line, dict))
    interests = decode_interests(packed)
    for product, _ in told:
        if product is not None:
            interests.products.pop(product, None)
    for product, brand in dict.fromkeys((None if brand else product, brand) for product, brand in told):
        _add_brand(interests, product, brand, BOUGHT, event.ts)
    return _encoder.encode(interests)


def _read_line(line: dict[str, Any]) -> tuple[str | None, str | None]:
    return read_id(line.get("product_id")), read_id(line.get("brand"))


def merge_interests(older: bytes, newer: bytes) -> bytes:
    """Return both together. A purchase in one does not take out what only the other knows of."""
    if not older or not newer:
        return older or newer
    merged, added = decode_interests(older), decode_interests(newer)
    for known, other, most in (
        (merged.products, added.products, MOST_PRODUCTS),
        (merged.brands, added.brands, MOST_BRANDS),
        (merged.unbranded, added.unbranded, MOST_BRANDS),
    ):
        for name, (weight, at) in other.items():
            _add(known, name, weight, at, most)
    return _encoder.encode(merged)


def weigh_products(interests: Interests, now: Millis) -> Iterator[tuple[str, float]]:
    """Return each product with the interest in it at `now`."""
    for product, (weight, at) in interests.products.items():
        yield product, round_interest(_decay(weight, at, now))


def rank_products(interests: Interests, now: Millis) -> list[str]:
    """Return the products by the interest in them at `now`, equals by id."""
    return [product for product, _ in sorted(weigh_products(interests, now), key=lambda one: (-one[1], one[0]))]


def weigh_brand(interests: Interests, brand: str, brands: Brands, now: Millis) -> float:
    """Return the interest in `brand` at `now`, with what interest in similar brands adds to it."""
    sources = brands.find_sources(brand)
    total = 0.0
    for name, (weight, at) in interests.brands.items():
        if (factor := sources.get(name)) is not None:
            total += factor * _decay(weight, at, now)
    for product, (weight, at) in interests.unbranded.items():
        if (factor := sources.get(brands.brand_of.get(product, ""))) is not None:
            total += factor * _decay(weight, at, now)
    return round_interest(total)


def _add_brand(interests: Interests, product: str | None, brand: str | None, points: float, ts: Millis) -> None:
    if brand is not None:
        _add(interests.brands, brand, points, ts, MOST_BRANDS)
    elif product is not None:
        _add(interests.unbranded, product, points, ts, MOST_BRANDS)


def _add(weights: Weights, name: str, points: float, ts: Millis, most: int) -> None:
    """Add points of the time `ts`; of too many others the lightest gives way, never the one just named."""
    weight, at = weights.pop(name, (0.0, ts))
    latest = max(at, ts)
    if len(weights) >= most:
        del weights[min(weights, key=lambda other: _decay(*weights[other], latest))]
    weights[name] = (_decay(weight, at, latest) + _decay(points, ts, latest), latest)


def _decay(weight: float, at: Millis, now: Millis) -> float:
    return float(weight * 2.0 ** (-(now - at) / HALF_LIFE_MS))
