"""The community through the analyzer: weeks, talk and channels counted by hand; a planted trigger of loyalty found."""

import json
from datetime import UTC, datetime
from typing import Any

import numpy as np

from shared.log.entry import LoggedMessage, MessageGroup, Messages
from shared.log.partition import compute_partition
from shared.settings import AnalyzerSettings
from tests.integration.analyzer.conftest import Analyzer, open_test_analyzer

DAY = 86_400_000
HOUR = DAY // 24
NOW = round(datetime(2026, 7, 1, tzinfo=UTC).timestamp() * 1000)  # a Wednesday
COUNT = iter(range(10_000))


def act(person: str, event: str, days_ago: float, **properties: Any) -> dict[str, Any]:
    return {"event": event, "userId": person, "properties": properties, "ts": round(NOW - days_ago * DAY)}


def order(person: str, days_ago: float) -> dict[str, Any]:
    return act(person, "Order Completed", days_ago, order_id=f"o{next(COUNT)}", revenue=10)


def visit(person: str, days_ago: float, **context: Any) -> dict[str, Any]:
    page = {"url": "https://shop.example/", "path": "/", **context.pop("page", {})}
    fields = {"type": "page", "userId": person, "properties": page, "context": {"page": page, **context}}
    return {**fields, "ts": round(NOW - days_ago * DAY)}


