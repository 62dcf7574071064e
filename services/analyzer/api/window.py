"""`from`, `to` and `goal` of a report request.

Never guesses: what cannot be read is named.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Query

from services.analyzer.problems import FieldError, refuse_fields
from services.analyzer.reports.site import DEFAULT_DAYS, Window
from shared.clock import DAY_MS, Millis

From = Annotated[
    str | None,
    Query(alias="from", description="RFC 3339 time or a day of the site, inclusive; default 90 days before `to`."),
]
To = Annotated[str | None, Query(alias="to", description="RFC 3339 time or a day of the site, exclusive; default now.")]
GoalQuery = Annotated[str | None, Query(alias="goal", description="Goal that counts as converted; default `purchase`.")]

IncludeBots = Annotated[
    bool, Query(description="Count bots, prefetches, monitors and the site's own people, too; they are left out else.")
]


@dataclass(frozen=True, slots=True)
class Asked:
    """The window of a request; `is_default` when it names none."""

    window: Window
    is_default: bool


def read_window(start: str | None, end: str | None, *, time_zone: str, now: Millis) -> Asked:
    """Return the window; raises `Refused` that names the field which cannot be read, or is reversed."""
    end_at = now if end is None else _read_time(end, "/to", time_zone)
    start_at = end_at - DEFAULT_DAYS * DAY_MS if start is None else _read_time(start, "/from", time_zone)
    if start_at >= end_at:
        raise refuse_fields([FieldError("/to", "reversed_window", "`to` must be later than `from`")])
    return Asked(Window(start_at, end_at), start is None and end is None)


def _read_time(text: str, pointer: str, time_zone: str) -> Millis:
    try:
        # In a query a plus sign may have become a space.
        read = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        if read.tzinfo is None:
            read = read.replace(tzinfo=ZoneInfo(time_zone))
        return int(read.astimezone(UTC).timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise refuse_fields(
            [FieldError(pointer, "invalid_time", "not an RFC 3339 time such as 2026-01-31T10:00:00Z")]
        ) from error
