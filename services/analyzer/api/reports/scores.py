"""`/v1/reports/scores`: how a score is spread, and who crossed its thresholds.

Never reaches beyond the caller's site.
"""

from typing import Annotated

import duckdb
import msgspec
from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.schemas.scores_report import ScoresShown
from services.analyzer.api.window import From, GoalQuery, To, read_window
from services.analyzer.control.crud import load_thing
from services.analyzer.control.database import read_session
from services.analyzer.control.models import Score
from services.analyzer.control.scores import define_score
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.reports.scores import ScoresQuestion, build_scores_report
from services.analyzer.reports.site import load_goal, load_site_context
from services.analyzer.state import AnalyzerState
from shared.clock import Millis
from shared.rules.scores import compile_score

router = APIRouter()


@router.get("/scores", summary="How a score is spread, and its thresholds", response_model=ScoresShown)
async def get_scores(
    state: State,
    site_id: Tenant,
    score: Annotated[str, Query(max_length=64, description="Id of the score.")],
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
) -> Response:
    """Return the report of one score as it is defined now, over the whole history up to `to`."""
    active = state.get_active()
    asked, version = await run_in_threadpool(_prepare, state, site_id, score, (start, end, goal), state.clock())

    def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
        return msgspec.json.encode(build_scores_report(con, asked))

    key = (site_id, "scores", score, version, start, end, asked.goal.id)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))


def _prepare(
    state: AnalyzerState, site_id: str, score_id: str, asked: tuple[str | None, str | None, str | None], now: Millis
) -> tuple[ScoresQuestion, int]:
    with read_session(state.database) as session:
        row = load_thing(session, Score, site_id, score_id)
        site = load_site_context(session, site_id)
        window = read_window(asked[0], asked[1], time_zone=site.time_zone, now=now).window
        spec = load_goal(session, site_id, asked[2] or DEFAULT_GOAL)
        definition = define_score(row)
        question = ScoresQuestion(site_id, site, spec, window, now, definition, compile_score(definition))
        return question, row.version
