"""Makes a FastAPI app answer every error as a problem document of `shared.errors`.

Never leaks a traceback or an internal value into an answer.
"""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from shared.admission.cors import build_cors_headers
from shared.errors import PROBLEM_TYPE, build_problem
from shared.wire.messages import MessageError

logger = logging.getLogger(__name__)

_CODES = {401: "unknown_key", 403: "origin_not_allowed", 404: "not_found", 405: "method_not_allowed"}


class ProblemError(Exception):
    """Raised in the shell of a request to end it with a problem document; `code` is a key of the table."""

    def __init__(self, code: str, detail: str | None = None, *, pointer: str | None = None) -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail
        self.pointer = pointer


def build_response(code: str, detail: str | None = None, errors: list[MessageError] | None = None) -> Response:
    """Return the problem document of `code` as a response."""
    status, body = build_problem(code, detail=detail, errors=errors)
    return Response(body, status, media_type=PROBLEM_TYPE)


def _answer(
    request: Request, code: str, detail: str | None = None, errors: list[MessageError] | None = None
) -> Response:
    """Return the problem document, readable to the page that asked unless its origin is what was refused."""
    response = build_response(code, detail, errors)
    if code != "origin_not_allowed":
        for name, value in build_cors_headers(request.headers.get("origin")):
            response.headers[name.decode()] = value.decode("latin-1")
    return response


def install_problem_handlers(app: FastAPI) -> None:
    """Turn HTTP errors, validation errors and everything unforeseen into problem documents."""

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)
        errors = None
        if error.pointer is not None:
            errors = [MessageError(index=0, pointer=error.pointer, code=error.code, detail=error.detail or "")]
        return _answer(request, error.code, error.detail, errors)

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _answer(request, _CODES.get(error.status_code, "bad_request"), str(error.detail))

    async def on_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        errors = [
            MessageError(
                index=index,
                pointer="".join(f"/{part}" for part in row["loc"][1:]),
                code=str(row["type"]),
                detail=str(row["msg"]),
            )
            for index, row in enumerate(error.errors())
        ]
        broken_json = any(row.code == "json_invalid" for row in errors)
        code = "not_json" if broken_json else "invalid"
        return _answer(request, code, errors[0].detail if errors else None, errors)

    async def on_unforeseen(request: Request, error: Exception) -> Response:
        logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return _answer(request, "internal")

    app.add_exception_handler(ProblemError, on_problem)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(Exception, on_unforeseen)
