"""From log entries to steps: what is to be done to which profile, in order.

Pure; an entry the engager has no use for gives no step.
"""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from shared.enrich import Enriched, enrich_message
from shared.log.entry import (
    Decisions,
    Entry,
    Erased,
    HistoryForwarded,
    Linked,
    MessageGroup,
    Messages,
    ScoresCounted,
    SegmentsChanged,
    decode_entry,
    encode_entry,
)
from shared.wire.messages import Message

Step = Enriched | SegmentsChanged | ScoresCounted | HistoryForwarded | Linked | Erased
SiteCurrency = Callable[[str], str]

_message_decoder = msgspec.json.Decoder(Message)
_NO_DECISIONS = Decisions([])
_DECISIONS_BEGIN = encode_entry(_NO_DECISIONS)[:-1]
"""How an entry of decisions begins: the array's head and its tag."""


class ProfileKey(NamedTuple):
    """Whose profile: a user's or a visitor's."""

    site_id: str
    is_user: bool
    id: str


class Unreadable(NamedTuple):
    """A message that was admitted and yet cannot be decoded; it is counted and passed over."""

    message_id: str


def decode_for_profiles(raw: bytes) -> Entry | None:
    """Return the entry in `raw`, None when it cannot be decoded.

    Decisions, the bulk of the log of a busy site, are the analyzer's: they are recognised and not decoded.
    """
    return _NO_DECISIONS if raw.startswith(_DECISIONS_BEGIN) else decode_entry(raw)


def list_steps(entry: Entry, site_currency: SiteCurrency) -> tuple[list[Step], list[Unreadable]]:
    """Return the steps of `entry`; bots and internal traffic give none."""
    match entry:
        case Messages(groups):
            steps: list[Step] = []
            unreadable: list[Unreadable] = []
            for group in groups:
                for enriched in enrich_group(group, site_currency(group.site_id)):
                    if isinstance(enriched, Unreadable):
                        unreadable.append(enriched)
                    elif not enriched.bot and not enriched.internal:
                        steps.append(enriched)
            return steps, unreadable
        case SegmentsChanged() | ScoresCounted() | HistoryForwarded() | Linked() | Erased():
            return [entry], []
    return [], []


def enrich_group(group: MessageGroup, site_currency: str) -> list[Enriched | Unreadable]:
    """Return what each message of `group` means."""
    found: list[Enriched | Unreadable] = []
    for logged in group.messages:
        try:
            message = _message_decoder.decode(logged.raw)
            enriched = enrich_message(group, logged, message, site_currency=site_currency)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            found.append(Unreadable(logged.message_id))
            continue
        if enriched.anonymous_id is None and enriched.user_id is None:
            found.append(Unreadable(logged.message_id))
        else:
            found.append(enriched)
    return found


def list_keys(step: Step) -> list[ProfileKey]:
    """Return the profiles that `step` touches; all of them are of the entry's partition."""
    match step:
        case Enriched():
            return [message_key(step)]
        case HistoryForwarded():
            return [ProfileKey(step.site_id, True, step.user_id)]
        case Linked():
            return [ProfileKey(step.site_id, is_user, step.previous_id) for is_user in (False, True)]
    return [ProfileKey(step.site_id, step.is_user, step.person_id)]


def message_key(message: Enriched) -> ProfileKey:
    """Return whose profile takes `message`: its visitor's, else its user's."""
    if message.anonymous_id is not None:
        return ProfileKey(message.site_id, False, message.anonymous_id)
    return ProfileKey(message.site_id, True, message.user_id or "")
