"""`GET /v1/segments/{id}/members`: who is in a segment since when.

Never recomputes: it shows what the last run stored.
"""

from collections import defaultdict

import duckdb
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.paging import Cursor, Limit, read_cursor, write_cursor
from services.analyzer.api.schemas.common import Page
from services.analyzer.api.schemas.segment import MemberShown
from services.analyzer.control.crud import load_thing
from services.analyzer.control.database import read_session
from services.analyzer.control.models import Segment
from services.analyzer.state import AnalyzerState
from services.analyzer.store.columns import build_columns
from services.analyzer.store.questions import load_question
from shared.clock import to_rfc3339

router = APIRouter(prefix="/v1/segments", tags=["segments"])


@router.get("/{segment_id}/members", summary="List the members of a segment")
async def get_members(
    segment_id: str, state: State, site_id: Tenant, limit: Limit = 100, cursor: Cursor = None
) -> Page[MemberShown]:
    """List the persons in the segment by id, as of the last run of the job `segments`."""
    await run_in_threadpool(_check_segment, state, site_id, segment_id)
    after = read_cursor(cursor)

    def ask(con: "duckdb.DuckDBPyConnection") -> list[MemberShown]:
        rows = con.execute(
            load_question("members"),
            {"site": site_id, "segment": segment_id, "after": after, "limit": limit + 1},
        ).fetchall()
        users = [(person_id,) for person_id, is_user, _ in rows if is_user]
        visitors: dict[str, list[str]] = defaultdict(list)
        if users:
            con.register("wanted", build_columns(users))
            for person_id, anonymous_id in con.execute(
                load_question("visitors_of_users"), {"site": site_id}
            ).fetchall():
                visitors[person_id].append(anonymous_id)
        return [
            MemberShown(
                id=person_id,
                anonymous_ids=visitors[person_id] if is_user else [person_id],
                user_id=person_id if is_user else None,
                since=to_rfc3339(since),
            )
            for person_id, is_user, since in rows
        ]

    found = await state.get_active().reader.read(ask)
    return Page(items=found[:limit], next_cursor=write_cursor(found[limit - 1].id) if len(found) > limit else None)


def _check_segment(state: AnalyzerState, site_id: str, segment_id: str) -> None:
    with read_session(state.database) as session:
        load_thing(session, Segment, site_id, segment_id)
