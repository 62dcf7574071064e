"""Starts each job by itself on its interval (APScheduler); the runner decides when it gets its turn.

Never runs a job directly.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from services.analyzer.jobs.runner import JobRunner
from shared.clock import Clock, Millis

logger = logging.getLogger(__name__)

REST_TIMES = 4
"""A job that runs by itself rests this many times as long as it took: a big store's jobs leave room for each other."""
FIRST_AFTER_S = 15
"""The first runs wait until a start is over."""


class JobScheduler:
    """The intervals of all jobs; a start that was missed is made up for once."""

    def __init__(self, runner: JobRunner, every_s: Mapping[str, int], *, clock: Clock) -> None:
        self._runner = runner
        self._clock = clock
        self._rests_until: dict[str, Millis] = {}
        self._under_way: set[str] = set()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": 3_600}
        )
        first = datetime.now(UTC) + timedelta(seconds=FIRST_AFTER_S)
        for place, (job, seconds) in enumerate(sorted(every_s.items())):
            self._scheduler.add_job(
                self._start_job,
                IntervalTrigger(seconds=seconds, start_date=first + timedelta(seconds=place), timezone=UTC),
                args=[job],
                id=job,
            )

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()

    def stop(self) -> None:
        """Start nothing any more."""
        self._scheduler.shutdown(wait=False)

    def find_next(self, job: str) -> Millis | None:
        """Return when the job starts next by itself."""
        found = self._scheduler.get_job(job)
        at = found.next_run_time if found is not None else None
        return int(at.timestamp() * 1000) if at is not None else None

    async def _start_job(self, job: str) -> None:
        if job in self._under_way or self._clock() < self._rests_until.get(job, 0):
            return
        self._under_way.add(job)
        try:
            run = await self._runner.ask_and_wait(job, None)
        finally:
            self._under_way.discard(job)
        if run.started is not None and run.finished is not None:
            self._rests_until[job] = run.finished + (run.finished - run.started) * REST_TIMES
