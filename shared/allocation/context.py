"""The context by which a contextual campaign tells visitors apart: four facts, each cut into a few levels.

Pure. The facts are logged with the decision, so what is learnt from is what the choice was made by.
"""

from collections.abc import Mapping
from typing import Any

FACTS = ("device.type", "session.is_first", "channel", "time.hour")
"""What a context is made of, by the names that rules have for them."""

_DEVICES = ("desktop", "mobile", "tablet", "other")
_VISITS = ("first", "returning")
_CHANNELS = ("direct", "search", "social", "message", "other")
_DAYPARTS = ("night", "morning", "afternoon", "evening")
_GROUP_OF_CHANNEL = {
    "direct": "direct",
    "organic_search": "search",
    "paid_search": "search",
    "social": "social",
    "paid_social": "social",
    "video": "social",
    "email": "message",
    "line": "message",
    "push": "message",
    "sms": "message",
}
_HOURS_A_DAYPART = 6

BASE = ""
"""The column that every visitor has."""
COLUMNS: tuple[str, ...] = (
    BASE,
    *(f"device.type={level}" for level in _DEVICES),
    *(f"visit={level}" for level in _VISITS),
    *(f"channel={level}" for level in _CHANNELS),
    *(f"daypart={level}" for level in _DAYPARTS),
)
"""The columns of a contextual model; each but the first is 1 for visitors of that level, else 0."""
_PLACE = {name: place for place, name in enumerate(COLUMNS)}

Cell = tuple[int, ...]
"""A visitor's context: the places in `COLUMNS`, without the first, that are 1; a missing fact has none."""
EVERYBODY: Cell = ()


def find_cell(facts: Mapping[str, Any]) -> Cell:
    """Return the context of a visitor with `facts` (by name; missing, None or strange ones have no level)."""
    levels = (
        _read_device(facts.get("device.type")),
        _read_visit(facts.get("session.is_first")),
        _read_channel(facts.get("channel")),
        _read_daypart(facts.get("time.hour")),
    )
    return tuple(_PLACE[level] for level in levels if level is not None)


def _read_device(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    return f"device.type={value if value in _DEVICES else 'other'}"


def _read_visit(value: Any) -> str | None:
    if not isinstance(value, bool):
        return None
    return f"visit={_VISITS[0] if value else _VISITS[1]}"


def _read_channel(value: Any) -> str | None:
    return f"channel={_GROUP_OF_CHANNEL.get(value, 'other')}" if isinstance(value, str) else None


def _read_daypart(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 24:
        return None
    return f"daypart={_DAYPARTS[value // _HOURS_A_DAYPART]}"
