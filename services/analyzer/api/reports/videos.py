"""`/v1/reports/videos`: what videos brought in.

Never reaches beyond the caller's site.
"""

from typing import Annotated

import duckdb
import msgspec
from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.reports.default import Prepared, prepare_report, refuse_unknown_video
from services.analyzer.api.schemas.videos_report import InfluenceShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To
from services.analyzer.jobs.influence import ALL_VIDEOS, REPORT
from services.analyzer.reports.videos import (
    DEFAULT_DAYS,
    InfluenceQuestion,
    build_influence_relations,
    build_influence_reports,
    load_influence_sums,
)
from services.analyzer.store import people

router = APIRouter()


@router.get("/videos", summary="What videos brought in", response_model=InfluenceShown)
async def get_influence(
    state: State,
    site_id: Tenant,
    video: Annotated[
        str | None, Query(min_length=1, max_length=256, description="Video id; without, any video and a table of all.")
    ] = None,
    days: Annotated[int, Query(ge=1, le=365, description="Days that an engaged view counts for.")] = DEFAULT_DAYS,
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    include_bots: IncludeBots = False,
) -> Response:
    """Return what those with an engaged view bought after it, beside everybody else, raw and adjusted.

    Without any of `days`, `from`, `to`, `goal` and `include_bots` it is the last run's; anything else is computed on
    request and kept for a minute.
    """
    active = state.get_active()
    now = state.clock()
    subject = (REPORT, video or ALL_VIDEOS)
    is_default = days == DEFAULT_DAYS and not include_bots
    prepared = await run_in_threadpool(
        prepare_report, state, site_id, subject, (start, end, goal), now, is_default=is_default, video=video
    )
    if isinstance(prepared, bytes):
        return answer(prepared)

    def compute(con: "duckdb.DuckDBPyConnection", given: Prepared = prepared) -> bytes:
        refuse_unknown_video(con, site_id, video, is_known=given.is_known)
        if include_bots:
            people.include_bots(con)
        asked = InfluenceQuestion(site_id, given.site, video, given.window, given.goal, days, now)
        build_influence_relations(con, asked, video)
        return msgspec.json.encode(build_influence_reports(con, [asked], load_influence_sums(con, asked))[0])

    key = (site_id, *subject, days, start, end, prepared.goal.id, include_bots)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))
