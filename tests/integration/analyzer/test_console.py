"""The console's way in: the password, the cookie, what it opens and what it does not."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from services.analyzer.api.console_session import COOKIE, HEADER, LIFETIME_MS
from shared.clock import Clock, Millis, system_clock
from tests.integration.analyzer.conftest import Analyzer, build_settings, open_test_analyzer

PASSWORD = "a long enough password"
CONSOLE = {HEADER: "1"}


class MovedClock:
    """The system's clock, moved on by hand."""

    def __init__(self) -> None:
        self.ahead: Millis = 0

    def __call__(self) -> Millis:
        """Return the time."""
        return system_clock() + self.ahead


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def analyzer(tmp_path: Path, valkey_url: str, clock: Clock) -> AsyncIterator[Analyzer]:
    settings = build_settings(
        tmp_path, valkey_url, console_password=PASSWORD, collector_public_url="https://collector.example"
    )
    async with open_test_analyzer(settings, clock=clock) as running:
        yield running


async def log_in(analyzer: Analyzer, password: str = PASSWORD) -> httpx.Response:
    return await analyzer.client.post("/console/api/login", json={"password": password})


async def test_the_right_password_opens_every_site(analyzer: Analyzer) -> None:
    await analyzer.create_site("shop")
    await analyzer.create_site("other")
    answer = await log_in(analyzer)
    assert answer.status_code == 204
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie
    session = await analyzer.client.get("/console/api/session")
    assert session.json()["collector_url"] == "https://collector.example"
    sites = await analyzer.client.get("/v1/sites", headers=CONSOLE)
    assert [site["id"] for site in sites.json()["items"]] == ["other", "shop"]
    goals = await analyzer.client.get("/v1/goals", params={"site": "shop"}, headers=CONSOLE)
    assert [goal["id"] for goal in goals.json()["items"]] == ["purchase"]


async def test_a_wrong_password_opens_nothing(analyzer: Analyzer) -> None:
    answer = await log_in(analyzer, "a guess")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert (await analyzer.client.get("/v1/sites", headers=CONSOLE)).status_code == 401
    assert (await analyzer.client.get("/console/api/session")).status_code == 401


async def test_guessing_is_slowed_down(analyzer: Analyzer) -> None:
    statuses = [(await log_in(analyzer, f"guess {n}")).status_code for n in range(40)]
    assert statuses[0] == 401
    assert 429 in statuses


async def test_a_foreign_page_cannot_use_the_cookie(analyzer: Analyzer) -> None:
    await analyzer.create_site("shop")
    await log_in(analyzer)
    # Without the header that only the console's own script can add.
    assert (await analyzer.client.get("/v1/sites")).status_code == 401
    answer = await analyzer.client.post("/v1/goals", params={"site": "shop"}, json={"name": "Planted"})
    assert answer.status_code == 401


async def test_a_session_ends_after_twelve_hours(analyzer: Analyzer, clock: MovedClock) -> None:
    await log_in(analyzer)
    # httpx would drop the cookie by its age; a thief would not.
    value = analyzer.client.cookies[COOKIE]
    clock.ahead = LIFETIME_MS
    headers = {**CONSOLE, "cookie": f"{COOKIE}={value}"}
    assert (await analyzer.client.get("/v1/sites", headers=headers)).status_code == 401


async def test_logging_out_clears_the_cookie(analyzer: Analyzer) -> None:
    await log_in(analyzer)
    assert (await analyzer.client.post("/console/api/logout")).status_code == 204
    assert COOKIE not in analyzer.client.cookies
    assert (await analyzer.client.get("/v1/sites", headers=CONSOLE)).status_code == 401


async def test_without_a_password_the_console_says_what_to_set(tmp_path: Path, valkey_url: str) -> None:
    async with open_test_analyzer(build_settings(tmp_path, valkey_url)) as analyzer:
        answer = await log_in(analyzer, "")
        assert answer.status_code == 401
        assert "KIKKAKE_CONSOLE_PASSWORD" in answer.json()["detail"]


async def test_every_address_of_the_console_is_its_page(analyzer: Analyzer) -> None:
    for path in ("/console", "/console/", "/console/videos/tea-tasting", "/console/prompts/~new"):
        answer = await analyzer.client.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-cache"
    assert (await analyzer.client.get("/console/no-such-file.js")).status_code == 404


async def test_built_files_are_kept_by_browsers_and_sent_small(analyzer: Analyzer) -> None:
    page = (await analyzer.client.get("/console/")).text
    script = page.split('<script type="module" src="')[1].split('"')[0]
    answer = await analyzer.client.get(script, headers={"accept-encoding": "br"})
    assert answer.headers["content-encoding"] == "br"
    assert "immutable" in answer.headers["cache-control"]
    again = await analyzer.client.get(script, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
