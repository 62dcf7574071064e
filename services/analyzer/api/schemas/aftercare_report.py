"""Schema of the report on what came after a purchase, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Rate, Reasons, UpliftShown, WindowShown


class AftercareRules(Shown):
    """What counts."""

    days: Annotated[float, Field(description="Days after the purchase in which content counts.")]
    back_days: int
    again_days: int
    landmark_days: Annotated[int, Field(description="First days after which those who watched are compared.")]


class ReachedShown(Shown):
    """The share to whom it happened by a day; everybody counts for as long as they could be followed."""

    day: float
    share: Rate
    ci_low: float | None
    ci_high: float | None
    followed: Annotated[int, Field(description="To whom it happened, or who were followed that long.")]
    reasons: Reasons


class WatchersShown(Shown):
    """One side of the raw contrast."""

    persons: int
    bought_again_by: list[ReachedShown]


class RawContrast(Shown):
    """Who watched within `landmark_days` beside who did not; no effect: they differ in more than watching."""

    watched: WatchersShown
    not_watched: WatchersShown
    bought_before: Annotated[int, Field(description="Bought again within `landmark_days`: on neither side.")]
    day: Annotated[float | None, Field(description="The last day that both sides were followed to.")]
    difference: Annotated[float | None, Field(description="Share that bought again by then, watched less not.")]
    ci_low: float | None
    ci_high: float | None
    reasons: Reasons


class AftercareArm(Shown):
    """Buyers of one arm, so far; days count from the prompt on."""

    persons: int
    watched: int
    came_back: int
    bought_again: int
    back_open: Annotated[int, Field(description="Have not come back, and still have days to.")]
    again_open: Annotated[int, Field(description="Have not bought again, and still have days to.")]


class AftercareCampaign(Shown):
    """A campaign that only buyers can meet: those it came to against those from whom it was withheld by lot."""

    campaign: str
    name: str
    status: Literal["draft", "running", "paused", "ended"]
    holdout: float
    shown: AftercareArm
    withheld: AftercareArm
    seen_in_two_arms: Annotated[int, Field(description="Set aside.")]
    watched: Annotated[UpliftShown | None, Field(description="Share with an engaged view of any video.")]
    came_back: UpliftShown | None
    bought_again: UpliftShown | None
    reasons: Reasons


class AftercareVideo(Shown):
    """What a video did with buyers within the days after the purchase."""

    video: str
    viewers: int
    watched: Annotated[int, Field(description="Three seconds or more.")]
    seconds_mean: Annotated[float | None, Field(description="Of the viewers whose player told, with repeats.")]
    bought_again: Annotated[int, Field(description="Watchers with a purchase after watching, so far.")]
    again_open: int
    share_bought_again: Rate
    ci_low: float | None
    ci_high: float | None
    reasons: Reasons


class AftercareShown(Shown):
    """What buyers were shown and watched after a purchase, and whether they came back and bought again."""

    goal: str
    computed_at: str
    window: WindowShown
    rules: AftercareRules
    buyers: Annotated[int, Field(description="Persons with a purchase in the window; their first one counts.")]
    prompted: Annotated[int, Field(description="Shown a prompt of a campaign that only buyers can meet.")]
    viewed: Annotated[int, Field(description="Opened a video.")]
    delivered: Annotated[int, Field(description="One or the other.")]
    watched: Annotated[int, Field(description="An engaged view, begun after the purchase.")]
    share_delivered: Rate
    share_watched: Rate
    seconds: Annotated[float, Field(description="Played after the purchase, with repeats.")]
    seconds_p50: Annotated[float | None, Field(description="Median of those whose player told any.")]
    came_back: Annotated[int, Field(description="A later visit within `back_days`, so far.")]
    back_open: Annotated[int, Field(description="Have not come back, and still have days to.")]
    bought_again: Annotated[int, Field(description="Another purchase within `again_days`, so far.")]
    again_open: Annotated[int, Field(description="Have not bought again, and still have days to.")]
    came_back_by: list[ReachedShown]
    bought_again_by: list[ReachedShown]
    raw: RawContrast
    campaigns: list[AftercareCampaign]
    evidence: Annotated[
        Literal["by_lot", "raw"], Field(description="`by_lot` when a campaign's holdout tells what its prompt brought.")
    ]
    videos: list[AftercareVideo]
    sample_sizes: dict[str, int]
    assumptions: list[str]
    diagnostics: dict[str, Any]
    reasons: Reasons
