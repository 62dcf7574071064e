"""`/v1/reports/experiments`: all campaigns side by side, and what they brought together.

Never reaches beyond the caller's site.
"""

import duckdb
import msgspec
from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.schemas.experiments_report import ExperimentsShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To, read_window
from services.analyzer.control.database import read_session
from services.analyzer.jobs.experiments import REPORT, SUBJECT
from services.analyzer.reports.experiments import ExperimentsQuestion, build_experiments, load_campaigns
from services.analyzer.reports.site import load_goal, load_site_context
from services.analyzer.reports.stored import load_report
from services.analyzer.store import people

router = APIRouter()


@router.get("/experiments", summary="What all prompts brought together", response_model=ExperimentsShown)
async def get_experiments(
    state: State,
    site_id: Tenant,
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    include_bots: IncludeBots = False,
) -> Response:
    """Return every campaign's result, the lift of all by month, how many were reached, and the self-check.

    Without `goal` each campaign is judged by its own. Without any parameter it is the last run's.
    """
    active = state.get_active()
    now = state.clock()

    def prepare() -> bytes | ExperimentsQuestion:
        with read_session(state.database) as session:
            site = load_site_context(session, site_id)
            asked = read_window(start, end, time_zone=site.time_zone, now=now)
            chosen = None if goal is None else load_goal(session, site_id, goal)
            if asked.is_default and chosen is None and not include_bots:
                stored = load_report(session, site_id, REPORT, SUBJECT)
                if stored is not None:
                    return stored
            campaigns = load_campaigns(session, site_id, chosen)
            return ExperimentsQuestion(site_id, site, campaigns, chosen, asked.window, now)

    prepared = await run_in_threadpool(prepare)
    if isinstance(prepared, bytes):
        return answer(prepared)

    def compute(con: "duckdb.DuckDBPyConnection", question: ExperimentsQuestion = prepared) -> bytes:
        if include_bots:
            people.include_bots(con)
        return msgspec.json.encode(build_experiments(con, question))

    key = (site_id, REPORT, start, end, goal, include_bots)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))
