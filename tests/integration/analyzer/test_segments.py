"""Segments: rules over all history, lists, names of other segments, changes in the log, crashes in between."""

import msgspec
import redis

from shared import keys
from shared.clock import system_clock
from shared.log.entry import FIELD, SegmentsChanged
from shared.log.partition import PARTITIONS, compute_partition
from shared.settings import AnalyzerSettings
from tests.builders import read_parts
from tests.integration.analyzer.conftest import Analyzer

DAY = 86_400_000
BUYERS = {"fact": "orders.count", "op": "ge", "value": 1}


def read_changes(settings: AnalyzerSettings) -> list[tuple[int, SegmentsChanged]]:
    found: list[tuple[int, SegmentsChanged]] = []
    with redis.Redis.from_url(settings.valkey_url, protocol=2) as client:
        for partition in range(PARTITIONS):
            for _, fields in client.xrange(keys.log_stream(partition)):
                parts = read_parts(fields[FIELD])
                found += [(partition, entry) for entry in parts if isinstance(entry, SegmentsChanged)]
    return found


async def list_members(analyzer: Analyzer, segment: str) -> list[str]:
    return [member["id"] for member in (await analyzer.get(f"/v1/segments/{segment}/members"))["items"]]


async def test_rule_segments_follow_history_and_only_differences_are_published(
    analyzer: Analyzer, settings: AnalyzerSettings
) -> None:
    await analyzer.create_site()
    now = system_clock()
    order = {"event": "Order Completed", "properties": {"order_id": "o1", "revenue": 5}}
    analyzer.log.send("shop", {**order, "anonymousId": "v1", "ts": now - 300 * DAY})
    analyzer.log.send("shop", {"event": "E", "anonymousId": "v2", "ts": now - DAY})
    await analyzer.post("/v1/segments", {"id": "buyers", "name": "B", "kind": "rule", "rule": BUYERS})
    rule = {"not": {"segment": "buyers"}}
    await analyzer.post("/v1/segments", {"id": "a-others", "name": "O", "kind": "rule", "rule": rule})
    await analyzer.run_job("segments")
    assert await list_members(analyzer, "buyers") == ["v1"] and await list_members(analyzer, "a-others") == ["v2"]
    changes = {entry.person_id: (partition, entry) for partition, entry in read_changes(settings)}
    assert changes["v1"][1].add == ["buyers"] and changes["v2"][1].add == ["a-others"]
    assert changes["v1"][0] == compute_partition("shop", "v1", None) and not changes["v1"][1].is_user
    assert (await analyzer.run_job("segments"))["rows"] == 0
    assert len(read_changes(settings)) == 2

    # v1 turns out to be a user: the visitor leaves, the user enters, in the user's own partition.
    analyzer.log.send("shop", {"type": "identify", "anonymousId": "v1", "userId": "u1", "ts": now})
    await analyzer.run_job("segments")
    members = (await analyzer.get("/v1/segments/buyers/members"))["items"]
    assert [(m["id"], m["anonymous_ids"], m["user_id"]) for m in members] == [("u1", ["v1"], "u1")]
    newest = {entry.person_id: (partition, entry) for partition, entry in read_changes(settings)}
    assert newest["u1"][1].add == ["buyers"] and newest["u1"][1].is_user
    assert newest["u1"][0] == compute_partition("shop", None, "u1")
    assert newest["v1"][1].remove == ["buyers"]

    await analyzer.call("DELETE", "/v1/segments/a-others")
    await analyzer.run_job("segments")
    assert await analyzer.count("SELECT count(*) FROM segment_members") == 1


async def test_listed_members_become_persons(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    analyzer.log.send("shop", {"type": "identify", "anonymousId": "v1", "userId": "u1", "ts": system_clock()})
    analyzer.log.send("shop", {"type": "page", "anonymousId": "v2", "ts": system_clock()})
    body = {"id": "vip", "name": "VIP", "kind": "list", "members": ["v1", "v2", "u9"]}
    await analyzer.post("/v1/segments", body)
    await analyzer.run_job("segments")
    members = (await analyzer.get("/v1/segments/vip/members"))["items"]
    assert [(m["id"], m["user_id"]) for m in members] == [("u1", "u1"), ("u9", "u9"), ("v2", None)]
    first = await analyzer.get("/v1/segments/vip/members", limit=2)
    rest = await analyzer.get("/v1/segments/vip/members", limit=2, cursor=first["next_cursor"])
    assert [m["id"] for m in rest["items"]] == ["v2"] and rest["next_cursor"] is None


async def test_a_crash_before_the_commit_repeats_the_change(analyzer: Analyzer, settings: AnalyzerSettings) -> None:
    await analyzer.create_site()
    analyzer.log.send("shop", {"event": "E", "anonymousId": "v1", "ts": system_clock()})
    rule = {"event": "E", "within": "7d"}
    await analyzer.post("/v1/segments", {"id": "s", "name": "S", "kind": "rule", "rule": rule})
    await analyzer.run_job("segments")
    # As if the process had died after telling the log and before its own commit.
    await analyzer.state.get_active().write(lambda con: con.execute("DELETE FROM segment_members"))
    await analyzer.run_job("segments")
    changes = [entry for _, entry in read_changes(settings)]
    assert [change.add for change in changes] == [["s"], ["s"]] and changes[0].at < changes[1].at
    assert await list_members(analyzer, "s") == ["v1"]
    assert msgspec.structs.asdict(changes[0])["remove"] == []
