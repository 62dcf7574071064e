"""Schema of the attribution report, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Any

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Reasons, WindowShown


class CreditShown(Shown):
    """What one touch is owed."""

    channel: Annotated[str, Field(description="A channel, `video:<id>` or `prompt:<id>`.")]
    conversions: float
    value: float
    share: Annotated[float | None, Field(description="Share of all conversions, 0 to 1.")]


class PathShown(Shown):
    """Persons whose touches came in the same order."""

    path: list[str]
    conversions: float
    non_conversions: float
    value: float


class AttributionShown(Shown):
    """Which touches the conversions are owed to, by each model."""

    goal: str
    computed_at: str
    window: WindowShown
    lookback_days: float
    conversions: float
    non_conversions: float
    value: float
    models: Annotated[dict[str, list[CreditShown]], Field(description="Credits of every touch, the largest first.")]
    removal_effects: Annotated[dict[str, float], Field(description="Share of conversions lost without the touch.")]
    paths: Annotated[list[PathShown], Field(description="The commonest 100.")]
    diagnostics: dict[str, Any]
    assumptions: list[str]
    reasons: Reasons
