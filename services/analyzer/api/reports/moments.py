"""`/v1/reports/moments`: which parts of a video buyers watched.

Never reaches beyond the caller's site.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

import duckdb
import msgspec
from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.reports.default import refuse_unknown_video
from services.analyzer.api.reports.moment_experiments import MomentTests, add_experiments, load_moment_tests
from services.analyzer.api.schemas.report import MomentsShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To, read_window
from services.analyzer.control.database import read_session
from services.analyzer.control.models import Video
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.jobs.moments import REPORT as MOMENTS
from services.analyzer.reports.campaigns import CampaignsQuestion
from services.analyzer.reports.moments import (
    MomentsQuestion,
    build_moments_relations,
    load_sample,
    submit_moments,
)
from services.analyzer.reports.moments_shape import shape_moments_report
from services.analyzer.reports.site import load_goal, load_site_context
from services.analyzer.reports.stored import build_subject, load_report
from services.analyzer.state import AnalyzerState
from services.analyzer.store import people
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
    and kept for a minute. `experiments` are the prompts that send people to a moment, compared by lot.
    """
    active = state.get_active()
    now = state.clock()
    given = await run_in_threadpool(
        _prepare_moments, state, site_id, video, viewing, (start, end, goal), include_bots, now
    )
    asked, body = given.asked, given.stored
    if body is None:

        def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
            refuse_unknown_video(con, site_id, video, is_known=given.is_known)
            if include_bots:
                people.include_bots(con)
            build_moments_relations(con, site_id, given.site, asked.goal, asked.window, video)
            sample = load_sample(con, asked)
            figures = submit_moments(active.fits, sample).result()
            return msgspec.json.encode(shape_moments_report(asked, sample, *figures))

        key = (site_id, MOMENTS, video, viewing, start, end, asked.goal.id, include_bots)
        body = await active.cache.load(key, lambda: active.reader.read(compute))
    return answer(await add_experiments(active, body, given.tests, (start, end), include_bots=include_bots))


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The last run's report when that was asked for (`stored`), and what a computation needs."""

    stored: bytes | None
    site: SiteContext
    asked: MomentsQuestion
    is_known: bool
    tests: MomentTests


def _prepare_moments(
    state: AnalyzerState,
    site_id: str,
    video: str,
    viewing: str,
    asked: tuple[str | None, str | None, str | None],
    include_bots: bool,
    now: Millis,
) -> _Prepared:
    start, end, goal = asked
    with read_session(state.database) as session:
        site = load_site_context(session, site_id)
        window = read_window(start, end, time_zone=site.time_zone, now=now)
        spec = load_goal(session, site_id, goal or DEFAULT_GOAL)
        is_default = window.is_default and not include_bots
        stored = None
        if is_default and spec.id == DEFAULT_GOAL:
            stored = load_report(session, site_id, MOMENTS, build_subject(video, viewing))
        known = session.get(Video, (site_id, video))
        duration = known.duration if known is not None and known.source == "given" else None
        question = MomentsQuestion(site_id, video, window.window, viewing, spec, duration, now)
        tested = CampaignsQuestion(site_id, site, spec, window.window, now)
        tests = load_moment_tests(session, video, tested, is_default=is_default)
        return _Prepared(stored, site, question, known is not None, tests)
