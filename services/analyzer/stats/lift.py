"""What all prompts together brought: the effects of campaigns and months, weighted by those who got a prompt.

Pure. Each cell is a comparison by lot of its own, so neither a busy month nor a changed holdout mixes into the effect.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from services.analyzer.stats.experiments import Arm, compute_careful_error
from services.analyzer.stats.normal import Z95, compute_two_sided_p_value

FEWEST_A_CELL = 10
"""A campaign and month with fewer persons than this on one side is left out, and counted."""
FEWEST_IN_ALL = 30
"""Fewer persons than this on one side in all, and nothing is said."""
FEWEST_VALUED = 5
"""With fewer conversions than this, an arm's spread of values is taken from both arms together."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One campaign in one month: those who got its prompt, and those from whom it was withheld at the same moment."""

    campaign_id: str
    served: Arm
    withheld: Arm

    @property
    def is_large_enough(self) -> bool:
        """Whether both sides have persons enough to be compared."""
        return min(self.served.visitors, self.withheld.visitors) >= FEWEST_A_CELL


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval."""

    estimate: float
    ci_low: float
    ci_high: float

    def scale(self, factor: float) -> "Interval":
        """Return the figure in another unit; `factor` is not negative."""
        return Interval(self.estimate * factor, self.ci_low * factor, self.ci_high * factor)


@dataclass(frozen=True, slots=True)
class Lift:
    """The pooled effect a person that got a prompt, and what it comes to; None with a `reason`.

    `left_out` are persons of cells too small to compare. Without any amount there is no `value`.
    """

    conversion: Interval | None
    value: Interval | None
    conversions_won: Interval | None
    value_won: Interval | None
    p_value: float | None
    persons: int
    control_persons: int
    campaigns: int
    left_out: int
    reason: str | None


def compute_lift(cells: Sequence[Cell], *, conversion_variance: float, value_variance: float) -> Lift:
    """Return the effect of all cells, each weighted by its persons that got the prompt.

    The variances are of the sums won (conversions, value), with persons that met several campaigns taken together; the
    interval rests on the larger of them and what the cells say if every person was alone. Reason: too_few_persons.
    """
    used = [cell for cell in cells if cell.is_large_enough]
    persons = sum(cell.served.visitors for cell in used)
    withheld = sum(cell.withheld.visitors for cell in used)
    left_out = sum(cell.served.visitors + cell.withheld.visitors for cell in cells if not cell.is_large_enough)
    campaigns = len({cell.campaign_id for cell in used})
    if min(persons, withheld) < FEWEST_IN_ALL:
        return Lift(None, None, None, None, None, persons, withheld, campaigns, left_out, "too_few_persons")
    won = sum(cell.served.visitors * _difference(cell, lambda arm: arm.conversions) for cell in used)
    value = sum(cell.served.visitors * _difference(cell, lambda arm: arm.total or 0.0) for cell in used)
    alone = sum((cell.served.visitors * compute_careful_error(cell.withheld, cell.served)) ** 2 for cell in used)
    error = float(np.sqrt(max(alone, conversion_variance)))
    has_value = any(arm.total for cell in used for arm in (cell.served, cell.withheld))
    value_alone = sum(cell.served.visitors**2 * _find_value_variance(cell) for cell in used)
    conversions_won = _build(won, error)
    value_won = _build(value, float(np.sqrt(max(value_alone, value_variance)))) if has_value else None
    return Lift(
        conversion=conversions_won.scale(1 / persons),
        value=value_won.scale(1 / persons) if value_won is not None else None,
        conversions_won=conversions_won,
        value_won=value_won,
        p_value=compute_two_sided_p_value(won / error),
        persons=persons,
        control_persons=withheld,
        campaigns=campaigns,
        left_out=left_out,
        reason=None,
    )


def _difference(cell: Cell, read: Callable[[Arm], float]) -> float:
    return float(read(cell.served) / cell.served.visitors - read(cell.withheld) / cell.withheld.visitors)


def _find_value_variance(cell: Cell) -> float:
    """Return the variance of the difference of mean values."""
    arms = (cell.served, cell.withheld)
    together = _spread(arms)
    own = [_spread([arm]) if arm.conversions >= FEWEST_VALUED else together for arm in arms]
    return sum(spread / arm.visitors for spread, arm in zip(own, arms, strict=True))


def _spread(arms: Iterable[Arm]) -> float:
    """Return the variance of a person's value within the arms."""
    squares, freedom = 0.0, 0
    for arm in arms:
        squares += max(0.0, (arm.total_of_squares or 0.0) - (arm.total or 0.0) ** 2 / arm.visitors)
        freedom += arm.visitors - 1
    return squares / freedom


def _build(estimate: float, error: float) -> Interval:
    return Interval(estimate, estimate - Z95 * error, estimate + Z95 * error)
