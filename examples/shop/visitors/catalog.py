"""What the visitors can watch and buy: read from the same files that the shop's pages read.

Read only.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHOP = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Scene:
    """One scene of the video, seconds of media time."""

    id: str
    start: float
    end: float


@dataclass(frozen=True)
class Product:
    """One product; `scene` is the scene it is shown in."""

    id: str
    name: str
    category: str
    price: int
    scene: str | None


@dataclass(frozen=True)
class Catalog:
    """The shop's video and products."""

    video: str
    title: str
    duration: float
    scenes: list[Scene]
    products: list[Product]


def load_catalog(folder: Path = SHOP) -> Catalog:
    """Return the catalog in `folder`."""
    film: dict[str, Any] = json.loads((folder / "scenes.json").read_text())
    shelf: dict[str, Any] = json.loads((folder / "products.json").read_text())
    return Catalog(
        video=film["video"],
        title=film["title"]["ja"],
        duration=float(film["duration"]),
        scenes=[Scene(row["id"], float(row["start"]), float(row["end"])) for row in film["scenes"]],
        products=[
            Product(row["id"], row["name"]["ja"], row["category"], int(row["price"]), row.get("scene"))
            for row in shelf["products"]
        ],
    )
