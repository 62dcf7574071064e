"""Group commit into the log: everything appended in one turn of the event loop shares one round trip.

An append returns only when its entry is fsynced (the server runs with `appendfsync always`, and replicas are awaited if
asked). Never retries: what to do without Valkey is the caller's decision.
"""

import asyncio
from collections.abc import Sequence

import redis.asyncio as redis

from shared import keys
from shared.log.entry import FIELD, join_entries

MAX_APPENDS_A_FLUSH = 512
"""Bounds the pipeline of one round trip, and with it the memory and the wait of its requests."""


class LogUnavailable(Exception):  # noqa: N818 - reads as the state it is
    """The entry may or may not be in the log; it is not acknowledged. Sending it again is safe (ids are unique)."""


class LogWriter:
    """Appends encoded entries to the partitions of the log."""

    def __init__(self, client: "redis.Redis", *, wait_replicas: int = 0, timeout_s: float = 2.0) -> None:
        self._client = client
        self._wait_replicas = wait_replicas
        self._timeout_s = timeout_s
        self._waiting: list[tuple[Sequence[tuple[int, bytes]], asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def append(self, partition: int, entry: bytes) -> None:
        """Append one encoded entry; returns when it is durable.

        Raises `LogUnavailable` when that is not known to be so within the timeout.
        """
        await self.append_all([(partition, entry)])

    async def append_all(self, entries: Sequence[tuple[int, bytes]]) -> None:
        """Append several (partition, entry), durable together before this returns; raises as `append`."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._waiting.append((entries, future))
        if self._flushing is None:
            self._flushing = loop.create_task(self._flush())
        await future

    async def _flush(self) -> None:
        """Send what waits until nothing does. While one round trip is under way the next one gathers."""
        try:
            while self._waiting:
                taken = self._waiting[:MAX_APPENDS_A_FLUSH]
                del self._waiting[:MAX_APPENDS_A_FLUSH]
                failure = await self._send([entries for entries, _ in taken])
                for _, future in taken:
                    if future.done():
                        continue  # its request was cancelled
                    if failure is None:
                        future.set_result(None)
                    else:
                        future.set_exception(LogUnavailable(failure))
        finally:
            self._flushing = None

    async def _send(self, appends: list[Sequence[tuple[int, bytes]]]) -> str | None:
        """Make all of `appends` durable in one round trip; returns why that is not known to be so, else None."""
        by_partition: dict[int, list[bytes]] = {}
        for entries in appends:
            for partition, entry in entries:
                by_partition.setdefault(partition, []).append(entry)
        try:
            async with asyncio.timeout(self._timeout_s):
                pipe = self._client.pipeline(transaction=False)
                for partition, raws in by_partition.items():
                    for entry in join_entries(raws):
                        pipe.execute_command("XADD", keys.log_stream(partition), "*", FIELD, entry)
                if self._wait_replicas:
                    pipe.execute_command("WAIT", self._wait_replicas, int(self._timeout_s * 1000))
                replies = await pipe.execute()
        except (redis.RedisError, OSError, TimeoutError) as error:
            return str(error) or "the log did not answer in time"
        if self._wait_replicas and replies[-1] < self._wait_replicas:
            return f"{replies[-1]} replicas hold the entries, {self._wait_replicas} are asked for"
        return None
