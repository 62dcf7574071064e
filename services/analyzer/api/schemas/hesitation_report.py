"""Schema of the hesitation report, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Rate, Reasons, WindowShown


class CalibrationShown(Shown):
    """Sessions of like score: what was predicted, and what happened."""

    from_: Annotated[float, Field(alias="from")]
    to: float
    sessions: int
    predicted: float
    observed: float
    ci_low: float
    ci_high: float


class DriverShown(Shown):
    """What one feature adds to the score."""

    feature: str
    meaning: dict[str, str]
    weight: Annotated[float, Field(description="On ln(1 + feature).")]
    effect: Annotated[float, Field(description="On the logit, for one standard deviation more.")]
    towards: Literal["leaving", "buying", "neither"]


class HesitationModelShown(Shown):
    """The weights in use."""

    intercept: float
    weights: dict[str, float]


class HesitationShown(Shown):
    """How well the hesitation score tells who leaves without buying."""

    goal: str
    computed_at: str
    window: WindowShown
    sessions: Annotated[int, Field(description="Engaged sessions whose outcome is known.")]
    left: int
    bought: int
    base_rate: Rate
    in_use: Annotated[
        Literal["fitted", "fixed"], Field(description="`fixed`: weights of common experience, until there is data.")
    ]
    held_out: int
    log_loss: float | None
    log_loss_base: Annotated[float | None, Field(description="Of saying the base rate of everybody.")]
    brier: float | None
    auc: float | None
    calibration: list[CalibrationShown]
    drivers: list[DriverShown]
    model: HesitationModelShown
    diagnostics: dict[str, Any]
    assumptions: list[str]
    reasons: Reasons
