"""The job `moments`: the moments report of every video, with the default goal and window, kept for readers.

Never shows one viewing's figures for another.
"""

from dataclasses import replace
from typing import Any

import duckdb
from sqlmodel import select

from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import Video
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.sites import run_each_site
from services.analyzer.jobs.videos import run_videos
from services.analyzer.reports.moments import (
    MomentsQuestion,
    build_moments_relations,
    load_sample,
    shape_moments_report,
)
from services.analyzer.reports.site import default_window, load_goal, load_site_context
from services.analyzer.reports.stored import build_subject, save_report
from services.analyzer.store.questions import load_question
from services.analyzer.video.moments import empty_sample

REPORT = "moments"
VIEWINGS = ("all", "live", "archive")


async def run_moments(context: JobContext) -> JobOutcome:
    """Compute and keep the moments of every video of every site of the run."""
    await run_videos(context)
    return await run_each_site(context, lambda site_id: _run_site(context, site_id), "videos")


async def _run_site(context: JobContext, site_id: str) -> int:
    with read_session(context.database) as session:
        site = load_site_context(session, site_id)
        goal = load_goal(session, site_id, DEFAULT_GOAL)
        videos = [(v.id, v.duration, v.source) for v in session.exec(select(Video).where(Video.site_id == site_id))]
    window = default_window(context.now)

    def compute(con: "duckdb.DuckDBPyConnection") -> list[tuple[str, dict[str, Any]]]:
        build_moments_relations(con, site_id, site, goal, None)
        live = {video_id for (video_id,) in con.execute(load_question("videos_live")).fetchall()}
        reports = []
        for video_id, duration, source in videos:
            given = duration if source == "given" else None
            everything = MomentsQuestion(site_id, video_id, window, "all", goal, given, context.now)
            reports += _compute_video(con, everything, was_live=video_id in live)
        return reports

    reports = await context.reader.read(compute, timeout_s=None)
    with write_session(context.database) as session:
        for subject, report in reports:
            save_report(session, site_id, REPORT, subject, report, now=context.now)
    return len(videos)


def _compute_video(
    con: "duckdb.DuckDBPyConnection", everything: MomentsQuestion, *, was_live: bool
) -> list[tuple[str, dict[str, Any]]]:
    """Return the reports of one video by subject. Never watched live, its archive is all there is."""
    sample = load_sample(con, everything)
    samples = {"all": sample, "archive": sample, "live": empty_sample(sample.duration)}
    reports = []
    for viewing in VIEWINGS:
        asked = replace(everything, viewing=viewing)
        if was_live and viewing != "all":
            samples[viewing] = load_sample(con, asked)
        subject = build_subject(everything.video_id, viewing)
        reports.append((subject, shape_moments_report(asked, samples[viewing])))
    return reports
