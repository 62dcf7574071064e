"""`/v1/reports/campaigns`: what a campaign did.

Never reaches beyond the caller's site.
"""

from typing import Any

import duckdb
import msgspec
from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.schemas.report import CampaignReportShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To, read_window
from services.analyzer.control.crud import load_thing
from services.analyzer.control.database import read_session
from services.analyzer.control.models import Campaign, Site
from services.analyzer.jobs.experiments import CAMPAIGN_REPORT
from services.analyzer.problems import Refused
from services.analyzer.reports.campaigns import build_campaign_report
from services.analyzer.reports.site import load_goal, load_site_context
from services.analyzer.reports.stored import load_report
from services.analyzer.store import people

router = APIRouter()


@router.get("/campaigns/{campaign_id}", summary="What a campaign did", response_model=CampaignReportShown)
async def get_campaign_report(
    campaign_id: str,
    state: State,
    site_id: Tenant,
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    include_bots: IncludeBots = False,
) -> Response:
    """Return persons by arm: assigned, triggered, shown, clicked, dismissed, converted, with the value of orders.

    Computed now, for a prompt is watched as it runs; where that takes too long it is the last run's.
    """
    now = state.clock()

    def prepare() -> tuple[bytes | None, dict[str, Any]]:
        with read_session(state.database) as session:
            campaign = load_thing(session, Campaign, site_id, campaign_id)
            site = session.get(Site, site_id)
            time_zone = site.time_zone if site is not None else "UTC"
            asked = read_window(start, end, time_zone=time_zone, now=now)
            is_default = asked.is_default and goal in (None, campaign.goal) and not include_bots
            stored = load_report(session, site_id, CAMPAIGN_REPORT, campaign_id) if is_default else None
            return stored, {
                "site": load_site_context(session, site_id),
                "variants": campaign.variants,
                "holdout": campaign.holdout,
                "allocation": campaign.allocation,
                "goal": load_goal(session, site_id, goal or campaign.goal),
                "window": asked.window,
            }

    stored, prepared = await run_in_threadpool(prepare)

    def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
        if include_bots:
            people.include_bots(con)
        report = build_campaign_report(con, site_id=site_id, campaign_id=campaign_id, now=now, **prepared)
        return msgspec.json.encode(report)

    active = state.get_active()
    key = (site_id, "campaigns", campaign_id, start, end, goal, include_bots)
    try:
        return answer(await active.cache.load(key, lambda: active.reader.read(compute)))
    except Refused as refused:
        if refused.code != "too_slow" or stored is None:
            raise
        return answer(stored)
