"""The history of job runs in the control database.

Never runs anything.
"""

from collections.abc import Sequence

from sqlalchemy import Engine
from sqlmodel import col, select, update

from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import JobRun
from shared.clock import Millis

KEPT_PER_JOB = 50


def save_run(database: Engine, run: JobRun) -> None:
    """Write a run as it stands now."""
    with write_session(database) as session:
        session.merge(run)


def mark_interrupted(database: Engine, *, holder: str, now: Millis) -> None:
    """Mark the runs that another process left queued or under way: it is gone, and they with it."""
    with write_session(database) as session:
        session.exec(
            update(JobRun)
            .where(col(JobRun.status).in_(("queued", "running")), col(JobRun.holder) != holder)
            .values(status="interrupted", finished=now, detail="the analyzer stopped during this run")
        )


def load_last_runs(database: Engine, job: str, site_id: str | None, limit: int = 10) -> Sequence[JobRun]:
    """Return the newest runs of a job that concern a site (None: all runs), newest first."""
    query = select(JobRun).where(JobRun.job == job).order_by(col(JobRun.asked).desc(), col(JobRun.run_id).desc())
    if site_id is not None:
        query = query.where((col(JobRun.site_id) == site_id) | col(JobRun.site_id).is_(None))
    with read_session(database) as session:
        return session.exec(query.limit(limit)).all()


def load_run(database: Engine, run_id: str) -> JobRun | None:
    """Return one run."""
    with read_session(database) as session:
        return session.get(JobRun, run_id)


def forget_old_runs(database: Engine, job: str) -> None:
    """Keep the newest runs of a job only."""
    with write_session(database) as session:
        old = session.exec(
            select(JobRun).where(JobRun.job == job).order_by(col(JobRun.asked).desc()).offset(KEPT_PER_JOB)
        )
        for run in old:
            session.delete(run)
