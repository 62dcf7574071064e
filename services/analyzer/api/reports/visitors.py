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
from services.analyzer.api.schemas.visitor_report import VisitorShown
from services.analyzer.api.window import IncludeBots
from services.analyzer.control.database import read_session
from services.analyzer.control.lifecycle import LifecycleRules, load_lifecycle
from services.analyzer.control.videos import is_approved
from services.analyzer.reports.site import load_site_context
from services.analyzer.reports.stored import load_report, read_video
from services.analyzer.reports.visitors import build_visitor_report
from services.analyzer.state import AnalyzerState
from shared.rules.sql import SiteContext

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
    """Return one person by user or visitor id: who it is, where it stands, what to do next, timeline with sessions."""
    now = state.clock()
    site, rules = await run_in_threadpool(_load_site, state, site_id)

    def load_stored(report: str, subject: str) -> bytes | None:
        with read_session(state.database) as session:
            if report == "moments" and not is_approved(session, site_id, read_video(subject)):
                # What the operator has not released is proposed to nobody.
                return None
            return load_report(session, site_id, report, subject)

    def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
        report = build_visitor_report(
            con,
            site_id=site_id,
            known_as=person,
            limit=limit,
            now=now,
            site=site,
            rules=rules,
            load_stored=load_stored,
            include_bots=include_bots,
        )
        return msgspec.json.encode(report)

    return answer(await state.get_active().reader.read(compute))


def _load_site(state: AnalyzerState, site_id: str) -> tuple[SiteContext, LifecycleRules]:
    with read_session(state.database) as session:
        return load_site_context(session, site_id), load_lifecycle(session, site_id)
