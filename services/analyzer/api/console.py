"""The console's own addresses: log in and out, and the built pages.

Never serves a file that the build did not list.
"""

import time

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from services.analyzer.api.access import State
from services.analyzer.api.console_session import (
    COOKIE,
    LIFETIME_MS,
    check_password,
    check_session,
    derive_key,
    sign_session,
)
from services.analyzer.console_files import ConsoleFiles
from services.analyzer.problems import Refused

router = APIRouter(tags=["console"])

SECURITY_HEADERS = {
    # Prompts are previewed with their own styles, and videos are played from where the shop keeps them.
    "content-security-policy": "default-src 'self'; img-src * data:; media-src *; style-src 'self' 'unsafe-inline';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


class Login(BaseModel):
    """What the login form sends."""

    password: str = Field(description="The console's password, `KIKKAKE_CONSOLE_PASSWORD`.", max_length=1_000)


class SessionShown(BaseModel):
    """Who is logged in, and where browsers reach the other services."""

    collector_url: str = Field(description="Address of the collector for the tag; empty when it was not set.")
    engager_url: str = Field(description="Address of the engager for the tag; empty when it was not set.")


@router.post("/console/api/login", summary="Log in to the console", status_code=204)
async def log_in(login: Login, request: Request, response: Response, state: State) -> None:
    """Set the session cookie, or refuse."""
    settings = state.settings
    if not settings.console_password:
        raise Refused("unknown_key", "The console has no password yet: set KIKKAKE_CONSOLE_PASSWORD")
    peer = request.client.host if request.client else ""
    if state.logins.take(peer, now_s=time.monotonic()):
        raise Refused("rate_limited", "Too many attempts: wait a few seconds")
    if not check_password(login.password, settings.console_password):
        raise Refused("unknown_key", "That is not the console's password")
    response.set_cookie(
        COOKIE,
        sign_session(derive_key(settings.console_password, settings.admin_key), now=state.clock()),
        max_age=LIFETIME_MS // 1000,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


@router.post("/console/api/logout", summary="Log out of the console", status_code=204)
async def log_out(response: Response) -> None:
    """Clear the session cookie."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")


@router.get("/console/api/session", summary="Whether somebody is logged in")
async def read_session(request: Request, state: State) -> SessionShown:
    """Return what the console needs to start; 401 when nobody is logged in."""
    settings = state.settings
    key = derive_key(settings.console_password, settings.admin_key)
    if not settings.console_password or not check_session(key, request.cookies.get(COOKIE, ""), now=state.clock()):
        raise Refused("unknown_key", "Nobody is logged in")
    return SessionShown(collector_url=settings.collector_public_url, engager_url=settings.engager_public_url)


_files = ConsoleFiles.load()


@router.get("/console", include_in_schema=False)
@router.get("/console/{path:path}", include_in_schema=False)
async def read_page(request: Request, path: str = "") -> Response:
    """Serve a built file, or the one page for every address of the console."""
    file = _files.find(path)
    if file is None:
        raise Refused("not_found", "The console was not built: run `make setup`")
    status, body, headers = file.choose(
        request.headers.get("accept-encoding", ""), request.headers.get("if-none-match", "")
    )
    response = Response(body, status, media_type=file.media_type)
    for name, value in headers:
        response.headers[name.decode()] = value.decode("latin-1")
    response.headers.update(SECURITY_HEADERS)
    return response
