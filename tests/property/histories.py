"""Random histories of a few people, and the relation the SQL side of the rules reads, for the property tests."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import duckdb
import msgspec
from hypothesis import strategies as st

from services.engager.profiles.apply import Place, apply_steps
from services.engager.profiles.person import Person, build_person
from services.engager.profiles.profile import Profile, build_profile, decode_profile, encode_profile
from services.engager.profiles.steps import ProfileKey, Step, list_keys, list_steps
from shared.clock import DAY_MS, HOUR_MS, MINUTE_MS
from shared.enrich import Enriched, enrich_message
from shared.log.entry import Entry, LoggedMessage, MessageGroup, Messages
from shared.log.partition import PARTITIONS, compute_partition
from shared.rules.scores import NO_SCORES, SiteScores
from shared.rules.sql import load_history_sql, load_persons_sql
from shared.wire.messages import Message

SITE = "shop"
NOW = 1_780_000_000_000
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1"
DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"

VISITORS = ("v1", "v2", "v3")
USERS = ("u1", "u2")
_scalar = st.sampled_from([None, True, False, 0, 1, 1.5, 2**60, "", "a", "ab", "B", "日本", "1"])
json_value = st.one_of(
    _scalar, st.lists(_scalar, max_size=3), st.dictionaries(st.sampled_from("xy"), _scalar, max_size=2)
)
_product = st.sampled_from(["p1", "p2", 3])
_brand = st.sampled_from(["acme", "zen", 7, "", None])
_second = st.integers(0, 40).map(lambda n: n / 2)
_money = st.sampled_from([None, 0, 10, "12.50", 0.1, 99.99, "much"])
_currency = st.sampled_from([None, None, "USD", "EUR", "JPY"])


def _fields(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of the fields may be missing."""
    return st.fixed_dictionaries({}, optional=fields)


_played = st.lists(st.tuples(_second, _second).map(list), max_size=3)
_video = _fields(
    position=_second, total_length=st.sampled_from([20, 20.5, None]), played=_played, session_id=st.just("w")
).flatmap(lambda rest: st.sampled_from(["film", "clip"]).map(lambda name: {"content_asset_id": name, **rest}))
_line = _fields(product_id=_product, brand=_brand, quantity=st.sampled_from([1, 2, 0, -1, 2.7, "3", "x"]), price=_money)
_order = _fields(
    revenue=_money, currency=_currency, products=st.one_of(st.lists(st.one_of(_line, _scalar), max_size=3), _line)
).flatmap(lambda rest: st.sampled_from(["o1", "o2", None]).map(lambda order_id: {"order_id": order_id, **rest}))

_tracks: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "Product Viewed": _fields(product_id=_product, brand=_brand, category=st.sampled_from(["shoes", "hats"])),
    "Product Added to Wishlist": _fields(product_id=_product, brand=_brand),
    "Video Product Clicked": _fields(product_id=_product, brand=_brand, content_asset_id=st.just("film")),
    "Document Requested": _fields(product_id=st.one_of(_product, json_value), brand=st.one_of(_brand, json_value)),
    "Product Added": _line,
    "Product Removed": _line,
    "Cart Viewed": _fields(products=st.lists(_line, max_size=3)),
    "Order Completed": _order,
    "Order Refunded": _order,
    "Video Content Playing": _video,
    "Video Playback Completed": _video,
    "Video Liked": _video,
    "Signed": _fields(plan=json_value, size=json_value),
}


@st.composite
def _body(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["page", "identify", "track", "track", "track", "track"]))
    context: dict[str, Any] = draw(
        _fields(
            sessionId=st.sampled_from(["s1", "s2"]),
            userAgent=st.sampled_from([PHONE, DESKTOP]),
            locale=st.sampled_from(["ja", "en-US"]),
            campaign=st.just({"source": "news", "medium": "email"}),
        )
    )
    body: dict[str, Any] = {"type": kind, "context": context}
    if kind == "page":
        context["page"] = draw(
            _fields(
                path=st.sampled_from(["/", "/shoes"]),
                url=st.sampled_from(["https://shop.example/", "https://shop.example/shoes?gclid=1"]),
                title=st.sampled_from(["Home", "靴"]),
                referrer=st.sampled_from(["", "https://www.google.com/", "https://shop.example/"]),
            )
        )
    elif kind == "identify":
        body["traits"] = draw(_fields(plan=json_value, level=json_value))
    else:
        body["event"] = draw(st.sampled_from(sorted(_tracks)))
        body["properties"] = draw(_tracks[body["event"]])
    anonymous_id = draw(st.sampled_from([*VISITORS, *VISITORS, None]))
    user_id = draw(st.sampled_from(USERS if anonymous_id is None else (None, None, None, *USERS)))
    return body | {"anonymousId": anonymous_id, "userId": user_id}


