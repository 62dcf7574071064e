"""Runs readers of the event store in threads of their own, within a bounded time.

Never blocks the event loop, and never writes to the store's own tables.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import duckdb

from services.analyzer.problems import Refused
from services.analyzer.store.duck import DuckStore

T = TypeVar("T")
Read = Callable[["duckdb.DuckDBPyConnection"], T]


class StoreReader:
    """Gives each reader a connection of its own; temporary tables made on it die with it."""

    def __init__(self, store: DuckStore, *, threads: int = 3) -> None:
        self._store = store
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="read")
        self._open: set[duckdb.DuckDBPyConnection] = set()

    async def read(self, question: Read[T], *, timeout_s: float | None = 30.0) -> T:
        """Return what `question` answers; raises `Refused` (too_slow) past the timeout (None: no bound)."""
        cursor = self._store.cursor()
        self._open.add(cursor)

        def run() -> T:
            try:
                return question(cursor)
            finally:
                self._open.discard(cursor)
                cursor.close()

        answering = asyncio.get_running_loop().run_in_executor(self._executor, run)
        try:
            async with asyncio.timeout(timeout_s):
                return await asyncio.shield(answering)
        except (TimeoutError, asyncio.CancelledError) as error:
            cursor.interrupt()  # nobody waits for it any more
            answering.add_done_callback(lambda late: late.cancelled() or late.exception())
            if isinstance(error, TimeoutError):
                raise Refused("too_slow") from error
            raise

    def close(self) -> None:
        """Interrupt readers under way and stop."""
        for cursor in list(self._open):
            cursor.interrupt()
        self._executor.shutdown(wait=True, cancel_futures=True)
