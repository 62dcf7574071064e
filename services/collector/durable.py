"""Where accepted messages become durable: the log, or this machine's spool while the log is away or too large.

Never acknowledges what is neither in the log nor in the spool, fsynced.
"""

import asyncio
import logging

import redis.asyncio as redis

from shared import keys
from shared.log.partition import PARTITIONS
from shared.log.spool import Spool
from shared.log.writer import LogUnavailable, LogWriter
from shared.tasks import end_tasks

logger = logging.getLogger(__name__)

WATCH_S = 0.5
"""How often the log is looked at: it is used again, and the spool drained, within a second of its return."""


class DurableLog:
    """Stores entries in the log, else in the spool; watches the log and drains the spool when it is back."""

    def __init__(self, client: "redis.Redis", writer: LogWriter, spool: Spool, *, log_max_bytes: int) -> None:
        self._client = client
        self._writer = writer
        self._spool = spool
        self._log_max_bytes = log_max_bytes
        self._watching: asyncio.Task[None] | None = None
        self.log_away: str | None = "not looked at yet"
        """Why the log is not used, None while it is."""
        self.log_bytes = 0
        self.spool_bytes = 0

    async def start(self) -> None:
        """Look at the log once and begin to watch it."""
        await self._look()
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Stop watching and let go of the spool file, so that another process can drain it."""
        if self._watching is not None:
            await end_tasks([self._watching])
        self._spool.release()

    async def store(self, entries: list[tuple[int, bytes]]) -> None:
        """Make (partition, entry) pairs durable; raises `SpoolFull` when neither place takes them."""
        if self.log_away is None:
            try:
                await self._writer.append_all(entries)
                return
            except LogUnavailable as error:
                self._leave_log(str(error))
        await self._spool.append_all(entries)

    def _leave_log(self, why: str) -> None:
        if self.log_away is None:
            logger.warning("the log is away, spooling: %s", why)
        self.log_away = why

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            try:
                await self._look()
                if self.log_away is None and self.spool_bytes:
                    moved = await self._spool.drain(self._writer)
                    if moved:
                        logger.info("drained %d spooled entries into the log", moved)
            except LogUnavailable as error:
                self._leave_log(str(error))
            except OSError as error:
                logger.error("the spool cannot be drained: %s", error)

    async def _look(self) -> None:
        self.spool_bytes = await asyncio.to_thread(self._spool.measure_bytes)
        try:
            async with asyncio.timeout(2):
                pipe = self._client.pipeline(transaction=False)
                for partition in range(PARTITIONS):
                    pipe.execute_command("MEMORY", "USAGE", keys.log_stream(partition), "SAMPLES", 5)
                sizes = await pipe.execute()
        except (redis.RedisError, OSError, TimeoutError) as error:
            self._leave_log(str(error) or "no answer in time")
            return
        self.log_bytes = sum(size or 0 for size in sizes)
        if self.log_bytes > self._log_max_bytes:
            self._leave_log(f"the log holds {self.log_bytes} bytes, more than {self._log_max_bytes}")
            return
        if self.log_away is not None:
            logger.info("the log is used again")
        self.log_away = None
