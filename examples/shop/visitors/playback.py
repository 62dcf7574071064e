"""How well a video plays for one visitor: start-up, stalls, failures, by connection and delivery host.

Pure; randomness is a parameter. One host is worse on phones, and slow connections are worse everywhere: that is what
the quality report has to find.
"""

import math
import random
from dataclasses import dataclass

GOOD_HOST, BAD_HOST = "cdn-a.asagiri.example", "cdn-b.asagiri.example"
SLOW_START_MS = 3_000
PATIENCE_MS = 2_500
"""After this long before the first frame, some give up."""


@dataclass(frozen=True)
class Playback:
    """What the network does to one view. Stalls are (media second, seconds waited)."""

    host: str
    connection: str
    bitrate: int
    startup_ms: int
    gives_up: bool
    stalls: tuple[tuple[float, float], ...]
    fails_at: float | None

    @property
    def annoyance(self) -> float:
        """How much this spoils the viewing: log odds of leaving, and half of it of not buying."""
        return 0.9 * (self.startup_ms >= SLOW_START_MS) + 0.7 * min(2, len(self.stalls))


def draw_playback(rng: random.Random, *, is_on_phone: bool, length: float) -> Playback:
    """Return how one view of a video of `length` seconds plays."""
    host = BAD_HOST if rng.random() < 0.3 else GOOD_HOST
    if is_on_phone:
        connection = rng.choices(("4g", "3g", "wifi"), (0.62, 0.13, 0.25))[0]
    else:
        connection = rng.choices(("wifi", "ethernet"), (0.7, 0.3))[0]
    trouble = 0.03 + 0.2 * (host == BAD_HOST and is_on_phone) + 0.25 * (connection == "3g")
    is_troubled = rng.random() < trouble * 2
    startup_ms = round(math.exp(rng.gauss(math.log(420), 0.45)) * (rng.uniform(4, 11) if is_troubled else 1))
    count = sum(rng.random() < trouble * length / 72 for _ in range(3))
    stalls = sorted((rng.uniform(2, max(3, length - 2)), rng.uniform(0.8, 5.5)) for _ in range(count))
    fails = rng.random() < (0.04 if is_troubled else 0.003)
    return Playback(
        host=host,
        connection=connection,
        bitrate=900 if is_troubled or connection == "3g" else 2400,
        startup_ms=startup_ms,
        gives_up=startup_ms > PATIENCE_MS and rng.random() < 0.4,
        stalls=tuple((round(at, 2), round(waited, 2)) for at, waited in stalls),
        fails_at=round(rng.uniform(0.5, length), 2) if fails else None,
    )
