"""When a message happened, by the contract's time rules.

Pure; all times in milliseconds since the epoch.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from shared.clock import DAY_MS, HOUR_MS, Millis

MAX_FUTURE_MS = HOUR_MS
MAX_PAST_MS = 400 * DAY_MS


class MessageTime(NamedTuple):
    """The time a message gets; `claimed` is what it claimed when that was out of range, else None."""

    timestamp: Millis
    claimed: Millis | None


def parse_time(text: str) -> Millis | None:
    """Return the RFC 3339 time in `text`, None when it is none. A time without an offset is UTC."""
    if len(text) < 16 or text[4] != "-":
        return None
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        return round(at.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def compute_time(
    *, original: Millis | None, sent_at: Millis | None, received_at: Millis, exempt: bool = False
) -> MessageTime:
    """Return the time of a message that claims `original` and was sent at `sent_at` by its own clock.

    received - (sent - original); without `sent_at` no correction; without `original` received time. Later than
    received + 1 h or earlier than received - 400 days: received time, the claim kept. Imports are `exempt`.
    """
    if original is None:
        return MessageTime(received_at, None)
    corrected = original if sent_at is None else received_at - (sent_at - original)
    if not exempt and not received_at - MAX_PAST_MS <= corrected <= received_at + MAX_FUTURE_MS:
        return MessageTime(received_at, original)
    return MessageTime(corrected, None)
