"""The job `qoe`: the quality of every video and of all together, with the default goal and window, kept for readers.

Never shows one video's figures for another.
"""

from typing import Any

import duckdb
from sqlmodel import select

from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import Video
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.sites import run_each_site
from services.analyzer.reports.qoe import (
    QualityQuestion,
    build_quality_conversions,
    build_quality_relations,
    build_quality_reports,
    load_totals,
)
from services.analyzer.reports.site import default_window, load_goal, load_site_context
from services.analyzer.reports.stored import save_report

REPORT = "qoe"
ALL_VIDEOS = ""
"""The subject of the report on all videos."""
MOST_VIDEOS = 5
"""Videos whose report every run computes, those with the most plays; the others are computed when asked for."""


async def run_qoe(context: JobContext) -> JobOutcome:
    """Compute and keep the quality report of all videos together and of the most played ones of every site."""
    return await run_each_site(context, lambda site_id: _run_site(context, site_id), "quality reports")


async def _run_site(context: JobContext, site_id: str) -> int:
    with read_session(context.database) as session:
        site = load_site_context(session, site_id)
        goal = load_goal(session, site_id, DEFAULT_GOAL)
        known = set(session.exec(select(Video.id).where(Video.site_id == site_id)))
    window = default_window(context.now)

    def compute(con: "duckdb.DuckDBPyConnection") -> dict[str, dict[str, Any]]:
        with context.kept.open(con, site_id) as keeping:
            build_quality_conversions(con, site_id, site, goal, keeping)
            build_quality_relations(con, site_id, window, None, keeping)
            if len(context.site_ids) == 1:
                context.report_progress(0.5)
            totals = load_totals(con)
            plays = {name: total["plays"] for name, total in totals.items() if name in known}
            videos = (None, *sorted(plays, key=lambda name: (-plays[name], name))[:MOST_VIDEOS])
            questions = [QualityQuestion(site_id, video_id, window, goal, context.now) for video_id in videos]
            reports = build_quality_reports(con, questions, totals, keeping)
        return {asked.video_id or ALL_VIDEOS: report for asked, report in zip(questions, reports, strict=True)}

    reports = await context.reader.read(compute, timeout_s=None)
    with write_session(context.database) as session:
        for subject, report in reports.items():
            save_report(session, site_id, REPORT, subject, report, now=context.now)
    return len(reports)
