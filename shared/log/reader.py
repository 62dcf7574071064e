"""Reads one partition of the log in order, from where a consumer left off.

Never judges an entry: one that cannot be decoded is handed to the quarantine and passed over.
"""

from collections.abc import Callable
from dataclasses import dataclass

import redis.asyncio as redis

from shared import keys
from shared.log.entry import FIELD, Entry, Joined, decode_entry

FIRST_ID = b"0-0"
QUARANTINE_MAX_ENTRIES = 1_000


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """One entry with its place; `entry` is None when it could not be decoded."""

    id: bytes
    entry: Entry | None
    raw: bytes

    def list_parts(self) -> list["ReadEntry"]:
        """Return what is joined in this entry, else itself, each as if it stood in the log alone at this place."""
        if not isinstance(self.entry, Joined):
            return [self]
        return [ReadEntry(self.id, decode_entry(part), bytes(part)) for part in self.entry.parts]


async def read_partitions(
    client: "redis.Redis",
    positions: dict[int, bytes],
    *,
    max_entries: int,
    block_ms: int | None,
    decode: Callable[[bytes], Entry | None] = decode_entry,
) -> dict[int, list[ReadEntry]]:
    """Return what stands behind `positions` (partition to last id read), at most `max_entries` a partition.

    Waits up to `block_ms` for something to come (None: not at all). `decode` may spare itself what its consumer has no
    use for. Raises `redis.RedisError`.
    """
    streams = {keys.log_stream(partition).encode(): partition for partition in positions}
    arguments: list[bytes | int] = [b"COUNT", max_entries]
    if block_ms is not None:
        arguments += [b"BLOCK", block_ms]
    arguments += [b"STREAMS", *streams, *(positions[partition] for partition in streams.values())]
    reply: list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]] = await client.execute_command(
        "XREAD", *arguments
    )
    return {
        streams[stream]: [ReadEntry(entry_id, decode(raw), raw) for entry_id, raw in _read_fields(rows)]
        for stream, rows in reply or ()
    }


def _read_fields(rows: list[tuple[bytes, dict[bytes, bytes]]]) -> list[tuple[bytes, bytes]]:
    return [(entry_id, fields.get(FIELD, b"")) for entry_id, fields in rows]


async def quarantine(client: "redis.Redis", consumer: str, partition: int, entry: ReadEntry) -> None:
    """Keep an undecodable entry for an operator to look at; the oldest beyond 1,000 go."""
    await client.xadd(
        keys.QUARANTINE,
        {"consumer": consumer, "partition": str(partition), "id": entry.id, "raw": entry.raw},
        maxlen=QUARANTINE_MAX_ENTRIES,
        approximate=True,
    )
