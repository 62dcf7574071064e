"""`/v1/reports/stores`: how many visits lead to a purchase, and who came and did not buy.

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
from services.analyzer.api.schemas.stores_report import StoresShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To
from services.analyzer.jobs.stores import REPORT, SUBJECT
from services.analyzer.reports.stores import StoresQuestion, Where, build_stores_report
from services.analyzer.store import people

router = APIRouter()

Days = Annotated[float, Query(gt=0, le=3_650)]


@router.get("/stores", summary="Visits to stores until a purchase, and without one", response_model=StoresShown)
async def get_stores(
    state: State,
    site_id: Tenant,
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    buyer_days: Annotated[Days, Query(description="Days before a purchase in which visits led to it.")] = 60.0,
    non_buyer_days: Annotated[Days, Query(description="Days before `to` in which non-buyers are looked at.")] = 90.0,
    purchases: Annotated[Where, Query(description="Where the purchases that count were made.")] = "any",
    include_bots: IncludeBots = False,
) -> Response:
    """Return the stores report. Without any parameter it is the last run's."""
    active = state.get_active()
    now = state.clock()
    chosen = (buyer_days, non_buyer_days, purchases, include_bots)
    is_default = chosen == (60.0, 90.0, "any", False)
    prepared = await run_in_threadpool(
        prepare_report, state, site_id, (REPORT, SUBJECT), (start, end, goal), now, is_default=is_default
    )
    if isinstance(prepared, bytes):
        return answer(prepared)

    def compute(con: "duckdb.DuckDBPyConnection", given: Prepared = prepared) -> bytes:
        if include_bots:
            people.include_bots(con)
        asked = StoresQuestion(
            site_id, given.site, given.goal, given.window, now, buyer_days, non_buyer_days, purchases
        )
        return msgspec.json.encode(build_stores_report(con, asked))

    key = (site_id, REPORT, start, end, prepared.goal.id, chosen)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))
