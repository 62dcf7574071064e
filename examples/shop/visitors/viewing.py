"""How one visitor watches the video: where they start, what they skip, where they leave.

Pure; randomness is a parameter.
"""

import math
import random
from dataclasses import dataclass

from examples.shop.visitors.catalog import Catalog

HEARTBEAT_S = 10.0
LEAVE_PER_SCENE = 0.16
"""Chance to leave in a scene, for a visitor of middling intent."""


@dataclass(frozen=True)
class Viewing:
    """The played ranges of one view, in order, in seconds of media time."""

    ranges: list[tuple[float, float]]

    def watched(self, start: float, end: float) -> bool:
        """Return whether at least half of [start, end) was played (ranges do not overlap)."""
        played = sum(max(0.0, min(end, b) - max(start, a)) for a, b in self.ranges)
        return played >= (end - start) / 2


def draw_viewing(catalog: Catalog, intent: float, rng: random.Random) -> Viewing:
    """Return one view: most start at the beginning, some by a chapter, some near the end; some skip a scene."""
    style = rng.random()
    if style < 0.68:
        first = 0
    elif style < 0.84:
        first = rng.randrange(1, max(2, len(catalog.scenes) - 2))
    else:
        first = len(catalog.scenes) - rng.choice((1, 2))
    leave = 1 / (1 + math.exp(-(math.log(LEAVE_PER_SCENE / (1 - LEAVE_PER_SCENE)) - 0.45 * intent)))
    ranges: list[tuple[float, float]] = []
    position = catalog.scenes[first].start + (rng.uniform(0, 3) if first else 0.0)
    for scene in catalog.scenes[first:]:
        if scene is not catalog.scenes[first] and rng.random() < 0.12:
            continue  # seeks over it
        start = max(position, scene.start)
        if rng.random() < leave:
            stop = round(start + rng.uniform(0.5, scene.end - start), 2)
            ranges.append((round(start, 2), stop))
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
