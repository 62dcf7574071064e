"""`/v1/jobs`: run one now, see how they went.

Never shows one site's runs to another.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from services.analyzer.api.access import Scope, State
from services.analyzer.api.schemas.common import Sent, Shown
from services.analyzer.control.models import JobRun
from services.analyzer.jobs.runs import load_last_runs, load_run
from services.analyzer.problems import Refused
from shared.clock import Millis, to_rfc3339

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])


class RunAsked(Sent):
    """How to run a job."""

    wait: Annotated[bool, Field(description="Answer only when the results can be read.")] = False


class RunShown(Shown):
    """One run of a job."""

    job: str
    run_id: str
    status: Literal["running", "succeeded", "failed", "interrupted"]
    started: Annotated[str | None, Field(description="RFC 3339; null while it waits for its turn.")]
    finished: str | None
    progress: Annotated[float, Field(description="0 to 1.")]
    rows: Annotated[int | None, Field(description="What it wrote.")]
    detail: str | None


class JobShown(Shown):
    """A job with its newest runs, newest first."""

    job: str
    next: Annotated[str | None, Field(description="When it starts next by itself.")]
    last: RunShown | None
    runs: list[RunShown]


class JobList(Shown):
    """All jobs of this version."""

    items: list[JobShown]


def show_run(run: JobRun) -> RunShown:
    """Return a run as clients see it; one that waits for its turn counts as running."""
    waiting = run.status == "queued"
    return RunShown.model_validate(
        {
            "job": run.job,
            "run_id": run.run_id,
            "status": "running" if waiting else run.status,
            "started": _show_time(run.started),
            "finished": _show_time(run.finished),
            "progress": run.progress,
            "rows": run.rows,
            "detail": "waiting for its turn" if waiting else run.detail,
        }
    )


def _show_time(at: Millis | None) -> str | None:
    return None if at is None else to_rfc3339(at)


@router.post(
    "/{name}/run",
    summary="Run a job now",
    status_code=202,
    responses={200: {"model": RunShown, "description": "With `wait`: the run is over, failed or not"}},
)
async def post_run(
    name: str, state: State, site_id: Scope, response: Response, body: RunAsked | None = None
) -> RunShown:
    """Run a job after storing everything that the log holds now.

    Asked for while it runs, it runs once more afterwards. With the admin key and no `site`: over all sites.
    """
    runner = state.get_active().runner
    if body is not None and body.wait:
        response.status_code = 200
        return show_run(await runner.ask_and_wait(name, site_id))
    return show_run(await runner.ask(name, site_id))


@router.get("", summary="List jobs with their last and next runs")
def get_jobs(state: State, site_id: Scope) -> JobList:
    """Return every job of this version, its newest runs and when it starts next."""
    active = state.get_active()
    items = []
    for job in sorted(active.runner.jobs):
        runs = [show_run(run) for run in load_last_runs(state.database, job, site_id)]
        items.append(
            JobShown(
                job=job, next=_show_time(active.scheduler.find_next(job)), last=runs[0] if runs else None, runs=runs
            )
        )
    return JobList(items=items)


@router.get("/runs/{run_id}", summary="Read one run")
def get_run(run_id: str, state: State, site_id: Scope) -> RunShown:
    """Return one run."""
    run = load_run(state.database, run_id)
    if run is None or (site_id is not None and run.site_id not in (None, site_id)):
        raise Refused("not_found", f"There is no run {run_id!r}")
    return show_run(run)