async def fill(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    social = {"page": {"referrer": "https://www.instagram.com/"}}
    analyzer.log.send(
        "shop",
        visit("ann", 22, **social),
        act("ann", "Community Joined", 21),
        act("ann", "Community Posted", 20, post_id="p1", topic="brewing", product_id="pot"),
        act("bob", "Community Replied", 19.5, reply_id="r1", parent_id="p1", topic="brewing"),
        act("ann", "Community Replied", 19, reply_id="r2", parent_id="r1"),
        act("ann", "Community Liked", 13),
        act("cem", "Community Posted", 12, post_id="p2", topic="cups"),
        act("cem", "Community Replied", 11, parent_id="p2"),
        act("cem", "Recipe Shared", 2),
        act("dee", "Community Posted", 1, post_id="p3"),
        order("ann", 18),
        order("cem", 30),
        visit("ann", 5, campaign={"source": "community", "medium": "link"}),
        visit("eve", 4, page={"referrer": "https://talk.example/t/1"}),
        order("eve", 3),
    )
    await analyzer.catch_up()


async def test_activity_depth_and_topics_by_hand(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        report = await analyzer.get("/v1/reports/community")
        weeks = {one["week"]: one for one in report["activity"]["weeks"]}
        shown = {
            name: tuple(one[field] for field in ("active", "returned", "new", "back", "lapsed", "posts", "acts"))
            for name, one in weeks.items()
        }
        assert shown == {
            "2026-06-08": (2, 0, 2, 0, None, 1, 4),
            "2026-06-15": (2, 1, 1, 0, 1, 1, 3),
            "2026-06-22": (0, 0, 0, 0, 2, 0, 0),
            "2026-06-29": (1, 0, 1, 0, 0, 1, 1),
        }
        assert weeks["2026-06-15"]["returning_share"] == 0.5 and weeks["2026-06-15"]["acts_per_active"] == 1.5
        assert weeks["2026-06-08"]["reasons"]["returning_share"] == "no_week_before"
        assert weeks["2026-06-22"]["reasons"] == {"acts_per_active": "nobody_active"}
        assert not weeks["2026-06-29"]["is_complete"] and weeks["2026-06-29"]["returning_share"] is None
        assert report["activity"]["members"] == 4 and report["activity"]["trend"]["ratio"] is None
        depth = report["depth"]
        figures = ("posts", "replies", "posts_followed", "answered_share", "hours_to_answer", "most_depth", "fans")
        assert [depth[name] for name in figures] == [3, 3, 2, 0.5, 12, 2, 0]
        assert depth["replies_per_post"] == 1 and depth["participants"] == 1.5
        brewing = report["topics"][0]
        assert (brewing["kind"], brewing["name"], brewing["members"], brewing["buyers"]) == ("topic", "brewing", 2, 1)
        assert report["recommendation"] is None and report["reasons"] == {"recommendation": "too_few_members"}
        own = await analyzer.get("/v1/reports/community", events=["Recipe Shared"], fan_weeks=2)
        assert own["activity"]["weeks"][-1]["active"] == 2 and own["depth"]["fans"] == 2


async def test_the_loop_with_social_networks(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        loop = (await analyzer.get("/v1/reports/community", hosts=["talk.example"]))["loop"]
        channels = {one["channel"]: one for one in loop["channels"]}
        assert channels["social"]["members"] == 1 and channels["social"]["converters"] == 1
        assert channels["social"]["new_customers"] == 1 and channels["social"]["value"] == 10
        assert channels["direct"]["members"] == 3 and channels["direct"]["conversion_rate"] == 0
        back = loop["back"]
        assert [back[name] for name in ("visits", "persons", "members", "newcomers", "converters")] == [2, 2, 1, 1, 1]
        without = (await analyzer.get("/v1/reports/community"))["loop"]["back"]
        assert (without["persons"], without["newcomers"]) == (1, 0)


async def test_the_job_stores_keeps_what_a_request_computes(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        computed = await analyzer.get("/v1/reports/community")
        await analyzer.run_job("stores")
        analyzer.log.send("shop", act("fay", "Community Posted", 0.5))
        await analyzer.catch_up()
        assert await analyzer.get("/v1/reports/community") == computed
        whole = await analyzer.get("/v1/reports/community", fan_weeks=3)
        assert whole["activity"]["members"] == 5


async def test_a_site_without_a_community_other_sites_and_wrong_inputs(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        await analyzer.create_site("other")
        report = await analyzer.get("/v1/reports/community")
        assert report["activity"]["weeks"] == [] and report["activity"]["reasons"] == {"weeks": "no_members"}
        assert report["reasons"] == {"recommendation": "no_members"} and report["loop"]["channels"] == []
        assert report["depth"]["reasons"]["answered_share"] == "no_posts"
        for reach in ({"from": "0001-01-01"}, {"from": "9998-01-01", "to": "9999-12-31"}):
            await analyzer.get("/v1/reports/community", **reach)
        for query, pointer in (
            ({"fan_weeks": 0}, "/fan_weeks"),
            ({"goal": "nothing"}, "/goal"),
            ({"landmark": 0}, "/landmark"),
            ({"loyal_orders": 0}, "/loyal_orders"),
            ({"from": "2026-02-01", "to": "2026-01-01"}, "/to"),
        ):
            problem = await analyzer.get("/v1/reports/community", expect=422, **query)
            assert problem["errors"][0]["pointer"] == pointer


async def test_who_was_forgotten_is_no_member(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        await analyzer.run_job("stores")
        assert (await analyzer.get("/v1/reports/visitors/ann"))["community"]["posts"] == 1
        await analyzer.post("/v1/forget", {"user": "ann"})
        await analyzer.get("/v1/reports/visitors/ann", expect=404)
        await analyzer.run_job("stores")
        report = await analyzer.get("/v1/reports/community")
        assert report["activity"]["members"] == 3 and report["depth"]["posts"] == 2
        assert "social" not in {one["channel"] for one in report["loop"]["channels"]}


def log_member(groups: dict[int, list[LoggedMessage]], person: str, acts: list[tuple[int, str]]) -> None:
    messages = groups.setdefault(compute_partition("shop", None, person), [])
    for turn, (at, event) in enumerate(acts):
        properties = {"order_id": f"{person}-{turn}", "revenue": 10} if event == "Order Completed" else {}
        kind = {"type": "page"} if event == "page" else {"type": "track", "event": event}
        raw = json.dumps({**kind, "userId": person, "properties": properties}).encode()
        messages.append(LoggedMessage(f"{person}-{turn}", at, None, raw))


def tell_lot(campaign: str, *, shown: float, withheld: float) -> list[dict[str, Any]]:
    """Return what 400 persons an arm did: some were asked, from some it was withheld, and such shares bought then."""
    messages = []
    for arm, rate in (("a", shown), ("", withheld)):
        for number in range(400):
            fields = {"campaign_id": campaign} | ({"variant_id": arm} if arm else {})
            person = f"lot-{arm}-{number}"
            messages.append(act(person, "Prompt Shown" if arm else "Prompt Withheld", 3, **fields))
            if number < 400 * rate:
                messages.append(order(person, 2))
    return messages


async def test_a_planted_trigger_is_found_and_can_be_tested_by_lot(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await analyzer.create_site()
        rng = np.random.default_rng(1)
        groups: dict[int, list[LoggedMessage]] = {}
        for place in range(1_200):
            t0 = NOW - int(rng.integers(40, 80)) * DAY
            keen = rng.normal()
            replied, liked = rng.random(2) < 1 / (1 + np.exp(-0.7 * keen))
            acts = [(t0 - DAY, "Order Completed"), (t0, "Community Joined")]
            acts += [(t0 + HOUR * (1 + turn), "page") for turn in range(rng.poisson(2 * np.exp(0.4 * keen)))]
            acts += [(t0 + 2 * HOUR, "Community Replied")] if replied else []
            acts += [(t0 + 3 * HOUR, "Community Liked")] if liked else []
            if rng.random() < np.clip(0.2 + 0.03 * keen + 0.25 * replied, 0, 1):
                acts.append((t0 + 20 * DAY, "Order Completed"))
                acts.append((t0 + 21 * DAY, "Community Posted"))
            log_member(groups, f"m{place}", sorted(acts))
        for partition, messages in groups.items():
            for first in range(0, len(messages), 500):
                group = MessageGroup("shop", NOW, None, None, 0, messages[first : first + 500])
                analyzer.log.append(partition, Messages([group]))
        await analyzer.catch_up()
        report = await analyzer.get("/v1/reports/community")
        found = {one["behaviour"]: one for one in report["triggers"]}
        replying, posting = found["event:Community Replied"], found["event:Community Posted"]
        assert replying["ci_low"] < 0.25 < replying["ci_high"] and replying["q_value"] <= 0.05
        assert posting["consequence"] and posting["effect"] is None
        liking = found["event:Community Liked"]
        assert liking["ci_low"] < 0.05 and liking["effect"] < replying["effect"]
        assert report["sample_sizes"]["members_compared"] == 1_200
        best = report["recommendation"]
        assert best["behaviour"] == "event:Community Replied" and best["reason"]["ja"] and best["verification"]["en"]
        for language in ("en", "ja"):
            made = await analyzer.post("/v1/campaigns", {"id": f"test-{language}", **best["campaign"][language]})
            assert made["holdout"] == 0.5 and made["goal"] == "purchase"
        analyzer.log.send("shop", *tell_lot("test-en", shown=0.4, withheld=0.1))
        await analyzer.catch_up()
        young = (await analyzer.get("/v1/reports/community"))["tests"]
        assert [(one["verdict"], one["reasons"]["uplift"]) for one in young] == [("too_early", "no_run_yet")] * 2
        await analyzer.run_job("experiments")
        tested = {one["campaign"]: one for one in (await analyzer.get("/v1/reports/community"))["tests"]}
        assert tested["test-en"]["behaviour"] == best["behaviour"] and tested["test-en"]["verdict"] == "confirmed"
        assert abs(tested["test-en"]["uplift"]["estimate"] - 0.3) < 1e-9
        assert tested["test-ja"]["verdict"] == "too_early" and tested["test-ja"]["uplift"] is None


async def test_segments_are_made_of_community_acts(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        where = [{"property": "topic", "op": "eq", "value": "brewing"}]
        talks = {
            "any": [{"event": f"Community {act}", "where": where, "within": "60d"} for act in ("Posted", "Replied")]
        }
        await analyzer.post("/v1/segments", {"id": "brewers", "name": "Brewers", "kind": "rule", "rule": talks})
        await analyzer.run_job("segments")
        members = await analyzer.get("/v1/segments/brewers/members")
        assert [one["id"] for one in members["items"]] == ["ann", "bob"]
