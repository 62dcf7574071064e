"""Scores from end to end: defined after the fact, counted by the job, carried on live, crossed once, reported."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.engager.app import build_app
from shared.clock import system_clock
from shared.ids import build_id_source
from shared.log.entry import Erased, LoggedDecision
from shared.log.partition import compute_partition
from shared.settings import AnalyzerSettings, EngagerSettings
from tests.integration.analyzer.conftest import Analyzer, open_test_analyzer
from tests.integration.engager.builders import read_decisions
from tests.integration.engager.test_workers import is_settled
from tests.processes import wait_until

DAY = 86_400_000
HOUR = DAY // 24
CROSSED = "Score Threshold Crossed"
HEAT: dict[str, Any] = {
    "id": "heat",
    "name": "Interest",
    "half_life_days": 10,
    "rules": [
        {"event": "Product Viewed", "points": 1.5},
        {"event": "Inquiry", "points": 20, "where": [{"property": "topic", "op": "eq", "value": "car"}]},
        {"event": "Order Completed", "points": 30},
    ],
    "thresholds": [{"name": "Tell sales", "value": 25}],
}


def viewed(person: dict[str, str], days_ago: float, now: int) -> dict[str, Any]:
    return {"event": "Product Viewed", **person, "ts": round(now - days_ago * DAY)}


def inquired(person: dict[str, str], days_ago: float, now: int, topic: str = "car") -> dict[str, Any]:
    return {"event": "Inquiry", **person, "properties": {"topic": topic}, "ts": round(now - days_ago * DAY)}


ANN, BEN, V1 = {"userId": "ann"}, {"userId": "ben"}, {"anonymousId": "v1"}


class Live:
    """An engager on the analyzer's log, and what its decisions read."""

    def __init__(self, client: httpx.AsyncClient, valkey_url: str, write_key: str) -> None:
        self._client = client
        self._url = valkey_url
        self._key = write_key

    async def read_fact(self, visitor_id: str, **body: Any) -> Any:
        """Return `score.heat` as a decision about this visitor read it."""
        answer = await self._client.post("/v1/decide", json={"writeKey": self._key, "anonymousId": visitor_id, **body})
        assert answer.status_code == 200, answer.text

        async def look() -> LoggedDecision | None:
            logged = (one for one in read_decisions(self._url) if one.decision_id == answer.json()["decisionId"])
            return next(logged, None)

        decision = await wait_until(look, "the decision in the log")
        return decision.facts.get("score.heat")  # None until the campaign is known

    async def wait_for_fact(self, visitor_id: str, expected: float, **body: Any) -> None:
        """Return when the fact has come to `expected`."""

        async def look() -> bool | None:
            return await self.read_fact(visitor_id, **body) == pytest.approx(expected, rel=1e-4) or None

        await wait_until(look, f"a score of {expected}")


@asynccontextmanager
async def run_live(analyzer: Analyzer, settings: AnalyzerSettings, folder: Path, write_key: str) -> AsyncIterator[Live]:
    app = build_app(
        EngagerSettings(
            valkey_url=settings.valkey_url,
            data_dir=folder / "engager",
            read_timeout_ms=5_000,
            write_timeout_ms=5_000,
            events_timeout_ms=5_000,
        ),
        new_id=build_id_source(system_clock),
    )
    async with (
        app.rest.router.lifespan_context(app.rest),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://engager") as client,
    ):
        yield Live(client, settings.valkey_url, write_key)


async def add_campaign(analyzer: Analyzer) -> None:
    content = {"title": "Hello"}
    campaign = {
        "id": "hot",
        "name": "Hot",
        "status": "running",
        "audience": {"fact": "score.heat", "op": "ge", "value": 1e6},
        "when": {"type": "immediate"},
        "variants": [{"id": "a", "kind": "popup", "content": content}],
    }
    await analyzer.post("/v1/campaigns", campaign)


async def read_crossings(analyzer: Analyzer, person: str) -> list[dict[str, Any]]:
    report = await analyzer.get(f"/v1/reports/visitors/{person}")
    events = [event for session in report["sessions"] for event in session["events"]]
    return [event["properties"] for event in events if event["event"] == CROSSED]


async def read_score(analyzer: Analyzer, person: str) -> float:
    await analyzer.catch_up()
    return float((await analyzer.get(f"/v1/reports/visitors/{person}"))["scores"]["heat"])


