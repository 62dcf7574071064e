"""A profile: everything the engager keeps of a visitor or a user, as one binary value.

Pure codec and small steps on one profile; what passes between profiles is in `apply`.
"""

from hashlib import blake2b

import msgspec

from services.engager.profiles.event import StoredEvent
from services.engager.profiles.history import History
from services.engager.profiles.links import Link
from services.engager.profiles.state import State
from shared.clock import DAY_MS, Millis

MOST_HASHES = 512
HASH_KEPT_MS = 7 * DAY_MS
MOST_SHOWN = 300
MOST_SEGMENTS = 1_000
MOST_FEEDS = 500
MOST_BYTES = 512 * 1024
SHOWN, WITHHELD = "Prompt Shown", "Prompt Withheld"
PREVIEW_PREFIX = "preview-"
"""Decisions made for a preview begin so; what is shown under them counts nothing."""
_HASH_BYTES = 8
_ROW_BYTES = _HASH_BYTES + 4


class Feed(msgspec.Struct, array_like=True):
    """What a user's profile has taken from one source: its number among the events' `origin`, and how far."""

    origin: int
    seq: int


class Shown(msgspec.Struct, array_like=True, frozen=True):
    """A prompt that was shown (or, for a held-out visitor, withheld)."""

    campaign_id: str
    decision_id: str
    at: Millis
    session_key: str


class CountedScore(msgspec.Struct, array_like=True, frozen=True):
    """What the analyzer counted of a score, by the definition with this stamp, up to a position in each partition."""

    stamp: int
    value: float
    at: Millis
    counted: list[int]


class Profile(msgspec.Struct, array_like=True):
    """One visitor or one user.

    `seq` counts what arrived first here. `links` and `aliases` (a visitor's): whose its events are. `feeds`,
    `merged_into` (a user's): what it took from its visitors, and the user it was merged into. `segments`: membership
    and when it was told. `consent` (a visitor's): when personalisation was spoken of last, and whether agreed to.
    `hashes`: the last messages, 8 bytes of hash and 4 of seconds each. `scores`: what the analyzer counted; `above`:
    thresholds crossed, with the threshold's value and when.
    """

    history: History
    seq: int = 0
    hashes: bytes = b""
    links: list[Link] = []
    aliases: list[Link] = []
    feeds: dict[str, Feed] = {}
    merged_into: Link | None = None
    segments: dict[str, tuple[bool, Millis]] = {}
    shown: list[Shown] = []
    erased_at: Millis = -1
    consent: tuple[Millis, bool] | None = None
    scores: dict[str, CountedScore] = {}
    above: dict[str, tuple[float, Millis]] = {}


def build_profile() -> Profile:
    """Return the profile of somebody unknown."""
    return Profile(History(State()))


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Profile)


def encode_profile(profile: Profile) -> bytes:
    """Return `profile` as one value, at most 512 KB: beyond that its oldest events are kept as sums only."""
    encoded = _encoder.encode(profile)
    while len(encoded) > MOST_BYTES and profile.history.ring:
        profile.history.shrink()
        encoded = _encoder.encode(profile)
    return encoded


def decode_profile(raw: bytes | None) -> Profile:
    """Return the profile in `raw`, an empty one for None. Raises `msgspec.DecodeError` when it is none."""
    return build_profile() if raw is None else _decoder.decode(raw)


def take_message_id(profile: Profile, message_id: str, received_at: Millis) -> bool:
    """Return whether the message is new to `profile`, and remember it: the last 512 messages, for 7 days."""
    digest = blake2b(message_id.encode("utf-8", "surrogatepass"), digest_size=_HASH_BYTES).digest()
    known = profile.hashes
    at = known.find(digest)
    while at >= 0:
        if at % _ROW_BYTES == 0:
            seen_s = int.from_bytes(known[at + _HASH_BYTES : at + _ROW_BYTES], "big")
            if received_at - seen_s * 1000 < HASH_KEPT_MS:
                return False
        at = known.find(digest, at + 1)
    row = digest + max(0, received_at // 1000).to_bytes(5, "big")[-4:]
    profile.hashes = (known + row)[-MOST_HASHES * _ROW_BYTES :]
    return True


def record_shown(profile: Profile, event: StoredEvent) -> None:
    """Remember a prompt shown or withheld, once a decision."""
    campaign_id, decision_id = event.prompt or (None, None)
    if campaign_id is None or event.event not in (SHOWN, WITHHELD):
        return
    decision_id = decision_id or f"~{event.message_id}"
    if decision_id.startswith(PREVIEW_PREFIX):
        return
    if any(shown.decision_id == decision_id and shown.campaign_id == campaign_id for shown in profile.shown):
        return
    profile.shown.append(Shown(campaign_id, decision_id, event.ts, event.session_key))
    if len(profile.shown) > MOST_SHOWN:
        profile.shown.remove(min(profile.shown, key=lambda shown: shown.at))


def record_consent(profile: Profile, event: StoredEvent) -> None:
    """Remember what the visitor said of personalisation last."""
    if event.personalisation is not None and (profile.consent is None or profile.consent[0] <= event.ts):
        profile.consent = (event.ts, event.personalisation)


def open_feed(profile: Profile, name: str) -> Feed:
    """Return the feed `name` of a user's profile, a new one if it is unknown; of too many the oldest is forgotten."""
    feed = profile.feeds.get(name)
    if feed is None:
        origin = 1 + max((known.origin for known in profile.feeds.values()), default=0)
        feed = profile.feeds[name] = Feed(origin, -1)
        if len(profile.feeds) > MOST_FEEDS:
            del profile.feeds[next(iter(profile.feeds))]
    return feed


def tell_segments(profile: Profile, add: list[str], remove: list[str], at: Millis) -> None:
    """Take the analyzer's word on segments; of several words on one segment the newest wins."""
    for segment_id, member in [*((name, True) for name in add), *((name, False) for name in remove)]:
        known = profile.segments.get(segment_id)
        if known is None or known[1] <= at:
            profile.segments[segment_id] = (member, at)
    while len(profile.segments) > MOST_SEGMENTS:
        oldest = min(profile.segments, key=lambda name: (profile.segments[name][0], profile.segments[name][1]))
        del profile.segments[oldest]
