"""Every error of a framework's app is a problem document that the page which asked may read."""

import httpx
import pytest
from fastapi import FastAPI

from shared.problems import ProblemError, install_problem_handlers

ORIGIN = "https://shop.example"


def build_app() -> FastAPI:
    app = FastAPI()
    install_problem_handlers(app)

    @app.get("/number/{value}")
    async def read_number(value: int) -> int:
        raise ProblemError("origin_not_allowed" if value == 403 else "unknown_key")

    return app


@pytest.mark.parametrize(
    ("method", "path", "status", "readable"),
    [
        ("GET", "/nothing", 404, True),
        ("POST", "/number/1", 405, True),
        ("GET", "/number/x", 422, True),
        ("GET", "/number/1", 401, True),
        ("GET", "/number/403", 403, False),
    ],
)
async def test_an_error_is_a_problem_its_page_may_read(method: str, path: str, status: int, readable: bool) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(build_app()), base_url="http://service") as client:
        answer = await client.request(method, path, headers={"origin": ORIGIN})
        assert "access-control-allow-origin" not in (await client.request(method, path)).headers
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["title"]) == (status, status, problem["message"])
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers.get("access-control-allow-origin") == (ORIGIN if readable else None)
