"""What a video event says: which video, where the playhead is, and which ranges were really played.

Never trusts a range: not finite, reversed, beyond the video's end or a day long is cut or dropped.
"""

import math
from typing import Any

import msgspec

from shared.ranges import Range

LONGEST_S = 24 * 3600.0
"""No media range reaches beyond a day."""

_MOST_RANGES = 500


class VideoSeen(msgspec.Struct, frozen=True):
    """A video event; seconds of media time. `played` is None when the player does not report ranges."""

    id: str
    view_session_id: str | None
    position: float | None
    total_length: float | None
    livestream: bool
    played: tuple[Range, ...] | None


def read_video(event: str, properties: dict[str, Any]) -> VideoSeen | None:
    """Return what a "Video ..." event says, or None for another event or one without a video's id."""
    if not event.startswith("Video "):
        return None
    video_id = _read_video_id(properties)
    if video_id is None:
        return None
    total_length = read_seconds(properties.get("total_length"))
    return VideoSeen(
        id=video_id,
        view_session_id=read_id(properties.get("session_id")),
        position=read_seconds(properties.get("position")),
        total_length=total_length if total_length else None,
        livestream=properties.get("livestream") is True,
        played=_read_played(properties.get("played"), total_length),
    )


def _read_video_id(properties: dict[str, Any]) -> str | None:
    for name in ("content_asset_id", "asset_id"):
        if (found := read_id(properties.get(name))) is not None:
            return found
    several = properties.get("content_asset_ids")
    return read_id(several[0]) if isinstance(several, list) and several else None


def read_id(value: Any) -> str | None:
    """Return an id as text: a non-empty string of at most 256 characters or an integer, else None."""
    if isinstance(value, str):
        return value if 0 < len(value) <= 256 else None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def read_seconds(value: Any) -> float | None:
    """Return a finite number of seconds from 0 to a day, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    seconds = float(value)
    return seconds if math.isfinite(seconds) and 0 <= seconds <= LONGEST_S else None


def _read_played(value: Any, total_length: float | None) -> tuple[Range, ...] | None:
    if not isinstance(value, list):
        return None
    limit = LONGEST_S if not total_length else min(LONGEST_S, total_length + 1.0)
    ranges: list[Range] = []
    for pair in value[:_MOST_RANGES]:
        if not isinstance(pair, list) or len(pair) != 2:
            continue
        start, end = pair
        if not _is_number(start) or not _is_number(end):
            continue
        start, end = float(start), min(float(end), limit)
        if 0 <= start < end:
            ranges.append((start, end))
    return tuple(ranges)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
