"""The shop's words, signs and figures, as every page writes them.

Must never hand out a text that is not escaped.
"""

from __future__ import annotations

import json
from html import escape
from typing import Literal
from urllib.parse import quote

from examples.shop.catalogue import SHOP, Product

Language = Literal["ja", "en"]

TEXTS: dict[str, dict[str, str]] = json.loads((SHOP / "texts.json").read_text(encoding="utf-8"))


def _icon(view: int, path: str, extra: str) -> str:
    return f'<svg viewBox="0 0 {view} {view}" aria-hidden="true"><path d="{path}" {extra}/></svg>'


_STROKE = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" stroke-width='
LEAF = _icon(32, "M16 28C6 20 8 9 16 3c8 6 10 17 0 25Zm0 1V12", f'{_STROKE}"1.8"')
BAG = _icon(24, "M5 8h14l1 13H4L5 8Zm4 0V6a3 3 0 0 1 6 0v2", f'{_STROKE}"1.5"')
PLAY = _icon(16, "M4 2.5v11l9-5.5z", 'fill="currentColor"')
HEART = _icon(24, "M12 20S4 15 4 9.2A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8 2.2C20 15 12 20 12 20Z", f'{_STROKE}"1.8"')
SHARE = _icon(24, "M12 15V4m0 0L8 8m4-4 4 4M5 13v6h14v-6", f'{_STROKE}"1.8"')
SOUND = _icon(24, "M4 10v4h3l5 4V6L7 10H4Zm12-1a4 4 0 0 1 0 6m2.5-8.5a7.5 7.5 0 0 1 0 11", f'{_STROKE}"1.8"')
MUTED = _icon(24, "M4 10v4h3l5 4V6L7 10H4Zm12 0 5 4m0-4-5 4", f'{_STROKE}"1.8"')


def read_text(key: str, language: Language) -> str:
    """Return an escaped text."""
    return escape(TEXTS[key][language])


def picture(product: Product) -> str:
    """Return the address of a product's picture."""
    return f"/static/img/{quote(product.id)}.svg"


def yen(amount: int) -> str:
    """Return an amount as shop windows write it."""
    return f"¥{amount:,}"


def clock(seconds: float) -> str:
    """Return a media time as players write it."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
