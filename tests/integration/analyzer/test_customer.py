"""One customer on one screen: stage, orders, interests, and the next action, of persons in different situations."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.analyzer.control.database import write_session
from services.analyzer.reports.stored import save_report
from shared.clock import to_rfc3339
from shared.settings import AnalyzerSettings
from tests.integration.analyzer.conftest import Analyzer, open_test_analyzer

DAY = 86_400_000
HOUR = DAY // 24
MINUTE = HOUR // 60
NOW = round(datetime(2026, 7, 1, tzinfo=UTC).timestamp() * 1000)
COUNT = iter(range(10_000))


def act(person: str, event: str, days_ago: float, **properties: Any) -> dict[str, Any]:
    return {"event": event, "userId": person, "properties": properties, "ts": round(NOW - days_ago * DAY)}


def order(person: str, days_ago: float, **properties: Any) -> dict[str, Any]:
    fields = {"order_id": f"o{next(COUNT)}", "revenue": 10, **properties}
    return act(person, "Order Completed", days_ago, **fields)


def look(person: str, days_ago: float, product: str, category: str = "tea") -> dict[str, Any]:
    return act(person, "Product Viewed", days_ago, product_id=product, category=category)


def play(person: str, days_ago: float, played: list[list[float]]) -> dict[str, Any]:
    return act(person, "Video Playback Paused", days_ago, content_asset_id="tasting", session_id="v", played=played)


async def load(analyzer: Analyzer, person: str) -> Any:
    return await analyzer.get(f"/v1/reports/visitors/{person}")


async def check_campaign(analyzer: Analyzer, action: dict[str, Any]) -> None:
    """Post the ready campaign in both languages, and have its audience counted from history."""
    for language in ("en", "ja"):
        made = await analyzer.post("/v1/campaigns", action["campaign"][language])
        assert made["holdout"] == 0.2 and made["status"] == "draft"
    rule = action["campaign"]["en"]["audience"]
    await analyzer.post("/v1/segments", {"name": action["code"], "kind": "rule", "rule": rule})


async def test_each_situation_has_its_action(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await analyzer.create_site()
        send = analyzer.log.send
        send("shop", *(look("ann", place * MINUTE / DAY, product) for place, product in ((9, "a"), (6, "b"), (3, "a"))))
        send("shop", act("bob", "Product Added", 1.5, product_id="p", quantity=2))
        send("shop", *(order("cem", 2 + 30 * turn) for turn in range(1, 6)), look("cem", 1, "p"))
        send("shop", order("dee", 100), order("dee", 130, revenue=None), act("dee", "Community Joined", 20))
        send("shop", play("eve", 2, [[0, 30]]), look("eve", 2, "p"), play("fay", 2, [[0, 55]]))
        send("shop", act("gil", "Store Visited", 3, store_id="ginza"), order("gil", 30), look("gil", 1, "p"))
        send("shop", *(order("hal", 5 + turn * turn * 11) for turn in range(5)))
        send("shop", order("ida", 8), look("ida", 9, "p"), act("ida", "Community Posted", 9))
        send("shop", *(look("jim", 1 + turn, "p", "coffee") for turn in range(3)))
        send("shop", {"type": "identify", "userId": "kim", "ts": NOW - DAY})
        await analyzer.catch_up()
        moments = {
            "recommendation": {"start_at": 40.0, "reason": {"en": "", "ja": ""}},
            "moments": [{"start": 40.0, "end": 60.0, "found": True}],
        }
        with write_session(analyzer.state.database) as session:
            save_report(session, "shop", "moments", "all:tasting", moments, now=NOW)
        expected = {
            "ann": "ask_hesitating",
            "bob": "remind_cart",
            "cem": "propose_refill",
            "dee": "win_back",
            "eve": "show_moment",
            "gil": "approach_store_visitor",
            "hal": "thank_loyal",
            "ida": "second_order",
            "jim": "offer_interest",
        }
        people = {person: await load(analyzer, person) for person in [*expected, "fay", "kim"]}
        found = {person: (people[person]["next_action"] or {}).get("code") for person in expected}
        assert found == expected
        for person in expected:
            action = people[person]["next_action"]
            assert all(action["reason"].values()) and "{" not in "".join(action["reason"].values())
            await check_campaign(analyzer, action)
        await analyzer.run_job("segments")
        for person in ("fay", "kim"):
            assert people[person]["next_action"] is None
            assert people[person]["reasons"]["next_action"] == "nothing_stands_out"
        assert people["eve"]["next_action"]["evidence"]["start_at"] == 40
        assert people["bob"]["cart"]["items"] == 2 and people["ann"]["hesitation"] >= 0.6
        assert people["bob"]["reasons"]["hesitation"] == "not_here_now"


async def test_stage_orders_and_interests_are_this_persons(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await analyzer.create_site(currency="JPY", rates={"USD": 150})
        log = analyzer.log
        log.send(
            "shop",
            order("ann", 100, order_id="twice", revenue=1000),
            order("ann", 99, order_id="twice", revenue=9000),
            order("ann", 60, revenue=20, currency="USD"),
            order("ann", 50, order_id="back", revenue=500),
            act("ann", "Order Refunded", 49, order_id="back"),
            order("ann", 40, order_id="part", revenue=700),
            act("ann", "Order Refunded", 39, order_id="part", revenue=200),
            order("ann", 30, revenue=10, currency="EUR"),
            look("ann", 14, "p"),
            look("ann", 0.5, "q", "coffee"),
            act("ann", "Community Joined", 20),
            act("ann", "Community Posted", 10),
            act("ann", "Community Liked", 10),
        )
        log.send("shop", {"event": "Page", "anonymousId": "guest", "ts": NOW - HOUR})
        await analyzer.catch_up()
        ann = await load(analyzer, "ann")
        assert (ann["orders"]["count"], ann["orders"]["value"]) == (4, 1000 + 3000 + 500)
        assert ann["orders"]["average"] == 1500 and ann["orders"]["days_since_last"] == 30
        assert ann["lifecycle"]["stage"] == "loyal"
        assert ann["lifecycle"]["since"] == to_rfc3339(NOW - 30 * DAY)
        assert [one["to"] for one in ann["lifecycle"]["changes"]] == ["first", "repeat", "loyal"]
        assert [one["category"] for one in ann["interests"]["categories"]] == ["coffee", "tea"]
        assert ann["interests"]["categories"][1]["weight"] == pytest.approx(0.5)
        community = ann["community"]
        assert (community["posts"], community["likes"], community["replies"], community["weeks"]) == (1, 1, 0, 2)
        guest = await load(analyzer, "guest")
        assert guest["lifecycle"] is None and guest["reasons"]["lifecycle"] == "not_a_customer"
        assert guest["orders"]["value"] is None and guest["orders"]["reasons"]["value"] == "no_orders"


async def test_the_forecast_of_one_is_that_of_the_lifecycle_report(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await analyzer.create_site()
        for place in range(70):
            days = [5 + place % 37 + 17 * turn for turn in range(1 + place % 4)]
            analyzer.log.send("shop", *(order(f"m{place:02}", ago, revenue=10 + place % 7 + ago / 9) for ago in days))
        await analyzer.catch_up()
        before = await load(analyzer, "m03")
        assert before["expected"] is None and before["reasons"]["expected"] == "no_forecast"
        await analyzer.run_job("lifecycle")
        report = await analyzer.get("/v1/reports/lifecycle")
        best = report["expected"]["worth_most"][0]
        shown = (await load(analyzer, best["person_id"]))["expected"]
        assert shown["orders_next_90_days"] == pytest.approx(best["orders"])
        assert shown["alive"] == pytest.approx(best["alive"])
        assert shown["value_next_90_days"] == pytest.approx(best["value"])
