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
class Clip:
    """A short vertical clip about one product."""

    video: str
    title: str
    duration: float
    product: str


@dataclass(frozen=True)
class Catalog:
    """The shop's videos and products; the broadcast and its recording are one video."""

    video: str
    title: str
    duration: float
    scenes: list[Scene]
    products: list[Product]
    clips: list[Clip]
    broadcast: str
    broadcast_title: str


def load_catalog(folder: Path = SHOP) -> Catalog:
    """Return the catalog in `folder`."""
    film: dict[str, Any] = json.loads((folder / "scenes.json").read_text())
    clips: list[dict[str, Any]] = json.loads((folder / "clips.json").read_text())
    broadcast: dict[str, Any] = json.loads((folder / "broadcast.json").read_text())
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
        clips=[Clip(row["video"], row["title"]["ja"], float(row["duration"]), row["product"]) for row in clips],
        broadcast=broadcast["video"],
        broadcast_title=broadcast["title"]["ja"],
    )
