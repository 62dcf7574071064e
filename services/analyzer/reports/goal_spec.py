"""What most reports are asked about: a goal, and a time.

Loads nothing that a fit in a process of its own has no use for.
"""

from dataclasses import dataclass
from typing import Any

from shared.clock import Millis


@dataclass(frozen=True, slots=True)
class GoalSpec:
    """A goal as reports need it."""

    id: str
    event: str
    where: list[dict[str, Any]] | None
    window_ms: Millis
    window_days: float
    value_property: str | None


@dataclass(frozen=True, slots=True)
class Window:
    """The time a report is about: `start` inclusive, `end` exclusive."""

    start: Millis
    end: Millis
