"""The table of messages is kept in visitor order, and loses nothing by it."""

from services.analyzer.store.compaction import FEWEST_EVENTS, compact_events, is_compaction_due
from shared.clock import system_clock
from tests.integration.analyzer.conftest import Analyzer

COPY = "INSERT INTO events SELECT events.* REPLACE (hash(turn, key_low) AS key_low, message_id || turn AS message_id) "
MANY = COPY + "FROM events, range($copies) AS copies(turn)"


async def test_sorting_keeps_every_message_and_the_promise_of_once(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    now = system_clock()
    sent = [
        {"anonymousId": f"visitor-{place % 7}", "messageId": f"m{place}", "event": "Seen", "ts": now - place}
        for place in range(50)
    ]
    paid = [
        {"userId": user, "messageId": f"u{place}", "event": "Paid", "ts": now - place}
        for place, user in enumerate(["zoe", "ann", "ann"])
    ]
    analyzer.log.send("shop", *sent, *paid)
    await analyzer.catch_up()
    active = analyzer.state.get_active()
    assert not await active.reader.read(is_compaction_due), "a small table is read through in no time"
    whole = "SELECT count(DISTINCT (key_high, key_low, message_id, ts)) FROM events"
    before = await analyzer.count(whole)
    assert await active.write(compact_events) == 53
    assert await analyzer.count(whole) == before
    order = "SELECT anonymous_id, user_id, ts FROM events ORDER BY rowid"
    rows = await active.reader.read(lambda con: con.execute(order).fetchall())
    known, unvisited = rows[:50], rows[50:]
    assert known == sorted(known) and None not in {visitor for visitor, _, _ in known}
    assert unvisited == [(None, "ann", now - 2), (None, "ann", now - 1), (None, "zoe", now)]
    analyzer.log.send("shop", sent[3], {**sent[3], "messageId": "fresh"})
    await analyzer.catch_up()
    assert await analyzer.count() == 54, "a repeat is still known, and news come in"
    assert (await analyzer.get("/v1/reports/visitors/visitor-3"))["profile"]["events"] == 8
    assert (await analyzer.get("/v1/reports/visitors/ann"))["profile"]["events"] == 2


async def test_the_nightly_run_sorts_once_enough_has_come_in(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    for visitor in ("b", "a"):
        analyzer.log.send("shop", {"anonymousId": visitor, "event": "Seen", "ts": system_clock()})
    await analyzer.catch_up()
    active = analyzer.state.get_active()
    await active.write(lambda con: con.execute(MANY, {"copies": FEWEST_EVENTS // 2}))
    run = await analyzer.run_job("expiry")
    assert "messages sorted" in run["detail"]
    first = "SELECT anonymous_id FROM events ORDER BY rowid LIMIT 1"
    assert await active.reader.read(lambda con: con.execute(first).fetchall()) == [("a",)]
    assert "sorted" not in (await analyzer.run_job("expiry"))["detail"]
