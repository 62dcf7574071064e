"""Reports of the last run, kept in the control database.

Never computed here.
"""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlmodel import Session, select

from services.analyzer.control.models import StoredReport
from shared.clock import Millis


def save_report(session: Session, site_id: str, report: str, subject: str, body: Any, *, now: Millis) -> None:
    """Keep a report in place of the one before."""
    raw = msgspec.json.encode(body)
    session.merge(StoredReport(site_id=site_id, report=report, subject=subject, computed_at=now, body=raw))


def load_report(session: Session, site_id: str, report: str, subject: str) -> bytes | None:
    """Return the report of the last run as JSON, or None when no run has made it."""
    stored = session.get(StoredReport, (site_id, report, subject))
    return stored.body if stored is not None else None


def drop_other_reports(session: Session, site_id: str, report: str, subjects: Collection[str]) -> None:
    """Forget what earlier runs kept on subjects that this one has nothing on."""
    kept = select(StoredReport).where(StoredReport.site_id == site_id, StoredReport.report == report)
    for stored in session.exec(kept):
        if stored.subject not in subjects:
            session.delete(stored)


def build_subject(video_id: str, viewing: str) -> str:
    """Return the subject under which a video's moments are kept."""
    return f"{viewing}:{video_id}"


def read_video(subject: str) -> str:
    """Return the video of a subject made by `build_subject`."""
    return subject.partition(":")[2]
