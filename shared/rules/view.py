"""What a compiled rule reads about a person at one moment; the engager's view of a profile fits it.

Only a shape: how a fact is known is the view's business. A missing fact is None.
"""

from collections.abc import Callable
from typing import Any, Protocol

from shared.clock import Millis

EventTest = Callable[[dict[str, Any]], bool]


class PersonView(Protocol):
    """Simple facts are attributes named as in the registry, dots as underscores; the rest are methods."""

    def trait(self, path: tuple[str, ...]) -> Any:
        """Return the newest value of a trait."""

    def interest(self, category: str) -> float:
        """Return the decayed number of product views in a category."""

    def brand(self, brand: str) -> float:
        """Return the decayed points of acts with a brand, and part of those with brands like it."""

    def score(self, score_id: str) -> float | None:
        """Return the decayed points of a score; missing when the site has no such score."""

    def video_watched_ratio(self, video_id: str) -> float | None:
        """Return the share of the video seen."""

    def video_interest(self, video_id: str) -> float:
        """Return the decayed seconds of the video played."""

    def video_position(self, video_id: str) -> float | None:
        """Return the last position in seconds."""

    def video_liked(self, video_id: str) -> bool:
        """Return whether the video was liked."""

    def video_completed(self, video_id: str) -> bool:
        """Return whether the video was finished."""

    def measure_watched(self, video_id: str, start: float, end: float) -> float:
        """Return how many seconds of [start, end] were seen."""

    def count_events(self, event: str, test: EventTest | None, window_ms: Millis | None) -> int:
        """Return how often `event` happened with properties that pass `test`; None is within the session."""

    def in_segment(self, segment_id: str) -> bool:
        """Return whether the person is in the segment."""


SIMPLE_FACTS = (
    "page.path",
    "page.url",
    "page.title",
    "page.referrer",
    "session.page_views",
    "session.seconds",
    "session.is_first",
    "session.products_viewed",
    "session.products_since_video",
    "session.returns",
    "session.cart_edits",
    "visitor.sessions",
    "visitor.days_since_last",
    "cart.value",
    "cart.items",
    "orders.count",
    "orders.value",
    "orders.days_since_last",
    "lifecycle",
    "channel",
    "campaign.source",
    "campaign.medium",
    "device.type",
    "locale",
    "user.known",
    "product_of_interest",
    "hesitation",
    "time.hour",
    "time.weekday",
)
"""Facts that a view has as attributes (`page.path` as `page_path`)."""