async def test_history_first_then_the_definition_then_a_live_event(settings: AnalyzerSettings, tmp_path: Path) -> None:
    async with open_test_analyzer(settings) as analyzer:
        site = await analyzer.create_site()
        now = system_clock()
        # Older than a profile keeps (31 days before the newest), and newer; one told twice.
        twice = viewed(V1, 5, now) | {"messageId": "twice"}
        analyzer.log.send("shop", inquired(V1, 40, now), inquired(V1, 35, now), twice, twice, viewed(V1, 1, now))
        analyzer.log.send("shop", inquired(ANN, 10, now), inquired(ANN, 1, now, topic="boat"))
        async with run_live(analyzer, settings, tmp_path, site["write_key"]) as live:

            async def is_applied() -> bool:
                return await asyncio.to_thread(is_settled, settings.valkey_url)

            # What is applied before the definition is known crosses nothing.
            await wait_until(is_applied, "the history in the profiles")
            await analyzer.post("/v1/scores", HEAT)
            await add_campaign(analyzer)
            recent = 1.5 * 2**-0.5 + 1.5 * 2**-0.1
            await live.wait_for_fact("v1", recent)  # what the profile itself remembers
            run = await analyzer.run_job("scores")
            assert run["rows"] == 2
            whole = recent + 20 * 2**-4 + 20 * 2**-3.5
            await live.wait_for_fact("v1", whole)
            assert await read_score(analyzer, "v1") == pytest.approx(whole, rel=1e-4)
            analyzer.log.send("shop", inquired(V1, 0, now), viewed(V1, 20, now))
            whole += 20 + 1.5 * 2**-2
            await live.wait_for_fact("v1", whole)
            assert await read_score(analyzer, "v1") == pytest.approx(whole, rel=1e-4)
            # In the decision's own events, before anything is applied.
            own = {"type": "track", "event": "Product Viewed", "messageId": "own", "anonymousId": "v1"}
            assert await live.read_fact("v1", events=[own]) == pytest.approx(whole + 1.5, rel=1e-4)
            whole += 1.5
            # Counted anew, nothing is counted twice; a second run has no news.
            assert (await analyzer.run_job("scores"))["rows"] == 1
            await live.wait_for_fact("v1", whole)
            assert (await analyzer.run_job("scores"))["rows"] == 0
            assert await read_crossings(analyzer, "v1") == [
                {"score_id": "heat", "threshold_id": "t1", "threshold_name": "Tell sales", "threshold": 25.0}
                | {"value": pytest.approx(whole - 1.5 - 1.5 * 2**-2, rel=1e-3)}
            ]
            # A changed definition counts from history, too: at once what is remembered, by the next run all of it.
            changed = [{"event": "Inquiry", "points": 1}]
            await analyzer.call("PATCH", "/v1/scores/heat", {"version": 1, "rules": changed, "half_life_days": None})
            await live.wait_for_fact("v1", 1)
            await analyzer.run_job("scores")
            await live.wait_for_fact("v1", 3)
            assert await read_score(analyzer, "v1") == 3
            # The same verdict in a segment.
            rule = {"fact": "score.heat", "op": "ge", "value": 3}
            await analyzer.post("/v1/segments", {"id": "hot", "name": "Hot", "kind": "rule", "rule": rule})
            await analyzer.run_job("segments")
            members = await analyzer.get("/v1/segments/hot/members")
            assert [member["id"] for member in members["items"]] == ["v1"]


