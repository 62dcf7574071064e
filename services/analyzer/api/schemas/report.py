"""Schemas of the reports, for the OpenAPI document; the reports themselves are built as JSON values.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown

Reasons = Annotated[dict[str, str], Field(description="Why a field of this object is null, by field.")]
Rate = Annotated[float | None, Field(description="0 to 1.")]


class WindowShown(Shown):
    """The time a report is about."""

    from_: Annotated[str, Field(alias="from")]
    to: str


class Adjusted(Shown):
    """The adjusted figures beside the raw ones."""

    effect: Annotated[float | None, Field(description="The difference after adjustment.")]
    ci_low: float | None
    ci_high: float | None
    reasons: Reasons


class BinShown(Adjusted):
    """One stretch of the video, in seconds."""

    start: float
    end: float
    viewers: Annotated[int, Field(description="Viewers that watched half of it or more.")]
    rate_watched: Rate
    rate_not_watched: Rate
    difference: float | None
    ratio: float | None


class EntryShown(Adjusted):
    """Viewers by where they came in."""

    kind: Literal["start", "middle", "late", "prompt"]
    from_: Annotated[float | None, Field(alias="from")]
    to: float | None
    viewers: int
    conversion_rate: Rate


class ActionShown(Adjusted):
    """Something that viewers did in the player."""

    event: str
    viewers: int
    difference: float | None
    ratio: float | None
    q_value: float | None


class MomentShown(Adjusted):
    """A candidate stretch, seconds; found when `q_value` is at most 0.05."""

    start: float
    end: float
    viewers: int
    difference: float | None
    ratio: float | None
    p_value: float | None
    q_value: Annotated[float | None, Field(description="p-value after Benjamini-Hochberg over stretches and actions.")]
    found: bool
    total_effect: Annotated[float | None, Field(description="Adjusted only for what came before the stretch.")]
    robustness: Annotated[
        float | None,
        Field(description="E-value: the risk ratio an unknown cause would need to explain the effect."),
    ]
    share_dropped: Annotated[float | None, Field(description="Share of viewers who could not have watched it.")]
    analysed: Annotated[int, Field(description="Viewers that the effect was estimated on.")]


class Words(Shown):
    """The same in both languages."""

    en: str
    ja: str


class RecommendationShown(Shown):
    """Where to start other viewers, and why."""

    start_at: float
    reason: Words


class AdviceShown(Shown):
    """What to do with a found moment in the next video."""

    kind: Literal["keep", "point_at", "shorten"]
    start: float
    end: float
    words: Words


class UpliftShown(Shown):
    """Those who got the prompt against those from whom it was withheld."""

    estimate: float | None
    ci_low: Annotated[float | None, Field(description="95 %, for one look at a time fixed before.")]
    ci_high: float | None
    always_valid_low: Annotated[float | None, Field(description="95 %, however often one looks.")]
    always_valid_high: float | None
    p_value: float | None
    chance_to_win: Annotated[float | None, Field(description="Chance that the prompt converts better; rates only.")]
    persons: int
    control_persons: int
    tuned_for_persons: Annotated[int, Field(description="Persons at which the always-valid interval is narrowest.")]


class ExpectedShown(Shown):
    """The uplift that a stretch's effect promises, if those who click watch it and nobody else is moved."""

    estimate: float
    ci_low: float
    ci_high: float


class MomentExperimentShown(Shown):
    """A prompt that sends people to a moment of the video, shown to some and withheld from others by lot."""

    campaign: str
    name: str
    status: str
    variant: Annotated[str | None, Field(description="Null: all variants start the video at the same second.")]
    goal: str
    start_at: float
    stretch: Annotated[int | None, Field(description="Place in `moments` of the stretch it leads to.")]
    triggered: int
    withheld: int
    share_clicked: float | None
    uplift: UpliftShown | None
    expected: ExpectedShown | None
    agreement: Annotated[
        Literal["agrees", "disagrees", "too_early"] | None,
        Field(description="Whether the always-valid interval lies on the side of zero that the effect says."),
    ]
    words: Words | None
    reasons: Reasons


class MomentsShown(Shown):
    """Which parts of a video buyers watched."""

    video: str
    viewing: Literal["live", "archive", "all"]
    goal: str
    computed_at: str
    window: WindowShown
    viewers: int
    converters: int
    incomplete: Annotated[int, Field(description="Viewers whose window for converting is still open.")]
    bin_seconds: int
    bins: list[BinShown]
    moments: list[MomentShown]
    entries: list[EntryShown]
    actions: list[ActionShown]
    recommendation: RecommendationShown | None
    advice: list[AdviceShown]
    experiments: list[MomentExperimentShown]
    diagnostics: dict[str, Any]
    assumptions: list[str]
    reasons: Reasons