_gap = st.sampled_from([0, 1_000, MINUTE_MS, 29 * MINUTE_MS, 30 * MINUTE_MS, 31 * MINUTE_MS, 5 * HOUR_MS, 26 * HOUR_MS])


@st.composite
def histories(draw: st.DrawFn, *, max_size: int = 20) -> list[LoggedMessage]:
    """Draw messages in the order in which they happened, all within the last 30 days."""
    bodies = draw(st.lists(_body(), min_size=1, max_size=max_size))
    ts = NOW - draw(st.sampled_from([0, MINUTE_MS, 20 * MINUTE_MS, 40 * MINUTE_MS, 2 * DAY_MS]))
    messages = []
    for index, body in enumerate(reversed(bodies)):
        messages.append(LoggedMessage(f"m{len(bodies) - index:02}", ts, None, msgspec.json.encode(body)))
        ts -= draw(_gap)
    return messages[::-1]


def group_of(messages: list[LoggedMessage]) -> MessageGroup:
    return MessageGroup(SITE, NOW, None, None, 0, messages)


def enrich_all(messages: list[LoggedMessage]) -> list[Enriched]:
    return [
        enrich_message(group_of([logged]), logged, msgspec.json.decode(logged.raw, type=Message)) for logged in messages
    ]


class World:
    """All partitions in memory: entries are applied as the workers would, until nothing travels any more."""

    def __init__(self, scores: SiteScores = NO_SCORES) -> None:
        self.profiles: dict[ProfileKey, bytes] = {}
        self.scores = scores
        self.position = NOW << 20
        self.told: list[MessageGroup] = []

    def load(self, is_user: bool, person_id: str) -> Profile:
        return decode_profile(self.profiles.get(ProfileKey(SITE, is_user, person_id)))

    def build_person(self, person_id: str, *, is_user: bool) -> Person:
        """Return the person as a decision reads it."""
        profile = self.load(is_user, person_id)
        if is_user:
            return build_person(None, self.load(False, "nobody"), [person_id], profile, "proven")
        return build_person(person_id, profile, [], None)

    def log(self, messages: list[LoggedMessage]) -> None:
        """Log `messages` as one entry a partition, and let everything settle."""
        parts: dict[int, list[LoggedMessage]] = defaultdict(list)
        for logged, enriched in zip(messages, enrich_all(messages), strict=True):
            parts[compute_partition(SITE, enriched.anonymous_id, enriched.user_id)].append(logged)
        self.run([(partition, Messages([group_of(part)])) for partition, part in parts.items()])

    def run(self, entries: list[tuple[int, Entry]]) -> None:
        waiting = list(entries)
        while waiting:
            partition, entry = waiting.pop(0)
            assert 0 <= partition < PARTITIONS
            self.position += 1
            waiting.extend(self.apply(list_steps(entry, lambda _: "USD")[0], (partition, self.position)))

    def apply(self, steps: list[Step], place: Place) -> list[tuple[int, Entry]]:
        touched = {key for step in steps for key in list_keys(step)}
        loaded = {key: decode_profile(raw) if (raw := self.profiles.get(key)) else build_profile() for key in touched}
        outgoing = apply_steps(loaded, steps, [place] * len(steps), lambda _: self.scores)
        self.profiles.update({key: encode_profile(profile) for key, profile in loaded.items()})
        self.told += [group for _, entry in outgoing if isinstance(entry, Messages) for group in entry.groups]
        return outgoing


