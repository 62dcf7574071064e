"""What kind of behaviour a name stands for.

Pure.
"""

from typing import Literal

Kind = Literal["feature", "channel", "brand", "video", "store", "community", "other"]
OWN = "own"
GROUPS = ("event", "page", "channel", "video", "video_kind", OWN)
"""What the name of a behaviour may begin with, before a colon."""
REST = "rest"
"""The stage of those for whom no rule of an operator holds."""

_FEATURES = (
    "search", "wishlist", "favorite", "favourite", "filter", "sort", "review", "coupon", "compare", "cart", "share",
    "promotion", "product list", "checkout", "payment",
)  # fmt: skip
_BRAND_PAGES = (
    "about", "story", "stories", "brand", "journal", "magazine", "blog", "column", "news", "philosophy", "recipe",
    "recipes", "guide", "concept", "feature", "read",
)  # fmt: skip
_CHANNEL_EVENTS = (
    "subscribed",
    "newsletter",
    "app installed",
    "application installed",
    "signed up",
    "followed",
    "line ",
)


def split_behaviour(behaviour: str) -> tuple[str, str]:
    """Return the group and the name of a behaviour; ("event", "Products Searched"), say."""
    group, _, name = behaviour.partition(":")
    return group, name


def name_stretch(video_id: str, start: float, end: float) -> str:
    """Return the behaviour of watching a part of a video: `video:film@24-36`."""
    return f"video:{video_id}@{start:g}-{end:g}"


def name_kind(behaviour: str) -> Kind:
    """Return the class of a behaviour: uses a function, opens a channel, understands the brand, and so on."""
    group, name = split_behaviour(behaviour)
    lowered = name.lower()
    if group == "channel":
        return "channel"
    if group in ("video", "video_kind") or lowered.startswith("video "):
        return "video"
    if group == OWN:
        return "other"
    if group == "page":
        return "brand" if lowered.strip("/") in _BRAND_PAGES else "other"
    if lowered.startswith("store "):
        return "store"
    if lowered.startswith("community "):
        return "community"
    if any(word in lowered for word in _CHANNEL_EVENTS):
        return "channel"
    return "feature" if any(word in lowered for word in _FEATURES) else "other"
