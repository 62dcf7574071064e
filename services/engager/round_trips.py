"""Commands of many requests in few round trips: what is asked for in one turn of the event loop travels together.

Never retries, and never waits longer than it is told.
"""

import asyncio
from typing import Any

import redis.asyncio as redis

from shared.tasks import end_tasks

MAX_COMMANDS = 256
"""Of one round trip; bounds how long one request waits for the others."""


class StoreUnavailable(Exception):  # noqa: N818 - reads as the state it is
    """Valkey is away, too slow, or refused the command."""


class RoundTrips:
    """Pipelines commands of concurrent requests; while one round trip is under way the next one gathers."""

    def __init__(self, client: "redis.Redis", *, timeout_s: float) -> None:
        self._client = client
        self._timeout_s = timeout_s
        self._waiting: list[tuple[tuple[Any, ...], asyncio.Future[Any]]] = []
        self._flying: asyncio.Task[None] | None = None

    async def call(self, *command: Any) -> Any:
        """Return the reply to `command`. Raises `StoreUnavailable`, at the latest after two timeouts."""
        loop = asyncio.get_running_loop()
        reply: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((command, reply))
        if self._flying is None:
            self._flying = loop.create_task(self._fly())
        return await reply

    async def _fly(self) -> None:
        try:
            while self._waiting:
                taken = self._waiting[:MAX_COMMANDS]
                del self._waiting[:MAX_COMMANDS]
                await self._send(taken)
        finally:
            self._flying = None

    async def _send(self, taken: list[tuple[tuple[Any, ...], asyncio.Future[Any]]]) -> None:
        try:
            async with asyncio.timeout(self._timeout_s):
                replies = await self._exchange([command for command, _ in taken])
        except (redis.RedisError, OSError, TimeoutError) as error:
            # Those who gathered meanwhile have waited long enough too: no timer of their own is needed.
            taken, self._waiting = [*taken, *self._waiting], []
            replies = [error] * len(taken)
        for (_, reply), value in zip(taken, replies, strict=True):
            if reply.done():
                continue
            if isinstance(value, BaseException):
                reply.set_exception(StoreUnavailable(str(value) or "no answer in time"))
            else:
                reply.set_result(value)

    async def _exchange(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        pipe = self._client.pipeline(transaction=False)
        for command in commands:
            pipe.execute_command(*command)
        return list(await pipe.execute(raise_on_error=False))

    async def stop(self) -> None:
        """End what is under way."""
        self._waiting.clear()
        if self._flying is not None:
            await end_tasks([self._flying])


class Reads(RoundTrips):
    """Reads values by key; the keys of all requests of a turn go into one command, which halves the cost of a reply."""

    async def load(self, *names: str) -> list[bytes | None]:
        """Return the values of `names`, None for a missing one. Raises `StoreUnavailable` as `call` does."""
        values: list[bytes | None] = await self.call(*names)
        return values

    async def _exchange(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        names = [name for command in commands for name in command]
        values: list[bytes | None] = await self._client.execute_command("MGET", *names)
        found = iter(values)
        return [[next(found) for _ in command] for command in commands]
