"""The film's scenes by their ids in `scenes.json`.

Must never name a scene that the table does not have.
"""

from __future__ import annotations

from collections.abc import Callable

from examples.shop.film.garden import Paint, build_garden, build_pour, build_steam
from examples.shop.film.table import build_colour, build_gift, build_taste

BUILDERS: dict[str, Callable[[], Paint]] = {
    "garden": build_garden,
    "steam": build_steam,
    "pour": build_pour,
    "colour": build_colour,
    "taste": build_taste,
    "gift": build_gift,
}
