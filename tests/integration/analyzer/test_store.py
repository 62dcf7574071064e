"""From the log into DuckDB: each message once, hostile ones survived, offsets kept, the log trimmed."""

from pathlib import Path
from typing import Any

import duckdb
import msgspec
import redis

from shared import keys
from shared.log.entry import (
    Decisions,
    Erased,
    LoggedDecision,
    LoggedMessage,
    MessageGroup,
    Messages,
    SegmentsChanged,
    encode_entry,
    join_entries,
)
from shared.settings import AnalyzerSettings
from tests.builders import NOW
from tests.integration.analyzer.conftest import Analyzer, open_test_analyzer
from tests.processes import wait_until


async def test_duplicates_across_partitions_count_once_and_the_first_wins(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    message = {"messageId": "m1", "anonymousId": "a", "event": "First", "ts": NOW}
    analyzer.log.send("shop", message)
    await analyzer.catch_up()
    analyzer.log.send("shop", {**message, "event": "Second"}, {**message, "anonymousId": "b"}, partition=3)
    analyzer.log.send("other", message)
    await analyzer.catch_up()
    assert await analyzer.count() == 2
    assert await analyzer.count("SELECT count(*) FROM events WHERE site_id = 'shop' AND event = 'First'") == 1


async def test_once_holds_across_restarts(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings) as first:
        await first.create_site()
        first.log.send("shop", {"messageId": "m1", "anonymousId": "a", "event": "E", "ts": NOW})
        await first.catch_up()
    async with open_test_analyzer(settings) as second:
        second.log.send("shop", {"messageId": "m1", "anonymousId": "a", "event": "E", "ts": NOW})
        second.log.send("shop", {"messageId": "m2", "anonymousId": "a", "event": "E", "ts": NOW})
        await second.catch_up()
        assert await second.count() == 2


async def test_hostile_messages_cost_only_themselves(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    deep: object = "x"
    for _ in range(28):
        deep = {"d": deep}
    analyzer.log.send(
        "shop",
        {"anonymousId": "a", "event": "E", "properties": {"nul": "a\u0000b", "k\u0000": 1}, "ts": NOW},
        {"anonymousId": "a\u0000", "event": "N\u0000ul", "messageId": "m\u0000", "ts": NOW},
        {"anonymousId": "a", "event": "E", "properties": {"big": 10**400, "small": -(10**30), "f": 1e308}, "ts": NOW},
        {"anonymousId": "a", "event": "E", "properties": {"text": "あ" * 10_000, "deep": deep}, "ts": NOW},
        {"anonymousId": "a", "event": "Order Completed", "properties": {"revenue": 1e300, "order_id": "o"}, "ts": NOW},
        {"anonymousId": "a", "event": "Video Playback Paused", "ts": NOW,
         "properties": {"asset_id": "v", "played": [[1, 0], ["x"], None, [5, 1e999], [0, 3]], "position": "x"}},
        {"anonymousId": "a", "event": "E", "timestamp": "2026-01-01T00:00:00Z", "ts": 2**63},
    )  # fmt: skip
    group = [LoggedMessage("raw1", NOW, None, b"{"), LoggedMessage("raw2", NOW, None, b'{"type":"track","event":"E"}')]
    analyzer.log.append(2, Messages([MessageGroup("shop", NOW, None, b"[", 0, group)]))
    analyzer.log.append(2, Messages([MessageGroup("shop", NOW, None, None, 0, group)]))
    analyzer.log.append(4, b"\xff not an entry")
    analyzer.log.send("shop", {"anonymousId": "a", "event": "Last", "messageId": "last", "ts": NOW})
    await analyzer.catch_up()
    assert await analyzer.count("SELECT count(*) FROM events WHERE message_id = 'last'") == 1
    assert await analyzer.count() >= 7
    quarantined = await analyzer.state.client.xlen(keys.QUARANTINE)
    assert quarantined >= 2
    metrics = (await analyzer.client.get("/metrics")).text
    assert 'kikkake_analyzer_quarantined_total{reason="entry"} 1.0' in metrics
    analyzer.log.send("shop", {"anonymousId": "a", "event": "After", "ts": NOW})
    await analyzer.catch_up()
    assert await analyzer.count("SELECT count(*) FROM events WHERE event = 'After'") == 1


async def test_a_broken_part_of_a_joined_entry_costs_only_itself(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    told = encode_entry(SegmentsChanged("shop", "a", False, ["fans"], [], NOW))
    broken = msgspec.msgpack.encode(("s", "shop", 5, False, ["fans"], [], NOW))
    (joined,) = join_entries([told, broken, told])
    analyzer.log.append(0, joined)
    analyzer.log.send("shop", {"anonymousId": "a", "event": "E", "ts": NOW}, partition=0)
    await analyzer.catch_up()
    assert await analyzer.count() == 1
    quarantined: Any = await analyzer.state.client.xrange(keys.QUARANTINE)
    assert [fields[b"raw"] for _, fields in quarantined] == [broken]


async def test_the_log_is_trimmed_behind_both_consumers(analyzer: Analyzer, settings: AnalyzerSettings) -> None:
    await analyzer.create_site()
    client: redis.Redis = redis.Redis.from_url(settings.valkey_url)
    for place in range(400):
        analyzer.log.send("shop", {"anonymousId": "a", "event": "E", "ts": NOW + place}, partition=0)
    await analyzer.catch_up()
    assert client.xlen(keys.log_stream(0)) == 400, "the engager has read nothing yet"
    last: Any = (await analyzer.state.get_active().follower.load_ends())[0]
    stored: Any = client.get(keys.analyzer_checkpoint(0))
    assert stored == last
    client.set(keys.engager_checkpoint(0), last)

    async def is_trimmed() -> bool:
        return int(client.xlen(keys.log_stream(0))) < 150

    await wait_until(is_trimmed, "the log is trimmed")
    client.close()


async def test_decisions_are_stored_once_and_explained(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    decision = LoggedDecision(
        "d1", "shop", "a", None, "s1", NOW, "page_view", "/", 3,
        [("c1", "served", "v1", 0.5), ("c2", "audience", None, None)], {"page.path": "/", "cart.value": None},
    )  # fmt: skip
    analyzer.log.append(1, Decisions([decision]))
    analyzer.log.append(1, Decisions([decision, decision]))
    await analyzer.catch_up()
    assert await analyzer.count("SELECT count(*) FROM decisions") == 1
    shown = await analyzer.get("/v1/decisions/d1")
    assert shown["candidates"][0] == {
        "campaign_id": "c1", "outcome": "served", "variant_id": "v1", "propensity": 0.5
    }  # fmt: skip
    assert shown["candidates"][1]["outcome"] == "audience" and shown["facts"] == {"page.path": "/", "cart.value": None}
    await analyzer.get("/v1/decisions/d2", expect=404)
    await analyzer.create_site("other")
    await analyzer.get("/v1/decisions/d1", expect=404)


async def test_erasure_removes_what_was_received_before(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    analyzer.log.send(
        "shop", {"anonymousId": "a", "event": "E", "ts": NOW}, {"anonymousId": "b", "event": "E", "ts": NOW}
    )
    await analyzer.catch_up()
    analyzer.log.append(0, Erased("shop", "a", False, NOW))
    await analyzer.catch_up()
    assert await analyzer.count() == 1


async def test_export_holds_what_the_log_held(analyzer: Analyzer, tmp_path: Path) -> None:
    site = await analyzer.create_site()
    analyzer.log.send("shop", {"anonymousId": "a", "event": "E", "messageId": "m1", "properties": {"p": 1}, "ts": NOW})
    analyzer.log.send("shop", {"anonymousId": "a", "userId": "u", "type": "identify", "messageId": "m2", "ts": NOW + 1})
    analyzer.log.send("other", {"anonymousId": "z", "event": "E", "ts": NOW})
    answer = await analyzer.client.get("/v1/export", headers={"Authorization": f"Bearer {site['secret_key']}"})
    assert answer.status_code == 200
    file = str(tmp_path / "x.parquet")
    (tmp_path / "x.parquet").write_bytes(answer.content)
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT message_id, person_id, session_id, epoch_ms(timestamp), properties FROM read_parquet($f)",
            {"f": file},
        ).fetchall()
        columns = [row[0] for row in con.execute("DESCRIBE SELECT * FROM read_parquet($f)", {"f": file}).fetchall()]
    assert rows == [("m1", "u", "~m1", NOW, '{"p":1}'), ("m2", "u", "~m1", NOW + 1, "{}")]
    assert columns == [
        "message_id", "site_id", "type", "event", "anonymous_id", "user_id", "person_id", "session_id", "timestamp",
        "received_at", "properties", "context",
    ]  # fmt: skip
