"""`/v1/reports/journeys`: what people did before and after a video.

Never reaches beyond the caller's site.
"""

from typing import Annotated

import duckdb
import msgspec
from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.reports.default import Prepared, prepare_report, refuse_unknown_video
from services.analyzer.api.schemas.journeys_report import JourneysShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To
from services.analyzer.jobs.journeys import REPORT as JOURNEYS
from services.analyzer.journeys.classes import Thresholds
from services.analyzer.reports.journeys import JourneysQuestion, build_journeys, load_crowds
from services.analyzer.reports.journeys_answer import shape_journeys_report
from services.analyzer.store import people

router = APIRouter()

_DEFAULT = Thresholds()


@router.get("/journeys", summary="What people did before and after a video", response_model=JourneysShown)
async def get_journeys(
    state: State,
    site_id: Tenant,
    video: Annotated[str, Query(min_length=1, max_length=256, description="Video id.")],
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    include_bots: IncludeBots = False,
    straight_products: Annotated[
        int, Query(ge=0, le=1_000, description="Straight to the purchase: at most so many different products.")
    ] = _DEFAULT.straight_products,
    straight_steps: Annotated[
        int, Query(ge=0, le=10_000, description="Straight to the purchase: at most so many steps.")
    ] = _DEFAULT.straight_steps,
    wander_products: Annotated[
        int, Query(ge=1, le=1_000, description="Wandering: so many different products or more.")
    ] = _DEFAULT.wander_products,
) -> Response:
    """Return flows before and after the first view, buyers against others, patterns, and who wandered.

    Without any of `from`, `to`, `goal`, `include_bots` and thresholds it is the last run's; anything else is computed
    on request and kept for a minute.
    """
    active = state.get_active()
    now = state.clock()
    thresholds = Thresholds(straight_products, straight_steps, wander_products)
    is_default = not include_bots and thresholds == _DEFAULT
    subject = (JOURNEYS, video)
    prepared = await run_in_threadpool(
        prepare_report, state, site_id, subject, (start, end, goal), now, is_default=is_default, video=video
    )
    if isinstance(prepared, bytes):
        return answer(prepared)
    found: Prepared = prepared
    window, spec = found.window, found.goal

    def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
        refuse_unknown_video(con, site_id, video, is_known=found.is_known)
        if include_bots:
            people.include_bots(con)
        journeys = build_journeys(con, site_id, found.site, spec, window, video_id=video)
        asked = JourneysQuestion(site_id, video, window, spec, thresholds, now)
        viewers, others = load_crowds(journeys, video, window, spec)
        return msgspec.json.encode(shape_journeys_report(asked, journeys.names, viewers, others))

    key = (site_id, JOURNEYS, video, start, end, spec.id, include_bots, thresholds)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))
