"""`/v1/reports/visitors`: one person.

Never reaches beyond the caller's site.
"""

from typing import Annotated

import duckdb
import msgspec
from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.schemas.report import VisitorShown
from services.analyzer.api.window import IncludeBots
from services.analyzer.control.database import read_session
from services.analyzer.control.scores import load_scores
from services.analyzer.reports.visitors import build_visitor_report
from services.analyzer.state import AnalyzerState
from shared.rules.scores import SiteScores

router = APIRouter()

MOST_TIMELINE = 5_000


@router.get("/visitors/{person:path}", summary="One person", response_model=VisitorShown)
async def get_visitor(
    person: str,
    state: State,
    site_id: Tenant,
    limit: Annotated[int, Query(ge=1, le=MOST_TIMELINE, description="Most events, the newest.")] = 500,
    include_bots: IncludeBots = False,
) -> Response:
    """Return one person by user id or visitor id: identity, profile, segments, timeline with sessions."""
    now = state.clock()
    scores = await run_in_threadpool(_load_scores, state, site_id)

    def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
        report = build_visitor_report(
            con,
            site_id=site_id,
            known_as=person,
            limit=limit,
            now=now,
            include_bots=include_bots,
            scores=scores,
        )
        return msgspec.json.encode(report)

    return answer(await state.get_active().reader.read(compute))


def _load_scores(state: AnalyzerState, site_id: str) -> SiteScores:
    with read_session(state.database) as session:
        return load_scores(session, site_id)
