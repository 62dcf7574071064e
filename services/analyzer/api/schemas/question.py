"""Schemas of `/v1/questions`.

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
from services.analyzer.api.schemas.query_report import IntervalName, MeasureName

Breakdown = Annotated[
    Text,
    Field(
        min_length=1,
        max_length=200,
        description="`channel`, `source`, `medium`, `device`, `locale`, `page`, `video`, `event`, `prompt`, `segment`,"
        " `customer` (existing or new), `lifecycle` or `trait.<name>`; not every measure has every one.",
    ),
]
EventName = Annotated[
    Text,
    Field(min_length=1, max_length=200, description="Count only this event; of persons, visitors, sessions, events."),
]
Where = Annotated[
    list[JsonObject],
    Field(max_length=50, description="Conditions on the properties: `[{property, op, value}]`, all must hold."),
]
Filter = Annotated[JsonObject, Field(description="A Rule: only persons for whom it holds when the answer is computed.")]
WindowDays = Annotated[
    float, Field(gt=0, le=3_650, allow_inf_nan=False, description="Days up to now that are looked at; null: 90.")
]
GoalId = Annotated[Text, Field(min_length=1, max_length=64, description="What counts as a conversion.")]


class QuestionCreate(Sent):
    """A new question."""

    id: NewId | None = None
    name: Name
    measure: MeasureName
    event: EventName | None = None
    where: Where | None = None
    breakdown: Breakdown | None = None
    filter: Filter | None = None
    interval: IntervalName | None = None
    window_days: WindowDays | None = None
    goal: GoalId = "purchase"


class QuestionPatch(Sent):
    """A change of a question; fields not sent stay."""

    version: VersionField = None
    name: Name = UNCHANGED
    measure: MeasureName = UNCHANGED
    event: EventName | None = UNCHANGED
    where: Where | None = UNCHANGED
    breakdown: Breakdown | None = UNCHANGED
    filter: Filter | None = UNCHANGED
    interval: IntervalName | None = UNCHANGED
    window_days: WindowDays | None = UNCHANGED
    goal: GoalId = UNCHANGED


class QuestionShown(Shown):
    """A question of the dashboard."""

    id: str
    name: str
    measure: MeasureName
    event: EventName | None
    where: Where | None
    breakdown: Breakdown | None
    filter: Filter | None
    interval: IntervalName | None
    window_days: WindowDays | None
    goal: str
    version: ShownVersion
    created_at: ShownTime
    updated_at: ShownTime
