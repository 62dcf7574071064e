"""`/v1/reports/aftercare`: what buyers were shown and watched after a purchase, and what they did then.

Never reaches beyond the caller's site.
"""

from typing import Annotated

import duckdb
import msgspec
from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.reports.default import Prepared, prepare_report
from services.analyzer.api.schemas.aftercare_report import AftercareShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To
from services.analyzer.control.database import read_session
from services.analyzer.jobs.lifecycle import AFTERCARE, SUBJECT
from services.analyzer.reports.aftercare import (
    DEFAULT_DAYS,
    AftercareQuestion,
    BuyerCampaign,
    build_aftercare_report,
    load_buyer_campaigns,
)
from services.analyzer.state import AnalyzerState
from services.analyzer.store import people

router = APIRouter()


@router.get("/aftercare", summary="What buyers watched after a purchase, and did then", response_model=AftercareShown)
async def get_aftercare(
    state: State,
    site_id: Tenant,
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    days: Annotated[
        float, Query(gt=0, le=365, description="Days after the purchase in which content counts.")
    ] = DEFAULT_DAYS,
    include_bots: IncludeBots = False,
) -> Response:
    """Return the report. Without any parameter it is the last run's; what comes after is followed until now."""
    active = state.get_active()
    now = state.clock()
    is_default = days == DEFAULT_DAYS and not include_bots
    prepared = await run_in_threadpool(
        prepare_report, state, site_id, (AFTERCARE, SUBJECT), (start, end, goal), now, is_default=is_default
    )
    if isinstance(prepared, bytes):
        return answer(prepared)
    campaigns = await run_in_threadpool(_load_campaigns, state, site_id)

    def compute(con: "duckdb.DuckDBPyConnection", given: Prepared = prepared) -> bytes:
        if include_bots:
            people.include_bots(con)
        asked = AftercareQuestion(site_id, given.site, given.goal, given.window, now, campaigns, days)
        return msgspec.json.encode(build_aftercare_report(con, asked))

    key = (site_id, AFTERCARE, start, end, prepared.goal.id, days, include_bots)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))


def _load_campaigns(state: AnalyzerState, site_id: str) -> list[BuyerCampaign]:
    with read_session(state.database) as session:
        return load_buyer_campaigns(session, site_id)
