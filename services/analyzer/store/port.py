"""What the analyzer needs of an event store; DuckDB is the first one behind it.

Shapes and promises only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Protocol

from shared.log.entry import Erased, LoggedDecision

EventRow = tuple[Any, ...]
"""One message, in the order of `services.analyzer.store.columns.EVENT_COLUMNS`."""


@dataclass(slots=True)
class Batch:
    """What was read of the log at once. `offsets` says how far it reaches, by partition."""

    rows: list[EventRow] = field(default_factory=list)
    decisions: list[LoggedDecision] = field(default_factory=list)
    erased: list[Erased] = field(default_factory=list)
    offsets: dict[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a batch; `refused` are rows that the store cannot hold, with its words."""

    stored: int
    duplicates: int
    decisions: int
    refused: list[tuple[EventRow, str]]


class StoreHeldError(RuntimeError):
    """Another process has the store open: wait as standby."""


class StoreBrokenError(RuntimeError):
    """The store can do nothing more in this process: it has to be opened anew."""


class EventStore(Protocol):
    """Every call blocks, and belongs into a worker thread; `append` and `write` come from one thread at a time."""

    def load_offsets(self) -> dict[int, bytes]:
        """Return the last log id stored, by partition."""
        ...

    def append(self, batch: Batch) -> Appended:
        """Store a batch and its offsets in one transaction: all of it or nothing."""
        ...

    def ask(self, question: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows that answer one of the named questions."""
        ...

    def close(self) -> None:
        """Release the store."""
        ...


def dedupe_key(site_id: str, message_id: str) -> bytes:
    """Return the 128-bit key by which a message is known; collision-resistant, for write keys are public."""
    return blake2b(f"{site_id}\x00{message_id}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


__all__: Sequence[str] = (
    "Appended",
    "Batch",
    "EventRow",
    "EventStore",
    "StoreBrokenError",
    "StoreHeldError",
    "dedupe_key",
)
