"""What a running analyzer holds, handed to every request.

Never a global: `app.state.analyzer` is its only place.
"""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import duckdb
import redis.asyncio as redis
from sqlalchemy import Engine

from services.analyzer.fits import FitPool
from services.analyzer.ingest.follower import LogFollower
from services.analyzer.jobs.runner import JobRunner
from services.analyzer.jobs.scheduler import JobScheduler
from services.analyzer.metrics import Metrics
from services.analyzer.problems import Refused
from services.analyzer.publish import Publisher
from services.analyzer.reports.cache import ReportCache
from services.analyzer.store.reading import StoreReader
from shared.admission.rates import RateLimiter
from shared.clock import Clock
from shared.log.writer import LogWriter
from shared.settings import AnalyzerSettings

LOGINS_PER_S = 5.0

Write = Callable[[Callable[["duckdb.DuckDBPyConnection"], Any]], Awaitable[Any]]
"""Runs a change in the one thread that may write to the store."""


@dataclass(slots=True)
class ActiveStore:
    """The event store and what lives on it; only the analyzer that holds the store has one."""

    reader: StoreReader
    writing: ThreadPoolExecutor
    write: Write
    follower: LogFollower
    runner: JobRunner
    scheduler: JobScheduler
    cache: ReportCache
    fits: FitPool
    log: LogWriter


@dataclass(slots=True)
class AnalyzerState:
    """Everything a request may need; `active` is None on standby."""

    settings: AnalyzerSettings
    clock: Clock
    database: Engine
    client: "redis.Redis"
    metrics: Metrics
    publish_soon: Callable[[], None]
    publisher: Publisher
    active: ActiveStore | None = None
    logins: RateLimiter = field(default_factory=lambda: RateLimiter(LOGINS_PER_S))
    """Attempts to log in to the console, by address."""

    def get_active(self) -> ActiveStore:
        """Return the event store; raises `Refused` (not_ready) on standby."""
        if self.active is None:
            raise Refused("not_ready", "The event store is not open here: it is being opened, or another one holds it")
        return self.active
