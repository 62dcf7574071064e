"""`/v1/reports/factors`: which behaviours go together with converting, and which come first.

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
from services.analyzer.api.schemas.factors_report import FactorsShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To
from services.analyzer.jobs.factors import REPORT, SUBJECT
from services.analyzer.problems import FieldError, refuse_fields
from services.analyzer.reports.factors import FactorsQuestion, build_factors_report
from services.analyzer.store import people

router = APIRouter()


@router.get("/factors", summary="Which behaviours make buyers", response_model=FactorsShown)
async def get_factors(
    state: State,
    site_id: Tenant,
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    landmark: Annotated[
        float, Query(gt=0, le=60, description="First days in which a behaviour counts for its effect.")
    ] = 7.0,
    middle: Annotated[int, Query(ge=1, le=1_000, description="Conversions from which a person is middle.")] = 1,
    core: Annotated[int, Query(ge=2, le=1_000, description="Conversions from which a person is core.")] = 2,
    include_bots: IncludeBots = False,
) -> Response:
    """Return every common behaviour. Without any parameter it is the last run's."""
    active = state.get_active()
    now = state.clock()
    if core <= middle:
        raise refuse_fields([FieldError("/core", "out_of_range", "`core` must be more than `middle`")])
    chosen = (landmark, middle, core, include_bots)
    is_default = chosen == (7.0, 1, 2, False)
    prepared = await run_in_threadpool(
        prepare_report, state, site_id, (REPORT, SUBJECT), (start, end, goal), now, is_default=is_default, video=None
    )
    if isinstance(prepared, bytes):
        return answer(prepared)

    def compute(con: "duckdb.DuckDBPyConnection", given: Prepared = prepared) -> bytes:
        if include_bots:
            people.include_bots(con)
        asked = FactorsQuestion(site_id, given.site, given.goal, given.window, now, landmark, middle, core)
        return msgspec.json.encode(build_factors_report(con, active.fits, asked))

    key = (site_id, REPORT, start, end, prepared.goal.id, chosen)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))
