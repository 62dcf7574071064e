"""Erasing a person: everywhere at once, late messages included, and nobody else."""

import json
from pathlib import Path

from shared.clock import system_clock
from shared.log.entry import Decisions, LoggedDecision
from tests.integration.analyzer.conftest import Analyzer, build_settings, open_test_analyzer

MINUTE = 60_000


async def fill(analyzer: Analyzer, now: int) -> None:
    """A user with a phone of her own and a tablet that her brother used as well, and a stranger."""
    await analyzer.create_site()
    send = analyzer.log.send
    for number, (visitor, user) in enumerate(
        [("phone", None), ("phone", "ann"), ("tablet", "ann"), ("tablet", None), ("tablet", "bob"), ("else", None)]
    ):
        page = {"type": "page", "properties": {"path": f"/{number}"}}
        ids = {"messageId": f"m{number}", "anonymousId": visitor, **({"userId": user} if user else {})}
        send("shop", {**page, **ids, "ts": now - (60 - number) * MINUTE})
    send("shop", {"messageId": "m6", "userId": "ann", "event": "Order Completed", "ts": now - 30 * MINUTE})
    send("shop", {"type": "alias", "messageId": "m7", "userId": "ann", "previousId": "old", "ts": now - 20 * MINUTE})
    send("shop", {"messageId": "m8", "userId": "old", "event": "E", "ts": now - 70 * MINUTE})
    decision = LoggedDecision("d", "shop", "phone", "ann", None, now - MINUTE, "page_view", "/", 1, [], {})
    analyzer.log.append(0, Decisions([decision]))
    await analyzer.catch_up()


async def load_ids(analyzer: Analyzer) -> set[str]:
    found = await analyzer.state.get_active().reader.read(
        lambda con: con.execute("SELECT message_id FROM events").fetchall()
    )
    return {message_id for (message_id,) in found}


async def test_a_user_goes_with_her_own_visitors(analyzer: Analyzer) -> None:
    now = system_clock()
    await fill(analyzer, now)
    listed = {"id": "vips", "name": "VIPs", "kind": "list", "members": ["ann", "bob", "phone"]}
    await analyzer.post("/v1/segments", listed)
    await analyzer.run_job("segments")
    await analyzer.run_job("stores")
    erased = await analyzer.post("/v1/forget", {"user": "ann"})
    assert erased == {
        "users": ["ann", "old"],
        "visitors": ["phone"],
        "shared_visitors": ["tablet"],
        "messages": 6,
    }
    assert await load_ids(analyzer) == {"m3", "m4", "m5"}
    for known_as in ("ann", "phone", "old"):
        await analyzer.get(f"/v1/reports/visitors/{known_as}", expect=404)
    assert (await analyzer.get("/v1/reports/visitors/bob"))["profile"]["events"] == 2
    await analyzer.get("/v1/decisions/d", expect=404)
    assert (await analyzer.get("/v1/segments/vips"))["members"] == ["bob"]
    members = (await analyzer.get("/v1/segments/vips/members"))["items"]
    assert [member["id"] for member in members] == ["bob"]


async def test_what_comes_late_is_left_out_and_what_comes_anew_is_kept(analyzer: Analyzer) -> None:
    now = system_clock()
    await fill(analyzer, now)
    await analyzer.post("/v1/forget", {"visitor": "phone"})
    before, log = await load_ids(analyzer), analyzer.log
    # Out of a spool: received before the erasure, read after it, and from another partition.
    log.send("shop", {"messageId": "late", "anonymousId": "phone", "event": "E", "ts": now - MINUTE}, partition=3)
    log.append(3, Decisions([LoggedDecision("d2", "shop", "phone", None, None, now - 1, "page_view", "/", 1, [], {})]))
    log.send("shop", {"messageId": "alias", "type": "alias", "previousId": "phone", "userId": "x", "ts": now - MINUTE})
    log.send("shop", {"messageId": "user", "userId": "phone", "event": "E", "ts": now - MINUTE})
    log.send("shop", {"messageId": "again", "anonymousId": "phone", "event": "E", "ts": system_clock() + 5})
    await analyzer.catch_up()
    assert await load_ids(analyzer) - before == {"user", "again"}
    assert await analyzer.count("SELECT count(*) FROM decisions WHERE decision_id = 'd2'") == 0


async def test_erasures_outlive_a_restart_and_the_file_is_written_anew(tmp_path: Path, valkey_url: str) -> None:
    settings = build_settings(tmp_path, valkey_url, schedule=False)
    now = system_clock()
    async with open_test_analyzer(settings) as first:
        await fill(first, now)
        await first.post("/v1/forget", {"visitor": "phone"})
        kept = await load_ids(first)
    async with open_test_analyzer(settings) as second:
        second.log.send("shop", {"messageId": "late", "anonymousId": "phone", "event": "E", "ts": now - MINUTE})
        await second.catch_up()
        assert await load_ids(second) == kept
        assert await second.count("SELECT count(*) FROM erasures WHERE NOT is_swept") == 1
        swept = await second.run_job("expiry")
        assert "messages sorted" in swept["detail"]
        assert await second.count("SELECT count(*) FROM erasures WHERE NOT is_swept") == 0
        assert "messages sorted" not in (await second.run_job("expiry"))["detail"]


async def test_another_site_keeps_its_own(analyzer: Analyzer) -> None:
    now = system_clock()
    await fill(analyzer, now)
    await analyzer.create_site("other")
    analyzer.log.send("other", {"messageId": "o1", "anonymousId": "else", "event": "E", "ts": now})
    nothing = await analyzer.post("/v1/forget", {"visitor": "phone"})
    assert nothing["messages"] == 0 and {"m0", "m1"} <= await load_ids(analyzer)
    await analyzer.post("/v1/forget", {"visitor": "else"})
    assert {"m5"} <= await load_ids(analyzer) and "o1" not in await load_ids(analyzer)


async def test_refusals(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    for body in ({}, {"user": "a", "visitor": "b"}, {"user": ""}, {"user": 7}, {"person": "a"}, {"user": "a" * 257}):
        refused = await analyzer.post("/v1/forget", body, expect=422)
        assert refused["code"] == "invalid", json.dumps(body)
    await analyzer.post("/v1/forget", {"user": "a"}, key="nobody", expect=401)


async def test_stored_reports_that_name_the_person_are_dropped(analyzer: Analyzer) -> None:
    now = system_clock()
    await analyzer.create_site()
    for number in range(2):
        visit = {"type": "track", "event": "Store Visited", "properties": {"store_id": "s", "visit_id": f"v{number}"}}
        analyzer.log.send("shop", {**visit, "userId": f"guest-{number}", "ts": now - MINUTE})
    await analyzer.run_job("stores")
    named = [one["person_id"] for one in (await analyzer.get("/v1/reports/stores"))["approach"]]
    assert sorted(named) == ["guest-0", "guest-1"]
    await analyzer.post("/v1/forget", {"user": "guest-0"})
    named = [one["person_id"] for one in (await analyzer.get("/v1/reports/stores"))["approach"]]
    assert named == ["guest-1"]
