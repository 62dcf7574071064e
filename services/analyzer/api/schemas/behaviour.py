"""Schemas of `/v1/behaviours`.

Shapes only.
"""

from typing import Annotated

from pydantic import Field

from services.analyzer.api.schemas.common import (
    UNCHANGED,
    JsonObject,
    Name,
    Sent,
    Shown,
    ShownTime,
    ShownVersion,
    Text,
    VersionField,
)
from services.analyzer.loyalty.kinds import Kind

BehaviourId = Annotated[
    Text,
    Field(
        min_length=3,
        max_length=400,
        description="As the factors report calls it (`event:Products Searched`, `page:/about`, `video:film@24-36`);"
        " an own behaviour is `own:` and an id, which is made when absent.",
    ),
]
OwnName = Annotated[Name | None, Field(description="What operators call it; null: as it was found.")]
OwnKind = Annotated[Kind | None, Field(description="Its class; null: as its name says.")]
Hidden = Annotated[bool, Field(description="Left out of what is shown and recommended.")]
EventName = Annotated[
    Text, Field(min_length=1, max_length=200, description="What counts as an own behaviour; `page` for a page view.")
]
Where = Annotated[
    list[JsonObject],
    Field(max_length=50, description="Conditions on the properties: `[{property, op, value}]`, all must hold."),
]


class BehaviourCreate(Sent):
    """What is said of a behaviour that was found, or (with `event`) an own one."""

    id: BehaviourId | None = None
    name: OwnName = None
    kind: OwnKind = None
    hidden: Hidden = False
    event: EventName | None = None
    where: Where | None = None


class BehaviourPatch(Sent):
    """A change of what is said of a behaviour; fields not sent stay."""

    version: VersionField = None
    name: OwnName = UNCHANGED
    kind: OwnKind = UNCHANGED
    hidden: Hidden = UNCHANGED
    event: EventName | None = UNCHANGED
    where: Where | None = UNCHANGED


class BehaviourShown(Shown):
    """What an operator says of a behaviour."""

    id: str
    name: str | None
    kind: Kind | None
    hidden: bool
    event: str | None
    where: Where | None
    version: ShownVersion
    created_at: ShownTime
    updated_at: ShownTime
