"""`/v1/reports/lookalikes/{segment}`: how well a lookalike segment resembles its seed.

Never reaches beyond the caller's site, and never changes who is in the segment.
"""

import duckdb
import msgspec
from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.schemas.lookalikes_report import LookalikesShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To, read_window
from services.analyzer.control.crud import load_thing
from services.analyzer.control.database import read_session
from services.analyzer.control.models import Segment
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.jobs.lookalike import REPORT as LOOKALIKES
from services.analyzer.problems import Refused
from services.analyzer.reports.lookalikes import LookalikeQuestion, build_question, find_lookalikes
from services.analyzer.reports.site import load_goal, load_site_context
from services.analyzer.reports.stored import load_report
from services.analyzer.store import people

router = APIRouter()


@router.get("/lookalikes/{segment}", summary="How well a segment resembles its seed", response_model=LookalikesShown)
async def get_lookalikes(
    segment: str,
    state: State,
    site_id: Tenant,
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    include_bots: IncludeBots = False,
) -> Response:
    """Return AUC and lift by decile on persons held out, what a size would reach, and what drives the likeness.

    Without any of `from`, `to`, `goal` and `include_bots` it is the last run's; anything else is computed on request
    from the seed's present members. The goal's event counts as part of buying, of which nothing is learnt.
    """
    active = state.get_active()
    now = state.clock()

    def prepare() -> bytes | LookalikeQuestion:
        with read_session(state.database) as session:
            row = load_thing(session, Segment, site_id, segment)
            if row.kind != "lookalike":
                raise Refused("not_found", f"The segment {segment!r} is no lookalike segment")
            time_zone = load_site_context(session, site_id).time_zone
            window = read_window(start, end, time_zone=time_zone, now=now)
            spec = load_goal(session, site_id, goal or DEFAULT_GOAL)
            if window.is_default and spec.id == DEFAULT_GOAL and not include_bots:
                stored = load_report(session, site_id, LOOKALIKES, segment)
                if stored is not None:
                    return stored
            return build_question(session, row, goal=spec, window=window.window, now=now)

    asked = await run_in_threadpool(prepare)
    if isinstance(asked, bytes):
        return answer(asked)

    def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
        if include_bots:
            people.include_bots(con)
        return msgspec.json.encode(find_lookalikes(con, asked).report)

    key = (site_id, LOOKALIKES, segment, start, end, asked.goal.id, include_bots)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))
