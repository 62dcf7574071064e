"""Schemas of `/v1/campaigns`: what is shown to whom, and when.

Shapes only; the wire structs in `shared.wire.decide` are what becomes of them in the snapshot.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from services.analyzer.api.schemas.common import (
    UNCHANGED,
    JsonObject,
    Name,
    NewId,
    Seconds,
    Sent,
    Shown,
    ShownTime,
    ShownVersion,
    Text,
    VersionField,
)
from shared.wire.decide import PromptKind, WhenType


def _check_zone(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("must name its offset from UTC, such as 2026-01-31T10:00:00Z")
    return value.astimezone(UTC)


Moment = Annotated[datetime, Field(strict=False), AfterValidator(_check_zone)]
SomeText = Annotated[Text, Field(max_length=2_000)]


class WhenSent(Sent):
    """The moment on the page at which a prompt is due."""

    type: WhenType = "immediate"
    seconds: Seconds | None = None
    share: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    selector: SomeText | None = None
    video: SomeText | None = None
    at: Seconds | None = None
    event: SomeText | None = None


class CtaSent(Sent):
    """The call to action: a link when it has a url, else a button."""

    label: Annotated[Text, Field(min_length=1, max_length=200)]
    url: Annotated[Text, Field(max_length=2_000, pattern=r"^(https?://|/|#|\?|mailto:|tel:)")] | None = None


class ContentVideoSent(Sent):
    """A video to open or seek: one by its `id`, or by `related` one of a product that the visitor looked at."""

    id: SomeText | None = None
    start_at: Seconds = 0.0
    src: SomeText | None = None
    related: Annotated[
        Literal[True] | None,
        Field(description="Instead of `id` and `src`: chosen for each visitor among the videos with `products`."),
    ] = None


class ContentSent(Sent):
    """What a prompt says; plain text, never HTML."""

    title: SomeText | None = None
    body: Annotated[Text, Field(max_length=10_000)] | None = None
    image: Annotated[Text, Field(max_length=2_000, pattern=r"^(https?://|/|data:image/)")] | None = None
    cta: CtaSent | None = None
    dismiss_label: Annotated[Text, Field(max_length=200)] | None = None
    video: ContentVideoSent | None = None
    questions: Annotated[list[JsonObject], Field(max_length=50)] | None = None


class VariantSent(Sent):
    """One variant; weights are relative."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    weight: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1.0
    kind: PromptKind
    content: ContentSent
    slot: Annotated[Text, Field(min_length=1, max_length=200)] | None = None
    steps: Annotated[list[JsonObject], Field(max_length=50)] | None = None


class HoursSent(Sent):
    """Hours of the day in the site's time zone, `from` inclusive to `to` exclusive; may wrap midnight."""

    from_: Annotated[int, Field(alias="from", ge=0, le=24)]
    to: Annotated[int, Field(ge=0, le=24)]


class ScheduleSent(Sent):
    """When the campaign may run; either end may be open."""

    from_: Annotated[Moment | None, Field(alias="from")] = None
    to: Moment | None = None
    hours: HoursSent | None = None


class VisitorCapSent(Sent):
    """At most `count` prompts shown to a visitor in `days` x 24 hours."""

    count: Annotated[int, Field(ge=1, le=1_000)]
    days: Annotated[float, Field(gt=0, le=400, allow_inf_nan=False)]


class FrequencySent(Sent):
    """Caps on prompts shown; absent is no cap."""

    per_session: Annotated[int, Field(ge=1, le=1_000)] | None = None
    per_visitor: VisitorCapSent | None = None


Status = Literal["draft", "running", "paused", "ended"]
Audience = Annotated[JsonObject, Field(description="A Rule; everybody by default.")]
Variants = Annotated[list[VariantSent], Field(min_length=1, max_length=50)]
Holdout = Annotated[
    float, Field(ge=0, le=1, allow_inf_nan=False, description="Share of visitors that see nothing, to compare with.")
]
Allocation = Annotated[
    Literal["even", "thompson", "contextual"], Field(description="How visitors are given to variants.")
]
Priority = Annotated[int, Field(ge=-1_000_000, le=1_000_000, description="Higher wins; ties go by id.")]
Purpose = Annotated[Text, Field(max_length=2_000)]
GoalId = Annotated[str, Field(min_length=1, max_length=64, description="Goal by which it is judged.")]


class CampaignCreate(Sent):
    """A new campaign."""

    id: NewId | None = None
    name: Name
    purpose: Purpose | None = None
    status: Status = "draft"
    audience: Audience = Field(default_factory=lambda: {"all": []})
    when: WhenSent = Field(default_factory=WhenSent)
    schedule: ScheduleSent | None = None
    priority: Priority = 0
    frequency: FrequencySent = Field(default_factory=FrequencySent)
    holdout: Holdout = 0.0
    allocation: Allocation = "even"
    goal: GoalId = "purchase"
    variants: Variants


class CampaignPatch(Sent):
    """A change of a campaign; fields not sent stay."""

    version: VersionField = None
    name: Name = UNCHANGED
    purpose: Purpose | None = UNCHANGED
    status: Status = UNCHANGED
    audience: Audience = UNCHANGED
    when: WhenSent = UNCHANGED
    schedule: ScheduleSent | None = UNCHANGED
    priority: Priority = UNCHANGED
    frequency: FrequencySent = UNCHANGED
    holdout: Holdout = UNCHANGED
    allocation: Allocation = UNCHANGED
    goal: GoalId = UNCHANGED
    variants: Variants = UNCHANGED


class CampaignShown(Shown):
    """A campaign, as it was given."""

    id: str
    name: str
    purpose: str | None
    status: Status
    audience: Audience
    when: dict[str, Any]
    schedule: dict[str, Any] | None
    priority: int
    frequency: dict[str, Any]
    holdout: Holdout
    allocation: Allocation
    goal: str
    variants: list[dict[str, Any]]
    version: ShownVersion
    created_at: ShownTime
    updated_at: ShownTime
