"""Schema of the loyalty factors report, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Adjusted, Reasons, WindowShown


class FactorStageShown(Shown):
    """Persons of a stage: by how often they reached the goal in the window, or by the site's rules."""

    stage: Annotated[
        str, Field(description="`light`, `middle`, `core`; or the id of a site's stage, and `rest` for no stage's.")
    ]
    name: Annotated[str | None, Field(description="As the operator calls it; null for the stages by conversions.")]
    persons: int


class NextExperience(Shown):
    """A behaviour that makes buyers and that a stage shows little of."""

    behaviour: str
    usage: Annotated[float, Field(description="Share of the stage's persons who did it.")]
    effect: float
    gain: Annotated[float, Field(description="The effect times the share who did not: a ceiling, no promise.")]


class NextShown(Shown):
    """What to give to a stage next, what would bring most first."""

    stage: str
    behaviours: list[NextExperience]
    reasons: Reasons


class FactorShown(Adjusted):
    """One behaviour beside conversion."""

    behaviour: Annotated[
        str,
        Field(
            description="`event:`, `page:`, `channel:`, `video:`, `video_kind:` or `own:`, then its name; a part of a"
            " video is `video:ID@24-36`, a like or comment `video:ID#Video Liked`."
        ),
    ]
    name: Annotated[str | None, Field(description="As the operator calls it.")]
    hidden: Annotated[bool, Field(description="Whether the operator wants it left out of what is shown.")]
    kind: Literal["feature", "channel", "brand", "video", "store", "community", "other"]
    persons: int
    reach: Annotated[float, Field(description="Share of all persons who did it in the window.")]
    by_stage: Annotated[dict[str, float | None], Field(description="Share of each stage's persons who did it.")]
    difference: float | None
    ratio: Annotated[float | None, Field(description="Conversion of those who did it by that of those who did not.")]
    q_value: float | None
    negative: Annotated[bool, Field(description="Whether its whole interval lies below zero.")]
    consequence: Annotated[bool, Field(description="Whether most of it follows the conversion.")]
    compared: Annotated[int, Field(description="Persons that the effect was estimated on.")]


class FactorsShown(Shown):
    """Which behaviours go together with converting, and which of them come first."""

    goal: str
    computed_at: str
    window: WindowShown
    landmark_days: float
    persons: int
    converters: int
    stages: list[FactorStageShown]
    factors: list[FactorShown]
    next: Annotated[list[NextShown], Field(description="Which experience to give to which stage next.")]
    diagnostics: dict[str, Any]
    assumptions: list[str]
    reasons: Reasons
