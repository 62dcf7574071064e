"""`/v1/reports/attribution`: which channels, videos and prompts the conversions are owed to.

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
from services.analyzer.api.schemas.attribution_report import AttributionShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To
from services.analyzer.jobs.attribution import REPORT, SUBJECT
from services.analyzer.problems import FieldError, refuse_fields
from services.analyzer.reports.attribution import MODELS, AttributionQuestion, build_attribution_report
from services.analyzer.store import people

router = APIRouter()

Days = Annotated[float, Query(gt=0, le=400)]


@router.get("/attribution", summary="Which touches conversions are owed to", response_model=AttributionShown)
async def get_attribution(
    state: State,
    site_id: Tenant,
    model: Annotated[str | None, Query(description=f"Comma-separated, of {', '.join(MODELS)}; default all.")] = None,
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    lookback: Annotated[Days, Query(description="Days before a conversion in which touches count.")] = 30.0,
    half_life: Annotated[Days, Query(description="Days after which a touch counts half, in `time_decay`.")] = 7.0,
    first: Annotated[float, Query(ge=0, le=1, description="The first touch's share in `position`.")] = 0.4,
    last: Annotated[float, Query(ge=0, le=1, description="The last touch's share in `position`.")] = 0.4,
    order: Annotated[int, Query(ge=1, le=4, description="Touches that a state of `markov` remembers.")] = 1,
    collapse: Annotated[bool, Query(description="Count a touch right after the same one only once.")] = True,
    include_bots: IncludeBots = False,
) -> Response:
    """Return every model's credits. Without any parameter but `model` it is the last run's."""
    active = state.get_active()
    now = state.clock()
    models = _read_models(model)
    if first + last > 1:
        raise refuse_fields([FieldError("/last", "out_of_range", "`first` and `last` together are at most 1")])
    chosen = (lookback, half_life, first, last, order, collapse, include_bots)
    is_default = chosen == (30.0, 7.0, 0.4, 0.4, 1, True, False)
    prepared = await run_in_threadpool(
        prepare_report, state, site_id, (REPORT, SUBJECT), (start, end, goal), now, is_default=is_default, video=None
    )
    if isinstance(prepared, bytes):
        return answer(_keep_models(prepared, models))

    def compute(con: "duckdb.DuckDBPyConnection", given: Prepared = prepared) -> bytes:
        if include_bots:
            people.include_bots(con)
        asked = AttributionQuestion(
            site_id,
            given.site,
            given.goal,
            given.window,
            now,
            lookback_days=lookback,
            half_life_days=half_life,
            position_first=first,
            position_last=last,
            order=order,
            collapse=collapse,
        )
        return msgspec.json.encode(build_attribution_report(con, asked))

    key = (site_id, REPORT, start, end, prepared.goal.id, chosen)
    return answer(_keep_models(await active.cache.load(key, lambda: active.reader.read(compute)), models))


def _read_models(text: str | None) -> list[str]:
    if text is None:
        return list(MODELS)
    asked = [name.strip() for name in text.split(",")]
    unknown = [name for name in asked if name not in MODELS]
    if unknown:
        words = f"there is no model {unknown[0]!r}; there are {', '.join(MODELS)}"
        raise refuse_fields([FieldError("/model", "unknown_model", words)])
    return asked


def _keep_models(body: bytes, models: list[str]) -> bytes:
    if len(models) == len(MODELS):
        return body
    report = msgspec.json.decode(body)
    report["models"] = {name: report["models"][name] for name in models}
    return msgspec.json.encode(report)
