"""Schemas of the report on what videos brought in, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Any

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Rate, Reasons, WindowShown


class InfluencedGroup(Shown):
    """A group of persons and what they bought; money in the site's currency."""

    persons: int
    converters: int
    conversion: Rate
    orders: int
    value: float
    order_value: Annotated[float | None, Field(description="Mean value of an order.")]
    value_90: Annotated[float | None, Field(description="Mean value of a person over 90 days from the first touch.")]
    reasons: Reasons


class RawComparison(Shown):
    """Influenced minus, and divided by, not influenced."""

    difference: float | None
    ratio: float | None
    reasons: Reasons


class ContrastShown(Shown):
    """Those who did and those who did not, raw and adjusted side by side."""

    persons_did: int
    persons_did_not: int
    mean_did: float | None
    mean_did_not: float | None
    difference: float | None
    ratio: float | None
    effect: Annotated[float | None, Field(description="The difference after adjustment.")]
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    overlap: Annotated[float | None, Field(description="Share of persons who could have been on either side.")]
    reasons: Reasons


class WorthShown(Shown):
    """Mean value of a person since the first touch; `persons` have been known that long."""

    persons: int
    value: float | None
    reasons: Reasons


class SeriesPoint(Shown):
    """Both groups on one day since the first touch; day 0 is the first day."""

    day: int
    influenced: WorthShown
    not_influenced: WorthShown


class VideoRow(InfluencedGroup):
    """One video of the table."""

    video: str
    incomplete: int
    not_influenced_conversion: Rate
    difference: float | None
    ratio: float | None


class Attributed(Shown):
    """Orders within the days after an engaged view."""

    orders: int
    value: float


class InfluenceShown(Shown):
    """What videos brought in."""

    video: str | None
    goal: str
    computed_at: str
    window: WindowShown
    days: int
    currency: str
    influenced: InfluencedGroup
    not_influenced: InfluencedGroup
    incomplete: Annotated[int, Field(description="Influenced persons whose days are not over.")]
    attributed: Attributed
    raw: dict[str, RawComparison]
    adjusted: dict[str, ContrastShown]
    series: list[SeriesPoint]
    videos: list[VideoRow]
    diagnostics: dict[str, Any]
    assumptions: list[str]
    reasons: Reasons
