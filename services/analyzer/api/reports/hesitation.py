"""`/v1/reports/hesitation`: how well the hesitation score tells who leaves.

Never reaches beyond the caller's site, and never changes the score in use.
"""

import duckdb
import msgspec
from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.schemas.hesitation_report import HesitationShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To, read_window
from services.analyzer.control.database import read_session
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.jobs.hesitation import REPORT as HESITATION
from services.analyzer.reports.hesitation import HesitationQuestion, compute_hesitation_report, load_sessions
from services.analyzer.reports.site import load_goal, load_site_context
from services.analyzer.reports.stored import load_report
from services.analyzer.store import people
from shared.rules.sql import SiteContext

router = APIRouter()


@router.get("/hesitation", summary="How well the hesitation score tells who leaves", response_model=HesitationShown)
async def get_hesitation(
    state: State,
    site_id: Tenant,
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    include_bots: IncludeBots = False,
) -> Response:
    """Return calibration curve, log loss on persons held out, and what drives the score.

    Without any of `from`, `to`, `goal` and `include_bots` it is the last run's, whose score is in use; anything else
    is computed on request, kept for a minute, and used for nothing.
    """
    active = state.get_active()
    now = state.clock()

    def prepare() -> bytes | tuple[SiteContext, HesitationQuestion]:
        with read_session(state.database) as session:
            site = load_site_context(session, site_id)
            window = read_window(start, end, time_zone=site.time_zone, now=now)
            spec = load_goal(session, site_id, goal or DEFAULT_GOAL)
            if window.is_default and spec.id == DEFAULT_GOAL and not include_bots:
                stored = load_report(session, site_id, HESITATION, "")
                if stored is not None:
                    return stored
            return site, HesitationQuestion(site_id, window.window, spec, now)

    prepared = await run_in_threadpool(prepare)
    if isinstance(prepared, bytes):
        return answer(prepared)
    site, asked = prepared

    def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
        if include_bots:
            people.include_bots(con)
        report, _ = compute_hesitation_report(load_sessions(con, site, asked), asked)
        return msgspec.json.encode(report)

    key = (site_id, HESITATION, start, end, asked.goal.id, include_bots)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))
