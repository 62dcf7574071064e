"""Who is who: links from messages with both ids, relinking, aliases, late arrivals."""

from services.analyzer.reports.visitors import ROWS_AT_ONCE
from tests.builders import NOW
from tests.integration.analyzer.conftest import Analyzer

MINUTE = 60_000


async def load_people(analyzer: Analyzer) -> dict[str, str]:
    found = await analyzer.state.get_active().reader.read(
        lambda con: con.execute("SELECT message_id, person_id FROM people").fetchall()
    )
    return dict(found)


async def test_a_link_reaches_back_and_a_relink_takes_over_from_then(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    log = analyzer.log
    log.send("shop", {"messageId": "m1", "anonymousId": "v", "event": "E", "ts": NOW})
    await analyzer.catch_up()
    assert await load_people(analyzer) == {"m1": "v"}
    log.send("shop", {"messageId": "m2", "anonymousId": "v", "userId": "u1", "type": "identify", "ts": NOW + 10})
    log.send("shop", {"messageId": "m3", "anonymousId": "v", "event": "E", "ts": NOW + 20})
    log.send("shop", {"messageId": "m4", "anonymousId": "v", "userId": "u2", "type": "identify", "ts": NOW + 30})
    log.send("shop", {"messageId": "m5", "anonymousId": "v", "event": "E", "ts": NOW + 40})
    await analyzer.catch_up()
    assert await load_people(analyzer) == {"m1": "u1", "m2": "u1", "m3": "u1", "m4": "u2", "m5": "u2"}
    # Late: the second user was there earlier already, and the first came back in between.
    log.send("shop", {"messageId": "m6", "anonymousId": "v", "userId": "u2", "event": "E", "ts": NOW + 15})
    log.send("shop", {"messageId": "m7", "anonymousId": "v", "userId": "u1", "event": "E", "ts": NOW + 25})
    await analyzer.catch_up()
    people = await load_people(analyzer)
    assert people["m3"] == "u2" and people["m1"] == "u1" and people["m5"] == "u2" and people["m7"] == "u1"


async def test_aliases_merge_and_circles_do_not_hang(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    log = analyzer.log
    log.send("shop", {"messageId": "m1", "anonymousId": "v", "event": "E", "ts": NOW})
    log.send("shop", {"messageId": "m2", "userId": "old", "event": "E", "ts": NOW})
    log.send("shop", {"messageId": "m3", "type": "alias", "previousId": "v", "userId": "old", "ts": NOW + 1})
    log.send("shop", {"messageId": "m4", "type": "alias", "previousId": "old", "userId": "new", "ts": NOW + 2})
    log.send("shop", {"messageId": "m5", "type": "alias", "previousId": "new", "userId": "v", "ts": NOW + 3})
    await analyzer.catch_up()
    people = await load_people(analyzer)
    assert people["m1"] == people["m2"] == people["m4"] == "new"


async def test_bots_are_nobody(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    context = {"userAgent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
    analyzer.log.send("shop", {"anonymousId": "bot", "event": "E", "context": context, "ts": NOW})
    await analyzer.catch_up()
    assert await analyzer.count() == 1 and await load_people(analyzer) == {}


async def test_one_person_on_two_devices_has_one_timeline(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    log = analyzer.log
    page = {"type": "page", "properties": {"path": "/a"}}
    log.send("shop", {**page, "anonymousId": "phone", "ts": NOW})
    log.send("shop", {**page, "anonymousId": "phone", "userId": "u", "ts": NOW + MINUTE})
    log.send("shop", {**page, "anonymousId": "laptop", "userId": "u", "ts": NOW + 100 * MINUTE})
    log.send("shop", {"type": "identify", "userId": "u", "traits": {"plan": "gold"}, "ts": NOW + 101 * MINUTE})
    log.send("shop", {**page, "anonymousId": "stranger", "ts": NOW})
    await analyzer.catch_up()
    for known_as in ("u", "phone", "laptop"):
        report = await analyzer.get(f"/v1/reports/visitors/{known_as}")
        assert report["id"] == "u" and report["identity"]["anonymous_ids"] == ["laptop", "phone"]
        assert report["profile"]["traits"] == {"plan": "gold"} and report["profile"]["sessions"] == 2
        assert [len(session["events"]) for session in report["sessions"]] == [2, 2]
        assert not report["truncated"]
    short = await analyzer.get("/v1/reports/visitors/u", limit=1)
    assert short["truncated"] and [len(session["events"]) for session in short["sessions"]] == [1]
    await analyzer.get("/v1/reports/visitors/nobody", expect=404)
    await analyzer.create_site("other")
    await analyzer.get("/v1/reports/visitors/u", expect=404)


async def test_many_messages_are_told_in_the_order_of_time(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    count = 2 * ROWS_AT_ONCE + 1
    # As they come in: in no order, several at once.
    sent = [
        {"messageId": f"m{number:05}", "anonymousId": "v", "event": "E", "ts": NOW + number * 7_919 % count // 3}
        for number in range(count)
    ]
    analyzer.log.send("shop", *sent)
    await analyzer.catch_up()
    report = await analyzer.get("/v1/reports/visitors/v", limit=5_000)
    (session,) = report["sessions"]
    assert report["profile"]["events"] == count and not report["truncated"]
    told = [event["message_id"] for event in session["events"]]
    by_time = sorted(sent, key=lambda one: (one["ts"], one["messageId"]))
    assert told == [one["messageId"] for one in by_time]
    assert session["session_id"] == f"~{by_time[0]['messageId']}"
