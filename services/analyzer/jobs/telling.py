"""Tells the log what a job found out about persons, in parts.

Never gives a run up because Valkey is slow or away for a moment: what took minutes to compute would go with it.
"""

import asyncio
from collections.abc import Sequence

from shared.log.writer import LogUnavailable, LogWriter

ENTRIES_AT_ONCE = 4_000
"""They share few entries of the log (`join_entries`): a fraction of the time that the log is given to answer."""
PATIENCE_S = 60.0
"""A run waits this long for Valkey to come back before it fails."""
AGAIN_S = 0.2


async def tell_log(log: LogWriter, entries: Sequence[tuple[int, bytes]], *, patience_s: float = PATIENCE_S) -> None:
    """Append all (partition, entry); returns when they are durable.

    A part that may or may not be in the log is told again, so an entry must mean the same when it is read twice. Raises
    `LogUnavailable` when a part cannot be told for `patience_s`.
    """
    for start in range(0, len(entries), ENTRIES_AT_ONCE):
        await _tell(log, entries[start : start + ENTRIES_AT_ONCE], patience_s)


async def _tell(log: LogWriter, part: Sequence[tuple[int, bytes]], patience_s: float) -> None:
    clock = asyncio.get_running_loop().time
    until = clock() + patience_s
    while True:
        try:
            await log.append_all(part)
            return
        except LogUnavailable:
            if clock() > until:
                raise
        await asyncio.sleep(AGAIN_S)
