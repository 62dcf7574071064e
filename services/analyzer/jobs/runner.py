"""Runs jobs one at a time, in the order asked; a job asked for while it runs is queued once.

Never reports success before the results can be read.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import redis.asyncio as redis
from sqlalchemy import Engine

from services.analyzer.control.models import JobRun
from services.analyzer.ingest.follower import LogFollower
from services.analyzer.jobs.context import JobContext, JobTable
from services.analyzer.jobs.lease import holds_lease, renew_lease, take_lease
from services.analyzer.jobs.runs import forget_old_runs, mark_interrupted, save_run
from services.analyzer.jobs.telling import AGAIN_S, PATIENCE_S
from services.analyzer.metrics import Metrics
from services.analyzer.problems import Refused
from shared.clock import Clock
from shared.ids import NewId
from shared.tasks import end_tasks

logger = logging.getLogger(__name__)

RENEW_S = 3.0


@dataclass(slots=True, eq=False)
class _Asked:
    run: JobRun
    ends: dict[int, bytes] | None
    done: asyncio.Event


class JobRunner:
    """The one runner of this installation; `build_context` makes what a run is given."""

    def __init__(
        self,
        jobs: JobTable,
        *,
        database: Engine,
        follower: LogFollower,
        build_context: Callable[[JobRun, Callable[[float], None]], JobContext],
        clock: Clock,
        new_id: NewId,
        holder: str,
        metrics: Metrics,
        on_finish: Callable[[], None],
    ) -> None:
        self.jobs = jobs
        self._database = database
        self._follower = follower
        self._build_context = build_context
        self._clock = clock
        self._new_id = new_id
        self._holder = holder
        self._metrics = metrics
        self._on_finish = on_finish
        self._queue: deque[_Asked] = deque()
        self._present: _Asked | None = None
        self._wanted = asyncio.Event()
        self._token = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Take the lease, tell apart what a crash left behind, and begin."""
        now = self._clock()
        self._token = await asyncio.to_thread(take_lease, self._database, holder=self._holder, now=now)
        await asyncio.to_thread(mark_interrupted, self._database, holder=self._holder, now=now)
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._renew())]

    async def stop(self) -> None:
        """Stop; a run under way is interrupted and said to be so."""
        await end_tasks(self._tasks)
        for asked in [self._present, *self._queue]:
            if asked is not None and asked.run.finished is None:
                asked.run.status, asked.run.finished = "interrupted", self._clock()
                asked.run.detail = "the analyzer stopped during this run"
                await asyncio.to_thread(save_run, self._database, asked.run)
                asked.done.set()

    async def ask(self, job: str, site_id: str | None) -> JobRun:
        """Ask for a run over one site (None: all) and return it; a like one that waits already is joined.

        The run sees at least everything that the log holds now. Raises `Refused` (not_found) for an unknown job.
        """
        return (await self._ask(job, site_id)).run

    async def ask_and_wait(self, job: str, site_id: str | None) -> JobRun:
        """Ask as `ask`, and return when the run is over and its results can be read."""
        asked = await self._ask(job, site_id)
        await asked.done.wait()
        return asked.run

    async def _ask(self, job: str, site_id: str | None) -> _Asked:
        if job not in self.jobs:
            known = ", ".join(sorted(self.jobs))
            raise Refused("not_found", f"There is no job {job!r} in this version; there are {known}")
        ends = await self._load_ends()
        for waiting in self._queue:
            if waiting.run.job == job and waiting.run.site_id == site_id:
                waiting.ends = ends  # ends only grow: whoever asked before is served as well
                return waiting
        run = JobRun(
            run_id=self._new_id(), job=job, site_id=site_id, holder=self._holder, status="queued", asked=self._clock()
        )
        asked = _Asked(run, ends, asyncio.Event())
        self._queue.append(asked)
        await asyncio.to_thread(save_run, self._database, run)
        self._wanted.set()
        return asked

    async def _load_ends(self) -> dict[int, bytes] | None:
        """Return the log's ends, or None while Valkey is away: then they are read when the run begins."""
        try:
            return await self._follower.load_ends()
        except (redis.RedisError, OSError):
            return None

    async def _run(self) -> None:
        while True:
            self._wanted.clear()
            while self._queue:
                self._present = self._queue.popleft()
                await self._run_one(self._present)
                self._present = None
            await self._wanted.wait()

    async def _run_one(self, asked: _Asked) -> None:
        run = asked.run
        run.status, run.started = "running", self._clock()
        await asyncio.to_thread(save_run, self._database, run)
        saved_progress = 0.0

        def report_progress(share: float) -> None:
            nonlocal saved_progress
            run.progress = min(1.0, max(run.progress, share))
            if run.progress - saved_progress >= 0.05:
                saved_progress = run.progress
                save_run(self._database, run)

        try:
            await self._catch_up(asked)
            outcome = await self.jobs[run.job](self._build_context(run, report_progress))
            if not await asyncio.to_thread(holds_lease, self._database, holder=self._holder, token=self._token):
                raise RuntimeError("another analyzer took the lease during this run")
            run.status, run.rows, run.detail, run.progress = "succeeded", outcome.rows, outcome.detail, 1.0
        except Exception as error:
            logger.exception("job %s failed", run.job)
            run.status, run.detail = "failed", f"{type(error).__name__}: {error}"[:1_000]
        self._on_finish()
        run.finished = self._clock()
        await asyncio.to_thread(save_run, self._database, run)
        await asyncio.to_thread(forget_old_runs, self._database, run.job)
        self._metrics.job_seconds.labels(run.job, run.status).observe((run.finished - (run.started or 0)) / 1000)
        asked.done.set()

    async def _catch_up(self, asked: _Asked) -> None:
        """Store what the log held when the run was asked for; waits a while for a Valkey that is away."""
        async with asyncio.timeout(PATIENCE_S * 60):
            deadline = asyncio.get_running_loop().time() + PATIENCE_S
            while True:
                try:
                    ends = asked.ends or await self._follower.load_ends()
                    await self._follower.catch_up(ends)
                    return
                except (redis.RedisError, OSError):
                    if asyncio.get_running_loop().time() > deadline:
                        raise
                    await asyncio.sleep(AGAIN_S)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_S)
            try:
                held = await asyncio.to_thread(
                    renew_lease, self._database, holder=self._holder, token=self._token, now=self._clock()
                )
                if not held:
                    logger.error("another analyzer took the job lease although this one holds the event store")
            except Exception:
                logger.exception("the job lease could not be prolonged")
