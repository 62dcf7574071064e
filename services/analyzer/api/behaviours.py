"""`/v1/behaviours`: what operators call the behaviours of the factors report, and behaviours of their own.

Never reaches beyond the caller's site.
"""

from fastapi import APIRouter, Response

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.behaviour_checks import check_behaviour, check_room, complete_id
from services.analyzer.api.paging import Cursor, Limit, read_cursor, write_cursor
from services.analyzer.api.schemas.behaviour import BehaviourCreate, BehaviourPatch, BehaviourShown
from services.analyzer.api.schemas.common import Page
from services.analyzer.control.crud import apply_changes, insert_thing, load_page, load_thing, lock_version
from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import Behaviour
from shared.clock import to_rfc3339

router = APIRouter(prefix="/v1/behaviours", tags=["behaviours"])


def show_behaviour(behaviour: Behaviour) -> BehaviourShown:
    """Return a behaviour as clients see it."""
    times = {"created_at": to_rfc3339(behaviour.created_at), "updated_at": to_rfc3339(behaviour.updated_at)}
    return BehaviourShown.model_validate(behaviour.model_dump() | times)


@router.post("", status_code=201, summary="Name a behaviour, or define one")
def post_behaviour(body: BehaviourCreate, state: State, site_id: Tenant) -> BehaviourShown:
    """Say what a behaviour is called, or (with `event`) what counts as one; 409 when its id is taken."""
    now = state.clock()
    values = body.model_dump() | {"id": complete_id(body.id, body.event)}
    check_behaviour(values)
    with write_session(state.database) as session:
        check_room(session, site_id, values)
        behaviour = insert_thing(session, Behaviour(**values, site_id=site_id, created_at=now, updated_at=now))
    return show_behaviour(behaviour)


@router.get("", summary="List behaviours")
def get_behaviours(state: State, site_id: Tenant, limit: Limit = 100, cursor: Cursor = None) -> Page[BehaviourShown]:
    """List what was said of behaviours, by id; those that nothing was said of are in the factors report only."""
    with read_session(state.database) as session:
        found, last_id = load_page(session, Behaviour, site_id, after=read_cursor(cursor), limit=limit)
    return Page(items=[show_behaviour(behaviour) for behaviour in found], next_cursor=write_cursor(last_id))


# Names of pages and events hold slashes.
@router.get("/{behaviour_id:path}", summary="Read a behaviour")
def get_behaviour(behaviour_id: str, state: State, site_id: Tenant) -> BehaviourShown:
    """Return what was said of one behaviour."""
    with read_session(state.database) as session:
        return show_behaviour(load_thing(session, Behaviour, site_id, behaviour_id))


@router.patch("/{behaviour_id:path}", summary="Change a behaviour")
def patch_behaviour(behaviour_id: str, body: BehaviourPatch, state: State, site_id: Tenant) -> BehaviourShown:
    """Change the fields sent; `version` must be the present one."""
    changes = body.model_dump(exclude_unset=True, exclude={"version"})
    with write_session(state.database) as session:
        behaviour = lock_version(session, Behaviour, site_id, behaviour_id, body.version)
        apply_changes(behaviour, changes, now=state.clock())
        check_behaviour(behaviour.model_dump())
        session.flush()
    return show_behaviour(behaviour)


@router.delete("/{behaviour_id:path}", status_code=204, summary="Forget what was said of a behaviour")
def delete_behaviour(behaviour_id: str, state: State, site_id: Tenant) -> Response:
    """Let a behaviour be called as it was found; an own one is gone."""
    with write_session(state.database) as session:
        session.delete(load_thing(session, Behaviour, site_id, behaviour_id))
    return Response(status_code=204)
