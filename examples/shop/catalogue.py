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


class Clip(msgspec.Struct, frozen=True):
    """A short vertical clip about one product; `poster_at` is the second its poster shows."""

    video: str
    scene: str
    file: str
    poster: str
    poster_at: float
    duration: float
    product: str
    title: Text


class Broadcast(msgspec.Struct, frozen=True):
    """The film as it goes on air by the clock: a start every `every` seconds, counted from the epoch."""

    video: str
    every: int
    title: Text
    comments: list[Comment]


class Comment(msgspec.Struct, frozen=True):
    """What somebody wrote at this second of an earlier broadcast."""

    at: float
    name: str
    text: Text


def load_catalogue() -> Catalogue:
    """Read the products."""
    return msgspec.json.decode((SHOP / "products.json").read_bytes(), type=Catalogue)


def load_film() -> Film:
    """Read the scenes."""
    return msgspec.json.decode((SHOP / "scenes.json").read_bytes(), type=Film)


def load_clips() -> list[Clip]:
    """Read the vertical clips."""
    return msgspec.json.decode((SHOP / "clips.json").read_bytes(), type=list[Clip])


def load_broadcast() -> Broadcast:
    """Read when the film is on air and what people wrote."""
    return msgspec.json.decode((SHOP / "broadcast.json").read_bytes(), type=Broadcast)