async def test_a_visitor_who_becomes_a_user_takes_the_points_along_and_crosses_once(
    settings: AnalyzerSettings, tmp_path: Path
) -> None:
    async with open_test_analyzer(settings) as analyzer:
        site = await analyzer.create_site()
        await analyzer.post("/v1/scores", HEAT)
        await add_campaign(analyzer)
        now = system_clock()
        async with run_live(analyzer, settings, tmp_path, site["write_key"]) as live:
            await live.wait_for_fact("v1", 0)
            analyzer.log.send("shop", inquired(V1, 1, now), inquired(V1, 0.5, now), viewed(ANN, 2, now))
            mine = 20 * 2**-0.1 + 20 * 2**-0.05
            await live.wait_for_fact("v1", mine)
            await analyzer.run_job("scores")
            analyzer.log.send("shop", {"type": "identify", **V1, **ANN, "ts": now - HOUR})
            both = mine + 1.5 * 2**-0.2
            await live.wait_for_fact("v1", both, userId="ann")
            assert await read_score(analyzer, "ann") == pytest.approx(both, rel=1e-4)
            # An order counts once, whoever tells of it.
            order = {"event": "Order Completed", "properties": {"order_id": "o1", "revenue": 5}}
            analyzer.log.send("shop", {**order, **V1, **ANN, "ts": now - 60_000}, {**order, **ANN, "ts": now - 30_000})
            await live.wait_for_fact("v1", both + 30, userId="ann")
            assert await read_score(analyzer, "ann") == pytest.approx(both + 30, rel=1e-4)
            await analyzer.run_job("scores")
            await live.wait_for_fact("v1", both + 30, userId="ann")
            await analyzer.catch_up()
            assert len(await read_crossings(analyzer, "ann")) == 1
            report = await analyzer.get("/v1/reports/scores", score="heat")
            assert report["persons"] == 1 and report["top"][0]["id"] == "ann"
            assert report["top"][0]["last_crossed"] is not None
            assert report["thresholds"] == [
                {"id": "t1", "name": "Tell sales", "value": 25.0, "persons": 1, "crossings": 1}
            ]
            assert sum(row["crossings"] for row in report["crossings"]) == 1
            # Erased, nobody has points, and the next run says nothing of them.
            analyzer.log.append(compute_partition("shop", None, "ann"), Erased("shop", "ann", True, system_clock()))
            analyzer.log.append(compute_partition("shop", "v1", None), Erased("shop", "v1", False, system_clock()))
            await analyzer.catch_up()
            assert (await analyzer.run_job("scores"))["rows"] == 0
            await live.wait_for_fact("v1", 0, userId="ann")


