"""The job `videos`: videos met in events appear in the control database by themselves.

Never changes what an operator wrote.
"""

from typing import Any

import duckdb

from services.analyzer.control.database import write_session
from services.analyzer.control.models import Video
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.store.questions import load_question
from shared.clock import Millis

SeenVideo = tuple[str, str | None, float | None, bool | None]


async def run_videos(context: JobContext) -> JobOutcome:
    """Add videos that were met and are not known; fill in what is missing of those that were only seen."""
    changed = 0
    for place, site_id in enumerate(context.site_ids):

        def ask(con: "duckdb.DuckDBPyConnection", site_id: str = site_id) -> list[Any]:
            return con.execute(load_question("videos_seen"), {"site": site_id, "since": 0}).fetchall()

        seen = await context.reader.read(ask, timeout_s=None)
        changed += _save(context, site_id, seen)
        context.report_progress((place + 1) / len(context.site_ids))
    return JobOutcome(changed, f"{changed} videos added or completed")


def _save(context: JobContext, site_id: str, seen: list[SeenVideo]) -> int:
    changed = 0
    with write_session(context.database) as session:
        for video_id, title, duration, livestream in seen:
            changed += _save_one(
                session.get(Video, (site_id, video_id)),
                session,
                site_id,
                context.now,
                (video_id, title, duration, livestream),
            )
    return changed


def _save_one(video: Video | None, session: Any, site_id: str, now: Millis, seen: SeenVideo) -> int:
    video_id, title, duration, livestream = seen
    if video is None:
        session.add(
            Video(
                site_id=site_id,
                id=video_id,
                title=(title or video_id)[:200],
                duration=duration,
                livestream=livestream,
                source="seen",
                created_at=now,
                updated_at=now,
            )
        )
        return 1
    if video.source != "seen" or (video.duration is not None or duration is None):
        return 0
    video.duration, video.version, video.updated_at = duration, video.version + 1, now
    session.add(video)
    return 1
