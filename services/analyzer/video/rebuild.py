"""Rebuilds played ranges from playhead positions, for players that report no ranges.

Pure. A guess, and a careful one: a stretch counts only when the playhead moved forward, while playing, about as
fast as time did.
"""

from collections.abc import Sequence

import numpy as np

from services.analyzer.video.coverage import Bools, Floats, Ints

PLAYING_AFTER = frozenset(
    {
        "Video Playback Started",
        "Video Playback Resumed",
        "Video Playback Seek Completed",
        "Video Playback Buffer Completed",
        "Video Content Started",
        "Video Content Playing",
        "Video Quality Updated",
        "Video Liked",
        "Video Commented",
        "Video Shared",
        "Video Product Clicked",
    }
)
"""Events after which the video runs on."""

JUMPS = frozenset({"Video Playback Seek Completed", "Video Playback Started", "Video Content Started"})
"""Events whose position was not reached by playing."""

FASTEST_RATE = 2.0
SLACK_S = 2.0
"""Positions are often whole seconds, and clocks jitter."""


def rebuild_ranges(view: Ints, at: Ints, events: Sequence[str], position: Floats) -> tuple[Ints, Ints, Floats, Floats]:
    """Return (view, time, start, end) of the stretches between successive events that were played.

    Inputs are sorted by view and time (milliseconds); positions in seconds.
    """
    if len(view) < 2:
        return view[:0], at[:0], position[:0], position[:0]
    playing: Bools = np.array([event in PLAYING_AFTER for event in events[:-1]])
    jumped: Bools = np.array([event in JUMPS for event in events[1:]])
    moved = position[1:] - position[:-1]
    passed_s = (at[1:] - at[:-1]) / 1000
    played = (view[1:] == view[:-1]) & playing & ~jumped & (moved > 0) & (moved <= passed_s * FASTEST_RATE + SLACK_S)
    return view[1:][played], at[1:][played], position[:-1][played], position[1:][played]
