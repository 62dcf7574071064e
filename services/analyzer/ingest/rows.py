"""Turns log entries into rows for the store: decode each message, enrich it, lay it out.

Pure; a message that cannot be decoded costs only itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

import msgspec

from services.analyzer.store.columns import build_row
from services.analyzer.store.port import Batch
from shared.enrich import enrich_message
from shared.log.entry import (
    Decisions,
    Erased,
    HistoryForwarded,
    Linked,
    LoggedMessage,
    MessageGroup,
    Messages,
    ScoresCounted,
    SegmentsChanged,
)
from shared.log.reader import ReadEntry
from shared.wire.messages import Message

_decode_message = msgspec.json.Decoder(Message).decode


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something in the log that is no row: `raw` is kept for an operator."""

    partition: int
    entry_id: bytes
    reason: str
    raw: bytes


def build_batch(found: Mapping[int, list[ReadEntry]], currencies: Mapping[str, str]) -> tuple[Batch, list[Unreadable]]:
    """Return everything readable of `found` (by partition) as one batch, and what is not.

    `currencies` names each site's own currency.
    """
    batch = Batch()
    unreadable: list[Unreadable] = []
    for partition, entries in found.items():
        for read in chain.from_iterable(entry.list_parts() for entry in entries):
            match read.entry:
                case Messages(groups):
                    for group in groups:
                        currency = currencies.get(group.site_id, "USD")
                        unreadable += _add_group(batch, partition, read, group, currency)
                case Decisions(decisions):
                    batch.decisions += decisions
                case Erased():
                    batch.erased.append(read.entry)
                case SegmentsChanged() | ScoresCounted() | HistoryForwarded() | Linked():
                    pass  # between the services' own profiles and segments; no event
                case _:
                    unreadable.append(Unreadable(partition, read.id, "entry", read.raw))
        if entries:
            batch.offsets[partition] = entries[-1].id
    return batch, unreadable


def _add_group(
    batch: Batch, partition: int, read: ReadEntry, group: MessageGroup, currency: str
) -> Iterable[Unreadable]:
    for logged in group.messages:
        try:
            message = _decode_message(logged.raw)
            batch.rows.append(build_row(enrich_message(group, logged, message, site_currency=currency)))
        except Exception as error:  # whatever it is, its neighbours go on
            yield _set_aside(partition, read, logged, error)


def _set_aside(partition: int, read: ReadEntry, logged: LoggedMessage, error: Exception) -> Unreadable:
    return Unreadable(partition, read.id, f"message: {str(error)[:200]}", logged.raw)
