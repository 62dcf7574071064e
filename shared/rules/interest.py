"""Interest in products and brands: what an act is worth, which product stands out, which brands raise each other.

Pure. One definition for both compilers; never takes two brands for alike by itself: the analyzer says which are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import floor
from typing import Final

import msgspec

from shared.clock import DAY_MS

ACTS: Final[Mapping[str, float]] = {
    "Product Viewed": 1.0,
    "Video Product Clicked": 2.0,
    "Product Added": 3.0,
    "Product Added to Wishlist": 3.0,
    "Inquiry": 4.0,
    "Document Requested": 4.0,
}
"""Points of an act that names a product (`product_id`) or a brand (`brand`) among its properties."""
BOUGHT: Final = 5.0
"""Points of an order for each brand in it; the products in it are wanted no longer."""
HALF_LIFE_MS: Final = 14 * DAY_MS
LEAST: Final = 0.5
"""Below half a view there is no interest to speak of."""
LEAD: Final = 1.25
"""A product stands out when it has a quarter more than the next one."""
SPILL: Final = 0.5
"""Interest in a brand raises one that is wholly like it by half as much."""
PLACES: Final = 1e6
"""Interest is rounded to six places, so that two ways of adding it up agree."""


class BrandModel(msgspec.Struct, frozen=True, kw_only=True):
    """What the analyzer learnt of brands.

    `similar`: the nearest of each brand, with a similarity of 0 to 1 in at most four decimals. `brand_of`: brands of
    products by their import, for acts that do not tell the brand.
    """

    similar: dict[str, list[tuple[str, float]]] = {}
    brand_of: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Brands:
    """The same, ready to compute with. `sources`: by brand, what interest in each brand adds to its own."""

    sources: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    brand_of: Mapping[str, str] = field(default_factory=dict)

    def find_sources(self, brand: str) -> Mapping[str, float]:
        """Return what a point of interest in each brand is worth for `brand`."""
        return self.sources.get(brand) or {brand: 1.0}


NO_BRANDS = Brands()


def compile_brands(model: BrandModel | None) -> Brands:
    """Return `model` turned round: from who raises whom to whose interest counts for a brand."""
    if model is None:
        return NO_BRANDS
    sources: dict[str, dict[str, float]] = {}
    for brand, nearest in model.similar.items():
        for other, similarity in nearest:
            if other != brand and similarity > 0:
                sources.setdefault(other, {other: 1.0})[brand] = SPILL * similarity
    return Brands(sources, model.brand_of)


def round_interest(weight: float) -> float:
    """Return a sum of decayed points as rules compare it."""
    return floor(weight * PLACES + 0.5) / PLACES


def find_product(weights: Iterable[tuple[str, float]]) -> str | None:
    """Return the product of most interest of (product, rounded interest); None when none stands out."""
    ordered = sorted(weights, key=lambda one: -one[1])
    if not ordered or ordered[0][1] < LEAST:
        return None
    if len(ordered) > 1 and ordered[0][1] < LEAD * ordered[1][1]:
        return None
    return ordered[0][0]
