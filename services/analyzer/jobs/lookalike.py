"""The job `lookalike`: learns which brands are alike, finds who resembles the members of each seed, publishes both.

Never takes a member of the seed for one who resembles it.
"""

from typing import Any

import duckdb
from sqlmodel import select

from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import Segment
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.control.versions import raise_snapshot_version
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.memberships import Difference, Member, load_present_members, save_difference
from services.analyzer.jobs.segments import run_segments
from services.analyzer.jobs.sites import run_each_site
from services.analyzer.reports.brand_model import load_brand_model, save_brand_model
from services.analyzer.reports.brands import learn_brands
from services.analyzer.reports.lookalikes import LookalikeQuestion, build_question, find_lookalikes
from services.analyzer.reports.site import Window, default_window, load_goal
from services.analyzer.reports.stored import save_report
from shared.rules.interest import BrandModel

REPORT = "lookalikes"


async def run_lookalike(context: JobContext) -> JobOutcome:
    """Recompute every lookalike segment; their seeds first."""
    await run_segments(context)
    return await run_each_site(context, lambda site_id: _run_site(context, site_id), "memberships changed")


async def _run_site(context: JobContext, site_id: str) -> int:
    window = default_window(context.now)
    await _publish_brands(context, site_id, window)
    with read_session(context.database) as session:
        goal = load_goal(session, site_id, DEFAULT_GOAL)
        rows = session.exec(
            select(Segment).where(Segment.site_id == site_id, Segment.kind == "lookalike").order_by(Segment.id)
        )
        questions = [build_question(session, row, goal=goal, window=window, now=context.now) for row in rows]
    if not questions:
        return 0

    def compute(con: "duckdb.DuckDBPyConnection") -> tuple[Difference, dict[str, dict[str, Any]]]:
        return _compute(con, context, site_id, questions)

    difference, reports = await context.reader.read(compute, timeout_s=None)
    with write_session(context.database) as session:
        for segment_id, report in reports.items():
            save_report(session, site_id, REPORT, segment_id, report, now=context.now)
    return await save_difference(context, site_id, difference)


async def _publish_brands(context: JobContext, site_id: str, window: Window) -> None:
    def learn(con: "duckdb.DuckDBPyConnection") -> BrandModel:
        with context.kept.open(con, site_id) as keeping:
            return learn_brands(con, site_id, window, keeping)

    model = await context.reader.read(learn, timeout_s=None)
    with write_session(context.database) as session:
        before = load_brand_model(session, site_id) or BrandModel()
        if before != model:
            save_brand_model(session, site_id, model, now=context.now)
            raise_snapshot_version(session)
    context.publish_soon()


def _compute(
    con: "duckdb.DuckDBPyConnection", context: JobContext, site_id: str, questions: list[LookalikeQuestion]
) -> tuple[Difference, dict[str, dict[str, Any]]]:
    before, people = load_present_members(con, site_id, [asked.segment_id for asked in questions])
    after: set[Member] = set()
    reports = {}
    with context.kept.open(con, site_id) as keeping:
        for place, asked in enumerate(questions):
            found = find_lookalikes(con, asked, keeping)
            people |= found.members
            after |= {(asked.segment_id, person_id) for person_id in found.members}
            reports[asked.segment_id] = found.report
            if len(context.site_ids) == 1:
                context.report_progress((place + 1) / (len(questions) + 1))
    return Difference(after - before, before - after, people), reports
