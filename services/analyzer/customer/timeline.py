"""One person's messages folded once: sessions, the acts that say what to do next, the newest to show, scores.

Pure. Takes messages in the order of time as they are read, and keeps of many no more than the newest.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from services.analyzer.customer.acts import Act
from shared.clock import Millis
from shared.rules.scores import ORDER, SiteScores, round_score, sum_points

MOST_MESSAGES = 5_000
"""Of somebody with very many messages only the newest say what to do next, and all orders and the community."""
SESSION_MS = 30 * 60 * 1000
LASTING = ("Order Completed", "Order Refunded", "Community Joined", "Community Liked")
LATELY = ("Product Viewed", "Product Added", "Product Removed", "Cart Viewed", "Store Visited")
OF_PROPERTIES = ("Product Added", "Product Removed", "Cart Viewed", "Store Visited")


class Told(NamedTuple):
    """A message; the fields are the columns of the question `timeline`, texts of JSON not yet decoded.

    `session_key`: the message's own session id, which may be None, until `cut_sessions` has given it one.
    """

    ts: Millis
    message_id: str
    type: str
    event: str
    session_key: str
    product_id: str | None
    category: str | None
    order_id: str | None
    minor: int | None
    currency: str | None
    video_id: str | None
    played: Sequence[Sequence[float]] | None
    properties: str | None
    traits: str | None
    anonymous_id: str | None
    page_path: str | None
    channel: str | None
    device_type: str | None
    locale: str | None
    set_aside: bool
    """Of a bot, or of the site's own people."""


@dataclass(slots=True)
class Session:
    """A person's session: times of its first and last message, and how far the person looked around."""

    key: str
    first: Millis
    last: Millis
    messages: int = 0
    channel: str | None = None
    """Of the earliest message that says one."""
    pages: int = 0
    products: set[str] = field(default_factory=set)
    categories: set[str] = field(default_factory=set)
    is_visit: bool = False
    """Whether a page, a product or a video was in it."""


@dataclass(slots=True)
class Timeline:
    """What a person's messages come to."""

    sessions: list[Session] = field(default_factory=list)
    """By the time of their first message."""
    open_session: str | None = None
    """The one that goes on."""
    acts: list[Act] = field(default_factory=list)
    """By time: orders, cart, products, videos, stores, community, and all of the open session."""
    newest: list[Told] = field(default_factory=list)
    """To be shown, oldest first."""
    counted: list[Told] = field(default_factory=list)
    """By time: what scores count."""
    traits: dict[str, Any] = field(default_factory=dict)
    device_type: str | None = None
    locale: str | None = None


def cut_sessions(messages: Iterable[Told]) -> Iterator[Told]:
    """Yield `messages`, all of one person and by time and id, each with the key of its session.

    As the SQL `history` does for everybody: its own session id; else, within 30 minutes of the message before, that
    one's key; else a new key made of the message id.
    """
    before = None
    key = ""
    for one in messages:
        own: str | None = one.session_key
        if own is not None:
            key = own
        elif before is None or one.ts - before >= SESSION_MS:
            key = f"~{one.message_id}"
        before = one.ts
        yield one if key is own else one._replace(session_key=key)


def fold_timeline(
    messages: Iterable[Told],
    *,
    now: Millis,
    limit: int,
    recommending: Collection[str] = (),
    scored: Collection[str] = (),
    most: int = MOST_MESSAGES,
) -> Timeline:
    """Return what `messages`, by time and id, come to.

    `limit`: most messages to show. `recommending`: events that count as acts however old they are. `scored`: events
    that scores count.
    """
    sessions: dict[str, Session] = {}
    found = Timeline()
    lasting: list[Told] = []
    newest: deque[Told] = deque(maxlen=max(most, limit))
    for one in messages:
        _follow(sessions, one)
        found.device_type = one.device_type or found.device_type
        found.locale = one.locale or found.locale
        if one.traits:
            found.traits |= msgspec.json.decode(one.traits)
        if one.event in LASTING or (one.type == "track" and one.event in recommending):
            lasting.append(one)
        if one.event in scored and not one.set_aside:
            found.counted.append(one)
        newest.append(one)
    kept = list(newest)
    if kept and 0 <= now - kept[-1].ts < SESSION_MS:
        found.open_session = kept[-1].session_key
    lately = [one for one in kept[-most:] if _is_late_act(one, found.open_session)]
    told = {one.message_id: one for one in (*lasting, *lately)}
    found.acts = [_read_act(one) for one in sorted(told.values(), key=lambda one: (one.ts, one.message_id))]
    found.newest = kept[-limit:]
    found.sessions = sorted(sessions.values(), key=lambda session: (session.first, session.key))
    return found


def value_scores(counted: Iterable[Told], scores: SiteScores, now: Millis) -> dict[str, float]:
    """Return every score at `now` by what it counts; the earliest message of an order id is the order."""
    values = dict.fromkeys(scores.by_id, 0.0)
    ordered: set[str] = set()
    for one in counted:
        if one.event == ORDER and one.order_id is not None:
            if one.order_id in ordered:
                continue
            ordered.add(one.order_id)
        properties = msgspec.json.decode(one.properties) if one.properties else {}
        for score in scores.by_event.get(one.event, ()):
            values[score.id] += score.decay(sum_points(score.by_event[one.event], properties), one.ts, now)
    return {score_id: round_score(value) for score_id, value in values.items()}


def _follow(sessions: dict[str, Session], one: Told) -> None:
    session = sessions.get(one.session_key)
    if session is None:
        session = sessions[one.session_key] = Session(one.session_key, one.ts, one.ts)
    session.last = one.ts
    session.messages += 1
    session.channel = session.channel or one.channel
    if one.type in ("page", "screen"):
        session.pages += 1
    elif one.event == "Product Viewed":
        session.products.update(filter(None, [one.product_id]))
        session.categories.update(filter(None, [one.category]))
    elif not one.event.startswith("Video "):
        return
    session.is_visit = True


def _is_late_act(one: Told, open_session: str | None) -> bool:
    return one.event in LATELY or one.played is not None or one.session_key == open_session


def _read_act(one: Told) -> Act:
    properties = msgspec.json.decode(one.properties) if one.properties and one.event in OF_PROPERTIES else {}
    return Act(*one[:12], properties)
