"""Where time comes from: the shell passes a `Clock` down, pure code gets `now` as a value.

Never read inside a pure package.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Millis = int
"""Milliseconds since the Unix epoch."""

Clock = Callable[[], Millis]

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


def system_clock() -> Millis:
    """Return the wall clock of this machine in milliseconds."""
    return time.time_ns() // 1_000_000


def to_rfc3339(at: Millis) -> str:
    """Return `at` as an RFC 3339 time in UTC with milliseconds."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
