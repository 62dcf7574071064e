"""An event as a profile keeps it: positional and small, its properties as a blob that few readers open.

Holds no behaviour beyond its codec.
"""

from typing import Any

import msgspec

from shared.clock import Millis
from shared.enrich import Enriched
from shared.ranges import Range

MOST_CART_LINES = 200


class StoredVideo(msgspec.Struct, array_like=True, frozen=True):
    """What a video event said; see `shared.enrich.VideoSeen`."""

    id: str
    position: float | None
    total_length: float | None
    played: tuple[Range, ...]


class StoredEvent(msgspec.Struct, array_like=True):
    """One event of a person's history.

    `session_key` is set by the fold. `origin` numbers the feed it came by (0: this profile's own), `seq` counts the
    arrivals at the profile that first held it. `properties` is msgpack. `logged`: partition and position of the log
    from which on it is the person's; None while it is only on its way there.
    """

    ts: Millis
    message_id: str
    event: str
    session_key: str
    properties: bytes
    logged: tuple[int, int] | None
    type: str
    origin: int
    seq: int
    session_id: str | None = None
    user_id: str | None = None
    channel: str | None = None
    campaign_source: str | None = None
    campaign_medium: str | None = None
    device_type: str | None = None
    locale: str | None = None
    page: tuple[str | None, str | None, str | None, str | None] | None = None
    product_id: str | None = None
    product_category: str | None = None
    order: tuple[str, int | None, str | None] | None = None
    video: StoredVideo | None = None
    traits: bytes | None = None
    prompt: tuple[str | None, str | None] | None = None
    personalisation: bool | None = None

    @property
    def place(self) -> tuple[Millis, str]:
        """Where the event stands in a person's history."""
        return (self.ts, self.message_id)


class EventBrief(msgspec.Struct, array_like=True, frozen=True):
    """The first fields of a stored event: all that event conditions and scores need."""

    ts: Millis
    message_id: str
    event: str
    session_key: str
    properties: bytes
    logged: tuple[int, int] | None


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(StoredEvent)
_brief_decoder = msgspec.msgpack.Decoder(EventBrief)
encode_event = _encoder.encode
decode_event = _decoder.decode
decode_brief = _brief_decoder.decode


def store_event(enriched: Enriched, *, seq: int, logged: tuple[int, int] | None = None) -> StoredEvent:
    """Return `enriched` as a profile keeps it."""
    video = enriched.video
    page = enriched.page
    order = enriched.order
    return StoredEvent(
        ts=enriched.timestamp,
        message_id=enriched.message_id,
        event=enriched.event,
        session_key="",
        properties=_encoder.encode(enriched.properties),
        logged=logged,
        type=enriched.type,
        origin=0,
        seq=seq,
        session_id=enriched.session_id,
        user_id=enriched.user_id,
        channel=enriched.channel,
        campaign_source=enriched.campaign_source,
        campaign_medium=enriched.campaign_medium,
        device_type=enriched.device_type,
        locale=enriched.locale,
        page=(page.path, page.url, page.title, page.referrer) if enriched.type == "page" else None,
        product_id=enriched.product_id,
        product_category=enriched.product_category,
        order=(order.order_id, order.amount_minor, order.currency) if order else None,
        video=StoredVideo(video.id, video.position, video.total_length, video.played or ()) if video else None,
        traits=_encoder.encode(enriched.traits) if enriched.type == "identify" and enriched.traits else None,
        prompt=(enriched.campaign_id, enriched.decision_id) if enriched.event.startswith("Prompt ") else None,
        personalisation=enriched.personalisation,
    )


def decode_properties(blob: bytes) -> dict[str, Any]:
    """Return the properties in `blob`."""
    properties: dict[str, Any] = msgspec.msgpack.decode(blob)
    return properties
