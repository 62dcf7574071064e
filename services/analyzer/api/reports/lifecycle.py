"""`/v1/reports/lifecycle`: at which stage the customers are, how they got there, and who comes back.

Never reaches beyond the caller's site.
"""

from dataclasses import replace
from typing import Annotated, Any

import duckdb
import msgspec
from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.lifecycle_checks import check_lifecycle
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.reports.default import Prepared, prepare_report
from services.analyzer.api.schemas.lifecycle_report import LifecycleShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To
from services.analyzer.control.database import read_session
from services.analyzer.control.lifecycle import LifecycleRules, load_lifecycle
from services.analyzer.jobs.lifecycle import REPORT, SUBJECT
from services.analyzer.reports.lifecycle import LifecycleQuestion, build_lifecycle_report
from services.analyzer.state import AnalyzerState
from services.analyzer.store import people
from shared.clock import Millis

router = APIRouter()

Days = Annotated[float | None, Query(gt=0, le=3_650)]
Named = Annotated[str, Query(min_length=1, max_length=200)]
_OWN = "by default the site's"


class _Kept(msgspec.Struct):
    rules: LifecycleRules


@router.get("/lifecycle", summary="Stages of the customers, and who comes back", response_model=LifecycleShown)
async def get_lifecycle(
    state: State,
    site_id: Tenant,
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    loyal_orders: Annotated[
        int | None, Query(ge=2, le=100, description=f"Orders within `loyal_days` that make loyal; {_OWN}.")
    ] = None,
    loyal_days: Annotated[Days, Query(description=f"Days within which those orders lie; {_OWN}.")] = None,
    at_risk_days: Annotated[
        Days, Query(description=f"Days without an order that make a customer at risk; {_OWN}.")
    ] = None,
    dormant_days: Annotated[Days, Query(description=f"Days without an order that make one dormant; {_OWN}.")] = None,
    bulk_value: Annotated[
        float, Query(ge=0, le=1e12, description="Purchases worth less leave the rhythm of `next_purchase` alone.")
    ] = 0.0,
    advocate_events: Annotated[
        list[Named] | None,
        Query(min_length=1, max_length=20, description=f"Events that recommend; may be repeated; {_OWN}."),
    ] = None,
    advocate_acts: Annotated[
        int | None,
        Query(ge=1, le=100, description=f"How many of them, from the second order on, make an advocate; {_OWN}."),
    ] = None,
    include_bots: IncludeBots = False,
) -> Response:
    """Return the lifecycle report. Without any parameter it is the last run's, if that went by the site's rules."""
    active = state.get_active()
    now = state.clock()
    given: dict[str, Any] = {
        "loyal_orders": loyal_orders,
        "loyal_days": loyal_days,
        "at_risk_days": at_risk_days,
        "dormant_days": dormant_days,
        "bulk_value": bulk_value,
        "advocate_events": tuple(dict.fromkeys(advocate_events)) if advocate_events is not None else None,
        "advocate_acts": advocate_acts,
    }
    rules, prepared = await run_in_threadpool(
        _prepare, state, site_id, (start, end, goal), given, now, include_bots=include_bots
    )
    if isinstance(prepared, bytes):
        return answer(prepared)

    def compute(con: "duckdb.DuckDBPyConnection", known: Prepared = prepared) -> bytes:
        if include_bots:
            people.include_bots(con)
        asked = LifecycleQuestion(site_id, known.site, known.goal, known.window, now, rules)
        return msgspec.json.encode(build_lifecycle_report(con, asked))

    key = (site_id, REPORT, start, end, prepared.goal.id, rules, include_bots)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))


def _prepare(
    state: AnalyzerState,
    site_id: str,
    asked: tuple[str | None, str | None, str | None],
    given: dict[str, Any],
    now: Millis,
    *,
    include_bots: bool,
) -> tuple[LifecycleRules, bytes | Prepared]:
    """Return the rules asked for, and the last run's report if it went by them, else what a new one needs."""
    with read_session(state.database) as session:
        own = load_lifecycle(session, site_id)
    rules = replace(own, **{name: value for name, value in given.items() if value is not None})
    check_lifecycle(rules)
    subject = (REPORT, SUBJECT)
    prepared = prepare_report(state, site_id, subject, asked, now, is_default=rules == own and not include_bots)
    if isinstance(prepared, bytes) and msgspec.json.decode(prepared, type=_Kept).rules != rules:
        # The operator changed the rules after the last run.
        prepared = prepare_report(state, site_id, subject, asked, now, is_default=False)
    return rules, prepared
