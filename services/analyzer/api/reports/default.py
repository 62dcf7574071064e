"""What a report request comes to: the last run's report, or what a computation needs.

Never computes.
"""

from dataclasses import dataclass

import duckdb
from sqlmodel import Session

from services.analyzer.api.window import read_window
from services.analyzer.control.database import read_session
from services.analyzer.control.models import Video
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.problems import Refused
from services.analyzer.reports.site import GoalSpec, Window, load_goal, load_site_context
from services.analyzer.reports.stored import load_report
from services.analyzer.state import AnalyzerState
from services.analyzer.store.questions import load_question
from shared.clock import Millis
from shared.rules.sql import SiteContext


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a computation needs; `is_known` when the control database has the video that was asked for."""

    site: SiteContext
    window: Window
    goal: GoalSpec
    is_known: bool


def prepare_report(
    state: AnalyzerState,
    site_id: str,
    subject: tuple[str, str],
    asked: tuple[str | None, str | None, str | None],
    now: Millis,
    *,
    is_default: bool = True,
    video: str | None = None,
) -> bytes | Prepared:
    """Return the last run's report on `subject` (report, subject) when nothing else was asked for.

    `asked` is from, to and goal as they came. Raises `Refused` that names what is wrong with them.
    """
    start, end, goal = asked
    with read_session(state.database) as session:
        site = load_site_context(session, site_id)
        window = read_window(start, end, time_zone=site.time_zone, now=now)
        spec = load_goal(session, site_id, goal or DEFAULT_GOAL)
        if window.is_default and spec.id == DEFAULT_GOAL and is_default:
            stored = load_report(session, site_id, *subject)
            if stored is not None:
                return stored
        return Prepared(site, window.window, spec, _is_known(session, site_id, video))


def refuse_unknown_video(con: "duckdb.DuckDBPyConnection", site_id: str, video: str | None, *, is_known: bool) -> None:
    """Raise `Refused` (not_found) for a video that nobody wrote down and no event has named."""
    if video is None or is_known:
        return
    if not con.execute(load_question("video_is_seen"), {"site": site_id, "video": video}).fetchall():
        raise Refused("not_found", f"There is no video {video!r}, and no event has named it")


def _is_known(session: Session, site_id: str, video: str | None) -> bool:
    return video is not None and session.get(Video, (site_id, video)) is not None
