"""Who asks: the key in the `Authorization` header, and the site it opens.

Never says whether a site exists to somebody whose key does not open it.
"""

import hmac
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.console_session import COOKIE, HEADER, check_session, derive_key
from services.analyzer.control.database import read_session
from services.analyzer.control.models import Site
from services.analyzer.control.sites import find_site_of_secret
from services.analyzer.problems import FieldError, Refused, refuse_fields
from services.analyzer.state import AnalyzerState

bearer = HTTPBearer(auto_error=False, description="A site's secret key, or the admin key.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever showed a valid key; `site_id` None is the admin, who may name any site."""

    site_id: str | None

    @property
    def is_admin(self) -> bool:
        return self.site_id is None


async def get_state(request: Request) -> AnalyzerState:
    """Return what the running analyzer holds. Not `def`: each of those costs a turn in another thread."""
    state: AnalyzerState = request.app.state.analyzer
    return state


State = Annotated[AnalyzerState, Depends(get_state)]


def find_caller(state: AnalyzerState, key: str) -> Caller | None:
    """Return who shows this key, or None."""
    admin_key = state.settings.admin_key
    if admin_key and hmac.compare_digest(key.encode(), admin_key.encode()):
        return Caller(None)
    with read_session(state.database) as session:
        site_id = find_site_of_secret(session, key)
    return Caller(site_id) if site_id is not None else None


def is_console(state: AnalyzerState, request: Request) -> bool:
    """Return whether the console's own script asks, for somebody who is logged in to it."""
    settings = state.settings
    if not settings.console_password or HEADER not in request.headers:
        return False
    key = derive_key(settings.console_password, settings.admin_key)
    return check_session(key, request.cookies.get(COOKIE, ""), now=state.clock())


async def get_caller(
    request: Request, state: State, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Caller:
    """Return the caller; 401 without a valid key or, from the console, a session."""
    caller = Caller(None) if credentials is None and is_console(state, request) else None
    if credentials is not None and credentials.credentials:
        caller = await run_in_threadpool(find_caller, state, credentials.credentials)
    if caller is None:
        raise Refused("unknown_key")
    return caller


CallerOf = Annotated[Caller, Depends(get_caller)]
SiteQuery = Annotated[
    str | None, Query(description="Site to work on; only the admin key needs it, and only it may name one.")
]


async def resolve_site(state: AnalyzerState, caller: Caller, site: str | None) -> str | None:
    """Return the site a request is about; None when the admin named none.

    Raises `Refused` (not_found) for a site that the key does not open.
    """
    if caller.site_id is not None:
        if site is not None and site != caller.site_id:
            raise Refused("not_found", "There is no such site for this key")
        return caller.site_id
    if site is not None and not await run_in_threadpool(_is_site, state, site):
        raise Refused("not_found", f"There is no site {site!r}")
    return site


async def get_tenant(state: State, caller: CallerOf, site: SiteQuery = None) -> str:
    """Return the one site a request is about; the admin must name it."""
    found = await resolve_site(state, caller, site)
    if found is None:
        raise refuse_fields([FieldError("/site", "missing", "the admin key must name the site by `site`")])
    return found


Tenant = Annotated[str, Depends(get_tenant)]


async def get_scope(state: State, caller: CallerOf, site: SiteQuery = None) -> str | None:
    """Return the site a request is limited to; None is all sites, for the admin only."""
    return await resolve_site(state, caller, site)


Scope = Annotated[str | None, Depends(get_scope)]


def _is_site(state: AnalyzerState, site_id: str) -> bool:
    with read_session(state.database) as session:
        return session.get(Site, site_id) is not None
