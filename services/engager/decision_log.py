"""Logs decisions that reserved nothing, in the background: nobody waits for them.

Bounded: with the log away for long, the oldest rows are dropped and counted.
"""

import asyncio
import contextlib
from collections import deque

from shared.log.entry import Decisions, LoggedDecision, encode_entry
from shared.log.writer import LogUnavailable, LogWriter
from shared.tasks import end_tasks

MAX_ROWS = 20_000
MAX_ROWS_AN_ENTRY = 200
PAUSE_S = 0.05


class DecisionLog:
    """Collects rows and appends them in batches."""

    def __init__(self, writer: LogWriter) -> None:
        self._writer = writer
        self._rows: deque[tuple[int, LoggedDecision]] = deque()
        self._running: asyncio.Task[None] | None = None
        self.dropped = 0

    def offer(self, partition: int, row: LoggedDecision) -> None:
        """Take one row; returns at once."""
        if len(self._rows) >= MAX_ROWS:
            self._rows.popleft()
            self.dropped += 1
        self._rows.append((partition, row))

    async def start(self) -> None:
        """Begin to append."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Append what is left, as far as the log takes it, and end."""
        if self._running is not None:
            await end_tasks([self._running])
        with contextlib.suppress(LogUnavailable):
            await self.flush()

    async def flush(self) -> None:
        """Append everything that waits. Raises `LogUnavailable`; then the rows still wait."""
        while self._rows:
            taken = [self._rows.popleft() for _ in range(min(len(self._rows), MAX_ROWS_AN_ENTRY))]
            parts: dict[int, list[LoggedDecision]] = {}
            for partition, row in taken:
                parts.setdefault(partition, []).append(row)
            try:
                await self._writer.append_all(
                    [(partition, encode_entry(Decisions(rows))) for partition, rows in parts.items()]
                )
            except BaseException:
                # It may have been appended; the analyzer keeps a decision once.
                self._rows.extendleft(reversed(taken))
                raise

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(PAUSE_S)
            try:
                await self.flush()
            except LogUnavailable:
                await asyncio.sleep(1)
