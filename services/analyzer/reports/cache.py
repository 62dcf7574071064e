"""Keeps reports that were computed on request for a minute, or until a job has run.

Never keeps more than it may, and never computes the same report twice at once.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable

MOST_KEPT = 200
KEPT_S = 60.0


class ReportCache:
    """Reports by what was asked; `now_s` is a monotonic clock."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._kept: OrderedDict[Hashable, tuple[float, asyncio.Task[bytes]]] = OrderedDict()

    def clear(self) -> None:
        """Forget everything: a job has run, and readers expect what it saw."""
        self._kept.clear()

    async def load(self, key: Hashable, compute: Callable[[], Awaitable[bytes]]) -> bytes:
        """Return the report, computed at most once a minute; a failure is not kept."""
        found = self._kept.get(key)
        if found is not None and self._now_s() - found[0] < KEPT_S and not _has_failed(found[1]):
            return await asyncio.shield(found[1])
        task = asyncio.ensure_future(_run(compute))
        self._kept[key] = (self._now_s(), task)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return await asyncio.shield(task)


async def _run(compute: Callable[[], Awaitable[bytes]]) -> bytes:
    return await compute()


def _has_failed(task: "asyncio.Task[bytes]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
