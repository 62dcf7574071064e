"""The job `journeys`: the journeys report of every video, with the default goal and window, kept for readers.

Never holds the steps of more than one site at once.
"""

from collections import deque
from concurrent.futures import Future
from typing import Any

import duckdb
from sqlmodel import select

from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import Video
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.fit_files import Shared
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.sites import run_each_site
from services.analyzer.jobs.videos import run_videos
from services.analyzer.journeys.classes import Thresholds
from services.analyzer.reports.journey_crowds import Followed, JourneysQuestion
from services.analyzer.reports.journeys import build_journeys
from services.analyzer.reports.journeys_answer import answer_journeys
from services.analyzer.reports.site import default_window, load_goal, load_site_context
from services.analyzer.reports.stored import save_report
from services.analyzer.store.kept import UNKEPT

REPORT = "journeys"
MOST_UNSAVED = 10
"""Reports that are saved at once: a transaction each took longer than to write them."""
MOST_WAITING = 4
"""Videos that are asked for ahead of each process: it never waits for the next, and answers never pile up."""


async def run_journeys(context: JobContext) -> JobOutcome:
    """Compute and keep the journeys around every video of every site of the run."""
    await run_videos(context)
    return await run_each_site(context, lambda site_id: _run_site(context, site_id), "videos")


async def _run_site(context: JobContext, site_id: str) -> int:
    with read_session(context.database) as session:
        site = load_site_context(session, site_id)
        goal = load_goal(session, site_id, DEFAULT_GOAL)
        videos = list(session.exec(select(Video.id).where(Video.site_id == site_id).order_by(Video.id)))
    if not videos:
        return 0
    window = default_window(context.now)

    def compute(con: "duckdb.DuckDBPyConnection") -> None:
        with context.kept.open(con, site_id) as keeping:
            if keeping is not UNKEPT:  # a large site
                context.fits.wake(answer_journeys)
            journeys = build_journeys(con, site_id, site, goal, window, keeping=keeping)
        subjects = [(video_id, journeys.find_video(video_id)) for video_id in videos]
        with context.fits.share(journeys.followed) as shared:
            del journeys  # the steps are held once: in the file
            answer(shared, subjects)

    def answer(shared: Shared[Followed], subjects: list[tuple[str, tuple[int, int]]]) -> None:
        waiting: deque[tuple[str, Future[dict[str, Any]]]] = deque()
        for place, (video_id, subject) in enumerate(subjects):
            asked = JourneysQuestion(site_id, video_id, window, goal, Thresholds(), context.now)
            waiting.append((video_id, context.fits.submit(answer_journeys, asked, shared, *subject)))
            if len(waiting) > MOST_WAITING * context.fits.workers:
                keep(*waiting.popleft())
            if len(context.site_ids) == 1:
                context.report_progress((place + 1) / (len(videos) + 1))
        while waiting:
            keep(*waiting.popleft())
        save()

    unsaved: list[tuple[str, dict[str, Any]]] = []

    def keep(video_id: str, report: "Future[dict[str, Any]]") -> None:
        unsaved.append((video_id, report.result()))
        if len(unsaved) >= MOST_UNSAVED:
            save()

    def save() -> None:
        with write_session(context.database) as session:
            for video_id, body in unsaved:
                save_report(session, site_id, REPORT, video_id, body, now=context.now)
        unsaved.clear()

    await context.reader.read(compute, timeout_s=None)
    return len(videos)
