"""Schema of the lifecycle report, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Rate, Reasons, WindowShown

Stage = Literal["new", "first", "repeat", "loyal", "at_risk", "dormant"]


class LifecycleRulesShown(Shown):
    """The day rules that the stages follow."""

    loyal_orders: int
    loyal_days: float
    at_risk_days: float
    dormant_days: float
    bulk_value: float


class StageShown(Shown):
    """The customers of one stage at the window's end."""

    stage: Stage
    customers: int
    customers_before: Annotated[int, Field(description="Customers of the stage at the window's begin.")]
    revenue: Annotated[float, Field(description="Of all their orders until the window's end.")]
    revenue_in_window: float


class TransitionShown(Shown):
    """Changes from one stage to another within the window."""

    from_: Annotated[Stage | None, Field(alias="from", description="Null for one who became a customer.")]
    to: Stage
    customers: Annotated[int, Field(description="Changes; a customer may change more than once.")]
    stays: Annotated[int | None, Field(description="Stays in `from`: there at the begin, or come since.")]
    rate: Rate
    reasons: Reasons


class MonthTransitionShown(Shown):
    """The same by month of the site's time zone."""

    month: str
    from_: Annotated[Stage | None, Field(alias="from")]
    to: Stage
    customers: int


class ReactivationShown(Shown):
    """Dormant customers who ordered again within the window."""

    dormant: int
    reactivated: int
    rate: Rate
    revenue: Annotated[float, Field(description="Of the orders that ended the dormancy.")]
    reasons: Reasons


class RfmCellShown(Shown):
    """Customers with the same three scores, 1 (lowest fifth) to 5."""

    recency: int
    frequency: int
    monetary: int
    customers: int
    revenue: float


class ScoreShown(Shown):
    """What a score stands for."""

    score: int
    customers: int
    least: float
    most: float


class RfmShown(Shown):
    """Everybody who ever ordered, by recency, frequency and money."""

    customers: int
    cells: Annotated[list[RfmCellShown], Field(description="Cells that hold anybody.")]
    scores: dict[str, list[ScoreShown]]


class CohortMonthShown(Shown):
    """One month of a cohort."""

    months_since: int
    customers: int
    share: float
    revenue: float
    is_complete: Annotated[bool, Field(description="False for the month that the window ends in.")]


class CohortShown(Shown):
    """Customers whose first order was in the same month."""

    cohort: Annotated[str, Field(description="YYYY-MM in the site's time zone.")]
    customers: int
    months: list[CohortMonthShown]


class CustomerConversionShown(Shown):
    """Persons seen in the window who had ordered before it, or had not."""

    kind: Literal["existing", "new"]
    persons: int
    converters: int
    conversion_rate: Rate
    ci_low: float | None
    ci_high: float | None
    orders: int
    revenue: float
    reasons: Reasons


class RegularBuyerShown(Shown):
    """When a regular buyer's next purchase is expected, with its 95 % interval."""

    person_id: str
    purchases: int
    last: str
    gap_days: Annotated[float, Field(description="Median of the gaps.")]
    expected: str
    earliest: str
    latest: str
    is_overdue: bool


class NextPurchaseShown(Shown):
    """The regular buyers; `given_up` are past their interval."""

    regular_buyers: int
    expected: int
    overdue: int
    given_up: int
    customers: Annotated[list[RegularBuyerShown], Field(description="The soonest 100.")]


class LifecycleShown(Shown):
    """At which stage the customers are, how they got there, and who comes back."""

    goal: str
    computed_at: str
    window: WindowShown
    rules: LifecycleRulesShown
    stages: list[StageShown]
    transitions: list[TransitionShown]
    transitions_by_month: list[MonthTransitionShown]
    reactivation: ReactivationShown
    rfm: RfmShown
    retention_cohorts: list[CohortShown]
    conversion: list[CustomerConversionShown]
    next_purchase: NextPurchaseShown
    sample_sizes: dict[str, int]
    assumptions: list[str]
    diagnostics: dict[str, Any]
    reasons: Reasons
