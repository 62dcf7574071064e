"""Schemas of `/v1/segments`.

Shapes only.
"""

from typing import Annotated, Literal

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

Kind = Annotated[
    Literal["rule", "lookalike", "list"],
    Field(description="`rule` needs `rule`, `lookalike` needs `seed`, `list` needs `members`."),
]
Rule = Annotated[JsonObject, Field(description="A Rule, evaluated over the whole history at every run.")]
Seed = Annotated[
    Text,
    Field(
        min_length=1,
        max_length=64,
        description="Segment whose like are sought; or `*best_customers` (the fifth of the buyers worth most), or"
        " `*most_engaged` (the fifth of the viewers who played most).",
    ),
]
Size = Annotated[
    float, Field(gt=0, allow_inf_nan=False, description="How many to find: a share up to 1, else a number.")
]
Members = Annotated[
    list[Annotated[Text, Field(min_length=1, max_length=256)]],
    Field(max_length=1_000_000, description="User ids or visitor ids."),
]


class SegmentCreate(Sent):
    """A new segment."""

    id: NewId | None = None
    name: Name
    kind: Kind
    rule: Rule | None = None
    seed: Seed | None = None
    size: Size | None = None
    members: Members | None = None


class SegmentPatch(Sent):
    """A change of a segment; fields not sent stay."""

    version: VersionField = None
    name: Name = UNCHANGED
    kind: Kind = UNCHANGED
    rule: Rule | None = UNCHANGED
    seed: Seed | None = UNCHANGED
    size: Size | None = UNCHANGED
    members: Members | None = UNCHANGED


class SegmentShown(Shown):
    """A segment."""

    id: str
    name: str
    kind: Kind
    rule: Rule | None
    seed: str | None
    size: float | None
    members: list[str] | None
    version: ShownVersion
    created_at: ShownTime
    updated_at: ShownTime


class MemberShown(Shown):
    """A person in a segment."""

    id: Annotated[str, Field(description="The user id once known, else the visitor id.")]
    anonymous_ids: list[str]
    user_id: str | None
    since: ShownTime


class SheetColumn(Sent):
    """A column of a sheet, to be matched with persons."""

    kind: Annotated[
        Literal["auto", "user_id", "anonymous_id", "email", "email_sha256"],
        Field(description="What the values are; `auto`: by their looks, and by what finds most."),
    ] = "auto"
    values: Annotated[
        list[Annotated[Text, Field(max_length=512)]],
        Field(min_length=1, max_length=100_000, description="As they stand in the sheet, at most 100,000 at once."),
    ]


class SheetMatched(Shown):
    """What came of a column of a sheet."""

    kind: Literal["user_id", "anonymous_id", "email", "email_sha256"]
    persons: Annotated[list[str], Field(description="Ids for `members` of a list segment, each once.")]
    matched: Annotated[int, Field(description="Values that somebody is known by.")]
    unmatched: Annotated[int, Field(description="Values that nobody is known by.")]
    examples: Annotated[list[str], Field(description="The first ten of them.")]
    duplicates: Annotated[int, Field(description="Values that stood there before.")]
    empty: int


class WebhookCreate(Sent):
    """A new webhook."""

    id: NewId | None = None
    url: Annotated[Text, Field(pattern=r"^https?://\S+$", max_length=2_000)]
    events: Annotated[list[Name], Field(max_length=100, default_factory=list)]
    enabled: bool = True


class WebhookPatch(Sent):
    """A change of a webhook; fields not sent stay."""

    version: VersionField = None
    url: Annotated[Text, Field(pattern=r"^https?://\S+$", max_length=2_000)] = UNCHANGED
    events: Annotated[list[Name], Field(max_length=100)] = UNCHANGED
    enabled: bool = UNCHANGED


class WebhookShown(Shown):
    """A webhook."""

    id: str
    url: str
    events: list[str]
    enabled: bool
    version: ShownVersion
    created_at: ShownTime
    updated_at: ShownTime
