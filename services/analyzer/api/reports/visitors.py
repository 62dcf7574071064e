"""`/v1/reports/visitors`: one person.

Never reaches beyond the caller's site.
"""

from functools import partial
from typing import Annotated

import duckdb
import msgspec
from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.schemas.visitor_report import VisitorShown
from services.analyzer.api.window import IncludeBots
from services.analyzer.control.database import read_session
from services.analyzer.control.lifecycle import load_lifecycle
from services.analyzer.control.videos import is_approved
from services.analyzer.reports.site import load_site_context
from services.analyzer.reports.stored import load_report, read_video
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
    """Return one person by user or visitor id: who it is, where it stands, what to do next, timeline with sessions."""
    now = state.clock()

    def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
        # In the reader's thread, on one connection: what it needs of the control database is read in a moment.
        with read_session(state.database) as session:
            report = build_visitor_report(
                con,
                site_id=site_id,
                known_as=person,
                limit=limit,
                now=now,
                site=load_site_context(session, site_id, brands=False),
                rules=load_lifecycle(session, site_id),
                load_stored=partial(_load_released, session, site_id),
                include_bots=include_bots,
            )
        return msgspec.json.encode(report)

    return answer(await state.get_active().reader.read(compute))


def _load_released(session: Session, site_id: str, report: str, subject: str) -> bytes | None:
    """Return what the last run kept; of a video's moments only if the operator has released it for proposals."""
    if report == "moments" and not is_approved(session, site_id, read_video(subject)):
        return None
    return load_report(session, site_id, report, subject)
