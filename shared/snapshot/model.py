"""The snapshot's shape (msgpack by field name, so that a newer analyzer can add fields).

No rule is compiled here: each service compiles what it needs when a new version arrives.
"""

from typing import Any, Literal

import msgspec

from shared.allocation.draws import Draws
from shared.clock import Millis
from shared.rules.hesitation import HesitationModel
from shared.rules.interest import BrandModel
from shared.rules.lifecycle import PUBLISHED, StageRules
from shared.rules.scores import ScoreDefinition
from shared.wire.decide import Content, PromptKind, When


class Hours(msgspec.Struct, rename={"from_": "from"}, kw_only=True, forbid_unknown_fields=True):
    """Hours of the day in the site's time zone, `from` inclusive to `to` exclusive (0 to 24; may wrap midnight)."""

    from_: int
    to: int


class Schedule(msgspec.Struct, rename={"from_": "from"}, kw_only=True, forbid_unknown_fields=True):
    """When a campaign may run: milliseconds since the epoch, either end open when None."""

    from_: Millis | None = None
    to: Millis | None = None
    hours: Hours | None = None


class VisitorCap(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """At most `count` prompts shown to a visitor in `days` x 24 hours."""

    count: int
    days: float


class Frequency(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Caps on prompts shown; None is no cap."""

    per_session: int | None = None
    per_visitor: VisitorCap | None = None


class Variant(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One variant of a campaign; weights are relative.

    `related_video`: the content's video is left open, and filled with one of a product that the viewer looked at.
    """

    id: str
    kind: PromptKind
    content: Content
    weight: float = 1.0
    slot: str | None = None
    steps: list[dict[str, Any]] | None = None
    related_video: bool = False


class Campaign(msgspec.Struct, kw_only=True):
    """A running campaign as the engager needs it; `audience` is a Rule as JSON values.

    `draws`: what was learnt of its variants, None while there is nothing.
    """

    id: str
    audience: dict[str, Any]
    when: When
    variants: list[Variant]
    schedule: Schedule | None = None
    priority: int = 0
    frequency: Frequency = msgspec.field(default_factory=Frequency)
    holdout: float = 0.0
    allocation: Literal["even", "thompson", "contextual"] = "even"
    goal: str = "purchase"
    status: Literal["draft", "running", "paused", "ended"] = "running"
    draws: Draws | None = None


class ProductVideo(msgspec.Struct, kw_only=True):
    """A video that shows products and can be played on any page."""

    id: str
    src: str
    products: list[str]


class Site(msgspec.Struct, kw_only=True):
    """A site's settings and what runs on it.

    `campaigns` holds those of every status but ended (preview shows drafts too). `origins` empty allows any.
    `hesitation`: the model fitted last, None for the fixed one. `brands`: which are alike, None before that was
    learnt. `videos`: those that a variant with `related_video` may show. `lifecycle`: the day rules of stages. Secret
    keys are SHA-256 hex digests; the signing key is in clear, for it must be used.
    """

    id: str
    name: str
    write_keys: list[str]
    secret_key_hashes: list[str]
    signing_key: str
    origins: list[str] = []
    time_zone: str = "UTC"
    currency: str = "USD"
    rates: dict[str, float] = {}
    consent: Literal["granted", "required"] = "granted"
    internal_addresses: list[str] = []
    campaigns: list[Campaign] = []
    segments: list[str] = []
    models: dict[str, Any] = {}
    hesitation: HesitationModel | None = None
    scores: list[ScoreDefinition] = []
    brands: BrandModel | None = None
    videos: list[ProductVideo] = []
    lifecycle: StageRules = PUBLISHED


class Snapshot(msgspec.Struct, kw_only=True):
    """Everything the other services need to know; `version` only grows."""

    version: int
    published_at: Millis
    sites: list[Site]


_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Snapshot] = msgspec.msgpack.Decoder(Snapshot)


def encode_snapshot(snapshot: Snapshot) -> bytes:
    """Return the published bytes of `snapshot`."""
    return _encoder.encode(snapshot)


def decode_snapshot(raw: bytes) -> Snapshot:
    """Return the snapshot in `raw`; raises `msgspec.DecodeError` when it is none."""
    return _decoder.decode(raw)
