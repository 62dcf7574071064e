"""`/v1/sites`: tenants and their keys.

Never shows a secret key twice.
"""

from fastapi import APIRouter, Response
from sqlmodel import Session, col, select

from services.analyzer.api.access import CallerOf, State
from services.analyzer.api.behaviour_checks import check_stages
from services.analyzer.api.lifecycle_checks import check_lifecycle
from services.analyzer.api.paging import Cursor, Limit, read_cursor, write_cursor
from services.analyzer.api.schemas.common import Page
from services.analyzer.api.schemas.site import (
    KeyRotate,
    KeyRotated,
    SiteCreate,
    SiteCreated,
    SitePatch,
    SiteShown,
)
from services.analyzer.control.crud import apply_changes, check_version, generate_id
from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.lifecycle import read_lifecycle
from services.analyzer.control.models import DeletedSite, Site
from services.analyzer.control.sites import create_site, generate_keys, load_keys, rotate_key
from services.analyzer.control.versions import raise_snapshot_version
from services.analyzer.problems import Refused
from shared.clock import to_rfc3339

router = APIRouter(prefix="/v1/sites", tags=["sites"])


def show_site(session: Session, site: Site) -> SiteShown:
    """Return a site as clients see it."""
    return SiteShown.model_validate(
        site.model_dump()
        | {
            "write_keys": load_keys(session, site.id)[0],
            "created_at": to_rfc3339(site.created_at),
            "updated_at": to_rfc3339(site.updated_at),
        }
    )


def load_site(session: Session, caller: CallerOf, site_id: str) -> Site:
    """Return a site that the caller may see; raises `Refused` (not_found) for any other."""
    site = session.get(Site, site_id) if caller.is_admin or caller.site_id == site_id else None
    if site is None:
        raise Refused("not_found", f"There is no site {site_id!r} for this key")
    return site


@router.post("", status_code=201, summary="Create a site")
def post_site(body: SiteCreate, state: State, caller: CallerOf) -> SiteCreated:
    """Create a site with new keys and the goal `purchase`; needs the admin key."""
    if not caller.is_admin:
        raise Refused("admin_key_needed", "Sites are created with the admin key or by `kikkake site create`")
    now = state.clock()
    keys = generate_keys()
    values = body.model_dump() | {"id": body.id or generate_id("site")}
    check_lifecycle(read_lifecycle(values["lifecycle"]), pointer="/lifecycle")
    with write_session(state.database) as session:
        if session.get(Site, values["id"]) is not None:
            raise Refused("exists", f"There is a site {values['id']!r} already")
        site = Site(**values, signing_key="", created_at=now, updated_at=now)
        create_site(session, site, keys, now=now)
        shown = show_site(session, site)
    state.publish_soon()
    return SiteCreated(
        **shown.model_dump(by_alias=False),
        write_key=keys.write_key,
        secret_key=keys.secret_key,
        signing_key=keys.signing_key,
    )


@router.get("", summary="List the sites this key opens")
def get_sites(state: State, caller: CallerOf, limit: Limit = 100, cursor: Cursor = None) -> Page[SiteShown]:
    """List sites by id: all for the admin key, else the key's own."""
    query = select(Site).order_by(col(Site.id)).limit(limit + 1)
    if (after := read_cursor(cursor)) is not None:
        query = query.where(Site.id > after)
    if caller.site_id is not None:
        query = query.where(Site.id == caller.site_id)
    with read_session(state.database) as session:
        found = list(session.exec(query))
        items = [show_site(session, site) for site in found[:limit]]
    return Page(items=items, next_cursor=write_cursor(found[limit - 1].id) if len(found) > limit else None)


@router.get("/{site_id}", summary="Read a site")
def get_site(site_id: str, state: State, caller: CallerOf) -> SiteShown:
    """Return one site."""
    with read_session(state.database) as session:
        return show_site(session, load_site(session, caller, site_id))


@router.patch("/{site_id}", summary="Change a site")
def patch_site(site_id: str, body: SitePatch, state: State, caller: CallerOf) -> SiteShown:
    """Change the fields sent; `version` must be the present one."""
    with write_session(state.database) as session:
        load_site(session, caller, site_id)
        site = session.get(Site, site_id, with_for_update=True, populate_existing=True)
        if site is None:
            raise Refused("not_found", f"There is no site {site_id!r} for this key")
        check_version(site.version, body.version)
        changes = body.model_dump(exclude_unset=True, exclude={"version"})
        if "stages" in changes:
            check_stages(session, site_id, changes["stages"])
        if "lifecycle" in changes:
            # Kept whole: what was published when it was saved stays in force.
            changes["lifecycle"] = body.lifecycle and body.lifecycle.model_dump()
            check_lifecycle(read_lifecycle(changes["lifecycle"]), pointer="/lifecycle")
        apply_changes(site, changes, now=state.clock())
        raise_snapshot_version(session)
        shown = show_site(session, site)
    state.publish_soon()
    return shown


@router.delete("/{site_id}", status_code=204, summary="Delete a site")
def delete_site(site_id: str, state: State, caller: CallerOf) -> Response:
    """Delete a site with its keys and settings; its events go with the next `expiry` run."""
    with write_session(state.database) as session:
        session.delete(load_site(session, caller, site_id))
        session.merge(DeletedSite(id=site_id, deleted_at=state.clock()))
        raise_snapshot_version(session)
    state.publish_soon()
    return Response(status_code=204)


@router.post("/{site_id}/keys", status_code=201, summary="Replace a key")
def post_key(site_id: str, body: KeyRotate, state: State, caller: CallerOf) -> KeyRotated:
    """Replace the keys of one kind by a new one; the old ones stop working within a second."""
    with write_session(state.database) as session:
        load_site(session, caller, site_id)
        key = rotate_key(session, site_id, body.kind, now=state.clock())
    state.publish_soon()
    return KeyRotated(kind=body.kind, key=key)
