"""What kind of behaviour a name stands for.

Pure.
"""

from typing import Literal

Kind = Literal["feature", "channel", "brand", "video", "store", "community", "other"]

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


def name_kind(behaviour: str) -> Kind:
    """Return the class of a behaviour: uses a function, opens a channel, understands the brand, and so on."""
    group, _, name = behaviour.partition(":")
    lowered = name.lower()
    if group == "channel":
        return "channel"
    if group == "video" or lowered.startswith("video "):
        return "video"
    if group == "page":
        return "brand" if lowered.strip("/") in _BRAND_PAGES else "other"
    if lowered.startswith("store "):
        return "store"
    if lowered.startswith("community "):
        return "community"
    if any(word in lowered for word in _CHANNEL_EVENTS):
        return "channel"
    return "feature" if any(word in lowered for word in _FEATURES) else "other"
