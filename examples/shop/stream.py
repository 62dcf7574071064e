"""The film as a stream: the same segments as a recording, or as a broadcast that goes on air by the clock.

Pure. A broadcast is never on air before its clock says so: segments are listed only once they would have been filmed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

LEAD_S = 4.0
"""A broadcast opens with this much of it filmed: less than that no player can begin with."""
TAIL_S = 6.0
"""Players are this far behind the clock; the broadcast counts as over when they, too, have seen its end."""


@dataclass(frozen=True)
class Quality:
    """One rendition: its folder, its picture, and the bits a second of its heaviest segment."""

    name: str
    width: int
    height: int
    bandwidth: int


QUALITIES = (Quality("720", 1280, 720, 1_100_000), Quality("360", 640, 360, 340_000))


@dataclass(frozen=True)
class OnAir:
    """One broadcast as it stands now; seconds since the epoch."""

    id: int
    position: float
    """Seconds of it that have been filmed."""
    is_on: bool
    next_at: float


def read_on_air(now: float, *, every: int, duration: float) -> OnAir:
    """Return the newest broadcast: one begins whenever the clock passes a multiple of `every`."""
    started = int(now // every) * every
    position = now - started + LEAD_S
    return OnAir(started, position, position < duration + LEAD_S + TAIL_S, started + every)


def build_master(address: str) -> str:
    """Return the list of qualities; `address` holds `{quality}`."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for quality in QUALITIES:
        size = f"{quality.width}x{quality.height}"
        lines.append(
            f'#EXT-X-STREAM-INF:BANDWIDTH={quality.bandwidth},RESOLUTION={size},CODECS="avc1.64001f,mp4a.40.2"'
        )
        lines.append(address.format(quality=quality.name))
    return "\n".join([*lines, ""])


def read_segments(recording: str) -> list[tuple[float, str]]:
    """Return the segments that a recording's playlist names, with their lengths in seconds."""
    lines = recording.splitlines()
    return [
        (float(line.removeprefix("#EXTINF:").rstrip(",")), after)
        for line, after in itertools.pairwise(lines)
        if line.startswith("#EXTINF:")
    ]


def build_broadcast(segments: Sequence[tuple[float, str]], folder: str, filmed: float) -> str:
    """Return the playlist of a broadcast of which `filmed` seconds exist: it grows, and ends with the film."""
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{math.ceil(max(length for length, _ in segments))}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:EVENT",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{folder}/init.mp4"',
    ]
    end = 0.0
    for length, name in segments:
        end += length
        if end > filmed:
            break
        lines += [f"#EXTINF:{length:.6f},", f"{folder}/{name}"]
    else:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join([*lines, ""])
