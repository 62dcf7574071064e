"""What the shop sells and shows: products and scenes, read from the files that the visitor generator reads too.

Must never hold a second copy of a price, a title or a time.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

SHOP = Path(__file__).parent
Text = dict[str, str]


class Brew(msgspec.Struct, frozen=True):
    """How to brew: grams of leaf, degrees Celsius, seconds."""

    grams: int
    degrees: int
    seconds: int


class Product(msgspec.Struct, frozen=True):
    """One thing for sale; `price` in whole yen, `scene` the moment of the film that shows it."""

    id: str
    category: str
    price: int
    size: Text
    scene: str
    name: Text
    line: Text
    body: Text
    brew: Brew | None = None


class Category(msgspec.Struct, frozen=True):
    """A shelf of the shop."""

    id: str
    name: Text


class Catalogue(msgspec.Struct, frozen=True):
    """Everything for sale."""

    brand: str
    currency: str
    categories: list[Category]
    products: list[Product]


class Scene(msgspec.Struct, frozen=True):
    """A stretch of the film, in seconds of media time."""

    id: str
    start: float
    end: float
    title: Text


class Film(msgspec.Struct, frozen=True):
    """The shop's film and its scenes."""

    video: str
    file: str
    poster: str
    duration: float
    title: Text
    scenes: list[Scene]


def load_catalogue() -> Catalogue:
    """Read the products."""
    return msgspec.json.decode((SHOP / "products.json").read_bytes(), type=Catalogue)


def load_film() -> Film:
    """Read the scenes."""
    return msgspec.json.decode((SHOP / "scenes.json").read_bytes(), type=Film)
