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
from services.analyzer.api.schemas.journeys_report import JourneysShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To, read_window
from services.analyzer.control.database import read_session
from services.analyzer.control.models import Video
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.jobs.journeys import REPORT as JOURNEYS
from services.analyzer.journeys.classes import Thresholds
from services.analyzer.problems import Refused
from services.analyzer.reports.journeys import JourneysQuestion, build_journeys, load_crowds
from services.analyzer.reports.journeys_answer import shape_journeys_report
from services.analyzer.reports.site import GoalSpec, Window, load_goal, load_site_context
from services.analyzer.reports.stored import load_report
from services.analyzer.state import AnalyzerState
from services.analyzer.store import people
from services.analyzer.store.questions import load_question
from shared.clock import Millis
from shared.rules.sql import SiteContext

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
    is_plain = not include_bots and thresholds == _DEFAULT
    prepared = await run_in_threadpool(_prepare, state, site_id, video, (start, end, goal), is_plain, now)
    if isinstance(prepared, bytes):
        return answer(prepared)
    site, window, spec, is_known = prepared

    def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
        seen = {"site": site_id, "video": video}
        if not is_known and not con.execute(load_question("video_is_seen"), seen).fetchall():
            raise Refused("not_found", f"There is no video {video!r}, and no event has named it")
        if include_bots:
            people.include_bots(con)
        journeys = build_journeys(con, site_id, site, spec, window, video_id=video)
        asked = JourneysQuestion(site_id, video, window, spec, thresholds, now)
        viewers, others = load_crowds(journeys, video, window, spec)
        return msgspec.json.encode(shape_journeys_report(asked, journeys.names, viewers, others))

    key = (site_id, JOURNEYS, video, start, end, spec.id, include_bots, thresholds)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))


def _prepare(
    state: AnalyzerState,
    site_id: str,
    video: str,
    asked: tuple[str | None, str | None, str | None],
    is_plain: bool,
    now: Millis,
) -> bytes | tuple[SiteContext, Window, GoalSpec, bool]:
    """Return the last run's report when that was asked for, else what a computation needs."""
    start, end, goal = asked
    with read_session(state.database) as session:
        site = load_site_context(session, site_id)
        window = read_window(start, end, time_zone=site.time_zone, now=now)
        spec = load_goal(session, site_id, goal or DEFAULT_GOAL)
        if window.is_default and spec.id == DEFAULT_GOAL and is_plain:
            stored = load_report(session, site_id, JOURNEYS, video)
            if stored is not None:
                return stored
        return site, window.window, spec, session.get(Video, (site_id, video)) is not None