async def test_definitions_are_checked_in_words(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    made = await analyzer.post("/v1/scores", {"name": "Points", "rules": [{"event": "page", "points": -1}]})
    assert (made["half_life_days"], made["thresholds"], made["version"]) == (30, [], 1)
    assert await analyzer.get(f"/v1/scores/{made['id']}") == made
    assert [one["id"] for one in (await analyzer.get("/v1/scores"))["items"]] == [made["id"]]
    refused: list[tuple[dict[str, Any], str]] = [
        ({"rules": []}, "/rules"),
        ({"rules": [{"event": "page", "points": 1}] * 51}, "/rules"),
        ({"rules": [{"event": "page", "points": 1e9}]}, "/rules/0/points"),
        ({"rules": [{"event": CROSSED, "points": 1}]}, "/rules/0/event"),
        (
            {"rules": [{"event": "page", "points": 1, "where": [{"property": "a", "op": "like", "value": 1}]}]},
            "/rules/0/where/0/op",
        ),
        ({"half_life_days": 0}, "/half_life_days"),
        ({"thresholds": [{"name": "a", "value": 1}, {"name": "b", "value": 1}]}, "/thresholds/1/value"),
        (
            {"thresholds": [{"id": "a", "name": "a", "value": 1}, {"id": "a", "name": "b", "value": 2}]},
            "/thresholds/1/id",
        ),
        ({"thresholds": [{"name": "a", "value": 0}]}, "/thresholds/0/value"),
        ({"thresholds": [{"name": "a", "value": n} for n in range(1, 7)]}, "/thresholds"),
        ({"unknown": 1}, "/unknown"),
    ]
    for wrong, pointer in refused:
        problem = await analyzer.post("/v1/scores", {**HEAT, "id": "x", **wrong}, expect=422)
        assert pointer in [error["pointer"] for error in problem["errors"]], problem
    nan = await analyzer.client.post(
        "/v1/scores",
        content='{"name": "x", "rules": [{"event": "page", "points": NaN}]}',
        headers={"Authorization": f"Bearer {analyzer.key}", "Content-Type": "application/json"},
    )
    assert nan.status_code in (400, 422)
    rule = {"fact": "score.nothing", "op": "ge", "value": 3}
    problem = await analyzer.post("/v1/segments", {"name": "Hot", "kind": "rule", "rule": rule}, expect=422)
    assert problem["errors"][0]["code"] == "unknown_score" and problem["errors"][0]["pointer"] == "/rule/fact"
    await analyzer.post("/v1/scores", HEAT)
    assert (await analyzer.post("/v1/scores", HEAT, expect=409))["code"] == "exists"
    rule = {"fact": "score.heat", "op": "ge", "value": 3}
    await analyzer.post("/v1/segments", {"id": "hot", "name": "Hot", "kind": "rule", "rule": rule})
    assert (await analyzer.call("DELETE", "/v1/scores/heat", expect=409))["code"] == "in_use"
    assert (await analyzer.call("PATCH", "/v1/scores/heat", {"name": "x"}, expect=428))["status"] == 428
    assert (await analyzer.call("PATCH", "/v1/scores/heat", {"version": 7, "name": "x"}, expect=409))["status"] == 409
    await analyzer.call("DELETE", "/v1/segments/hot")
    await analyzer.call("DELETE", "/v1/scores/heat", expect=204)
    assert (await analyzer.get("/v1/reports/scores", score="heat", expect=404))["code"] == "not_found"
    for number in range(19):
        await analyzer.post("/v1/scores", HEAT | {"id": f"s{number}"})
    problem = await analyzer.post("/v1/scores", HEAT | {"id": "s20"}, expect=422)
    assert problem["errors"][0]["code"] == "too_many"
    first = analyzer.key
    await analyzer.create_site("other")
    assert (await analyzer.get("/v1/scores"))["items"] == []
    await analyzer.get("/v1/scores/s1", expect=404)
    await analyzer.get("/v1/scores/s1", key=first)
    facts = {fact["name"]: fact for fact in (await analyzer.get("/v1/facts"))["items"]}
    assert facts["score.<name>"]["meaning"]["ja"]


async def test_the_report_by_hand(settings: AnalyzerSettings) -> None:
    now = 1_790_000_000_000
    async with open_test_analyzer(settings, clock=lambda: now) as analyzer:
        await analyzer.create_site(time_zone="Asia/Tokyo")
        score = HEAT | {"half_life_days": None, "rules": [{"event": "Product Viewed", "points": 1}]}
        await analyzer.post("/v1/scores", score | {"thresholds": [{"id": "warm", "name": "Warm", "value": 5}]})
        empty = await analyzer.get("/v1/reports/scores", score="heat")
        assert empty["persons"] == 0 and empty["mean"] is None and empty["reasons"]["mean"] == "no_persons"
        assert empty["conversion"]["reasons"] == {"bands": "too_few_for_tenths"}
        for number in range(1, 101):
            # A tenth of the people for each of 1 to 10 points before the outcome's week; those above 8 buy in it.
            points = 1 + (number - 1) // 10
            person = {"userId": f"u{number:03}"}
            analyzer.log.send("shop", *(viewed(person, 8 + n / 100, now) for n in range(points)))
            if points > 8:
                bought = {"event": "Order Completed", "properties": {"order_id": f"o{number}", "revenue": 1}}
                analyzer.log.send("shop", {**bought, **person, "ts": now - DAY})
        # What comes after cannot have been known before: somebody new, who views and buys.
        analyzer.log.send("shop", *(viewed(BEN, 2 + n / 100, now) for n in range(30)))
        late = {"event": "Order Completed", "properties": {"order_id": "late", "revenue": 1}}
        analyzer.log.send("shop", {**late, **BEN, "ts": now - DAY})
        crossed = {"event": CROSSED, "properties": {"score_id": "heat", "threshold_id": "warm"}}
        analyzer.log.send("shop", {**crossed, **BEN, "ts": now - DAY}, {**crossed, **ANN, "ts": now - 400 * DAY})
        await analyzer.catch_up()
        preview = await analyzer.post("/v1/scores/preview", HEAT | {"half_life_days": None})
        assert preview == {"persons": 101, "at_or_above": [21]}
        await analyzer.post("/v1/scores/preview", HEAT | {"rules": []}, expect=422)
        report = await analyzer.get("/v1/reports/scores", score="heat", from_="2026-06-01")
        assert report["persons"] == 101 and report["mean"] == pytest.approx((550 + 30) / 101, abs=1e-6)
        assert report["thresholds"] == [{"id": "warm", "name": "Warm", "value": 5.0, "persons": 61, "crossings": 1}]
        assert [row["crossings"] for row in report["crossings"]] == [1]
        assert report["top"][0] == report["top"][0] | {"id": "ben", "value": 30.0}
        assert sum(band["persons"] for band in report["deciles"]) == 101
        bands = report["conversion"]["bands"]
        assert [band["persons"] for band in bands] == [10] * 10
        assert [band["conversion_rate"] for band in bands] == [0.0] * 8 + [1.0] * 2
        await analyzer.get("/v1/reports/scores", score="heat", goal="nothing", expect=422)
        await analyzer.get("/v1/reports/scores", score="heat", from_="2026-06-01", to="2026-05-01", expect=422)
        await analyzer.get("/v1/reports/scores", expect=422)