class ArmShown(Shown):
    """One arm of a campaign, counted in persons."""

    id: str
    assigned: int
    triggered: int
    shown: int
    clicked: int
    dismissed: int
    converted: int
    value: float


class AdjustedUpliftShown(UpliftShown):
    """The same difference with what persons had done before the trigger taken out (CUPED)."""

    variance_reduction: Annotated[
        float | None, Field(description="Share of the plain difference's variance that went away.")
    ]
    adjusted_for: list[str]


class VariantUplift(Shown):
    """One variant against the holdout."""

    id: str
    uplift: UpliftShown | None
    value_uplift: UpliftShown | None
    reasons: Reasons


class QuadrantAttribute(Shown):
    """How common a value is in this group and among those who clicked and converted."""

    attribute: Literal["device", "channel"]
    value: str
    persons: int
    share: float
    baseline_share: float | None


class QuadrantStep(Shown):
    """Where persons went first after the click."""

    step: str
    persons: int


class QuadrantShown(Shown):
    """One group of those who were shown the prompt; everybody is in exactly one."""

    count: int
    persons: Annotated[list[str], Field(description="At most 50.")]
    representatives: Annotated[list[str], Field(description="Medoids: those least apart from all of the group.")]
    replays: list[str]
    seconds_to_click: Annotated[float | None, Field(description="Median.")]
    seconds_to_close: Annotated[float | None, Field(description="Median.")]
    first_visit_share: float | None
    pages_before: Annotated[float | None, Field(description="Median number of pages before the prompt came.")]
    next: list[QuadrantStep]
    attributes: list[QuadrantAttribute]


class StageUplift(Shown):
    """What the prompt brought at one stage: light (no conversion before the trigger), middle (one), core (more)."""

    stage: Literal["light", "middle", "core"]
    persons: int
    converted: int
    control_persons: int
    control_converted: int
    uplift: UpliftShown | None
    value_uplift: UpliftShown | None
    reasons: Reasons


class ExitArm(Shown):
    """Who left after the prompt was due."""

    id: str
    persons: Annotated[int, Field(description="Triggered at least half an hour ago, and seen in this arm only.")]
    left: Annotated[int, Field(description="Saw no further page within half an hour, and did not convert.")]
    left_soon: Annotated[int, Field(description="Did nothing later than half a minute after.")]


class ExitsShown(Shown):
    """What the prompt did to leaving; below nought is fewer who left."""

    arms: list[ExitArm]
    left: Annotated[UpliftShown | None, Field(description="Share of triggered persons that left, against withheld.")]
    left_soon: UpliftShown | None
    reasons: Reasons


class CampaignReportShown(Shown):
    """What a campaign did, and what it brought."""

    campaign: str
    goal: str
    computed_at: str
    window: WindowShown
    arms: list[ArmShown]
    uplift: Annotated[UpliftShown | None, Field(description="Conversion of triggered persons against withheld ones.")]
    value_uplift: Annotated[UpliftShown | None, Field(description="The same for the value a person.")]
    uplift_adjusted: Annotated[
        AdjustedUpliftShown | None, Field(description="`uplift`, adjusted for behaviour before the trigger.")
    ]
    value_uplift_adjusted: Annotated[
        AdjustedUpliftShown | None, Field(description="`value_uplift`, adjusted for behaviour before the trigger.")
    ]
    intent_to_treat: Annotated[UpliftShown | None, Field(description="Conversion of all assigned persons.")]
    by_variant: list[VariantUplift]
    by_stage: Annotated[
        list[StageUplift], Field(description="Each interval is for its stage alone; three are looked at.")
    ]
    exits: ExitsShown
    srm_p: Annotated[float | None, Field(description="p-value of the arms' sizes; tiny means something is broken.")]
    quadrants: dict[str, QuadrantShown]
    diagnostics: dict[str, Any]
    assumptions: list[str]
    reasons: Reasons


class DecisionShown(Shown):
    """One decision explained."""

    id: str
    anonymous_id: str | None
    user_id: str | None
    session_id: str | None
    at: str
    trigger: str
    page_path: str | None
    snapshot_version: int
    candidates: list[dict[str, Any]]
    facts: dict[str, Any]
