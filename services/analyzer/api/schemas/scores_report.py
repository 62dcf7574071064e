"""Schema of the scores report, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Rate, Reasons, WindowShown

Band = Annotated[int, Field(description="1 (lowest tenth) to 10; equals share a band, so one may be empty.")]


class ScoreNamed(Shown):
    """The score that the report is about."""

    id: str
    name: str
    half_life_days: float | None


class BandShown(Shown):
    """A tenth of the people by score."""

    band: Band
    persons: int
    from_: Annotated[float | None, Field(alias="from", description="Lowest score in the band.")]
    to: float | None


class OutcomeBandShown(BandShown):
    """A tenth of the people by score, and how many of them converted afterwards."""

    converted: int
    conversion_rate: Rate


class ConversionShown(Shown):
    """What the score said beforehand: valued a goal window before `to`, converted within that window."""

    valued_at: str
    bands: list[OutcomeBandShown] | None
    reasons: Reasons


class ThresholdReached(Shown):
    """A threshold: how many stand at or above it now, and how often it was crossed in the window."""

    id: str
    name: str
    value: float
    persons: int
    crossings: int


class CrossingsShown(Shown):
    """Crossings of one threshold on a day of the site."""

    day: str
    threshold: str
    crossings: int


class TopPerson(Shown):
    """One of those with the most points."""

    id: str
    value: float
    last_scored: str
    last_crossed: str | None


class ScoresShown(Shown):
    """How a score is spread at the window's end."""

    goal: str
    computed_at: str
    window: WindowShown
    score: ScoreNamed
    persons: Annotated[int, Field(description="People with points.")]
    mean: float | None
    deciles: list[BandShown]
    thresholds: list[ThresholdReached]
    crossings: list[CrossingsShown]
    top: list[TopPerson]
    conversion: ConversionShown
    sample_sizes: dict[str, int]
    assumptions: list[str]
    reasons: Reasons
