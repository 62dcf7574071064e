"""Schemas of `/v1/goals`.

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

EventName = Annotated[Text, Field(min_length=1, max_length=200, description="Event that counts as a conversion.")]
Where = Annotated[
    list[JsonObject],
    Field(description="Conditions on the event's properties: `[{property, op, value}]`, all must hold."),
]
WindowDays = Annotated[
    float,
    Field(gt=0, le=400, allow_inf_nan=False, description="Days (x 24 h) after the cause in which a conversion counts."),
]
ValueProperty = Annotated[
    Text, Field(min_length=1, max_length=200, description="Property holding the value; null: the order's value.")
]


class GoalCreate(Sent):
    """A new goal."""

    id: NewId | None = None
    name: Name
    event: EventName = "Order Completed"
    where: Where | None = None
    window_days: WindowDays = 7
    value_property: ValueProperty | None = None


class GoalPatch(Sent):
    """A change of a goal; fields not sent stay."""

    version: VersionField = None
    name: Name = UNCHANGED
    event: EventName = UNCHANGED
    where: Where | None = UNCHANGED
    window_days: WindowDays = UNCHANGED
    value_property: ValueProperty | None = UNCHANGED


class GoalShown(Shown):
    """A goal."""

    id: str
    name: str
    event: EventName
    where: Where | None
    window_days: WindowDays
    value_property: ValueProperty | None
    version: ShownVersion
    created_at: ShownTime
    updated_at: ShownTime
