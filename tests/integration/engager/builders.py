"""An engager of a test's own in this process, and campaigns to serve."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import redis

from services.engager.app import Engager, build_app
from shared import keys
from shared.asgi import HotRoutes
from shared.clock import Clock, Millis, system_clock
from shared.ids import build_id_source
from shared.log.entry import (
    FIELD,
    Decisions,
    Entry,
    LoggedDecision,
    LoggedMessage,
    MessageGroup,
    decode_entry,
    encode_entry,
)
from shared.log.messages import build_entries
from shared.log.partition import PARTITIONS
from shared.settings import EngagerSettings
from shared.snapshot.model import Campaign, Site, Variant
from shared.wire.decide import Content, Cta, When
from tests.builders import WRITE_KEY, make_message, make_site, make_snapshot
from tests.processes import publish_snapshot

CAMPAIGN: dict[str, Any] = {
    "id": "hello",
    "audience": {"all": []},
    "when": When(),
    "variants": [Variant(id="a", kind="popup", content=Content(title="Hello", cta=Cta(label="Go")))],
}


def make_campaign(**fields: Any) -> Campaign:
    """Return a popup for everybody at once; `fields` replace."""
    return Campaign(**{**CAMPAIGN, **fields})


class MovingClock:
    """The system clock, moved forward by `ahead_ms`."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def __call__(self) -> Millis:
        return system_clock() + self.ahead_ms


class RunningEngager:
    """An engager in this process, asked as over HTTP."""

    def __init__(self, app: HotRoutes, client: httpx.AsyncClient, valkey_url: str) -> None:
        self.engager: Engager = app.rest.state.engager
        self.client = client
        self._valkey_url = valkey_url

    async def ask(self, **fields: Any) -> dict[str, Any]:
        """Return the answer to a page view of visitor-1; `fields` replace or add."""
        answer = await self.client.post(
            "/v1/decide", json={"writeKey": WRITE_KEY, "anonymousId": "visitor-1", **fields}
        )
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def publish(self, *campaigns: Campaign, version: int, **site: Any) -> None:
        publish_snapshot(self._valkey_url, make_snapshot(make_site(campaigns=list(campaigns), **site), version=version))


@asynccontextmanager
async def run_engager(
    valkey_url: str,
    data_dir: Path,
    *campaigns: Campaign,
    clock: Clock = system_clock,
    site: dict[str, Any] | None = None,
    **settings: Any,
) -> AsyncIterator[RunningEngager]:
    """Publish `campaigns` and run an engager for the duration of a block."""
    published: Site = make_site(campaigns=list(campaigns), **(site or {}))
    publish_snapshot(valkey_url, make_snapshot(published))
    # A slow machine must not turn an answer empty: tests of the timeouts set their own.
    given = {"read_timeout_ms": 5_000, "write_timeout_ms": 5_000, "events_timeout_ms": 5_000, **settings}
    app = build_app(
        EngagerSettings(valkey_url=valkey_url, data_dir=data_dir, **given), clock=clock, new_id=build_id_source(clock)
    )
    async with app.rest.router.lifespan_context(app.rest):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://engager") as client:
            yield RunningEngager(app, client, valkey_url)


def log_messages(valkey_url: str, *messages: dict[str, Any], at: Millis | None = None, site_id: str = "shop") -> None:
    """Append messages to the log as the collector does; `at` is their time, by default now."""
    now = system_clock() if at is None else at
    logged = [LoggedMessage(body["messageId"], now, None, msgspec.json.encode(body)) for body in messages]
    group = MessageGroup(site_id, system_clock(), None, None, 0, logged)
    visitors = [(body.get("anonymousId"), body.get("userId")) for body in messages]
    with redis.Redis.from_url(valkey_url) as client:
        for partition, entry in build_entries(group, visitors):
            client.xadd(keys.log_stream(partition), {FIELD: entry})


def log_entry(valkey_url: str, partition: int, entry: Entry) -> None:
    """Append one entry to the log."""
    with redis.Redis.from_url(valkey_url) as client:
        client.xadd(keys.log_stream(partition), {FIELD: encode_entry(entry)})


def read_decisions(valkey_url: str) -> list[LoggedDecision]:
    """Return every decision in the log."""
    found = []
    with redis.Redis.from_url(valkey_url, protocol=2) as client:
        for partition in range(PARTITIONS):
            for _, fields in client.xrange(keys.log_stream(partition)):
                entry = decode_entry(fields[FIELD])
                if isinstance(entry, Decisions):
                    found += entry.decisions
    return found


def viewed(message_id: str, product_id: str = "sencha", **fields: Any) -> dict[str, Any]:
    """Return a Product Viewed without a time of its own."""
    return make_message(messageId=message_id, properties={"product_id": product_id}, timestamp=None, **fields)
