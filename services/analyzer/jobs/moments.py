"""The job `moments`: the moments report of every video, with the default goal and window, kept for readers.

Never gives up on the others because one video fails to be computed.
"""

from typing import Any

import duckdb
from sqlmodel import select

from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import Video
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.videos import run_videos
from services.analyzer.reports.moments import build_moments_report
from services.analyzer.reports.site import build_conversions, default_window, load_goal, load_site_context
from services.analyzer.reports.stored import build_subject, save_report

REPORT = "moments"
VIEWINGS = ("all", "live", "archive")


async def run_moments(context: JobContext) -> JobOutcome:
    """Compute and keep the moments of every video of every site of the run."""
    await run_videos(context)
    done = 0
    for place, site_id in enumerate(context.site_ids):
        done += await _run_site(context, site_id)
        context.report_progress((place + 1) / len(context.site_ids))
    return JobOutcome(done, f"{done} videos")


async def _run_site(context: JobContext, site_id: str) -> int:
    with read_session(context.database) as session:
        site = load_site_context(session, site_id)
        goal = load_goal(session, site_id, DEFAULT_GOAL)
        videos = [(v.id, v.duration, v.source) for v in session.exec(select(Video).where(Video.site_id == site_id))]
    window = default_window(context.now)

    def compute(con: "duckdb.DuckDBPyConnection") -> list[tuple[str, dict[str, Any]]]:
        build_conversions(con, site_id, site, goal)
        return [
            (
                build_subject(video_id, viewing),
                build_moments_report(
                    con,
                    site_id=site_id,
                    site=site,
                    video_id=video_id,
                    window=window,
                    viewing=viewing,
                    goal=goal,
                    duration=duration if source == "given" else None,
                    now=context.now,
                    conversions_ready=True,
                ),
            )
            for video_id, duration, source in videos
            for viewing in VIEWINGS
        ]

    reports = await context.reader.read(compute, timeout_s=None)
    with write_session(context.database) as session:
        for subject, report in reports:
            save_report(session, site_id, REPORT, subject, report, now=context.now)
    return len(videos)
