"""Runs one service's app until it is told to stop, then drains: requests under way are answered, exit code 0.

Never decides what is served.
"""

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import Generator
from typing import Any

import uvicorn
import uvloop

DRAIN_S = 10
GC_THRESHOLDS = (50_000, 20, 20)
"""Fewer collections on the hot path; measured +38 % throughput together with freezing (DESIGN part 3)."""


class _Server(uvicorn.Server):
    """uvicorn, except that a signal ends it with exit code 0 instead of being raised again after the drain."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        yield

    def _stop(self) -> None:
        self.should_exit = True

    async def startup(self, *arguments: Any, **options: Any) -> None:
        await super().startup(*arguments, **options)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)


def configure_logging(level: str) -> None:
    """Log lines of this process go to standard error, one line each."""
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


def serve(app: Any, *, host: str, port: int, log_level: str = "INFO") -> None:
    """Serve `app` until SIGTERM or SIGINT."""
    configure_logging(log_level)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="none",
        http="httptools",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        backlog=2048,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=DRAIN_S,
    )
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    uvloop.run(_Server(config).serve())
