"""Waits for the event store, and brings up what lives on it: follower, runner, schedule.

Never lets two analyzers work on one store: the second waits as standby until the first is gone.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import duckdb
from sqlalchemy import Engine
from sqlmodel import select

from services.analyzer.control.database import read_session
from services.analyzer.control.models import JobRun, Site
from services.analyzer.fits import FitPool
from services.analyzer.ingest.follower import LogFollower
from services.analyzer.jobs.context import JobContext
from services.analyzer.jobs.runner import JobRunner
from services.analyzer.jobs.scheduler import JobScheduler
from services.analyzer.jobs.table import EVERY_S, JOBS
from services.analyzer.reports.cache import ReportCache
from services.analyzer.state import ActiveStore, AnalyzerState, Write
from services.analyzer.store.duck import DuckStore
from services.analyzer.store.kept import KeptRelations
from services.analyzer.store.port import StoreHeldError
from services.analyzer.store.reading import StoreReader
from shared.address import locate_address, write_address
from shared.ids import build_id_source
from shared.log.writer import LogWriter
from shared.tasks import end_tasks

logger = logging.getLogger(__name__)

STANDBY_LOOK_S = 0.25
LOG_TIMEOUT_S = 10.0
"""A run tells the log many changes at once."""


class Activation:
    """Owns the event store of this process from the moment it is free until the process ends."""

    def __init__(self, state: AnalyzerState) -> None:
        self._state = state
        self._store: DuckStore | None = None
        self._opening: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to try for the store."""
        self._opening = asyncio.create_task(self._open_when_free())

    async def stop(self) -> None:
        """Finish the batch under way and release the store."""
        await end_tasks([self._opening] if self._opening is not None else [])
        active, self._state.active = self._state.active, None
        if active is not None:
            await asyncio.to_thread(locate_address(self._state.settings.data_dir, "analyzer").unlink, missing_ok=True)
            active.scheduler.stop()
            await active.runner.stop()
            await active.follower.stop()
            await asyncio.to_thread(active.fits.close)
            await asyncio.to_thread(active.reader.close)
            await asyncio.to_thread(active.writing.shutdown, wait=True)
        if self._store is not None:
            await asyncio.to_thread(self._store.close)

    async def _open_when_free(self) -> None:
        told = False
        while True:
            try:
                self._store = await asyncio.to_thread(self._open)
                break
            except StoreHeldError:
                if not told:
                    logger.info("another analyzer holds the event store: waiting as standby")
                told = True
                await asyncio.sleep(STANDBY_LOOK_S)
            except duckdb.Error:
                logger.exception("the event store cannot be opened, trying again")
                await asyncio.sleep(1.0)
        await self._activate(self._store)

    def _open(self) -> DuckStore:
        settings = self._state.settings
        return DuckStore(settings.resolve_events_path(), memory_limit_mb=settings.memory_limit_mb)

    async def _activate(self, store: DuckStore) -> None:
        state = self._state
        writing = ThreadPoolExecutor(1, thread_name_prefix="write")
        reader = StoreReader(store)
        cache, fits = ReportCache(), FitPool(folder=state.settings.data_dir / "fits")
        follower = LogFollower(
            store,
            state.client,
            executor=writing,
            currencies=CurrencyTable(state.database).load,
            clock=state.clock,
            metrics=state.metrics,
            interval_ms=state.settings.ingest_interval_ms,
        )

        async def write(change: Callable[["duckdb.DuckDBPyConnection"], Any]) -> Any:
            return await asyncio.get_running_loop().run_in_executor(writing, change, store.writer)

        log = LogWriter(state.client, wait_replicas=state.settings.wait_replicas, timeout_s=LOG_TIMEOUT_S)
        runner = self._build_runner(follower, reader, KeptRelations(store), write, cache, fits, log)
        await follower.load_positions()
        await runner.start()
        scheduler = JobScheduler(runner, EVERY_S if state.settings.schedule else {}, clock=state.clock)
        scheduler.start()
        state.active = ActiveStore(reader, writing, write, follower, runner, scheduler, cache, fits, log)
        state.metrics.active.set(1)
        await asyncio.to_thread(write_address, state.settings, "analyzer")
        follower.start()  # last: a long log must not delay readiness
        logger.info("the event store is open")

    def _build_runner(
        self,
        follower: LogFollower,
        reader: StoreReader,
        kept: KeptRelations,
        write: Write,
        cache: ReportCache,
        fits: FitPool,
        log: LogWriter,
    ) -> JobRunner:
        state = self._state

        def build_context(run: JobRun, report_progress: Callable[[float], None]) -> JobContext:
            return JobContext(
                now=run.started or state.clock(),
                site_ids=_load_site_ids(state.database, run.site_id),
                database=state.database,
                reader=reader,
                kept=kept,
                fits=fits,
                log=log,
                write=write,
                report_progress=report_progress,
                publish_soon=state.publish_soon,
            )

        def finish() -> None:
            cache.clear()
            fits.rest_soon()

        return JobRunner(
            JOBS,
            database=state.database,
            follower=follower,
            build_context=build_context,
            clock=state.clock,
            new_id=build_id_source(state.clock),
            holder=f"{socket.gethostname()}:{os.getpid()}:{state.clock()}",
            metrics=state.metrics,
            on_finish=finish,
        )


class CurrencyTable:
    """Each site's own currency, looked up once a batch."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def load(self) -> dict[str, str]:
        """Return currency by site id."""
        with read_session(self._database) as session:
            return dict(session.exec(select(Site.id, Site.currency)).all())


def _load_site_ids(database: Engine, site_id: str | None) -> list[str]:
    with read_session(database) as session:
        known = session.exec(select(Site.id)).all()
    return sorted(known) if site_id is None else [one for one in known if one == site_id]
