"""The job `videos`: videos met in events, or posted by customers, appear in the control database by themselves.

Never changes what an operator wrote, and never releases a customer's video.
"""

import re
from functools import partial

import duckdb
from sqlmodel import Session, col, func, select

from services.analyzer.control.database import write_session
from services.analyzer.control.models import Video
from services.analyzer.control.videos import POSTED
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.store.kept import KeptRelations
from services.analyzer.store.questions import load_question
from shared.clock import Millis

SeenVideo = tuple[str, str | None, float | None, bool | None]
PostedVideo = tuple[str, str | None, str | None, str | None]
"""Id, title, address, product."""
MOST_WAITING = 500
"""Videos of customers that may wait for the operator at once: anybody can post."""
_ADDRESS = re.compile(r"https?://\S{1,1990}")


async def run_videos(context: JobContext) -> JobOutcome:
    """Add videos that were posted or met and are not known; fill in what is missing of those that were only met."""
    changed = left_out = 0
    for place, site_id in enumerate(context.site_ids):
        posted, seen = await context.reader.read(partial(_find_videos, context.kept, site_id), timeout_s=None)
        with write_session(context.database) as session:
            # A customer's video that pages play meanwhile stays the customer's.
            added, waits = _add_posted(session, site_id, context.now, [row[:4] for row in posted])
            session.flush()
            left_out += waits
            changed += added + sum(_save_seen(session, site_id, context.now, one) for one in seen)
        context.report_progress((place + 1) / len(context.site_ids))
    detail = f"{changed} videos added or completed"
    if left_out:
        detail += f"; {left_out} of customers stay out while {MOST_WAITING} wait for a word of the operator"
    return JobOutcome(changed, detail)


def _find_videos(
    kept: KeptRelations, site_id: str, con: "duckdb.DuckDBPyConnection"
) -> tuple[list[PostedVideo], list[SeenVideo]]:
    """Return the videos that customers posted, and those met in events; other jobs find videos first, too."""

    def make() -> None:
        con.execute(load_question("videos_seen"), {"site": site_id})

    with kept.open(con, site_id) as keeping:
        keeping.share("videos seen", make, relation="videos_seen", by_person=False)
        posted = con.execute(load_question("videos_posted"), {"site": site_id}).fetchall()
        return posted, con.execute("FROM videos_seen ORDER BY video_id").fetchall()


def _add_posted(session: Session, site_id: str, now: Millis, posted: list[PostedVideo]) -> tuple[int, int]:
    """Return how many were added, to wait for the operator, and how many there was no room for."""
    waiting = select(func.count()).select_from(Video)
    waiting = waiting.where(Video.site_id == site_id, Video.source == POSTED, col(Video.approved).is_(None))
    room = max(0, MOST_WAITING - session.exec(waiting).one())
    unknown = [one for one in posted if session.get(Video, (site_id, one[0])) is None]
    for video_id, title, src, product in unknown[:room]:
        session.add(
            Video(
                site_id=site_id,
                id=video_id,
                title=(title or "").strip()[:200] or video_id[:200],
                src=src if src and _ADDRESS.fullmatch(src) else None,
                products=[product] if product and len(product) <= 256 else None,
                source=POSTED,
                origin="customers",
                approved=None,
                created_at=now,
                updated_at=now,
            )
        )
    return min(room, len(unknown)), max(0, len(unknown) - room)


def _save_seen(session: Session, site_id: str, now: Millis, seen: SeenVideo) -> int:
    video_id, title, duration, livestream = seen
    video = session.get(Video, (site_id, video_id))
    if video is None:
        session.add(
            Video(
                site_id=site_id,
                id=video_id,
                title=(title or video_id)[:200],
                duration=duration,
                livestream=livestream,
                source="seen",
                approved=True,
                created_at=now,
                updated_at=now,
            )
        )
        return 1
    if video.source == "given" or video.duration is not None or duration is None:
        return 0
    video.duration, video.version, video.updated_at = duration, video.version + 1, now
    session.add(video)
    return 1
