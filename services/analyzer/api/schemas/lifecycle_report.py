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
    advocate_events: list[str]
    advocate_acts: int


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


class AdvocacyStepShown(Shown):
    """One step of the ladder at the window's end, over the whole history."""

    state: Literal["one_time", "repeat", "advocate"]
    persons: Annotated[int, Field(description="Who reached it.")]
    reached_in_window: int
    below: Annotated[int, Field(description="Who reached the step before.")]
    lately: Annotated[
        int, Field(description="Of `below`, who is not here and reached that step less than `at_risk_days` ago.")
    ]
    rate: Annotated[float | None, Field(description="`persons` of `below`.")]
    ci_low: float | None
    ci_high: float | None
    days_p50: Annotated[float | None, Field(description="Median days from the step before, of those who came here.")]
    reasons: Reasons


class AdvocacyMonthShown(Shown):
    """Who reached a step in which month of the site's time zone, within the window."""

    month: str
    state: Literal["one_time", "repeat", "advocate"]
    persons: int


class AdvocateShown(Shown):
    """An advocate, and since when."""

    person_id: str
    since: str
    days_since_first: Annotated[float, Field(description="Days from the first order.")]


class AdvocacyShown(Shown):
    """From one purchase to another and on to recommending: dated steps, each after the one before it."""

    buyers: int
    ladder: list[AdvocacyStepShown]
    by_month: list[AdvocacyMonthShown]
    newest: Annotated[list[AdvocateShown], Field(description="The newest 50 advocates.")]


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


class PersonsShare(Shown):
    """Some of a number of persons, with Wilson's interval."""

    persons: int
    share: Rate
    ci_low: float | None
    ci_high: float | None
    reasons: Reasons


class CameBack(PersonsShare):
    """Who came back within some days of the first visit, of those whose days are over."""

    days: int
    followed: int


class VisitingFigures(Shown):
    """How people come and look around until the window's end, over the whole history."""

    persons: int
    visits: Annotated[int, Field(description="Sessions with a page, a product or a video in them.")]
    visits_a_person: float | None
    days_between_p50: Annotated[float | None, Field(description="Median days from a visit to the same person's next.")]
    pages_a_visit: float | None
    products_a_visit: Annotated[float | None, Field(description="Different products looked at.")]
    categories_a_visit: float | None
    back: list[CameBack]
    buyers: int
    again: Annotated[PersonsShare, Field(description="Buyers with two purchases or more.")]
    reasons: Reasons


class VisitingCohort(VisitingFigures):
    """Persons whose first visit was in the same month."""

    cohort: Annotated[str, Field(description="YYYY-MM in the site's time zone.")]


class VisitingShown(VisitingFigures):
    """Everybody, and by the month of the first visit."""

    cohorts: Annotated[list[VisitingCohort], Field(description="The newest 24 months.")]


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


class ExpectedParametersShown(Shown):
    """BG/NBD (purchases, time in days) and Gamma-Gamma (worth, major units)."""

    r: float | None
    alpha_days: float | None
    a: float | None
    b: float | None
    p: float | None
    q: float | None
    gamma: float | None
    is_on_edge: Annotated[bool, Field(description="One ran to a border: forecasts hold, that parameter means nothing.")]
    reasons: Reasons


class TriedClassShown(Shown):
    """Customers with the same number of purchases before."""

    purchases: int
    or_more: bool
    customers: int
    predicted: float
    actual: int


class TriedShown(Shown):
    """The forecast beside what happened, in the last quarter of the window, which the fit did not see."""

    window: WindowShown
    customers: int
    predicted: float | None
    actual: int
    by_purchases: list[TriedClassShown]
    reasons: Reasons


class WorthMostShown(Shown):
    """A customer of whom much is expected in the next 90 days."""

    person_id: str
    purchases: int
    alive: Annotated[float, Field(description="Probability of being a customer still.")]
    orders: float
    value: float | None
    reasons: Reasons


class ExpectedShown(Shown):
    """What all who ever bought will buy within 90 days after the window's end; orders of one day are one."""

    customers: int
    repeat_customers: int
    orders_next_90_days: float | None
    value_next_90_days: float | None
    parameters: ExpectedParametersShown
    frequency_value_correlation: Annotated[
        float | None, Field(description="Of logarithms; the value rests on its being near nil.")
    ]
    holdout: TriedShown
    worth_most: Annotated[list[WorthMostShown], Field(description="The first 50.")]
    reasons: Reasons


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
    advocacy: AdvocacyShown
    rfm: RfmShown
    retention_cohorts: list[CohortShown]
    visiting: VisitingShown
    conversion: list[CustomerConversionShown]
    expected: ExpectedShown
    next_purchase: NextPurchaseShown
    sample_sizes: dict[str, int]
    assumptions: list[str]
    diagnostics: dict[str, Any]
    reasons: Reasons
