"""Which ranges of a video one visitor plays: where they start, what they skip, where they leave.

Pure; randomness is a parameter.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from examples.shop.visitors.catalog import Catalog, Scene

HEARTBEAT_S = 10.0
LEAVE_PER_SCENE = 0.16
"""Chance to leave in a scene, for a visitor of middling intent."""

SKIP, SKIP_RECORDING = 0.12, 0.24
"""Chance to seek over a scene; a recording's chapters invite to it."""
AWAY = 0.24
"""Chance to be called away during a scene of a broadcast, and to come back to what is on then."""


@dataclass(frozen=True)
class Viewing:
    """The played ranges of one view, in order, in seconds of media time."""

    ranges: list[tuple[float, float]]

    def watched(self, start: float, end: float) -> bool:
        """Return whether at least half of [start, end) was played (ranges do not overlap)."""
        played = sum(max(0.0, min(end, b) - max(start, a)) for a, b in self.ranges)
        return played >= (end - start) / 2


def draw_viewing(
    catalog: Catalog, intent: float, rng: random.Random, *, annoyance: float = 0.0, skip: float = SKIP
) -> Viewing:
    """Return one view: most start at the beginning, some by a chapter, some near the end; some skip a scene."""
    style = rng.random()
    if style < 0.68:
        first = 0
    elif style < 0.84:
        first = rng.randrange(1, max(2, len(catalog.scenes) - 2))
    else:
        first = len(catalog.scenes) - rng.choice((1, 2))
    begin = catalog.scenes[first].start + (rng.uniform(0, 3) if first else 0.0)
    return _play_scenes(catalog.scenes[first:], begin, _leave(intent, annoyance), skip, rng)


def draw_live_viewing(catalog: Catalog, intent: float, rng: random.Random, *, annoyance: float = 0.0) -> Viewing:
    """Return one view of a broadcast: they come when they come, stay longer, and miss what is on while away."""
    begin = rng.uniform(0, 4) if rng.random() < 0.55 else rng.uniform(4, 0.8 * catalog.duration)
    scenes = [scene for scene in catalog.scenes if scene.end > begin + 1]
    return _play_scenes(scenes, begin, 0.7 * _leave(intent, annoyance), AWAY, rng)


def draw_clip_viewing(length: float, intent: float, rng: random.Random) -> Viewing:
    """Return one view of a short clip: many swipe on within two seconds, some see it twice."""
    if rng.random() < 0.35:
        return Viewing([(0.0, round(rng.uniform(0.4, 2.5), 2))])
    if rng.random() < 0.3:
        return Viewing([(0.0, round(rng.uniform(2.5, length), 2))])
    again = rng.random() < 0.15 + 0.05 * intent
    return Viewing([(0.0, length), (0.0, round(rng.uniform(1, length), 2))] if again else [(0.0, length)])


def _leave(intent: float, annoyance: float) -> float:
    base = math.log(LEAVE_PER_SCENE / (1 - LEAVE_PER_SCENE))
    return 1 / (1 + math.exp(-(base - 0.45 * intent + annoyance)))


def _play_scenes(scenes: Sequence[Scene], begin: float, leave: float, skip: float, rng: random.Random) -> Viewing:
    ranges: list[tuple[float, float]] = []
    position = begin
    for scene in scenes:
        if scene is not scenes[0] and rng.random() < skip:
            continue  # seeks over it
        start = max(position, scene.start)
        if rng.random() < leave:
            stop = min(scene.end, start + rng.uniform(0.5, max(0.6, scene.end - start)))
            ranges.append((round(start, 2), round(stop, 2)))
            return Viewing(_join(ranges))
        ranges.append((round(start, 2), scene.end))
        position = scene.end
    return Viewing(_join(ranges))


def _join(ranges: list[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in ranges:
        if joined and abs(joined[-1][1] - start) < 0.01:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
