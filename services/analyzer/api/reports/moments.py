"""`/v1/reports/moments`: which parts of a video buyers watched.

Never reaches beyond the caller's site.
"""

from typing import Annotated, Literal

import duckdb
import msgspec
from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.schemas.report import MomentsShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To, read_window
from services.analyzer.control.database import read_session
from services.analyzer.control.models import Video
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.jobs.moments import REPORT as MOMENTS
from services.analyzer.problems import Refused
from services.analyzer.reports.moments import (
    MomentsQuestion,
    build_moments_relations,
    load_sample,
    submit_moments,
)
from services.analyzer.reports.moments_shape import shape_moments_report
from services.analyzer.reports.site import GoalSpec, Window, load_goal, load_site_context
from services.analyzer.reports.stored import build_subject, load_report
from services.analyzer.state import AnalyzerState
from services.analyzer.store import people
from services.analyzer.store.questions import load_question
from shared.clock import Millis
from shared.rules.sql import SiteContext

router = APIRouter()

Viewing = Literal["live", "archive", "all"]


@router.get("/moments", summary="Which parts of a video buyers watched", response_model=MomentsShown)
async def get_moments(
    state: State,
    site_id: Tenant,
    video: Annotated[str, Query(min_length=1, max_length=256, description="Video id.")],
    viewing: Annotated[Viewing, Query(description="Views of the live stream, of the archive, or all.")] = "all",
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    include_bots: IncludeBots = False,
) -> Response:
    """Return the moments of one video.

    Without any of `from`, `to`, `goal` and `include_bots` it is the last run's; anything else is computed on request
    and kept for a minute.
    """
    active = state.get_active()
    now = state.clock()
    asked = (start, end, goal)
    prepared = await run_in_threadpool(_prepare_moments, state, site_id, video, viewing, asked, include_bots, now)
    if isinstance(prepared, bytes):
        return answer(prepared)
    site, window, spec, duration, is_known = prepared

    def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
        seen = {"site": site_id, "video": video}
        if not is_known and not con.execute(load_question("video_is_seen"), seen).fetchall():
            raise Refused("not_found", f"There is no video {video!r}, and no event has named it")
        if include_bots:
            people.include_bots(con)
        build_moments_relations(con, site_id, site, spec, window, video)
        question = MomentsQuestion(site_id, video, window, viewing, spec, duration, now)
        sample = load_sample(con, question)
        figures = submit_moments(active.fits, sample).result()
        return msgspec.json.encode(shape_moments_report(question, sample, *figures))

    key = (site_id, MOMENTS, video, viewing, start, end, spec.id, include_bots)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))


def _prepare_moments(
    state: AnalyzerState,
    site_id: str,
    video: str,
    viewing: str,
    asked: tuple[str | None, str | None, str | None],
    include_bots: bool,
    now: Millis,
) -> bytes | tuple[SiteContext, Window, GoalSpec, float | None, bool]:
    """Return the last run's report when that was asked for, else what a computation needs."""
    start, end, goal = asked
    with read_session(state.database) as session:
        site = load_site_context(session, site_id)
        window = read_window(start, end, time_zone=site.time_zone, now=now)
        spec = load_goal(session, site_id, goal or DEFAULT_GOAL)
        if window.is_default and spec.id == DEFAULT_GOAL and not include_bots:
            stored = load_report(session, site_id, MOMENTS, build_subject(video, viewing))
            if stored is not None:
                return stored
        known = session.get(Video, (site_id, video))
        duration = known.duration if known is not None and known.source == "given" else None
        return site, window.window, spec, duration, known is not None
