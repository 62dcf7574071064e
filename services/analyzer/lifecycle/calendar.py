"""Days, weeks from Monday on, months and years of a site's time zone, as sorted times that numpy can search.

Pure. Never takes a day for 24 hours: clocks are put forward and back.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from shared.clock import Millis

Unit = Literal["day", "week", "month", "year"]
_LENGTH = {"day": 10, "week": 10, "month": 7, "year": 4}


def list_starts(first: Millis, last: Millis, time_zone: str, unit: Unit) -> tuple[list[str], NDArray[np.int64]]:
    """Return the names and the starts of all units from the one that holds `first` to the one that holds `last`."""
    zone = ZoneInfo(time_zone)
    day = _floor(datetime.fromtimestamp(first / 1000, zone).date(), unit)
    end = datetime.fromtimestamp(last / 1000, zone).date()
    names, starts = [], []
    while day <= end:
        names.append(day.isoformat()[: _LENGTH[unit]])
        starts.append(round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000))
        day = _next(day, unit)
    return names, np.array(starts, dtype=np.int64)


def clip_span(start: Millis, end: Millis, now: Millis) -> tuple[Millis, Millis]:
    """Return what of a window calendars reach and has happened: from 1970 on, not later than now."""
    until = max(min(end, now + 1), 1)
    return min(max(start, 0), until), until


def find_units(times: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place in `starts` of the unit that holds each time, -1 for one before them all."""
    return np.searchsorted(starts, times, side="right").astype(np.int64) - 1


def go_back_a_year(at: Millis, time_zone: str) -> Millis:
    """Return the same wall clock time a year before; 29 February becomes the 28th."""
    there = datetime.fromtimestamp(at / 1000, ZoneInfo(time_zone))
    is_leap_day = (there.month, there.day) == (2, 29)
    before = there.replace(year=there.year - 1, day=28 if is_leap_day else there.day)
    return round(before.astimezone(UTC).timestamp() * 1000)


def _floor(day: date, unit: Unit) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _next(day: date, unit: Unit) -> date:
    if unit == "day":
        return day + timedelta(days=1)
    if unit == "week":
        return day + timedelta(days=7)
    if unit == "month":
        return date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return date(day.year + 1, 1, 1)
