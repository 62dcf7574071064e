"""What stands in the log: msgpack, positional, tagged by kind, so that an old reader can tell what it cannot read.

Pure codec; a message's own JSON bytes are kept as they came.
"""

from typing import Any, NamedTuple

import msgspec

from shared.clock import Millis

FLAG_INTERNAL = 1
"""Came from one of the site's internal addresses or was marked as internal traffic."""
FLAG_PREFETCH = 2
"""Sent while the page was only prefetched or prerendered (`Sec-Purpose`)."""
FLAG_IMPORT = 4
"""Imported by an operator: exempt from the time rules."""


class LoggedMessage(msgspec.Struct, array_like=True, frozen=True):
    """One admitted message.

    `timestamp` is the corrected time; `claimed` the time it claimed when that was out of range and
    received time stands in its place, else None. `raw` is the message's JSON as the client sent it.
    """

    message_id: str
    timestamp: Millis
    claimed: Millis | None
    raw: bytes


class MessageGroup(msgspec.Struct, array_like=True, frozen=True):
    """Messages of one request: what they share.

    `user_agent` is the request's header and only judged when a message has no `context.userAgent`
    (None for requests without `Origin`). `context` is the batch's default context as JSON.
    """

    site_id: str
    received_at: Millis
    user_agent: str | None
    context: bytes | None
    flags: int
    messages: list[LoggedMessage]


class Messages(msgspec.Struct, array_like=True, frozen=True, tag="m"):
    """Admitted messages of this partition; requests of one flush share an entry."""

    groups: list[MessageGroup]


class LoggedDecision(msgspec.Struct, array_like=True, frozen=True):
    """One decision as it was made.

    `candidates`: one row for each campaign whose trigger matched:
    [campaign_id, outcome, variant_id or None, propensity or None], outcome "served", "holdout" or a reason code.
    `facts`: the facts the rules read, by name, None when missing.
    """

    decision_id: str
    site_id: str
    anonymous_id: str | None
    user_id: str | None
    session_id: str | None
    at: Millis
    trigger: str
    page_path: str | None
    snapshot_version: int
    candidates: list[tuple[str, str, str | None, float | None]]
    facts: dict[str, Any]


class Decisions(msgspec.Struct, array_like=True, frozen=True, tag="d"):
    """Decisions of the engager, for the analyzer."""

    decisions: list[LoggedDecision]


class SegmentsChanged(msgspec.Struct, array_like=True, frozen=True, tag="s"):
    """The analyzer's word that a person entered or left segments.

    `person_id` is a user id if `is_user`, else a visitor.

    `at` orders changes: the newest one of a segment wins.
    """

    site_id: str
    person_id: str
    is_user: bool
    add: list[str]
    remove: list[str]
    at: Millis


class ScoresCounted(msgspec.Struct, array_like=True, frozen=True, tag="c"):
    """The analyzer's word on scores of a person, counted over all that stood in the log up to a point.

    `scores`: (score id, stamp of its definition, value, the time it is valued at). `counted`: by partition, the last
    position that the values hold; whatever stands behind it is for the receiver to add.
    """

    site_id: str
    person_id: str
    is_user: bool
    scores: list[tuple[str, int, float, Millis]]
    counted: list[int]


class HistoryForwarded(msgspec.Struct, array_like=True, frozen=True, tag="f"):
    """A visitor's history on its way to the user it belongs to; `history` is the engager's own encoding.

    Written and read by the engager only; the analyzer passes over it.
    """

    site_id: str
    user_id: str
    history: bytes


class Linked(msgspec.Struct, array_like=True, frozen=True, tag="l"):
    """Tells the owner of visitor or user `previous_id` that it now belongs to `user_id` (an `alias`)."""

    site_id: str
    previous_id: str
    user_id: str
    at: Millis


class Erased(msgspec.Struct, array_like=True, frozen=True, tag="x"):
    """Tombstone: everything of this id logged before `at` is to be forgotten."""

    site_id: str
    person_id: str
    is_user: bool
    at: Millis


class Joined(msgspec.Struct, array_like=True, frozen=True, tag="j"):
    """Entries about several persons of this partition, one after the other, each as it would stand alone.

    Whoever has use for them decodes them one by one (`ReadEntry.list_parts`): one that cannot be costs only itself.
    """

    parts: list[msgspec.Raw]


Entry = Messages | Decisions | SegmentsChanged | ScoresCounted | HistoryForwarded | Linked | Erased | Joined

FIELD = b"e"
"""The one field of a stream entry."""

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Entry] = msgspec.msgpack.Decoder(Entry)


def encode_entry(entry: Entry) -> bytes:
    """Return the bytes of `entry` as they stand in the log."""
    return _encoder.encode(entry)


class _Joinable(NamedTuple):
    """Entries that may share one: how they begin, how much of that goes, how the shared one begins, its most."""

    begins: tuple[bytes, ...]
    skipped: int
    head: bytes
    most: int


_ARRAY = b"\xdd"
"""How an array of more than a few begins; its length follows in four bytes."""
_ONE_GROUP = b"\x92\xa1m\x91"
"""How an encoded `Messages` of one group begins: [tag, [group]]."""
_GROUPS = _Joinable((_ONE_GROUP,), len(_ONE_GROUP), b"\x92\xa1m" + _ARRAY, 2**32 - 1)
MAX_JOINED_PERSONS = 32
"""An entry is applied as a whole, and decisions wait for a batch that grows past its bound of profiles by it."""
_PERSONS = _Joinable(
    (
        _encoder.encode(SegmentsChanged("", "", False, [], [], 0))[:3],
        _encoder.encode(ScoresCounted("", "", False, [], []))[:3],
    ),
    0,
    b"\x92\xa1j" + _ARRAY,
    MAX_JOINED_PERSONS,
)
_MAX_JOINED_BYTES = 1024 * 1024


def join_entries(entries: list[bytes]) -> list[bytes]:
    """Return `entries` of one partition, in order, with neighbours in one entry of up to 1 MB.

    One-group `Messages` become one of many groups; what is told of persons, in either kind of entry, becomes `Joined`.
    Works on the encoded bytes: they are the same in an entry of one and of many.
    """
    joined: list[bytes] = []
    waiting: list[bytes] = []
    kind: _Joinable | None = None
    size = 0

    def close() -> None:
        if kind is not None and len(waiting) > 1:
            parts = [memoryview(entry)[kind.skipped :] for entry in waiting]  # so that bytes are copied once
            joined.append(kind.head + len(parts).to_bytes(4, "big") + b"".join(parts))
        else:
            joined.extend(waiting)
        waiting.clear()

    for entry in entries:
        its_kind = (
            _GROUPS if entry.startswith(_GROUPS.begins) else _PERSONS if entry.startswith(_PERSONS.begins) else None
        )
        size += len(entry)
        if its_kind is None or its_kind is not kind or size > _MAX_JOINED_BYTES or len(waiting) == its_kind.most:
            close()
            kind, size = its_kind, len(entry)
        waiting.append(entry)
    close()
    return joined


def decode_entry(raw: bytes | msgspec.Raw) -> Entry | None:
    """Return the entry in `raw`, or None when it cannot be decoded (the reader quarantines and counts it)."""
    try:
        return _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
