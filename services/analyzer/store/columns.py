"""The columns of the events table, and how an enriched message fills them.

Pure; `sql/schema.sql` declares the same columns, and a test compares the two.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from services.analyzer.store.port import EventRow
from shared.enrich import Enriched

EVENT_COLUMNS: tuple[tuple[str, str], ...] = (
    ("site_id", "VARCHAR"),
    ("message_id", "VARCHAR"),
    ("type", "VARCHAR"),
    ("event", "VARCHAR"),
    ("anonymous_id", "VARCHAR"),
    ("user_id", "VARCHAR"),
    ("previous_id", "VARCHAR"),
    ("ts", "BIGINT"),
    ("received_at", "BIGINT"),
    ("claimed", "BIGINT"),
    ("session_id", "VARCHAR"),
    ("properties", "JSON"),
    ("traits", "JSON"),
    ("context", "JSON"),
    ("channel", "VARCHAR"),
    ("campaign_source", "VARCHAR"),
    ("campaign_medium", "VARCHAR"),
    ("campaign_name", "VARCHAR"),
    ("device_type", "VARCHAR"),
    ("locale", "VARCHAR"),
    ("page_path", "VARCHAR"),
    ("page_url", "VARCHAR"),
    ("page_title", "VARCHAR"),
    ("page_referrer", "VARCHAR"),
    ("bot", "BOOLEAN"),
    ("internal", "BOOLEAN"),
    ("order_id", "VARCHAR"),
    ("amount_minor", "BIGINT"),
    ("currency", "VARCHAR"),
    ("video_id", "VARCHAR"),
    ("video_session", "VARCHAR"),
    ("video_position", "DOUBLE"),
    ("video_length", "DOUBLE"),
    ("livestream", "BOOLEAN"),
    ("played", "DOUBLE[][]"),
    ("product_id", "VARCHAR"),
    ("product_category", "VARCHAR"),
    ("campaign_id", "VARCHAR"),
    ("variant_id", "VARCHAR"),
    ("decision_id", "VARCHAR"),
)
SITE, MESSAGE_ID, TYPE, ANONYMOUS_ID, USER_ID, PREVIOUS_ID, TS = 0, 1, 2, 4, 5, 6, 7
BOT, INTERNAL = 24, 25

_encode = msgspec.json.Encoder().encode


def build_row(enriched: Enriched) -> EventRow:
    """Return the row of one message; JSON columns as text, empty objects as None."""
    order, video, page = enriched.order, enriched.video, enriched.page
    return (
        enriched.site_id,
        enriched.message_id,
        enriched.type,
        enriched.event,
        enriched.anonymous_id,
        enriched.user_id,
        enriched.previous_id,
        enriched.timestamp,
        enriched.received_at,
        enriched.claimed,
        enriched.session_id,
        _write_json(enriched.properties),
        _write_json(enriched.traits),
        _write_json(enriched.context),
        enriched.channel,
        enriched.campaign_source,
        enriched.campaign_medium,
        enriched.campaign_name,
        enriched.device_type,
        enriched.locale,
        page.path,
        page.url,
        page.title,
        page.referrer,
        enriched.bot,
        enriched.internal,
        order.order_id if order else None,
        order.amount_minor if order else None,
        order.currency if order else None,
        video.id if video else None,
        video.view_session_id if video else None,
        video.position if video else None,
        video.total_length if video else None,
        video.livestream if video else None,
        # Told that nothing was played is not the same as not told.
        _encode(video.played).decode() if video and video.played is not None else None,
        enriched.product_id,
        enriched.product_category,
        enriched.campaign_id,
        enriched.variant_id,
        enriched.decision_id,
    )


def build_columns(rows: Sequence[tuple[Any, ...]]) -> dict[str, "np.ndarray[Any, Any]"]:
    """Return rows as columns `c0`, `c1`, ... of objects: DuckDB reads those fastest, and always as text."""
    columns = {}
    for index, values in enumerate(zip(*rows, strict=True)):
        column = np.empty(len(rows), dtype=object)
        column[:] = values
        columns[f"c{index}"] = column
    return columns


def _write_json(value: Any) -> str | None:
    return _encode(value).decode() if value else None
