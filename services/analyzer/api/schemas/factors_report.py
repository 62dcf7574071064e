"""Schema of the loyalty factors report, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Adjusted, Reasons, WindowShown


class StageShown(Shown):
    """Persons by how often they reached the goal in the window."""

    stage: Literal["light", "middle", "core"]
    persons: int


class FactorShown(Adjusted):
    """One behaviour beside conversion."""

    behaviour: Annotated[str, Field(description="`event:`, `page:`, `channel:` or `video:`, then its name.")]
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
    stages: list[StageShown]
    factors: list[FactorShown]
    diagnostics: dict[str, Any]
    assumptions: list[str]
    reasons: Reasons
