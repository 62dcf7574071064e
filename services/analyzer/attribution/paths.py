"""Paths of touches, and the credits that a model gives.

Shapes only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Path:
    """One sequence of touches, oldest first, with how often it converted, for how much, and how often it did not.

    `ages_days` is each touch's time before the end of the path; None: the last is of now, each earlier one a day older.
    """

    steps: tuple[str, ...]
    conversions: float
    value: float = 0.0
    non_conversions: float = 0.0
    ages_days: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """What one channel is owed. `share` is that of the conversions; None when there are none."""

    channel: str
    conversions: float
    value: float
    share: float | None


def list_channels(paths: Iterable[Path]) -> list[str]:
    """Return all channels of the paths, sorted."""
    return sorted({step for path in paths for step in path.steps})


def build_credits(
    channels: Iterable[str], conversions: Mapping[str, float], value: Mapping[str, float]
) -> list[Credit]:
    """Return a credit for each channel, the largest first; those who are owed nothing included."""
    total = sum(conversions.values())
    owed = [
        Credit(
            name,
            conversions.get(name, 0.0),
            value.get(name, 0.0),
            conversions.get(name, 0.0) / total if total > 0 else None,
        )
        for name in channels
    ]
    return sorted(owed, key=lambda one: (-one.conversions, one.channel))
