"""Schema of the experiments report, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import AdjustedUpliftShown, Reasons, UpliftShown, WindowShown, Words


class ExperimentShown(Shown):
    """One campaign's result."""

    campaign: str
    name: str
    status: Literal["draft", "running", "paused", "ended"]
    goal: Annotated[str, Field(description="The goal it is judged by.")]
    holdout: float
    triggered: Annotated[int, Field(description="Persons for whom the prompt was due and who were to get it.")]
    withheld: Annotated[int, Field(description="Persons for whom it was due and from whom it was withheld.")]
    shown: int
    clicked: int
    converted: int
    uplift: UpliftShown | None
    uplift_adjusted: AdjustedUpliftShown | None
    value_uplift: UpliftShown | None
    value_uplift_adjusted: AdjustedUpliftShown | None
    srm_p: float | None
    srm: Annotated[
        Literal["fits", "broken", "unknown"], Field(description="Whether the arms' sizes fit the shares drawn with.")
    ]
    seen_in_two_arms: Annotated[int, Field(description="Persons set aside.")]
    verdict: Annotated[
        Literal["works", "harms", "open", "broken", "not_compared"],
        Field(description="What the always-valid interval allows to say."),
    ]
    words: Words
    reasons: Reasons


class IntervalShown(Shown):
    """A figure with its 95 % interval."""

    estimate: float
    ci_low: float
    ci_high: float


class LiftShown(Shown):
    """What all prompts with a holdout brought together."""

    conversion: Annotated[IntervalShown | None, Field(description="Effect on the chance to convert, a person shown.")]
    value: Annotated[IntervalShown | None, Field(description="Effect on the value, a person shown.")]
    conversions_won: Annotated[IntervalShown | None, Field(description="`conversion` times `persons`.")]
    value_won: IntervalShown | None
    p_value: float | None
    persons: Annotated[int, Field(description="Persons that got a prompt, once in each campaign and month.")]
    control_persons: int
    campaigns: int
    left_out: Annotated[int, Field(description="Persons of campaigns and months too small to compare.")]
    reasons: Reasons


class MonthLiftShown(LiftShown):
    """The same for those whose first trigger was in one month of the site's time zone."""

    month: str


class LiftsShown(Shown):
    """The lift over all and by month."""

    overall: LiftShown
    months: list[MonthLiftShown]


class CoverageShown(Shown):
    """How many of the window's visitors prompts reached."""

    persons: int
    shown: Annotated[int, Field(description="Were shown any prompt.")]
    withheld: Annotated[int, Field(description="Had any prompt withheld, by lot.")]
    withheld_only: Annotated[int, Field(description="Had one withheld and were never shown one.")]
    share_shown: float | None
    share_withheld: float | None
    reasons: Reasons


class SelfCheckShown(Shown):
    """Random splits that mean nothing, compared as campaigns are (A/A)."""

    splits: int
    share_significant: Annotated[float | None, Field(description="Share of splits with p < 0.05.")]
    expected: float
    share_low: Annotated[float | None, Field(description="Chance alone keeps the share above this (99.9 %).")]
    share_high: float | None
    ks_p: Annotated[float | None, Field(description="Kolmogorov-Smirnov: are the p-values uniform?")]
    verdict: Literal["sound", "too_many", "too_few", "not_uniform"] | None
    words: Words
    reasons: Reasons


class ExperimentSizesShown(Shown):
    """How much the report rests on."""

    campaigns: int
    triggered: int
    withheld: int


class ExperimentsShown(Shown):
    """All campaigns side by side, and what they brought together."""

    goal: Annotated[str | None, Field(description="Null: each campaign by its own.")]
    computed_at: str
    window: WindowShown
    campaigns: Annotated[list[ExperimentShown], Field(description="Those that anybody met, the largest first.")]
    coverage: CoverageShown
    lift: LiftsShown
    self_check: SelfCheckShown
    sample_sizes: ExperimentSizesShown
    assumptions: list[str]
    reasons: Reasons
