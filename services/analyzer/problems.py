"""Refusals of the analyzer as RFC 9457 problem documents, each with a stable code.

Never lets an exception's own words out to a client.
"""

import logging
from dataclasses import dataclass
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from shared.errors import PROBLEM_TYPE, REFUSALS, Refusal
from shared.wire.messages import MessageError, Problem

logger = logging.getLogger(__name__)

ANALYZER_REFUSALS: dict[str, Refusal] = REFUSALS | {
    "admin_key_needed": Refusal(401, "This needs the admin key"),
    "body_too_large": Refusal(413, "The body is larger than 32 MB"),
    "in_use": Refusal(409, "Something else still refers to this"),
    "too_slow": Refusal(503, "The answer took too long to compute: ask for less, or run the job"),
}

# Starlette's own errors (no such route, wrong method) in our codes.
_CODES_BY_STATUS = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `pointer` is a JSON pointer into the body or the query."""

    pointer: str
    code: str
    detail: str


class Refused(Exception):  # noqa: N818 - reads as the outcome it is
    """A request that cannot be granted; `code` is a key of `ANALYZER_REFUSALS`."""

    def __init__(self, code: str, detail: str | None = None, errors: list[FieldError] | None = None) -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail
        self.errors = errors


def build_response(refused: Refused) -> Response:
    """Return the problem document of a refusal."""
    refusal = ANALYZER_REFUSALS[refused.code]
    errors = None
    if refused.errors is not None:
        errors = [MessageError(index=0, pointer=e.pointer, code=e.code, detail=e.detail) for e in refused.errors]
    problem = Problem(
        title=refusal.title,
        status=refusal.status,
        code=refused.code,
        message=refusal.title,
        detail=refused.detail,
        errors=errors,
    )
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else {}
    if refusal.status == 503:
        headers["Retry-After"] = "1"
    return Response(msgspec.json.encode(problem), refusal.status, headers, PROBLEM_TYPE)


def refuse_fields(errors: list[FieldError]) -> Refused:
    """Return the refusal that names each wrong field."""
    return Refused("invalid", "; ".join(f"{e.pointer or '/'}: {e.detail}" for e in errors[:5]), errors)


def build_pointer(location: tuple[Any, ...]) -> str:
    """Return the JSON pointer of a pydantic error location, without its leading `body` or `query`."""
    parts = [str(part) for part in location[1:]]
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def install_problem_handlers(app: FastAPI) -> None:
    """Make every error of `app` a problem document."""

    @app.exception_handler(Refused)
    async def answer_refused(_request: Request, refused: Refused) -> Response:
        return build_response(refused)

    @app.exception_handler(RequestValidationError)
    async def answer_invalid(_request: Request, error: RequestValidationError) -> Response:
        problems = error.errors()
        if any(p["type"] == "json_invalid" for p in problems):
            return build_response(Refused("not_json"))
        errors = [FieldError(build_pointer(tuple(p["loc"])), p["type"], p["msg"]) for p in problems]
        return build_response(refuse_fields(errors))

    @app.exception_handler(HTTPException)
    async def answer_http(_request: Request, error: HTTPException) -> Response:
        code = _CODES_BY_STATUS.get(error.status_code, "internal")
        return build_response(Refused(code))

    @app.exception_handler(Exception)
    async def answer_unexpected(_request: Request, error: Exception) -> Response:
        logger.error("unexpected error", exc_info=error)
        return build_response(Refused("internal"))


class BodyLimit:
    """Refuses bodies beyond 32 MB before they are held in memory (a listed segment may be long)."""

    MOST_BYTES = 32 * 1024 * 1024

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Count what arrives; past the limit the app sees a 413 instead of the rest."""
        size = 0

        async def count_received() -> Any:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.MOST_BYTES:
                raise HTTPException(413)
            return message

        await self._app(scope, count_received if scope["type"] == "http" else receive, send)
