"""`/v1/reports/community`: what members do, how deep it goes, and what makes them loyal.

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
from services.analyzer.api.schemas.community_report import CommunityShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To
from services.analyzer.control.database import read_session
from services.analyzer.jobs.experiments import CAMPAIGN_REPORT
from services.analyzer.jobs.stores import COMMUNITY, SUBJECT
from services.analyzer.reports.community import ACTS, CommunityQuestion, build_community_report
from services.analyzer.reports.community_tests import load_trigger_tests
from services.analyzer.reports.stored import load_report
from services.analyzer.state import AnalyzerState
from services.analyzer.store import people

router = APIRouter()

Named = Annotated[str, Query(min_length=1, max_length=200)]


@router.get("/community", summary="What the community does, and for whom", response_model=CommunityShown)
async def get_community(
    state: State,
    site_id: Tenant,
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    events: Annotated[
        list[Named], Query(max_length=20, description="Own events that are acts of the community; may be repeated.")
    ] = [],  # noqa: B006 (read by FastAPI, never changed)
    hosts: Annotated[
        list[Named], Query(max_length=20, description="Hosts the community lives at; may be repeated.")
    ] = [],  # noqa: B006 (read by FastAPI, never changed)
    fan_weeks: Annotated[int, Query(ge=1, le=60, description="Weeks with an act that make a fan.")] = 4,
    landmark: Annotated[float, Query(gt=0, le=60, description="First days in which an act may be a trigger.")] = 7.0,
    loyal_orders: Annotated[int, Query(ge=1, le=100, description="Conversions that make a member loyal.")] = 2,
    include_bots: IncludeBots = False,
) -> Response:
    """Return the community report. Without any parameter it is the last run's."""
    active = state.get_active()
    now = state.clock()
    chosen = (tuple(sorted(set(events))), tuple(sorted(set(hosts))), fan_weeks, landmark, loyal_orders)
    is_default = chosen == ((), (), 4, 7.0, 2) and not include_bots
    prepared = await run_in_threadpool(
        prepare_report, state, site_id, (COMMUNITY, SUBJECT), (start, end, goal), now, is_default=is_default
    )
    if isinstance(prepared, bytes):
        return answer(await run_in_threadpool(_add_tests, state, site_id, prepared, events))

    def compute(con: "duckdb.DuckDBPyConnection", given: Prepared = prepared) -> bytes:
        if include_bots:
            people.include_bots(con)
        asked = CommunityQuestion(site_id, given.site, given.goal, given.window, now, *chosen)
        return msgspec.json.encode(build_community_report(con, active.fits, asked))

    key = (site_id, COMMUNITY, start, end, prepared.goal.id, chosen, include_bots)
    body = await active.cache.load(key, lambda: active.reader.read(compute))
    return answer(await run_in_threadpool(_add_tests, state, site_id, body, events))


def _add_tests(state: AnalyzerState, site_id: str, body: bytes, events: list[str]) -> bytes:
    """Return the report with what experiments say of triggers by now: they go on while the report stays."""
    report = msgspec.json.decode(body)
    with read_session(state.database) as session:
        report["tests"] = load_trigger_tests(
            session, site_id, {*ACTS, *events}, lambda one: load_report(session, site_id, CAMPAIGN_REPORT, one)
        )
    return msgspec.json.encode(report)
