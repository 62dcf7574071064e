"""kill -9 of the analyzer while it stores, again and again: each message once, in the store and in its counts."""

import asyncio
import json
from pathlib import Path

import duckdb
import httpx
import msgspec
import pytest
import redis

from shared import keys
from shared.clock import to_rfc3339
from shared.log.entry import FIELD, LoggedMessage, MessageGroup, Messages, encode_entry
from shared.log.partition import PARTITIONS, compute_partition
from tests.builders import NOW
from tests.integration.analyzer.conftest import ADMIN_KEY
from tests.processes import Service

KILLS = 5
ENTRIES, MESSAGES_EACH = 4_000, 10


def fill_log(client: "redis.Redis") -> int:
    """Log messages of many visitors, every tenth entry twice and once in another partition; returns how many differ."""
    pipe = client.pipeline(transaction=False)
    for place in range(ENTRIES):
        visitor = f"visitor-{place % 500}"
        logged = []
        for turn in range(MESSAGES_EACH):
            at = NOW + place * 100 + turn
            fields = {
                "type": "track", "event": "Product Viewed", "messageId": f"m-{place}-{turn}", "anonymousId": visitor,
                "timestamp": to_rfc3339(at), "properties": {"product_id": f"p{turn}", "name": "お茶"},
            }  # fmt: skip
            logged.append(LoggedMessage(str(fields["messageId"]), at, None, msgspec.json.encode(fields)))
        raw = encode_entry(Messages([MessageGroup("shop", NOW, None, None, 0, logged)]))
        home = compute_partition("shop", visitor, None)
        pipe.xadd(keys.log_stream(home), {FIELD: raw})
        if place % 10 == 0:
            pipe.xadd(keys.log_stream(home), {FIELD: raw})
            pipe.xadd(keys.log_stream((home + 3) % PARTITIONS), {FIELD: raw})
    pipe.execute()
    return ENTRIES * MESSAGES_EACH


@pytest.mark.crash
async def test_kills_while_storing_lose_and_double_nothing(tmp_path: Path, valkey_url: str) -> None:
    environment = {
        "KIKKAKE_DATA_DIR": str(tmp_path),
        "KIKKAKE_VALKEY_URL": valkey_url,
        "KIKKAKE_ADMIN_KEY": ADMIN_KEY,
        "KIKKAKE_INGEST_INTERVAL_MS": "50",
    }
    with redis.Redis.from_url(valkey_url) as client:
        expected = await asyncio.to_thread(fill_log, client)
    service = Service("analyzer", environment)
    headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
    try:
        for kill in range(KILLS):
            await asyncio.to_thread(service.start, "/healthz")
            await asyncio.sleep(0.15 + 0.1 * kill)
            service.kill()
        await asyncio.to_thread(service.start)
        async with httpx.AsyncClient(base_url=service.url, headers=headers, timeout=60) as client_:
            created = (await client_.post("/v1/sites", json={"id": "shop", "name": "Shop"})).json()
            run = (await client_.post("/v1/jobs/segments/run", json={"wait": True})).json()
            assert run["status"] == "succeeded"
            key = {"Authorization": f"Bearer {created['secret_key']}"}
            report = (await client_.get("/v1/reports/visitors/visitor-7", headers=key)).json()
        assert report["profile"]["events"] == expected // 500, json.dumps(report["profile"])
        assert await asyncio.to_thread(service.stop) == 0
    finally:
        service.kill()
    with duckdb.connect(str(tmp_path / "events.duckdb"), read_only=True) as con:
        rows, distinct = con.execute("SELECT count(*), count(DISTINCT message_id) FROM events").fetchall()[0]
    assert (rows, distinct) == (expected, expected)
