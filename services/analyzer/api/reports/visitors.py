"""`/v1/reports/visitors`: one person.

Never reaches beyond the caller's site.
"""

from typing import Annotated

import duckdb
import msgspec
from fastapi import APIRouter, Query, Response

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.schemas.report import VisitorShown
from services.analyzer.api.window import IncludeBots
from services.analyzer.reports.visitors import build_visitor_report

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

    def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
        report = build_visitor_report(
            con, site_id=site_id, known_as=person, limit=limit, now=now, include_bots=include_bots
        )
        return msgspec.json.encode(report)

    return answer(await state.get_active().reader.read(compute))
