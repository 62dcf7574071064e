"""`GET /v1/export`: stored messages as a Parquet file, after storing what the log holds.

Never shows one site's messages to another.
"""

import tempfile
from pathlib import Path

import duckdb
import redis.asyncio as redis
from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import Scope, State
from services.analyzer.api.window import From, To, read_window
from services.analyzer.control.database import read_session
from services.analyzer.problems import Refused
from services.analyzer.reports.export import write_export
from services.analyzer.reports.site import load_site_context
from services.analyzer.state import AnalyzerState

router = APIRouter(prefix="/v1/export", tags=["export"])


@router.get("", summary="Export messages as Parquet", response_class=FileResponse)
async def get_export(state: State, site_id: Scope, start: From = None, end: To = None) -> FileResponse:
    """Return all messages from `from` to `to` (default: all) as one Parquet file; the admin key exports all sites."""
    active = state.get_active()
    try:
        await active.follower.catch_up(await active.follower.load_ends())
    except (redis.RedisError, OSError) as error:
        raise Refused("store_unavailable", "The log cannot be read right now") from error
    bounds = await run_in_threadpool(_read_bounds, state, site_id, start, end)
    folder = tempfile.TemporaryDirectory(prefix="kikkake-export-")
    file = Path(folder.name) / "messages.parquet"

    def write(con: "duckdb.DuckDBPyConnection") -> None:
        write_export(con, file, site_id=site_id, start=bounds[0], end=bounds[1])

    try:
        await active.reader.read(write, timeout_s=None)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        file,
        media_type="application/vnd.apache.parquet",
        filename="messages.parquet",
        background=BackgroundTask(folder.cleanup),
    )


def _read_bounds(
    state: AnalyzerState, site_id: str | None, start: str | None, end: str | None
) -> tuple[int | None, int | None]:
    time_zone = "UTC"
    if site_id is not None:
        with read_session(state.database) as session:
            time_zone = load_site_context(session, site_id).time_zone
    now = state.clock()
    window = read_window(start or "1970-01-01T00:00:00Z", end or "9000-01-01", time_zone=time_zone, now=now).window
    return (window.start if start else None, window.end if end else None)
