"""`/v1/reports/factors`: which behaviours go together with converting, and which come first.

Never reaches beyond the caller's site.
"""

from typing import Annotated, Any

import duckdb
import msgspec
from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.reports.default import Prepared, prepare_report
from services.analyzer.api.schemas.factors_report import FactorsShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To
from services.analyzer.control.database import read_session
from services.analyzer.jobs.factors import REPORT, SUBJECT
from services.analyzer.problems import FieldError, Refused, refuse_fields
from services.analyzer.reports.factors import FactorsQuestion, build_factors_report
from services.analyzer.reports.factors_definition import FactorsDefinition, load_definition
from services.analyzer.reports.factors_shape import put_words
from services.analyzer.state import AnalyzerState
from services.analyzer.store import people
from shared.clock import Millis

router = APIRouter()
DEFAULT = (7.0, None, False)


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
    middle: Annotated[
        int | None, Query(ge=1, le=1_000, description="Conversions from which a person is middle; default 1.")
    ] = None,
    core: Annotated[
        int | None,
        Query(
            ge=2,
            le=1_000,
            description="Conversions from which a person is core; default 2. With either of them,"
            " stages go by conversions whatever the site's rules.",
        ),
    ] = None,
    include_bots: IncludeBots = False,
) -> Response:
    """Return every common behaviour. Without any parameter it is the last run's, with the words of now."""
    active = state.get_active()
    now = state.clock()
    counted = (middle or 1, core or max(2, (middle or 1) + 1))
    if counted[1] <= counted[0]:
        raise refuse_fields([FieldError("/core", "out_of_range", "`core` must be more than `middle`")])
    by_conversions = None if middle is None and core is None else counted
    chosen = (landmark, by_conversions, include_bots)

    definition, report, given = await run_in_threadpool(
        _prepare, state, site_id, (start, end, goal), now, is_default=chosen == DEFAULT
    )
    if given is not None:
        asked = FactorsQuestion(
            site_id, given.site, given.goal, given.window, now, landmark, by_conversions, definition
        )

        def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
            if include_bots:
                people.include_bots(con)
            return msgspec.json.encode(build_factors_report(con, active.fits, asked))

        key = (site_id, REPORT, start, end, given.goal.id, chosen, definition.stamp)
        try:
            report = msgspec.json.decode(await active.cache.load(key, lambda: active.reader.read(compute)))
        except Refused as refused:
            # The last run's stages are better than none, until the next run.
            if refused.code != "too_slow" or not report:
                raise
            report["assumptions"].append("stages_and_own_behaviours_of_the_last_run")
    return answer(msgspec.json.encode(put_words(report, definition.words)))


def _prepare(
    state: AnalyzerState,
    site_id: str,
    asked: tuple[str | None, str | None, str | None],
    now: Millis,
    *,
    is_default: bool,
) -> tuple[FactorsDefinition, dict[str, Any], Prepared | None]:
    """Return what the report rests on, the last run's report ({}: not asked for), and what a new one needs, if any.

    The last run's does where the operator has changed neither stages nor own behaviours since.
    """
    with read_session(state.database) as session:
        definition = load_definition(session, site_id)
    kept = prepare_report(state, site_id, (REPORT, SUBJECT), asked, now, is_default=is_default)
    if isinstance(kept, Prepared):
        return definition, {}, kept
    report = msgspec.json.decode(kept)
    if report["diagnostics"].get("definition") == definition.stamp:
        return definition, report, None
    fresh = prepare_report(state, site_id, (REPORT, SUBJECT), asked, now, is_default=False)
    return definition, report, fresh if isinstance(fresh, Prepared) else None
