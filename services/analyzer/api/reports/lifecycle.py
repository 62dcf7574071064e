"""`/v1/reports/lifecycle`: at which stage the customers are, how they got there, and who comes back.

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
from services.analyzer.api.schemas.lifecycle_report import LifecycleShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To
from services.analyzer.jobs.lifecycle import REPORT, SUBJECT
from services.analyzer.lifecycle.advocacy import RECOMMENDING
from services.analyzer.problems import FieldError, refuse_fields
from services.analyzer.reports.lifecycle import (
    DEFAULT_RULES,
    LifecycleQuestion,
    LifecycleRules,
    build_lifecycle_report,
)
from services.analyzer.store import people

router = APIRouter()

Days = Annotated[float, Query(gt=0, le=3_650)]
Named = Annotated[str, Query(min_length=1, max_length=200)]


@router.get("/lifecycle", summary="Stages of the customers, and who comes back", response_model=LifecycleShown)
async def get_lifecycle(
    state: State,
    site_id: Tenant,
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    loyal_orders: Annotated[int, Query(ge=2, le=100, description="Orders within `loyal_days` that make loyal.")] = 4,
    loyal_days: Annotated[Days, Query(description="Days within which those orders lie.")] = 365.0,
    at_risk_days: Annotated[Days, Query(description="Days without an order that make a customer at risk.")] = 90.0,
    dormant_days: Annotated[Days, Query(description="Days without an order that make one dormant.")] = 180.0,
    bulk_value: Annotated[
        float, Query(ge=0, le=1e12, description="Purchases worth less leave the rhythm of `next_purchase` alone.")
    ] = 0.0,
    advocate_events: Annotated[
        list[Named], Query(min_length=1, max_length=20, description="Events that recommend; may be repeated.")
    ] = list(RECOMMENDING),  # noqa: B006 (read by FastAPI, never changed)
    advocate_acts: Annotated[
        int, Query(ge=1, le=100, description="How many of them, from the second order on, make an advocate.")
    ] = 1,
    include_bots: IncludeBots = False,
) -> Response:
    """Return the lifecycle report. Without any parameter it is the last run's."""
    active = state.get_active()
    now = state.clock()
    if dormant_days <= at_risk_days:
        words = "`dormant_days` must be more than `at_risk_days`"
        raise refuse_fields([FieldError("/dormant_days", "out_of_range", words)])
    events = tuple(dict.fromkeys(advocate_events))
    rules = LifecycleRules(loyal_orders, loyal_days, at_risk_days, dormant_days, bulk_value, events, advocate_acts)
    is_default = rules == DEFAULT_RULES and not include_bots
    prepared = await run_in_threadpool(
        prepare_report, state, site_id, (REPORT, SUBJECT), (start, end, goal), now, is_default=is_default
    )
    if isinstance(prepared, bytes):
        return answer(prepared)

    def compute(con: "duckdb.DuckDBPyConnection", given: Prepared = prepared) -> bytes:
        if include_bots:
            people.include_bots(con)
        asked = LifecycleQuestion(site_id, given.site, given.goal, given.window, now, rules)
        return msgspec.json.encode(build_lifecycle_report(con, asked))

    key = (site_id, REPORT, start, end, prepared.goal.id, rules, include_bots)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))
