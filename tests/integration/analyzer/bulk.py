"""Logs many messages at once, hundreds an entry."""

import json
from typing import Any

from shared.clock import to_rfc3339
from shared.log.entry import LoggedMessage, MessageGroup, Messages
from tests.integration.analyzer.conftest import Log

AT_ONCE = 500


def send_bulk(log: Log, site_id: str, messages: list[dict[str, Any]], *, now: int) -> None:
    """Log messages, each with its own `ts` (milliseconds); `page` as event means a page view."""
    logged = []
    for place, message in enumerate(messages):
        fields = dict(message)
        ts = fields.pop("ts")
        fields["type"] = fields.get("type") or ("page" if fields.get("event") == "page" else "track")
        if fields["type"] != "track":
            fields.pop("event", None)
        raw = json.dumps({**fields, "timestamp": to_rfc3339(ts)}).encode()
        logged.append(LoggedMessage(f"bulk-{place}", ts, None, raw))
    for begin in range(0, len(logged), AT_ONCE):
        log.append(0, Messages([MessageGroup(site_id, now, None, None, 0, logged[begin : begin + AT_ONCE])]))