@dataclass(frozen=True)
class PersonOf:
    """Whose each message is, worked out the slow and obvious way."""

    by_message: dict[str, tuple[str, bool]]

    @classmethod
    def resolve(cls, messages: list[Enriched]) -> "PersonOf":
        links: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        for message in messages:
            if message.anonymous_id and message.user_id:
                links[message.anonymous_id].append((message.timestamp, message.message_id, message.user_id))
        found = {}
        for message in messages:
            if message.anonymous_id is None:
                assert message.user_id is not None
                found[message.message_id] = (message.user_id, True)
                continue
            # Of several links in one millisecond the last one holds.
            points = sorted(
                {
                    ts: (ts, message_id, user_id) for ts, message_id, user_id in sorted(links[message.anonymous_id])
                }.values()
            )
            if not points:
                found[message.message_id] = (message.anonymous_id, False)
                continue
            before = [user_id for ts, _, user_id in points if ts <= message.timestamp]
            found[message.message_id] = (before[-1] if before else points[0][2], True)
        return cls(found)

    def people(self) -> set[tuple[str, bool]]:
        return set(self.by_message.values())


_COLUMNS = {
    "person_id": "VARCHAR",
    "is_user": "BOOLEAN",
    "message_id": "VARCHAR",
    "type": "VARCHAR",
    "event": "VARCHAR",
    "ts": "BIGINT",
    "context_session_id": "VARCHAR",
    "properties": "JSON",
    "traits": "JSON",
    "channel": "VARCHAR",
    "campaign_source": "VARCHAR",
    "campaign_medium": "VARCHAR",
    "device_type": "VARCHAR",
    "locale": "VARCHAR",
    "page_path": "VARCHAR",
    "page_url": "VARCHAR",
    "page_title": "VARCHAR",
    "page_referrer": "VARCHAR",
    "product_id": "VARCHAR",
    "product_category": "VARCHAR",
    "order_id": "VARCHAR",
    "amount_minor": "BIGINT",
    "currency": "VARCHAR",
    "video_id": "VARCHAR",
    "video_position": "DOUBLE",
    "video_length": "DOUBLE",
    "played": "DOUBLE[][]",
}


def _row(message: Enriched, person: tuple[str, bool]) -> tuple[Any, ...]:
    order, video, page = message.order, message.video, message.page
    return (
        *person,
        *(message.message_id, message.type, message.event, message.timestamp, message.session_id),
        *(msgspec.json.encode(part).decode() for part in (message.properties, message.traits)),
        *(message.channel, message.campaign_source, message.campaign_medium, message.device_type, message.locale),
        *(page.path, page.url, page.title, page.referrer),
        *(message.product_id, message.product_category),
        *((order.order_id, order.amount_minor, order.currency) if order else (None, None, None)),
        *((video.id, video.position, video.total_length) if video else (None, None, None)),
        [list(span) for span in video.played] if video and video.played is not None else None,
    )


class SqlWorld:
    """The relations `history` and `persons` in DuckDB; one connection serves many histories."""

    def __init__(self) -> None:
        self.connection = duckdb.connect(config={"threads": 1})
        columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
        self.connection.execute(f"CREATE TABLE person_events ({columns})")
        self.connection.execute("CREATE TABLE segment_members (segment_id VARCHAR, person_id VARCHAR)")
        self.connection.execute(f"CREATE TABLE history AS {load_history_sql()}")
        self.connection.execute(f"CREATE TABLE persons AS {load_persons_sql()}")

    def fill(self, messages: list[Enriched], person_of: PersonOf) -> None:
        rows = [_row(message, person_of.by_message[message.message_id]) for message in messages]
        self.connection.execute("DELETE FROM person_events")
        values = ", ".join(f"({', '.join('?' for _ in _COLUMNS)})" for _ in rows)
        self.connection.execute(f"INSERT INTO person_events VALUES {values}", [cell for row in rows for cell in row])
        self.connection.execute("DELETE FROM history")
        self.connection.execute(f"INSERT INTO history BY NAME {load_history_sql()}")
        self.connection.execute("DELETE FROM persons")
        self.connection.execute(f"INSERT INTO persons BY NAME {load_persons_sql()}")

    def put_members(self, segment_id: str, person_ids: list[str]) -> None:
        """Make `person_ids` the members of the one segment that there is."""
        self.connection.execute("DELETE FROM segment_members")
        for person_id in person_ids:
            self.connection.execute("INSERT INTO segment_members VALUES (?, ?)", [segment_id, person_id])

    def ask(self, sql: str, parameters: list[Any]) -> set[str]:
        return {row[0] for row in self.connection.execute(sql, parameters).fetchall()}
