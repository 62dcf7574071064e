"""The job `allocation`: learns from what happened which variants to give more often, and publishes it.

Never touches a campaign that gives evenly, and never who is held out.
"""

import asyncio

import duckdb
from sqlmodel import Session, select

from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import Campaign
from services.analyzer.control.versions import raise_snapshot_version
from services.analyzer.fits import FitPool
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.sites import run_each_site
from services.analyzer.problems import Refused
from services.analyzer.reports.allocation import (
    ArmInContext,
    Learner,
    describe_learner,
    draw_campaign,
    load_counts,
    shape_allocation,
)
from services.analyzer.reports.allocation_draws import save_draws
from services.analyzer.reports.campaigns import CampaignsQuestion
from services.analyzer.reports.site import default_window, load_goal, load_site_context
from services.analyzer.reports.stored import drop_other_reports, save_report
from shared.allocation.draws import Draws

REPORT = "allocation"
"""Of one campaign, by its id."""
LARGE = 10_000
"""With fewer variants times counts than this, the draws take milliseconds."""
Asked = list[tuple[CampaignsQuestion, list[Learner]]]


async def run_allocation(context: JobContext) -> JobOutcome:
    """Learn and publish the shares of every site of the run."""
    return await run_each_site(context, lambda site_id: _run_site(context, site_id), "campaigns")


async def _run_site(context: JobContext, site_id: str) -> int:
    with read_session(context.database) as session:
        asked = prepare_allocation(session, site_id, context.now)
    draws: dict[str, Draws] = {}
    reports = {}
    for question, learners in asked:

        def count(
            con: "duckdb.DuckDBPyConnection", question: CampaignsQuestion = question, learners: list[Learner] = learners
        ) -> dict[str, list[ArmInContext]]:
            with context.kept.open(con, site_id) as keeping:
                return load_counts(con, question, learners, keeping)

        counts = await context.reader.read(count, timeout_s=None)
        for learner in learners:
            own = counts[learner.campaign_id]
            drawn = await draw_shares(context.fits, site_id, learner, own)
            if drawn is not None:
                draws[learner.campaign_id] = drawn
            reports[learner.campaign_id] = shape_allocation(
                learner, own, drawn, goal_id=question.goal.id, window=question.window, now=context.now
            )
    with write_session(context.database) as session:
        for campaign_id, report in reports.items():
            save_report(session, site_id, REPORT, campaign_id, report, now=context.now)
        drop_other_reports(session, site_id, REPORT, reports)
        if save_draws(session, site_id, draws, now=context.now):
            raise_snapshot_version(session)
    context.publish_soon()
    return len(reports)


async def draw_shares(fits: FitPool, site_id: str, learner: Learner, counts: list[ArmInContext]) -> Draws | None:
    """Return the draws of a campaign, in another process where they take longer than to start one."""
    if len(counts) * len(learner.arms) < LARGE:
        return await asyncio.to_thread(draw_campaign, site_id, learner, counts)
    return await asyncio.wrap_future(fits.submit(draw_campaign, site_id, learner, counts))


def prepare_allocation(session: Session, site_id: str, now: int) -> Asked:
    """Return the site's campaigns that learn, those of one goal together; one whose goal is gone is left out."""
    site = load_site_context(session, site_id)
    rows = list(session.exec(select(Campaign).where(Campaign.site_id == site_id).order_by(Campaign.id)))
    by_goal: dict[str, list[Learner]] = {}
    for row in rows:
        learner = describe_learner(row)
        if learner.reason is None:
            by_goal.setdefault(row.goal, []).append(learner)
    asked: Asked = []
    for goal_id, learners in sorted(by_goal.items()):
        try:
            goal = load_goal(session, site_id, goal_id)
        except Refused:
            continue
        asked.append((CampaignsQuestion(site_id, site, goal, default_window(now), now), learners))
    return asked
