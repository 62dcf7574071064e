"""Builders with defaults for what tests send and publish."""

from typing import Any

from shared.admission.access import hash_secret
from shared.clock import Millis
from shared.log.entry import Entry, decode_entry
from shared.log.reader import ReadEntry
from shared.snapshot.model import Site, Snapshot

NOW: Millis = 1_790_000_000_000
"""A fixed moment: 2026-09-21T14:13:20Z."""

WRITE_KEY = "wk_test"
SECRET_KEY = "sk_test"


def make_message(**fields: Any) -> dict[str, Any]:
    """Return a valid track message as JSON values; `fields` replace or add, None removes."""
    message: dict[str, Any] = {
        "type": "track",
        "event": "Product Viewed",
        "messageId": "m-1",
        "anonymousId": "visitor-1",
        "timestamp": "2026-09-21T14:13:20.000Z",
        "properties": {"product_id": "sencha"},
    }
    message.update(fields)
    return {name: value for name, value in message.items() if value is not None}


def make_site(**fields: Any) -> Site:
    """Return a site that takes `WRITE_KEY` from any origin."""
    values: dict[str, Any] = {
        "id": "shop",
        "name": "Shop",
        "write_keys": [WRITE_KEY],
        "secret_key_hashes": [hash_secret(SECRET_KEY)],
        "signing_key": "whsec_test",
    }
    return Site(**{**values, **fields})


def make_snapshot(*sites: Site, version: int = 1) -> Snapshot:
    """Return a snapshot of `sites`, by default of one."""
    return Snapshot(version=version, published_at=NOW, sites=list(sites) or [make_site()])


def read_parts(raw: bytes) -> list[Entry | None]:
    """Return what stands in an entry of the log: itself, or what is joined in it."""
    return [part.entry for part in ReadEntry(b"", decode_entry(raw), raw).list_parts()]
