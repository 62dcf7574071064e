"""Schema of the stores report, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Rate, Reasons, WindowShown


class StoreRulesShown(Shown):
    """What counts."""

    buyer_days: float
    non_buyer_days: float
    purchases: Literal["any", "store", "online"]
    score_half_life_days: Annotated[float, Field(description="A visit's point in `score` halves in as many days.")]


class BasketShown(Shown):
    """Purchases after several visits against those after one: means, their difference and its 95 % interval."""

    single_purchases: int
    single_average: float | None
    several_purchases: int
    several_average: float | None
    difference: float | None
    ratio: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    reasons: Reasons


class StoreYearShown(Shown):
    """What happened in a window."""

    window: WindowShown
    visits: int
    visitors: int
    purchases: int
    purchases_after_visits: int
    purchases_after_several: int
    share_several: Annotated[Rate, Field(description="Of the purchases after visits, those after more than one.")]
    non_buyers: int
    non_buyers_with_several: int
    share_non_buyers_several: Rate
    reasons: Reasons


class YearRatiosShown(Shown):
    """The window's counts over those of the year before."""

    visits: float | None
    visitors: float | None
    purchases: float | None
    purchases_after_visits: float | None
    non_buyers: float | None
    reasons: Reasons


class YearOnYearShown(Shown):
    """The window beside the same window a year before."""

    this: StoreYearShown
    year_before: StoreYearShown
    ratios: YearRatiosShown


class CalendarYearShown(Shown):
    """A calendar year of the site's time zone."""

    year: int
    visits: int
    visitors: int
    purchases: int
    is_complete: bool


class StoreShown(Shown):
    """One store within the window."""

    store_id: str | None
    visits: int
    visitors: int
    purchases: int
    reasons: Reasons


class ApproachShown(Shown):
    """Somebody who came and did not buy."""

    person_id: str
    score: float
    visits: int
    stores: Annotated[int, Field(description="Different stores visited.")]
    first_visit: str
    last_visit: str
    last_store: str | None
    has_bought_before: bool
    reasons: Reasons


class StoresShown(Shown):
    """How many visits lead to a purchase, and who came and did not buy."""

    goal: str
    computed_at: str
    window: WindowShown
    rules: StoreRulesShown
    visits_to_purchase: Annotated[dict[str, int], Field(description="Purchases by the visits that led to them.")]
    aov_by_visits: Annotated[dict[str, float | None], Field(description="Mean value of those purchases.")]
    basket: BasketShown
    unpurchased_visits: Annotated[
        dict[str, int],
        Field(description="Persons by visits in the last `non_buyer_days`, if they bought nothing then."),
    ]
    year_on_year: YearOnYearShown
    years: list[CalendarYearShown]
    stores: list[StoreShown]
    approach: Annotated[list[ApproachShown], Field(description="The 100 with the highest score.")]
    sample_sizes: dict[str, int]
    assumptions: list[str]
    diagnostics: dict[str, Any]
    reasons: Reasons
