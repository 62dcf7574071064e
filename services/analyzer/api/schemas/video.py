"""Schemas of `/v1/videos`.

Shapes only.
"""

from typing import Annotated, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import (
    UNCHANGED,
    Name,
    NewId,
    Sent,
    Shown,
    ShownTime,
    ShownVersion,
    Text,
    VersionField,
)

Source = Annotated[Text, Field(max_length=2_000, description="Address of the media file or playlist.")]
Duration = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False, description="Length in seconds of media time.")]
Kind = Annotated[Text, Field(max_length=100, description="The operator's own word: review, demo, live, ...")]
Products = Annotated[
    list[Annotated[Text, Field(min_length=1, max_length=256)]],
    Field(max_length=1_000, description="Ids of the products that it shows."),
]
Origin = Annotated[
    Literal["shop", "customers"], Field(description="Whose video it is: the shop's own, or made by customers.")
]
Approved = Annotated[
    bool | None,
    Field(description="Whether it may be proposed and shown in prompts; null: it waits for the operator's word."),
]


class VideoCreate(Sent):
    """A new video; those seen in events appear by themselves."""

    id: NewId | None = None
    title: Name
    src: Source | None = None
    duration: Duration | None = None
    kind: Kind | None = None
    products: Products | None = None
    livestream: bool | None = None
    origin: Origin = "shop"
    approved: Approved = True


class VideoPatch(Sent):
    """A change of a video; fields not sent stay."""

    version: VersionField = None
    title: Name = UNCHANGED
    src: Source | None = UNCHANGED
    duration: Duration | None = UNCHANGED
    kind: Kind | None = UNCHANGED
    products: Products | None = UNCHANGED
    livestream: bool | None = UNCHANGED
    origin: Origin = UNCHANGED
    approved: Approved = UNCHANGED


class VideoShown(Shown):
    """A video."""

    id: str
    title: str
    src: str | None
    duration: float | None
    kind: str | None
    products: list[str] | None
    livestream: bool | None
    source: Annotated[
        Literal["given", "seen", "posted"],
        Field(description="`given` by an operator, `seen` in events, or `posted` in the community by a customer."),
    ]
    origin: Origin
    approved: Approved
    version: ShownVersion
    created_at: ShownTime
    updated_at: ShownTime
