"""The names of the steps of journeys, by number.

Loads nothing that a fit in a process of its own has no use for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.analyzer.reports.goal_spec import GoalSpec
from shared.clock import DAY_MS

LOOKBACK_MS = 7 * DAY_MS
ORDER = "Order Completed"
VIDEO, OTHER_VIDEO = "video", "video:other"


@dataclass(frozen=True)
class StepNames:
    """The names of steps by token; those from `first_channel` on are channels. `traces`: what happens at a purchase."""

    names: tuple[str, ...]
    first_channel: int
    traces: tuple[int, ...]

    def find(self, name: str) -> int:
        """Return the token of a name that is always there."""
        return self.names.index(name)


def name_purchase(goal: GoalSpec) -> str:
    """Return what a conversion of the goal is called among the steps."""
    return "purchase" if goal.event == ORDER else "goal"


def name_steps(steps: Sequence[int], names: StepNames) -> list[str]:
    """Return the names of tokens."""
    return [names.names[step] for step in steps]
