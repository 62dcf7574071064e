"""The job `videos`: finds videos in events, then what they brought in, kept for readers.

Never shows one video's figures for another.
"""

from typing import Any

import duckdb

from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.sites import run_each_site
from services.analyzer.jobs.videos import run_videos
from services.analyzer.reports.site import default_window, load_goal, load_site_context
from services.analyzer.reports.stored import save_report
from services.analyzer.reports.videos import (
    DEFAULT_DAYS,
    InfluenceQuestion,
    build_influence_relations,
    build_influence_reports,
    load_influence_sums,
)

REPORT = "videos"
ALL_VIDEOS = ""
"""The subject of the report on all videos."""
MOST_VIDEOS = 5
"""Videos whose own report every run computes, those that influenced most; others are computed when asked for."""


async def run_influence(context: JobContext) -> JobOutcome:
    """Find videos, then compute and keep what they brought in, for every site of the run."""
    found = await run_videos(context)
    told = await run_each_site(context, lambda site_id: _run_site(context, site_id), "video summaries")
    return JobOutcome(found.rows + told.rows, f"{found.detail}; {told.detail}"[:1_000])


async def _run_site(context: JobContext, site_id: str) -> int:
    with read_session(context.database) as session:
        site = load_site_context(session, site_id)
        goal = load_goal(session, site_id, DEFAULT_GOAL)
    window = default_window(context.now)

    def compute(con: "duckdb.DuckDBPyConnection") -> dict[str, dict[str, Any]]:
        def ask(video_id: str | None) -> InfluenceQuestion:
            return InfluenceQuestion(site_id, site, video_id, window, goal, DEFAULT_DAYS, context.now)

        with context.kept.open(con, site_id) as keeping:
            build_influence_relations(con, ask(None), None, keeping)
            sums = load_influence_sums(con, ask(None))
            if len(context.site_ids) == 1:
                context.report_progress(0.5)
            videos = (None, *sums.list_videos()[:MOST_VIDEOS])
            reports = build_influence_reports(con, [ask(video_id) for video_id in videos], sums, keeping)
        return {video_id or ALL_VIDEOS: report for video_id, report in zip(videos, reports, strict=True)}

    reports = await context.reader.read(compute, timeout_s=None)
    with write_session(context.database) as session:
        for subject, report in reports.items():
            save_report(session, site_id, REPORT, subject, report, now=context.now)
    return len(reports)
