"""`/v1/reports/policy`: what another choice of variants would have brought.

Never reaches beyond the caller's site.
"""

from typing import Annotated

import duckdb
import msgspec
from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.schemas.policy_report import PolicyShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To, read_window
from services.analyzer.control.crud import load_thing
from services.analyzer.control.database import read_session
from services.analyzer.control.models import Campaign
from services.analyzer.reports.campaigns import CampaignsQuestion
from services.analyzer.reports.policy import build_policy_report, read_policy
from services.analyzer.reports.site import load_goal, load_site_context
from services.analyzer.store import people

router = APIRouter()


@router.get("/policy", summary="What another choice of variants would have brought", response_model=PolicyShown)
async def get_policy(
    state: State,
    site_id: Tenant,
    campaign: Annotated[str, Query(min_length=1, max_length=64, description="Campaign id.")],
    policy: Annotated[
        str,
        Query(
            min_length=1,
            max_length=4_000,
            description='`always:<variant>`, `always:holdout`, `even`, or JSON weights such as {"a": 3, "b": 1}.',
        ),
    ],
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    include_bots: IncludeBots = False,
) -> Response:
    """Return the estimate for the other policy from the decision log, without a new test.

    Default goal: the campaign's own. Computed on request and kept for a minute.
    """
    active = state.get_active()
    now = state.clock()

    def prepare() -> tuple[CampaignsQuestion, dict[str, float]]:
        with read_session(state.database) as session:
            found = load_thing(session, Campaign, site_id, campaign)
            site = load_site_context(session, site_id)
            window = read_window(start, end, time_zone=site.time_zone, now=now).window
            chances = read_policy(policy, [str(variant["id"]) for variant in found.variants])
            question = CampaignsQuestion(site_id, site, load_goal(session, site_id, goal or found.goal), window, now)
            return question, chances

    question, chances = await run_in_threadpool(prepare)

    def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
        if include_bots:
            people.include_bots(con)
        return msgspec.json.encode(build_policy_report(con, question, campaign, chances))

    key = (site_id, "policy", campaign, policy, start, end, goal, include_bots)
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))
