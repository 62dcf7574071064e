"""Day rules of a site: kept, refused in words, and read by reports, segments, the person's page and decisions alike."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import redis

from shared import keys
from shared.clock import DAY_MS, system_clock
from shared.rules.lifecycle import PUBLISHED, StageRules
from shared.settings import AnalyzerSettings
from shared.snapshot.model import decode_snapshot
from tests.integration.analyzer.conftest import Analyzer
from tests.integration.analyzer.test_allocation import run_engager
from tests.integration.analyzer.test_segments import list_members
from tests.integration.engager.test_workers import is_settled
from tests.processes import wait_until

OWN = {"loyal_orders": 3, "loyal_days": 60.0, "at_risk_days": 45.5, "dormant_days": 100.0}
RECOMMENDING = {"advocate_events": ["Reviewed"], "advocate_acts": 2}
LOYAL = {"fact": "lifecycle", "op": "eq", "value": "loyal"}


async def change(analyzer: Analyzer, rules: dict[str, Any] | None, **options: Any) -> Any:
    """Set the rules of the site `shop`."""
    version = (await analyzer.get("/v1/sites/shop"))["version"]
    return await analyzer.call("PATCH", "/v1/sites/shop", {"version": version, "lifecycle": rules}, **options)


def act(event: str, days_ago: float, now: int, **properties: Any) -> dict[str, Any]:
    return {"event": event, "anonymousId": "ann", "properties": properties, "ts": round(now - days_ago * DAY_MS)}


def send_ann(analyzer: Analyzer, now: int) -> None:
    """Ann ordered 90, 61, 50 and 40 days ago, and reviewed three times, once before her second order."""
    orders = [act("Order Completed", days, now, order_id=f"o{days}", revenue=10) for days in (90, 61, 50, 40)]
    reviews = [act("Reviewed", days, now) for days in (70, 30, 20)]
    analyzer.log.send("shop", *sorted(orders + reviews, key=lambda one: int(one["ts"])))


async def read_published(settings: AnalyzerSettings) -> dict[str, StageRules]:
    with redis.Redis.from_url(settings.valkey_url, protocol=2) as client:
        raw = client.get(keys.SNAPSHOT)
    assert isinstance(raw, bytes)
    return {site.id: site.lifecycle for site in decode_snapshot(raw).sites}


async def test_rules_are_kept_whole_and_published_for_their_site_alone(
    analyzer: Analyzer, settings: AnalyzerSettings
) -> None:
    await analyzer.create_site("other")
    other_key = analyzer.key
    site = await analyzer.create_site()
    assert site["lifecycle"] is None
    kept = (await change(analyzer, {**OWN, **RECOMMENDING}))["lifecycle"]
    assert kept == {**OWN, **RECOMMENDING} == (await analyzer.get("/v1/sites/shop"))["lifecycle"]
    part = (await change(analyzer, {"at_risk_days": 30, "advocate_events": ["A", "B", "A"]}))["lifecycle"]
    assert (part["at_risk_days"], part["dormant_days"], part["loyal_orders"]) == (30, 180, 4)
    assert part["advocate_events"] == ["A", "B"] and part["advocate_acts"] == 1
    assert (await analyzer.call("PATCH", "/v1/sites/shop", {"version": 3, "name": "S"}))["lifecycle"] == part
    await analyzer.state.publisher.publish()
    own = StageRules(at_risk_ms=30 * DAY_MS)
    assert await read_published(settings) == {"other": PUBLISHED, "shop": own}
    await analyzer.call("PATCH", "/v1/sites/shop", {"version": 4, "lifecycle": OWN}, key=other_key, expect=404)
    await analyzer.call("PATCH", "/v1/sites/shop", {"version": 1, "lifecycle": OWN}, expect=409)
    assert (await change(analyzer, None))["lifecycle"] is None
    await analyzer.state.publisher.publish()
    assert (await read_published(settings))["shop"] == PUBLISHED
    made = await analyzer.create_site("made", lifecycle={"dormant_days": 400})
    assert made["lifecycle"]["dormant_days"] == 400 and made["lifecycle"]["loyal_orders"] == 4


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"loyal_orders": 1}, "/loyal_orders"),
        ({"loyal_orders": 21}, "/loyal_orders"),
        ({"loyal_orders": 2.5}, "/loyal_orders"),
        ({"loyal_days": 0}, "/loyal_days"),
        ({"loyal_days": 3_651}, "/loyal_days"),
        ({"at_risk_days": -1}, "/at_risk_days"),
        ({"at_risk_days": "30"}, "/at_risk_days"),
        ({"at_risk_days": 180}, "/dormant_days"),
        ({"dormant_days": 90}, "/dormant_days"),
        ({"dormant_days": 90.000000001}, "/dormant_days"),
        ({"dormant_days": None}, "/dormant_days"),
        ({"advocate_events": []}, "/advocate_events"),
        ({"advocate_events": [""]}, "/advocate_events/0"),
        ({"advocate_acts": 0}, "/advocate_acts"),
        ({"bulk_value": 1}, "/bulk_value"),
    ],
)
async def test_rules_that_make_no_sense_are_refused(analyzer: Analyzer, rules: dict[str, Any], field: str) -> None:
    site = {"id": "shop", "name": "Shop", "lifecycle": rules}
    (error,) = (await analyzer.post("/v1/sites", site, expect=422))["errors"]
    assert error["pointer"] == f"/lifecycle{field}" and error["detail"]
    await analyzer.create_site()
    (error,) = (await change(analyzer, rules, expect=422))["errors"]
    assert error["pointer"] == f"/lifecycle{field}"
    assert (await analyzer.get("/v1/sites/shop"))["lifecycle"] is None


async def read_stages(analyzer: Analyzer) -> tuple[str, str, str]:
    """Return Ann's stage by the report, by the person's page, and by a question of the dashboard."""
    report = await analyzer.get("/v1/reports/lifecycle")
    (by_report,) = (one["stage"] for one in report["stages"] if one["customers"])
    page = await analyzer.get("/v1/reports/visitors/ann")
    table = await analyzer.get("/v1/reports/query", measure="persons", breakdown="lifecycle")
    (row,) = table["rows"]
    return by_report, page["lifecycle"]["stage"], row["key"]


async def test_changed_rules_reach_every_reader(
    analyzer: Analyzer, settings: AnalyzerSettings, valkey_url: str, tmp_path: Path
) -> None:
    site = await analyzer.create_site()
    now = system_clock()
    send_ann(analyzer, now)
    await analyzer.post("/v1/segments", {"id": "loyal", "name": "Loyal", "kind": "rule", "rule": LOYAL})
    variant = {"id": "a", "kind": "popup", "content": {"title": "Thank you"}}
    campaign = {"id": "thanks", "name": "Thanks", "status": "running", "audience": LOYAL, "variants": [variant]}
    await analyzer.post("/v1/campaigns", {**campaign, "when": {"type": "immediate"}})
    await analyzer.run_job("segments")
    assert await list_members(analyzer, "loyal") == ["ann"]
    assert await read_stages(analyzer) == ("loyal", "loyal", "loyal")

    async with run_engager(valkey_url, tmp_path / "engager") as client:

        async def is_applied() -> bool:
            return await asyncio.to_thread(is_settled, settings.valkey_url)

        async def is_thanked() -> bool:
            body = {"writeKey": site["write_key"], "anonymousId": "ann"}
            answer = (await client.post("/v1/decide", json=body)).json()
            return bool(answer["prompts"])

        async def is_left_alone() -> bool:
            return not await is_thanked()

        await wait_until(is_applied, "the orders in the profile")
        await wait_until(is_thanked, "a prompt for the loyal")
        # Four orders within 45 days: the last four took fifty.
        await change(analyzer, {"loyal_days": 45})
        assert await read_stages(analyzer) == ("repeat", "repeat", "repeat")
        await wait_until(is_left_alone, "no prompt for one who is not loyal any more")
        await analyzer.run_job("segments")
        assert await list_members(analyzer, "loyal") == []
        # Three within sixty days.
        await change(analyzer, OWN)
        assert await read_stages(analyzer) == ("loyal", "loyal", "loyal")
        await wait_until(is_thanked, "a prompt by the third order")
        await change(analyzer, {**OWN, "at_risk_days": 40.0})
        assert await read_stages(analyzer) == ("at_risk", "at_risk", "at_risk")
        await wait_until(is_left_alone, "no prompt for one at risk")
    action = (await analyzer.get("/v1/reports/visitors/ann"))["next_action"]
    assert action["code"] == "win_back"
    rule = action["campaign"]["en"]["audience"]
    await analyzer.post("/v1/segments", {"id": "back", "name": "Back", "kind": "rule", "rule": rule})
    await analyzer.run_job("segments")
    assert await list_members(analyzer, "back") == ["ann"]


async def test_the_last_runs_report_holds_only_for_the_rules_it_went_by(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    send_ann(analyzer, system_clock())
    await analyzer.run_job("lifecycle")
    kept = await analyzer.get("/v1/reports/lifecycle")
    assert kept["rules"]["loyal_orders"] == 4 and kept["advocacy"]["ladder"][2]["persons"] == 0
    # What the site says of itself in the published words is nothing new.
    await change(analyzer, {})
    assert await analyzer.get("/v1/reports/lifecycle") == kept
    await change(analyzer, {**OWN, **RECOMMENDING})
    changed = await analyzer.get("/v1/reports/lifecycle")
    assert changed["rules"] == {**OWN, **RECOMMENDING, "bulk_value": 0}
    assert changed["advocacy"]["ladder"][2]["persons"] == 1 and changed["computed_at"] > kept["computed_at"]
    steps = (await analyzer.get("/v1/reports/visitors/ann"))["advocacy"]["reached"]
    assert [one["state"] for one in steps] == ["one_time", "repeat", "advocate"]
    assert steps[2]["at"] == changed["advocacy"]["newest"][0]["since"]
    asked = await analyzer.get("/v1/reports/lifecycle", loyal_orders=5, advocate_acts=3)
    assert asked["rules"] == {**changed["rules"], "loyal_orders": 5, "advocate_acts": 3}
    problem = await analyzer.get("/v1/reports/lifecycle", at_risk_days=100, expect=422)
    assert problem["errors"][0]["pointer"] == "/dormant_days" and "100" in problem["errors"][0]["detail"]
    await analyzer.run_job("lifecycle")
    assert (await analyzer.get("/v1/reports/lifecycle"))["rules"] == changed["rules"]
    await change(analyzer, None)
    assert (await analyzer.get("/v1/reports/lifecycle"))["rules"] == kept["rules"]
