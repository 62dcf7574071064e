"""Commands of many requests in few round trips: what is asked for in one turn of the event loop travels together.

Never retries, and never waits longer than it is told.
"""

import asyncio
from typing import Any

import redis.asyncio as redis

from services.engager.tasks import end_tasks

MAX_COMMANDS = 256
"""Of one round trip; bounds how long one request waits for the others."""
MAX_FLIGHTS = 2
"""Round trips under way at once: while one waits, the next is already gathering."""


class StoreUnavailable(Exception):  # noqa: N818 - reads as the state it is
    """Valkey is away, too slow, or refused the command."""


class RoundTrips:
    """Pipelines commands of concurrent requests."""

    def __init__(self, client: "redis.Redis", *, timeout_s: float) -> None:
        self._client = client
        self._timeout_s = timeout_s
        self._waiting: list[tuple[tuple[Any, ...], asyncio.Future[Any]]] = []
        self._flights: set[asyncio.Task[None]] = set()

    async def call(self, *command: Any) -> Any:
        """Return the reply to `command`. Raises `StoreUnavailable` within the timeout."""
        loop = asyncio.get_running_loop()
        reply: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((command, reply))
        if len(self._flights) < MAX_FLIGHTS:
            self._launch()
        try:
            async with asyncio.timeout(self._timeout_s):
                return await reply
        except TimeoutError:
            raise StoreUnavailable("no answer in time") from None

    def _launch(self) -> None:
        flight = asyncio.get_running_loop().create_task(self._fly())
        self._flights.add(flight)
        flight.add_done_callback(self._land)

    def _land(self, flight: asyncio.Task[None]) -> None:
        self._flights.discard(flight)
        if self._waiting and not flight.cancelled():
            self._launch()

    async def _fly(self) -> None:
        taken = self._waiting[:MAX_COMMANDS]
        del self._waiting[:MAX_COMMANDS]
        # A request that gave up meanwhile no longer needs its command.
        taken = [(command, reply) for command, reply in taken if not reply.done()]
        if not taken:
            return
        try:
            async with asyncio.timeout(self._timeout_s):
                pipe = self._client.pipeline(transaction=False)
                for command, _ in taken:
                    pipe.execute_command(*command)
                replies = await pipe.execute(raise_on_error=False)
        except (redis.RedisError, OSError, TimeoutError) as error:
            replies = [error] * len(taken)
        for (_, reply), value in zip(taken, replies, strict=True):
            if reply.done():
                continue
            if isinstance(value, BaseException):
                reply.set_exception(StoreUnavailable(str(value) or "no answer in time"))
            else:
                reply.set_result(value)

    async def stop(self) -> None:
        """End what is under way."""
        self._waiting.clear()
        await end_tasks(self._flights)
