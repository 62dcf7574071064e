"""Which videos may be proposed and shown, and what is kept of those that customers posted.

Never decides what a customer's video is worth: the operator releases it.
"""

from collections.abc import Collection

from sqlmodel import Session, col, select

from services.analyzer.control.models import Campaign, Video
from services.analyzer.control.versions import raise_snapshot_version

POSTED = "posted"


def is_approved(session: Session, site_id: str, video_id: str) -> bool:
    """Return whether a video may be shown; one that nobody has written down may."""
    found = session.get(Video, (site_id, video_id))
    return found is None or found.approved is True


def find_shown(campaign: Campaign) -> set[str]:
    """Return the videos that a campaign's variants name."""
    videos = ((variant.get("content") or {}).get("video") or {} for variant in campaign.variants)
    return {video["id"] for video in videos if video.get("id")}


def find_showing(session: Session, site_id: str, video_id: str) -> list[str]:
    """Return the running campaigns that show a video."""
    running = select(Campaign).where(Campaign.site_id == site_id, Campaign.status == "running")
    return sorted(one.id for one in session.exec(running) if video_id in find_shown(one))


def strip_posted(session: Session, site_id: str, video_ids: Collection[str]) -> None:
    """Take what a customer told out of the videos that this customer posted, and the videos out of use.

    The rows stay, so that pages which still play them do not bring them back as the shop's own.
    """
    mine = select(Video).where(Video.site_id == site_id, Video.source == POSTED, col(Video.id).in_(video_ids))
    for video in session.exec(mine).all():
        video.title, video.src, video.products, video.approved = video.id, None, None, False
        video.version += 1
        session.add(video)
        raise_snapshot_version(session)
