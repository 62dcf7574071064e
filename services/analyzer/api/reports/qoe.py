"""`/v1/reports/qoe`: how well videos played, and what it cost where they did not.

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
from services.analyzer.api.schemas.qoe_report import QualityShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To
from services.analyzer.jobs.qoe import ALL_VIDEOS, REPORT
from services.analyzer.reports.qoe import (
    QualityQuestion,
    build_quality_conversions,
    build_quality_relations,
    build_quality_reports,
    load_totals,
)
from services.analyzer.store import people

router = APIRouter()


@router.get("/qoe", summary="How well videos played", response_model=QualityShown)
async def get_quality(
    state: State,
    site_id: Tenant,
    video: Annotated[
        str | None, Query(min_length=1, max_length=256, description="Video id; all videos without.")
    ] = None,
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    include_bots: IncludeBots = False,
) -> Response:
    """Return the quality of one video's views, or of all.

    Without any of `from`, `to`, `goal` and `include_bots` it is the last run's; anything else is computed on request
    and kept for a minute.
    """
    active = state.get_active()
    now = state.clock()
    subject = (REPORT, video or ALL_VIDEOS)
    prepared = await run_in_threadpool(
        prepare_report, state, site_id, subject, (start, end, goal), now, is_default=not include_bots, video=video
    )
    if isinstance(prepared, bytes):
        return answer(prepared)

    def compute(con: "duckdb.DuckDBPyConnection", given: Prepared = prepared) -> bytes:
        refuse_unknown_video(con, site_id, video, is_known=given.is_known)
        if include_bots:
            people.include_bots(con)
        build_quality_conversions(con, site_id, given.site, given.goal)
        build_quality_relations(con, site_id, given.window, video)
        question = QualityQuestion(site_id, video, given.window, given.goal, now)
        return msgspec.json.encode(build_quality_reports(con, [question], load_totals(con))[0])

    key = (site_id, *subject, start, end, prepared.goal.id, include_bots)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))
