"""The job `moments`: the moments report of every video, with the default goal and window, kept for readers.

Never shows one viewing's figures for another.
"""

from collections import deque
from concurrent.futures import Future
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
    group_videos,
    load_samples,
    submit_moments,
)
from services.analyzer.reports.moments_shape import shape_moments_report
from services.analyzer.reports.site import default_window, load_goal, load_site_context
from services.analyzer.reports.stored import build_subject, save_report
from services.analyzer.store.kept import UNKEPT
from services.analyzer.store.questions import load_question
from services.analyzer.video.compute import MomentsFigures, compute_moments
from services.analyzer.video.moments import ViewSample, empty_sample

REPORT = "moments"
MOST_RANGES = 1_000_000
"""Played ranges that wait to be computed, some 40 bytes each."""
MOST_UNSAVED = 100
"""Reports that are written together, some tens of kilobytes each: each transaction waits for the disk."""


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

    def compute(con: "duckdb.DuckDBPyConnection") -> None:
        with context.kept.open(con, site_id) as keeping:
            if keeping is not UNKEPT:  # a large site
                context.fits.wake(compute_moments)
            build_moments_relations(con, site_id, site, goal, window, None, keeping)
        live = {video_id for (video_id,) in con.execute(load_question("videos_live")).fetchall()}
        fits = _FitQueue(context, site_id)
        given = {video_id: duration if source == "given" else None for video_id, duration, source in videos}
        done = 0
        for group in group_videos(con, list(given)):
            asked = [MomentsQuestion(site_id, one, window, "all", goal, given[one], context.now) for one in group]
            _add_videos(con, fits, asked, live)
            done += len(group)
            if len(context.site_ids) == 1:
                context.report_progress(done / (len(videos) + 1))
        fits.finish()

    await context.reader.read(compute, timeout_s=None)
    return len(videos)


def _add_videos(
    con: "duckdb.DuckDBPyConnection", fits: "_FitQueue", asked: list[MomentsQuestion], live: set[str]
) -> None:
    """Have the reports of some videos computed. Never watched live, a video's archive is all there is."""
    for everything, sample in zip(asked, load_samples(con, asked), strict=True):
        if everything.video_id in live:
            fits.add(sample, [everything])
        else:
            fits.add(sample, [everything, replace(everything, viewing="archive")])
            fits.add(empty_sample(sample.duration), [replace(everything, viewing="live")])
    for viewing in ("live", "archive"):
        apart = [replace(one, viewing=viewing) for one in asked if one.video_id in live]
        for one, sample in zip(apart, load_samples(con, apart) if apart else [], strict=True):
            fits.add(sample, [one])


class _FitQueue:
    """Samples under way in other processes; so many at a time that they have work while the store is asked for more."""

    def __init__(self, context: JobContext, site_id: str) -> None:
        self._context = context
        self._site_id = site_id
        self._ranges = 0
        self._waiting: deque[tuple[ViewSample, list[MomentsQuestion], Future[MomentsFigures]]] = deque()
        self._unsaved: list[tuple[str, dict[str, Any]]] = []

    def add(self, sample: ViewSample, questions: list[MomentsQuestion]) -> None:
        """Have a sample computed; its figures answer each of the questions."""
        self._waiting.append((sample, questions, submit_moments(self._context.fits, sample)))
        self._ranges += len(sample.range_view)
        while len(self._waiting) > self._context.fits.workers and self._ranges > MOST_RANGES:
            self._keep_next()

    def finish(self) -> None:
        """Wait for what is still under way."""
        while self._waiting:
            self._keep_next()
        self._save()

    def _keep_next(self) -> None:
        sample, questions, figures = self._waiting.popleft()
        self._ranges -= len(sample.range_view)
        raw, adjusted = figures.result()
        for asked in questions:
            report = shape_moments_report(asked, sample, raw, adjusted)
            self._unsaved.append((build_subject(asked.video_id, asked.viewing), report))
        if len(self._unsaved) >= MOST_UNSAVED:
            self._save()

    def _save(self) -> None:
        with write_session(self._context.database) as session:
            for subject, report in self._unsaved:
                save_report(session, self._site_id, REPORT, subject, report, now=self._context.now)
        self._unsaved.clear()
