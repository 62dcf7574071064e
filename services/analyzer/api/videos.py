"""`/v1/videos`: videos, given by an operator or seen in events.

Never reaches beyond the caller's site.
"""

from fastapi import APIRouter, Response

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.checks import check_video_unused
from services.analyzer.api.paging import Cursor, Limit, read_cursor, write_cursor
from services.analyzer.api.schemas.common import Page
from services.analyzer.api.schemas.video import VideoCreate, VideoPatch, VideoShown
from services.analyzer.control.crud import (
    apply_changes,
    generate_id,
    insert_thing,
    load_page,
    load_thing,
    lock_version,
)
from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import Video
from services.analyzer.control.versions import raise_snapshot_version
from shared.clock import to_rfc3339

router = APIRouter(prefix="/v1/videos", tags=["videos"])


def show_video(video: Video) -> VideoShown:
    """Return a video as clients see it."""
    times = {"created_at": to_rfc3339(video.created_at), "updated_at": to_rfc3339(video.updated_at)}
    return VideoShown.model_validate(video.model_dump() | times)


@router.post("", status_code=201, summary="Create a video")
def post_video(body: VideoCreate, state: State, site_id: Tenant) -> VideoShown:
    """Create a video; 409 when its id is taken."""
    now = state.clock()
    values = body.model_dump() | {"id": body.id or generate_id("video")}
    with write_session(state.database) as session:
        video = insert_thing(session, Video(**values, site_id=site_id, created_at=now, updated_at=now))
        raise_snapshot_version(session)
    state.publish_soon()
    return show_video(video)


@router.get("", summary="List videos")
def get_videos(state: State, site_id: Tenant, limit: Limit = 100, cursor: Cursor = None) -> Page[VideoShown]:
    """List the site's videos by id."""
    with read_session(state.database) as session:
        found, last_id = load_page(session, Video, site_id, after=read_cursor(cursor), limit=limit)
    return Page(items=[show_video(video) for video in found], next_cursor=write_cursor(last_id))


@router.get("/{video_id:path}", summary="Read a video")
def get_video(video_id: str, state: State, site_id: Tenant) -> VideoShown:
    """Return one video."""
    with read_session(state.database) as session:
        return show_video(load_thing(session, Video, site_id, video_id))


@router.patch("/{video_id:path}", summary="Change a video")
def patch_video(video_id: str, body: VideoPatch, state: State, site_id: Tenant) -> VideoShown:
    """Change the fields sent; `version` must be the present one. 409 for taking back what a running campaign shows."""
    changes = body.model_dump(exclude_unset=True, exclude={"version"})
    with write_session(state.database) as session:
        video = lock_version(session, Video, site_id, video_id, body.version)
        if "approved" in changes and changes["approved"] is not True:
            check_video_unused(session, site_id, video_id)
        apply_changes(video, changes, now=state.clock())
        raise_snapshot_version(session)
        session.flush()
    state.publish_soon()
    return show_video(video)


@router.delete("/{video_id:path}", status_code=204, summary="Delete a video")
def delete_video(video_id: str, state: State, site_id: Tenant) -> Response:
    """Delete a video."""
    with write_session(state.database) as session:
        video = load_thing(session, Video, site_id, video_id)
        session.delete(video)
        raise_snapshot_version(session)
    state.publish_soon()
    return Response(status_code=204)
