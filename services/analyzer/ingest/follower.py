"""Follows the log: reads all partitions, stores batches, then lets Valkey forget what everybody has.

Never moves on past a batch that is not committed; what is read twice is stored once.
"""

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor

import redis.asyncio as redis

from services.analyzer.ingest.rows import Unreadable, build_batch
from services.analyzer.metrics import Metrics
from services.analyzer.store.port import Appended, EventStore, StoreBrokenError
from shared import keys
from shared.clock import Clock
from shared.log.partition import PARTITIONS
from shared.log.reader import FIRST_ID, ReadEntry, quarantine, read_partitions
from shared.tasks import end_tasks

logger = logging.getLogger(__name__)

LEAST_ENTRIES, MOST_ENTRIES = 16, 2_048
LARGE_BYTES = 24_000_000
"""A read of more than this is followed by smaller ones, whatever the entries hold."""
RETRY_S = 0.5
TRIM_EVERY_S = 5.0
"""The engager moves on without us, so the log is trimmed without news, too."""


def parse_id(entry_id: bytes) -> tuple[int, int]:
    """Return a stream id as numbers, so that ids compare."""
    milliseconds, _, sequence = entry_id.partition(b"-")
    return int(milliseconds), int(sequence or 0)


class LogFollower:
    """Stores the log; `executor` is the one thread that may write to the store."""

    def __init__(
        self,
        store: EventStore,
        client: "redis.Redis",
        *,
        executor: Executor,
        currencies: Callable[[], Mapping[str, str]],
        clock: Clock,
        metrics: Metrics,
        interval_ms: int,
    ) -> None:
        self._store = store
        self._client = client
        self._executor = executor
        self._currencies = currencies
        self._clock = clock
        self._metrics = metrics
        self._interval_s = interval_ms / 1000
        self._entries = 256
        self._trimmed_at = 0.0
        self._positions: dict[int, bytes] = {}
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def load_positions(self) -> None:
        """Find out how far the store is; before anything else."""
        loop = asyncio.get_running_loop()
        stored = await loop.run_in_executor(self._executor, self._store.load_offsets)
        self._positions = {partition: stored.get(partition, FIRST_ID) for partition in range(PARTITIONS)}

    def start(self) -> None:
        """Begin to follow."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Finish the batch under way, then stop."""
        async with self._turn:
            await end_tasks([self._task] if self._task is not None else [])

    async def load_ends(self) -> dict[int, bytes]:
        """Return the last id of every partition of the log at this moment."""
        pipe = self._client.pipeline(transaction=False)
        for partition in range(PARTITIONS):
            pipe.xrevrange(keys.log_stream(partition), count=1)
        replies = await pipe.execute()
        return {partition: reply[0][0] for partition, reply in enumerate(replies) if reply}

    async def catch_up(self, ends: Mapping[int, bytes]) -> None:
        """Return when everything up to `ends` is committed; raises `redis.RedisError` when Valkey is away."""
        while any(parse_id(self._positions[p]) < parse_id(end) for p, end in ends.items()):
            if not await self.store_once():
                return  # what stood there was trimmed or deleted meanwhile: there is nothing left to read

    async def store_once(self) -> bool:
        """Store the next batch of all partitions; returns whether there was anything to store."""
        async with self._turn:
            found = await read_partitions(self._client, self._positions, max_entries=self._entries, block_ms=None)
            if not any(found.values()):
                return False
            self._adapt(found)
            loop = asyncio.get_running_loop()
            started = time.perf_counter()
            appended, unreadable = await loop.run_in_executor(self._executor, self._store_found, found)
            self._positions |= {partition: entries[-1].id for partition, entries in found.items() if entries}
            self._metrics.ingest_seconds.observe(time.perf_counter() - started)
            self._count(appended, found)
            await self._after_commit(appended, unreadable)
            return True

    def _store_found(self, found: dict[int, list[ReadEntry]]) -> tuple[Appended, list[Unreadable]]:
        batch, unreadable = build_batch(found, self._currencies())
        return self._store.append(batch), unreadable

    def _adapt(self, found: Mapping[int, list[ReadEntry]]) -> None:
        size_bytes = sum(len(entry.raw) for entries in found.values() for entry in entries)
        full = any(len(entries) >= self._entries for entries in found.values())
        if size_bytes > LARGE_BYTES:
            self._entries = max(LEAST_ENTRIES, self._entries // 2)
        elif full and size_bytes < LARGE_BYTES // 4:
            self._entries = min(MOST_ENTRIES, self._entries * 2)

    def _count(self, appended: Appended, found: Mapping[int, list[ReadEntry]]) -> None:
        self._metrics.stored.inc(appended.stored)
        self._metrics.duplicates.inc(appended.duplicates)
        self._metrics.decisions.inc(appended.decisions)
        newest = max(parse_id(entries[-1].id)[0] for entries in found.values() if entries)
        self._metrics.behind.set(max(0, self._clock() - newest) / 1000)

    async def _after_commit(self, appended: Appended, unreadable: list[Unreadable]) -> None:
        """Tell Valkey how far the store is. A crash before this repeats nothing but the telling."""
        for one in unreadable:
            self._metrics.quarantined.labels(one.reason.split(":")[0]).inc()
            logger.warning("partition %d, entry %s: %s", one.partition, one.entry_id.decode(), one.reason)
        for row, words in appended.refused:
            self._metrics.quarantined.labels("row").inc()
            logger.warning("message %r of site %r cannot be stored: %s", row[1], row[0], words)
        try:
            for one in unreadable:
                await quarantine(self._client, "analyzer", one.partition, ReadEntry(one.entry_id, None, one.raw))
            for row, _ in appended.refused:
                raw = repr(row).encode("utf-8", "backslashreplace")
                await quarantine(self._client, "analyzer", -1, ReadEntry(b"", None, raw))
            await self._trim()
        except (redis.RedisError, OSError) as error:
            logger.warning("checkpoint not told to Valkey, the next one will be: %s", error)

    async def _trim(self) -> None:
        """Write the checkpoints, and trim each partition behind both consumers."""
        pipe = self._client.pipeline(transaction=False)
        for partition in range(PARTITIONS):
            pipe.get(keys.engager_checkpoint(partition))
        engager = [_read_checkpoint(raw) for raw in await pipe.execute()]
        pipe = self._client.pipeline(transaction=False)
        for partition, position in self._positions.items():
            pipe.set(keys.analyzer_checkpoint(partition), position)
            behind_both = min(position, engager[partition], key=parse_id)
            if behind_both != FIRST_ID:
                pipe.xtrim(keys.log_stream(partition), minid=behind_both, approximate=True)
        await pipe.execute()
        self._trimmed_at = time.monotonic()

    async def _run(self) -> None:
        while True:
            try:
                while await self.store_once():
                    pass
                if time.monotonic() - self._trimmed_at > TRIM_EVERY_S:
                    await self._trim()
                await asyncio.sleep(self._interval_s)
            except (redis.RedisError, OSError) as error:
                logger.warning("the log cannot be read, trying again: %s", error)
                await asyncio.sleep(RETRY_S)
            except StoreBrokenError:
                logger.critical("the event store is broken in this process: ending it, to begin anew", exc_info=True)
                signal.raise_signal(signal.SIGTERM)
                return
            except Exception:
                logger.exception("a batch could not be stored, trying again")
                await asyncio.sleep(RETRY_S)


def _read_checkpoint(raw: bytes | None) -> bytes:
    """Return a checkpoint as a stream id; an absent or odd one holds the log as it is."""
    if raw is None:
        return FIRST_ID
    try:
        parse_id(raw)
    except ValueError:
        return FIRST_ID
    return raw
