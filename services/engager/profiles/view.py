"""What the rules read of a person at one moment: the live half of the definition whose other half is SQL.

Pure. Without a request it sees what a batch run sees: the last page, the last session.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from services.engager.profiles.event import EventBrief, decode_brief, decode_properties
from services.engager.profiles.fold import INTEREST_HALF_LIFE_MS, SESSION_GAP_MS
from services.engager.profiles.interest import Interests, decode_interests, rank_products, weigh_brand, weigh_products
from services.engager.profiles.person import Person
from services.engager.profiles.scoring import compute_score
from services.engager.profiles.state import OrderState, SessionState
from shared.clock import DAY_MS, Millis
from shared.enrich.channel import NO_ARRIVAL, Arrival, classify_arrival
from shared.enrich.money import convert_minor, get_exponent
from shared.ranges import measure_overlap, measure_ranges
from shared.rules.hesitation import ENGAGED_PRODUCTS, FIXED, HesitationModel, compute_hesitation
from shared.rules.interest import NO_BRANDS, Brands, find_product
from shared.rules.lifecycle import PUBLISHED, StageRules, find_stage
from shared.rules.operators import get_path
from shared.rules.scores import NO_SCORES, SiteScores, round_score
from shared.rules.view import EventTest
from shared.wire.decide import Page

COMPLETED_RATIO = 0.9


@dataclass(frozen=True, slots=True)
class SiteTerms:
    """What facts need to know of the site."""

    currency: str = "USD"
    rates: Mapping[str, float] = field(default_factory=dict)
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    hesitation: HesitationModel = FIXED
    scores: SiteScores = NO_SCORES
    brands: Brands = NO_BRANDS
    lifecycle: StageRules = PUBLISHED


@dataclass(frozen=True, slots=True)
class RequestTerms:
    """What facts take from the request itself."""

    session_id: str | None = None
    page: Page | None = None


class LiveView:
    """Fits `shared.rules.view.PersonView`. Facts are worked out when asked for."""

    def __init__(self, person: Person, site: SiteTerms, now: Millis, request: RequestTerms | None = None) -> None:
        self._person = person
        self._state = person.history.head
        self._site = site
        self._now = now
        self._request = request
        state = self._state
        is_open = state.last_ts >= 0 and now - state.last_ts < SESSION_GAP_MS
        self.session_key: str | None
        if request is not None and request.session_id is not None:
            self.session_key = request.session_id
        elif request is None or is_open:
            self.session_key = state.last_key or None
        else:
            self.session_key = None
        self._session: SessionState | None = state.sessions.get(self.session_key) if self.session_key else None
        # In a request that is still going on, a session it names is open however long ago its last event was.
        named = request is not None and request.session_id is not None
        self._is_open = self._session is not None and (is_open or named)

    # --- page and arrival

    @property
    def _page(self) -> tuple[str | None, str | None, str | None, str | None]:
        if self._request is not None and self._request.page is not None:
            page = self._request.page
            return (page.path, page.url, page.title, page.referrer)
        return self._state.page or (None, None, None, None)

    @property
    def page_path(self) -> str | None:
        return self._page[0]

    @property
    def page_url(self) -> str | None:
        return self._page[1]

    @property
    def page_title(self) -> str | None:
        return self._page[2]

    @property
    def page_referrer(self) -> str | None:
        return self._page[3]

    @cached_property
    def _arrival(self) -> Arrival:
        """What the page of the request says, for a session that has not said anything itself."""
        if self._request is None or self._request.page is None:
            return NO_ARRIVAL
        return classify_arrival(self._request.page.url, self._request.page.referrer, None)

    @property
    def channel(self) -> str | None:
        told = self._session.channel if self._session is not None else None
        return told or self._arrival.channel or "direct"

    @property
    def campaign_source(self) -> str | None:
        told = self._session.campaign_source if self._session is not None else None
        return told or self._arrival.source

    @property
    def campaign_medium(self) -> str | None:
        told = self._session.campaign_medium if self._session is not None else None
        return told or self._arrival.medium

    # --- session and visits

    @property
    def session_page_views(self) -> int:
        return self._session.page_views if self._session is not None else 0

    @property
    def session_seconds(self) -> float:
        if self._session is None:
            return 0.0
        end = self._now if self._is_open else self._session.last_ts
        return max(0, end - self._session.first_ts) / 1000.0

    @property
    def session_is_first(self) -> bool:
        if self._session is None:
            return self._state.session_count == 0
        return self.session_key == self._state.first_key

    @property
    def session_products_viewed(self) -> int:
        return len(self._session.products) if self._session is not None else 0

    @property
    def session_products_since_video(self) -> int | None:
        if self._session is None or self._session.since_video is None:
            return None
        return len(self._session.since_video)

    @property
    def session_returns(self) -> int:
        return self._session.returns if self._session is not None else 0

    @property
    def session_cart_edits(self) -> int:
        return self._session.cart_adds + self._session.cart_removes if self._session is not None else 0

    @property
    def hesitation(self) -> float | None:
        session = self._session
        if session is None or session.has_order:
            return None
        if len(session.products) < ENGAGED_PRODUCTS and not session.cart_adds:
            return None
        features = {
            "seconds": self.session_seconds,
            "page_views": session.page_views,
            "products": len(session.products),
            "returns": session.returns,
            "cart_adds": session.cart_adds,
            "cart_removes": session.cart_removes,
            "products_since_video": len(session.since_video or ()),
            "video": session.since_video is not None,
            "first_session": self.session_is_first,
        }
        return compute_hesitation(self._site.hesitation, features)

    @property
    def visitor_sessions(self) -> int:
        is_new = self._request is not None and self._session is None
        return self._state.session_count + is_new

    @property
    def visitor_days_since_last(self) -> float | None:
        state = self._state
        if state.last_ts < 0:
            return None
        last_ts: int | None = state.last_ts
        if self._session is not None and self._is_open:
            others = [other.last_ts for key, other in state.sessions.items() if key != self.session_key]
            last_ts = max(others, default=None)
        return None if last_ts is None else max(0, self._now - last_ts) / float(DAY_MS)

    # --- cart and orders

    @property
    def cart_items(self) -> int:
        return sum(max(0, net) for net, _ in self._state.cart.values())

    @property
    def cart_value(self) -> float:
        minor = 10.0 ** get_exponent(self._site.currency)
        return (
            sum(
                max(0, net) * floor(price * minor + 0.5)
                for net, price in self._state.cart.values()
                if price is not None
            )
            / minor
        )

    @cached_property
    def _orders(self) -> list[tuple[Millis, int]]:
        """Time and value, in the site's minor units, of each order that was not taken back."""
        return [
            (order.ts, value)
            for order in self._state.orders.values()
            if order.ts is not None and (value := self._value_order(order)) is not None
        ]

    def _value_order(self, order: OrderState) -> int | None:
        site = self._site

        def convert(amount_minor: int | None, currency: str | None) -> int | None:
            return None if amount_minor is None else convert_minor(amount_minor, currency, site.currency, site.rates)

        own_currency = order.currency or site.currency
        value = convert(order.amount_minor, order.currency)
        if not order.refunds:
            return value or 0
        back = sum(convert(amount, currency) or 0 for amount, currency in order.refunds)
        own_back = sum(amount or 0 for amount, currency in order.refunds if (currency or site.currency) == own_currency)
        if (
            any(amount is None for amount, _ in order.refunds)
            or (order.amount_minor is not None and order.amount_minor - own_back <= 0)
            or (value is not None and value - back <= 0)
        ):
            return None
        return max(0, value - back) if value is not None else 0

    @property
    def orders_count(self) -> int:
        return len(self._orders)

    @property
    def orders_value(self) -> float:
        return sum(value for _, value in self._orders) / 10.0 ** get_exponent(self._site.currency)

    @property
    def orders_days_since_last(self) -> float | None:
        if not self._orders:
            return None
        return max(0, self._now - max(ts for ts, _ in self._orders)) / float(DAY_MS)

    @property
    def lifecycle(self) -> str | None:
        orders = [ts for ts, _ in self._orders]
        return find_stage(orders, self._site.lifecycle, is_known=self.user_known, now=self._now)

    # --- who and when

    @property
    def device_type(self) -> str | None:
        return self._state.device_type

    @property
    def locale(self) -> str | None:
        return self._state.locale

    @property
    def user_known(self) -> bool:
        return self._person.user_id is not None

    @cached_property
    def _local_time(self) -> datetime:
        return datetime.fromtimestamp(self._now / 1000, self._site.time_zone)

    @property
    def time_hour(self) -> int:
        return self._local_time.hour

    @property
    def time_weekday(self) -> int:
        return self._local_time.isoweekday()

    def trait(self, path: tuple[str, ...]) -> Any:
        """Return the newest value of a trait; missing when it is a user's that nothing proves."""
        packed, told = self._state.traits.get(path[0]), self._person.told
        if packed is None or (told is not None and told.get(path[0]) != packed):
            return None
        value = msgspec.msgpack.decode(packed)
        return value if len(path) == 1 else get_path(value, path[1:])

    def interest(self, category: str) -> float:
        """Return the decayed number of product views in a category."""
        weight, at = self._state.interest.get(category, (0.0, self._now))
        decayed: float = weight * 2.0 ** (-(self._now - at) / INTEREST_HALF_LIFE_MS)
        return floor(decayed * 1e9 + 0.5) / 1e9

    @cached_property
    def _interests(self) -> Interests:
        return decode_interests(self._state.interests)

    @property
    def product_of_interest(self) -> str | None:
        return find_product(weigh_products(self._interests, self._now))

    def rank_products(self) -> list[str]:
        """Return the products that what is shown may be chosen by, those of most interest first."""
        own = self._person.interests
        return rank_products(self._interests if own is None else decode_interests(own), self._now)

    def brand(self, brand: str) -> float:
        """Return the decayed points of acts with a brand, and part of those with brands like it."""
        return weigh_brand(self._interests, brand, self._site.brands, self._now)

    def score(self, score_id: str) -> float | None:
        """Return the decayed points of a score; missing when the site has no such score."""
        score = self._site.scores.by_id.get(score_id)
        if score is None:
            return None
        briefs = (brief for event in score.by_event for brief in self._by_event.get(event, ()))
        told = self._person.scores.get(score_id)
        return round_score(compute_score(self._person.history, told, score, self._now, briefs))

    def in_segment(self, segment_id: str) -> bool:
        """Return whether the person is in the segment."""
        return segment_id in self._person.segments

    # --- videos

    def video_watched_ratio(self, video_id: str) -> float | None:
        """Return the share of the video seen; missing while its length is unknown."""
        video = self._state.videos.get(video_id)
        if video is None or video.total_length is None:
            return None
        return min(1.0, floor(measure_ranges(video.ranges) / video.total_length * 1e9 + 0.5) / 1e9)

    def video_interest(self, video_id: str) -> float:
        """Return the decayed seconds of the video played."""
        video = self._state.videos.get(video_id)
        if video is None:
            return 0.0
        decayed: float = video.weight * 2.0 ** (-(self._now - video.weighed_at) / INTEREST_HALF_LIFE_MS)
        return floor(decayed * 1e6 + 0.5) / 1e6

    def video_position(self, video_id: str) -> float | None:
        """Return the last position in seconds."""
        video = self._state.videos.get(video_id)
        return video.position if video is not None else None

    def video_liked(self, video_id: str) -> bool:
        """Return whether the video was liked."""
        video = self._state.videos.get(video_id)
        return video is not None and video.liked

    def video_completed(self, video_id: str) -> bool:
        """Return whether the video was finished, or nine tenths of it seen."""
        video = self._state.videos.get(video_id)
        if video is None:
            return False
        return video.completed or (self.video_watched_ratio(video_id) or 0.0) >= COMPLETED_RATIO

    def measure_watched(self, video_id: str, start: float, end: float) -> float:
        """Return how many seconds of [start, end] were seen."""
        video = self._state.videos.get(video_id)
        return measure_overlap(video.ranges, start, end) if video is not None else 0.0

    # --- events

    @cached_property
    def _by_event(self) -> dict[str, list[EventBrief]]:
        found: dict[str, list[EventBrief]] = {}
        for raw in self._person.history.ring:
            brief = decode_brief(raw)
            found.setdefault(brief.event, []).append(brief)
        return found

    def count_events(self, event: str, test: EventTest | None, window_ms: Millis | None) -> int:
        """Return how often `event` happened with properties that pass `test`; None is within the session."""
        since = None if window_ms is None else self._now - window_ms
        count = 0
        for brief in self._by_event.get(event, ()):
            within = brief.session_key == self.session_key if since is None else brief.ts >= since
            if within and (test is None or test(decode_properties(brief.properties))):
                count += 1
        return count
