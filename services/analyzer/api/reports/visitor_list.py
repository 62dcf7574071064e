"""`/v1/reports/visitors`: the persons that a rule describes.

Never reaches beyond the caller's site.
"""

from typing import Annotated, Any

import duckdb
import msgspec
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.checks import load_segment_ids
from services.analyzer.api.paging import Cursor, Limit, read_cursor, write_cursor
from services.analyzer.api.schemas.visitor_list import VisitorListShown, VisitorRow
from services.analyzer.control.database import read_session
from services.analyzer.problems import FieldError, refuse_fields
from services.analyzer.reports.site import load_site_context
from services.analyzer.reports.visitor_list import VisitorPage, list_visitors
from services.analyzer.state import AnalyzerState
from shared.clock import to_rfc3339
from shared.rules.model import Rule
from shared.rules.parse import RuleError, parse_rule
from shared.rules.sql import SiteContext

router = APIRouter()


@router.get("/visitors", summary="The persons that a rule describes")
async def get_visitors(
    state: State,
    site_id: Tenant,
    rule: Annotated[
        str | None, Query(max_length=16_000, description="A Rule as JSON; everybody without.", examples=['{"all": []}'])
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> VisitorListShown:
    """List persons by id, as they are now; a rule that takes longer than 30 s to find them is refused."""
    after = read_cursor(cursor)
    site, parsed = await run_in_threadpool(_prepare, state, site_id, rule)
    now = state.clock()
    asked = VisitorPage(site_id, parsed, after, limit)

    def ask(con: "duckdb.DuckDBPyConnection") -> tuple[list[dict[str, Any]], str | None, int | None]:
        return list_visitors(con, asked, site=site, now=now)

    rows, last, total = await state.get_active().reader.read(ask)
    return VisitorListShown(
        items=[VisitorRow(**row) for row in rows],
        next_cursor=write_cursor(last),
        total=total,
        computed_at=to_rfc3339(now),
    )


def _prepare(state: AnalyzerState, site_id: str, rule: str | None) -> tuple[SiteContext, Rule | None]:
    with read_session(state.database) as session:
        site = load_site_context(session, site_id)
        known = load_segment_ids(session, site_id)
    if rule is None:
        return site, None
    try:
        return site, parse_rule(
            msgspec.json.decode(rule), live=False, known_segments=known, known_scores=site.scores.by_id
        )
    except RuleError as error:
        raise refuse_fields([FieldError(f"/rule{error.pointer}", error.code, error.detail)]) from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise refuse_fields([FieldError("/rule", "not_json", "the rule is not valid JSON")]) from error
