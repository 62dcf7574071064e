"""`/v1/segments`: named sets of persons.

Never reaches beyond the caller's site.
"""

from fastapi import APIRouter, Response

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.checks import check_segment, check_segment_unused
from services.analyzer.api.paging import Cursor, Limit, read_cursor, write_cursor
from services.analyzer.api.schemas.common import Page
from services.analyzer.api.schemas.segment import SegmentCreate, SegmentPatch, SegmentShown
from services.analyzer.control.crud import (
    apply_changes,
    generate_id,
    insert_thing,
    load_page,
    load_thing,
    lock_version,
)
from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import Segment
from services.analyzer.control.versions import raise_snapshot_version
from shared.clock import to_rfc3339

router = APIRouter(prefix="/v1/segments", tags=["segments"])


def show_segment(segment: Segment) -> SegmentShown:
    """Return a segment as clients see it."""
    times = {"created_at": to_rfc3339(segment.created_at), "updated_at": to_rfc3339(segment.updated_at)}
    return SegmentShown.model_validate(segment.model_dump() | times)


@router.post("", status_code=201, summary="Create a segment")
def post_segment(body: SegmentCreate, state: State, site_id: Tenant) -> SegmentShown:
    """Create a segment; 409 when its id is taken."""
    now = state.clock()
    values = body.model_dump() | {"id": body.id or generate_id("segment")}
    with write_session(state.database) as session:
        check_segment(session, site_id, values)
        segment = insert_thing(session, Segment(**values, site_id=site_id, created_at=now, updated_at=now))
        raise_snapshot_version(session)
    state.publish_soon()
    return show_segment(segment)


@router.get("", summary="List segments")
def get_segments(state: State, site_id: Tenant, limit: Limit = 100, cursor: Cursor = None) -> Page[SegmentShown]:
    """List the site's segments by id."""
    with read_session(state.database) as session:
        found, last_id = load_page(session, Segment, site_id, after=read_cursor(cursor), limit=limit)
    return Page(items=[show_segment(segment) for segment in found], next_cursor=write_cursor(last_id))


@router.get("/{segment_id}", summary="Read a segment")
def get_segment(segment_id: str, state: State, site_id: Tenant) -> SegmentShown:
    """Return one segment."""
    with read_session(state.database) as session:
        return show_segment(load_thing(session, Segment, site_id, segment_id))


@router.patch("/{segment_id}", summary="Change a segment")
def patch_segment(segment_id: str, body: SegmentPatch, state: State, site_id: Tenant) -> SegmentShown:
    """Change the fields sent; `version` must be the present one."""
    changes = body.model_dump(exclude_unset=True, exclude={"version"})
    with write_session(state.database) as session:
        segment = lock_version(session, Segment, site_id, segment_id, body.version)
        apply_changes(segment, changes, now=state.clock())
        check_segment(session, site_id, segment.model_dump())
        raise_snapshot_version(session)
        session.flush()
    state.publish_soon()
    return show_segment(segment)


@router.delete("/{segment_id}", status_code=204, summary="Delete a segment")
def delete_segment(segment_id: str, state: State, site_id: Tenant) -> Response:
    """Delete a segment; 409 while a campaign or another segment names it."""
    with write_session(state.database) as session:
        segment = load_thing(session, Segment, site_id, segment_id)
        check_segment_unused(session, site_id, segment_id)
        session.delete(segment)
        raise_snapshot_version(session)
    state.publish_soon()
    return Response(status_code=204)
