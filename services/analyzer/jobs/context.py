"""What a job is given: the store, the control database, the log, and its own clock reading.

Shapes only.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
from sqlalchemy import Engine

from services.analyzer.fits import FitPool
from services.analyzer.store.kept import KeptRelations
from services.analyzer.store.reading import StoreReader
from shared.clock import Millis
from shared.log.writer import LogWriter


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """What a run did: how many rows it wrote, and words for the operator."""

    rows: int
    detail: str


@dataclass(frozen=True, slots=True)
class JobContext:
    """One run. `now` is the run's start; `site_ids` are the sites that it is about."""

    now: Millis
    site_ids: list[str]
    database: Engine
    reader: StoreReader
    kept: KeptRelations
    fits: FitPool
    log: LogWriter
    write: Callable[[Callable[["duckdb.DuckDBPyConnection"], Any]], Awaitable[Any]]
    report_progress: Callable[[float], None]
    publish_soon: Callable[[], None]


Job = Callable[[JobContext], Awaitable[JobOutcome]]
JobTable = Mapping[str, Job]
