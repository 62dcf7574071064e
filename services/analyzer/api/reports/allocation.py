"""`/v1/reports/allocation`: which share of visitors each variant of a campaign gets now.

Never reaches beyond the caller's site.
"""

from dataclasses import replace
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.schemas.allocation_report import AllocationShown
from services.analyzer.control.crud import load_thing
from services.analyzer.control.database import read_session
from services.analyzer.control.models import Campaign
from services.analyzer.jobs.allocation import REPORT
from services.analyzer.reports.allocation import describe_learner, shape_allocation
from services.analyzer.reports.site import default_window
from services.analyzer.reports.stored import load_report

router = APIRouter()


@router.get("/allocation", summary="Which share of visitors each variant gets now", response_model=AllocationShown)
async def get_allocation(
    state: State,
    site_id: Tenant,
    campaign: Annotated[str, Query(min_length=1, max_length=64, description="Campaign id.")],
) -> Response:
    """Return what the last run of `allocation` learnt, as decisions use it; by weight where nothing is learnt."""
    now = state.clock()

    def load() -> bytes:
        with read_session(state.database) as session:
            found = load_thing(session, Campaign, site_id, campaign)
            learner = describe_learner(found)
            stored = load_report(session, site_id, REPORT, campaign)
            if learner.reason is None and stored is not None:
                told = msgspec.json.decode(stored)
                if told["allocation"] == learner.method and {arm["id"] for arm in told["arms"]} == set(learner.arms):
                    return stored
            learner = replace(learner, reason=learner.reason or "not_learnt_yet")
            report = shape_allocation(learner, [], None, goal_id=found.goal, window=default_window(now), now=now)
            return msgspec.json.encode(report)

    return answer(await run_in_threadpool(load))
