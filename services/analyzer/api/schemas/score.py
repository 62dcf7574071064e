"""Schemas of `/v1/scores`.

Shapes only.
"""

from typing import Annotated

from pydantic import Field

from services.analyzer.api.schemas.common import (
    UNCHANGED,
    JsonObject,
    Name,
    NewId,
    Sent,
    Shown,
    ShownTime,
    ShownVersion,
    Text,
    VersionField,
)

_MOST = 1_000_000
Event = Annotated[Text, Field(min_length=1, max_length=200, description="Event that gives points.")]
Where = Annotated[
    list[JsonObject],
    Field(max_length=20, description="Conditions on the event's properties: `[{property, op, value}]`, all must hold."),
]
Points = Annotated[
    float, Field(ge=-_MOST, le=_MOST, allow_inf_nan=False, description="Points for each event; may be negative.")
]
ThresholdId = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,64}$")]
ThresholdValue = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
HalfLife = Annotated[
    float, Field(ge=0.01, le=3_650, allow_inf_nan=False, description="Days in which points halve; null: never.")
]


class ScoreRuleSent(Sent):
    """Points for an event; several rules that meet one event add up."""

    event: Event
    where: Where | None = None
    points: Points


class ThresholdSent(Sent):
    """A value of interest; `id` is made when absent."""

    id: ThresholdId | None = None
    name: Name
    value: ThresholdValue


Rules = Annotated[list[ScoreRuleSent], Field(min_length=1, max_length=50)]
Thresholds = Annotated[
    list[ThresholdSent],
    Field(
        max_length=5,
        description="Reaching one from below is logged once as `Score Threshold Crossed`; again only after the score"
        " has fallen below 80 % of it.",
    ),
]


class ScoreCreate(Sent):
    """A new score."""

    id: NewId | None = None
    name: Name
    rules: Rules
    half_life_days: HalfLife | None = 30.0
    thresholds: Thresholds = Field(default_factory=list)


class ScorePatch(Sent):
    """A change of a score; fields not sent stay."""

    version: VersionField = None
    name: Name = UNCHANGED
    rules: Rules = UNCHANGED
    half_life_days: HalfLife | None = UNCHANGED
    thresholds: Thresholds = UNCHANGED


class ScorePreviewed(Shown):
    """Whom a definition would reach, by the whole history as it stands now."""

    persons: Annotated[int, Field(description="People with points.")]
    at_or_above: Annotated[list[int], Field(description="People at or above each threshold, in the order sent.")]


class ScoreRuleShown(Shown):
    """Points for an event."""

    event: str
    where: list[JsonObject] | None
    points: float


class ThresholdShown(Shown):
    """A value of interest."""

    id: str
    name: str
    value: float


class ScoreDefinitionShown(Shown):
    """A score: the sum of a person's points, each halving in weight every `half_life_days`."""

    id: str
    name: str
    rules: list[ScoreRuleShown]
    half_life_days: float | None
    thresholds: list[ThresholdShown]
    version: ShownVersion
    created_at: ShownTime
    updated_at: ShownTime
