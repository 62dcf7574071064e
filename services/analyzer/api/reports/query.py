"""`/v1/reports/query`: the answer to a question, saved or made up on the spot.

Never reaches beyond the caller's site.
"""

from typing import Annotated, Any

import duckdb
import msgspec
from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.question_checks import check_question
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.schemas.query_report import AnswerShown, IntervalName, MeasureName
from services.analyzer.api.window import From, IncludeBots, To, read_window
from services.analyzer.control.crud import load_thing
from services.analyzer.control.database import read_session
from services.analyzer.control.models import Question
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.problems import FieldError, refuse_fields
from services.analyzer.reports.dashboard import DashboardQuestion, build_dashboard_answer
from services.analyzer.reports.dashboard_sql import Shape
from services.analyzer.reports.site import Window, load_goal, load_site_context
from services.analyzer.state import AnalyzerState
from services.analyzer.store import people
from shared.clock import DAY_MS, Millis
from shared.rules.parse import parse_rule

router = APIRouter()

FIELDS = ("measure", "event", "where", "breakdown", "filter", "interval", "goal")
_JSON = "as JSON"
Said = dict[str, Any]


@router.get("/query", summary="The answer to a question", response_model=AnswerShown)
async def get_query(
    state: State,
    site_id: Tenant,
    question: Annotated[str | None, Query(max_length=64, description="Id of a saved question.")] = None,
    measure: Annotated[MeasureName | None, Query(description="What to count, for a question made up.")] = None,
    breakdown: Annotated[str | None, Query(max_length=200, description="By what; see `/v1/questions`.")] = None,
    filter_: Annotated[str | None, Query(alias="filter", max_length=16_000, description=f"A Rule {_JSON}.")] = None,
    event: Annotated[str | None, Query(min_length=1, max_length=200, description="Count only this event.")] = None,
    where: Annotated[str | None, Query(max_length=16_000, description=f"Conditions of the event {_JSON}.")] = None,
    interval: Annotated[IntervalName | None, Query(description="A series by this unit of the site's calendar.")] = None,
    goal: Annotated[str | None, Query(max_length=64, description="What counts as a conversion.")] = None,
    start: From = None,
    end: To = None,
    include_bots: IncludeBots = False,
) -> Response:
    """Return a table, a series or one figure. `question` goes with `from` and `to` only."""
    active = state.get_active()
    now = state.clock()
    given: Said = {
        "measure": measure,
        "event": event,
        "where": _read_json(where, "/where"),
        "breakdown": breakdown,
        "filter": _read_json(filter_, "/filter"),
        "interval": interval,
        "goal": goal,
    }
    asked = await run_in_threadpool(_prepare, state, site_id, question, given, (start, end), now)

    def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
        if include_bots:
            people.include_bots(con)
        return msgspec.json.encode(build_dashboard_answer(con, asked))

    key = (site_id, "query", start, end, msgspec.json.encode(asked.said), asked.site.lifecycle, include_bots)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))


def _prepare(
    state: AnalyzerState,
    site_id: str,
    question: str | None,
    given: Said,
    window: tuple[str | None, str | None],
    now: Millis,
) -> DashboardQuestion:
    with read_session(state.database) as session:
        site = load_site_context(session, site_id)
        if question is not None:
            saved = load_thing(session, Question, site_id, question)
            said = saved.model_dump(include={"id", "name", "window_days", *FIELDS})
            _refuse_both(given)
        elif given["measure"] is None:
            words = "name a `measure`, or a saved `question`"
            raise refuse_fields([FieldError("/measure", "missing", words)])
        else:
            said = {"id": None, "name": None, "window_days": None, **given, "goal": given["goal"] or DEFAULT_GOAL}
        check_question(session, site_id, said)
        goal = load_goal(session, site_id, said["goal"])
    read = read_window(*window, time_zone=site.time_zone, now=now)
    span = read.window
    if window[0] is None and said["window_days"] is not None:
        span = Window(span.end - round(said["window_days"] * DAY_MS), span.end)
    shape = Shape(
        said["measure"],
        said["breakdown"],
        said["event"],
        said["where"],
        has_units=said["interval"] is not None,
        has_filter=said["filter"] is not None,
    )
    rule = None if said["filter"] is None else parse_rule(said["filter"], live=False)
    return DashboardQuestion(site_id, site, goal, span, now, shape, rule, said["interval"], said)


def _refuse_both(given: Said) -> None:
    errors = [
        FieldError(f"/{field}", "unsupported_combination", "a saved `question` says this itself")
        for field in FIELDS
        if given[field] is not None
    ]
    if errors:
        raise refuse_fields(errors)


def _read_json(text: str | None, pointer: str) -> Any:
    if text is None:
        return None
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise refuse_fields([FieldError(pointer, "not_json", "is not valid JSON")]) from error
