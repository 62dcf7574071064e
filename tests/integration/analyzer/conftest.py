"""An analyzer in this process, on a real Valkey, a real DuckDB and a real control database."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import redis

from services.analyzer.app import build_app
from services.analyzer.state import AnalyzerState
from shared import keys
from shared.clock import Clock, Millis, system_clock, to_rfc3339
from shared.log.entry import FIELD, Entry, LoggedMessage, MessageGroup, Messages, encode_entry
from shared.log.partition import compute_partition
from shared.settings import AnalyzerSettings
from tests.processes import wait_until

ADMIN_KEY = "ak_test_0123456789"


class Log:
    """Writes into the log as the collector and the engager do."""

    def __init__(self, valkey_url: str) -> None:
        self._client = redis.Redis.from_url(valkey_url)
        self._count = 0

    def close(self) -> None:
        self._client.close()

    def append(self, partition: int, entry: Entry | bytes) -> None:
        raw = entry if isinstance(entry, bytes) else encode_entry(entry)
        self._client.xadd(keys.log_stream(partition), {FIELD: raw})

    def send(
        self, site_id: str, *messages: dict[str, Any], at: Millis | None = None, partition: int | None = None
    ) -> None:
        """Log messages; each needs its own `ts` (milliseconds) or takes `at`."""
        for message in messages:
            self._count += 1
            fields = {"type": "track", "messageId": f"auto-{self._count}", **message}
            ts = fields.pop("ts", at)
            assert ts is not None
            if "timestamp" not in fields:
                fields["timestamp"] = to_rfc3339(ts)
            logged = LoggedMessage(fields["messageId"], ts, None, json.dumps(fields).encode())
            group = MessageGroup(site_id, ts, None, None, 0, [logged])
            place = compute_partition(site_id, fields.get("anonymousId"), fields.get("userId"))
            self.append(place if partition is None else partition, Messages([group]))


class Analyzer:
    """A running analyzer and a client of it."""

    def __init__(self, state: AnalyzerState, client: httpx.AsyncClient, log: Log) -> None:
        self.state = state
        self.client = client
        self.log = log
        self.key = ADMIN_KEY

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        expect: int | None = None,
        **query: Any,
    ) -> Any:
        """Return the decoded answer; fails unless the status is `expect` (default: any 2xx)."""
        answer = await self.client.request(
            method,
            path,
            content=None if body is None else json.dumps(body),
            params={name.rstrip("_"): value for name, value in query.items()},
            headers={"Authorization": f"Bearer {key or self.key}", "Content-Type": "application/json"},
        )
        if expect is None:
            assert 200 <= answer.status_code < 300, answer.text
        else:
            assert answer.status_code == expect, answer.text
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
        return answer.json() if answer.content else None

    async def get(self, path: str, **options: Any) -> Any:
        return await self.call("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return await self.call("POST", path, body, **options)

    async def create_site(self, site_id: str = "shop", **fields: Any) -> dict[str, Any]:
        """Create a site and use its secret key from here on."""
        site = await self.post("/v1/sites", {"id": site_id, "name": site_id.title(), **fields}, key=ADMIN_KEY)
        self.key = site["secret_key"]
        return msgspec.convert(site, dict[str, Any])

    async def run_job(self, name: str, **options: Any) -> Any:
        run = await self.post(f"/v1/jobs/{name}/run", {"wait": True}, expect=200, **options)
        assert run["status"] == "succeeded", run
        return run

    async def count(self, question: str = "SELECT count(*) FROM events") -> int:
        found = await self.state.get_active().reader.read(lambda con: con.execute(question).fetchall())
        return int(found[0][0])

    async def catch_up(self) -> None:
        follower = self.state.get_active().follower
        await follower.catch_up(await follower.load_ends())


def build_settings(folder: Path, valkey_url: str, **fields: Any) -> AnalyzerSettings:
    values: dict[str, Any] = {
        "data_dir": folder / "data",
        "valkey_url": valkey_url,
        "admin_key": ADMIN_KEY,
        "ingest_interval_ms": 50,
        "memory_limit_mb": 512,
        **fields,
    }
    return AnalyzerSettings(**values)


@asynccontextmanager
async def open_test_analyzer(
    settings: AnalyzerSettings, *, clock: Clock = system_clock, active: bool = True
) -> AsyncIterator[Analyzer]:
    """Run an analyzer in this process."""
    app = build_app(settings, clock=clock)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://analyzer") as client,
    ):
        state: AnalyzerState = app.state.analyzer
        if active:

            async def is_active() -> bool:
                return state.active is not None

            await wait_until(is_active, "the event store is open")
        log = Log(settings.valkey_url)
        try:
            yield Analyzer(state, client, log)
        finally:
            log.close()


@pytest.fixture
def settings(tmp_path: Path, valkey_url: str) -> AnalyzerSettings:
    return build_settings(tmp_path, valkey_url)


@pytest.fixture
async def analyzer(settings: AnalyzerSettings) -> AsyncIterator[Analyzer]:
    """An analyzer of this test's own, its event store open."""
    async with open_test_analyzer(settings) as running:
        yield running
