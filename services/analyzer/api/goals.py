"""`/v1/goals`: what counts as a conversion.

Never reaches beyond the caller's site.
"""

from fastapi import APIRouter, Response

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.checks import check_goal, check_goal_unused
from services.analyzer.api.paging import Cursor, Limit, read_cursor, write_cursor
from services.analyzer.api.schemas.common import Page
from services.analyzer.api.schemas.goal import GoalCreate, GoalPatch, GoalShown
from services.analyzer.control.crud import (
    apply_changes,
    generate_id,
    insert_thing,
    load_page,
    load_thing,
    lock_version,
)
from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import Goal
from services.analyzer.control.versions import raise_snapshot_version
from shared.clock import to_rfc3339

router = APIRouter(prefix="/v1/goals", tags=["goals"])


def show_goal(goal: Goal) -> GoalShown:
    """Return a goal as clients see it."""
    times = {"created_at": to_rfc3339(goal.created_at), "updated_at": to_rfc3339(goal.updated_at)}
    return GoalShown.model_validate(goal.model_dump() | times)


@router.post("", status_code=201, summary="Create a goal")
def post_goal(body: GoalCreate, state: State, site_id: Tenant) -> GoalShown:
    """Create a goal; 409 when its id is taken."""
    now = state.clock()
    values = body.model_dump() | {"id": body.id or generate_id("goal")}
    with write_session(state.database) as session:
        check_goal(values)
        goal = insert_thing(session, Goal(**values, site_id=site_id, created_at=now, updated_at=now))
        raise_snapshot_version(session)
    state.publish_soon()
    return show_goal(goal)


@router.get("", summary="List goals")
def get_goals(state: State, site_id: Tenant, limit: Limit = 100, cursor: Cursor = None) -> Page[GoalShown]:
    """List the site's goals by id."""
    with read_session(state.database) as session:
        found, last_id = load_page(session, Goal, site_id, after=read_cursor(cursor), limit=limit)
    return Page(items=[show_goal(goal) for goal in found], next_cursor=write_cursor(last_id))


@router.get("/{goal_id}", summary="Read a goal")
def get_goal(goal_id: str, state: State, site_id: Tenant) -> GoalShown:
    """Return one goal."""
    with read_session(state.database) as session:
        return show_goal(load_thing(session, Goal, site_id, goal_id))


@router.patch("/{goal_id}", summary="Change a goal")
def patch_goal(goal_id: str, body: GoalPatch, state: State, site_id: Tenant) -> GoalShown:
    """Change the fields sent; `version` must be the present one."""
    changes = body.model_dump(exclude_unset=True, exclude={"version"})
    with write_session(state.database) as session:
        goal = lock_version(session, Goal, site_id, goal_id, body.version)
        apply_changes(goal, changes, now=state.clock())
        check_goal(goal.model_dump())
        raise_snapshot_version(session)
        session.flush()
    state.publish_soon()
    return show_goal(goal)


@router.delete("/{goal_id}", status_code=204, summary="Delete a goal")
def delete_goal(goal_id: str, state: State, site_id: Tenant) -> Response:
    """Delete a goal; 409 while a campaign is judged by it."""
    with write_session(state.database) as session:
        goal = load_thing(session, Goal, site_id, goal_id)
        check_goal_unused(session, site_id, goal_id)
        session.delete(goal)
        raise_snapshot_version(session)
    state.publish_soon()
    return Response(status_code=204)
