"""From a purchase to recommending, and how people visit: counted by hand, and counted again after corrections."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.analyzer.lifecycle.advocacy import RECOMMENDING
from shared.clock import to_rfc3339
from shared.settings import AnalyzerSettings
from tests.integration.analyzer.conftest import Analyzer, open_test_analyzer

DAY = 86_400_000
MINUTE = 60_000
NOW = round(datetime(2026, 7, 1, tzinfo=UTC).timestamp() * 1000)


def act(person: str, event: str, days_ago: float, **properties: Any) -> dict[str, Any]:
    return {"event": event, "userId": person, "properties": properties, "ts": round(NOW - days_ago * DAY)}


def order(person: str, days_ago: float, **properties: Any) -> dict[str, Any]:
    return act(person, "Order Completed", days_ago, order_id=f"{person}-{days_ago}", revenue=10, **properties)


def look(person: str, days_ago: float, session: str, *products: str) -> list[dict[str, Any]]:
    """Return a visit: a page, and a minute apart the products looked at."""
    at = round(NOW - days_ago * DAY)
    page = {"type": "page", "userId": person, "ts": at}
    views = [
        act(person, "Product Viewed", days_ago, product_id=product, category=product[0]) | {"ts": at + MINUTE}
        for product in products
    ]
    return [{**one, "context": {"sessionId": session}} for one in (page, *views)]


async def fill(analyzer: Analyzer) -> None:
    await analyzer.create_site(currency="USD", time_zone="Asia/Tokyo")
    analyzer.log.send(
        "shop",
        *(order("ann", 80), order("ann", 60), act("ann", "Video Shared", 70), act("ann", "Video Shared", 50)),
        *(order("ben", 40), order("ben", 20)),
        *(order("cem", 200), act("cem", "Community Posted", 10)),
        *(order("dee", 150), order("dee", 120), act("dee", "Community Replied", 100)),
        *(order("eve", 30), order("eve", 10), act("eve", "Video Shared", 5)),
        *(order("fay", 12), act("fay", "Product Shared", 3)),
        {**order("guest", 70), "userId": None, "anonymousId": "guest"},
    )
    await analyzer.catch_up()


async def load_ladder(analyzer: Analyzer, **query: Any) -> dict[str, tuple[int, ...]]:
    report = await analyzer.get("/v1/reports/lifecycle", **query)
    figures = ("persons", "reached_in_window", "below", "lately", "days_p50")
    shown = report["advocacy"]
    assert shown["buyers"] == shown["ladder"][0]["persons"]
    for step in shown["ladder"]:
        dated = sum(one["persons"] for one in shown["by_month"] if one["state"] == step["state"])
        assert dated == step["reached_in_window"]
        if step["rate"] is not None:
            assert step["rate"] == step["persons"] / step["below"]
            assert 0 <= step["ci_low"] <= step["rate"] <= step["ci_high"] <= 1
    return {step["state"]: tuple(step[name] for name in figures) for step in shown["ladder"]}


async def test_the_ladder_is_counted_and_corrected(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        at_first = await load_ladder(analyzer)
        assert at_first == {
            "one_time": (7, 5, 0, 0, None),
            "repeat": (4, 3, 7, 2, 20),
            "advocate": (3, 2, 4, 1, 10),
        }
        report = await analyzer.get("/v1/reports/lifecycle")
        assert [one["person_id"] for one in report["advocacy"]["newest"]] == ["eve", "ann", "dee"]
        assert report["advocacy"]["newest"][1]["since"] == to_rfc3339(NOW - 50 * DAY)
        assert report["advocacy"]["newest"][1]["days_since_first"] == 30
        assert report["rules"]["advocate_events"] == list(RECOMMENDING)
        # By the operator's own rule: only Dee replied, and only Ann shared after her second order.
        assert (await load_ladder(analyzer, advocate_events="Community Replied"))["advocate"][0] == 1
        assert (await load_ladder(analyzer, advocate_acts=2))["advocate"][:1] == (0,)
        # A refund, a message that comes late, and two ids that turn out to be one person.
        analyzer.log.send(
            "shop",
            act("eve", "Order Refunded", 4, order_id="eve-10"),
            act("ben", "Community Posted", 15),
            {"type": "alias", "previousId": "guest", "userId": "fay", "ts": NOW - DAY},
        )
        await analyzer.catch_up()
        assert await load_ladder(analyzer, to=to_rfc3339(NOW)) == {
            "one_time": (6, 4, 0, 0, None),
            "repeat": (4, 3, 6, 1, 25),
            "advocate": (4, 3, 4, 0, 9.5),
        }
        await analyzer.post("/v1/forget", {"user": "ann"})
        assert (await load_ladder(analyzer, **{"from": "2026-04-02"}))["advocate"][:3] == (3, 2, 3)


async def test_a_person_shows_how_far_and_since_when(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        analyzer.log.send("shop", *look("ann", 60, "s1", "tea1", "tea2", "cup1"), *look("ann", 50, "s2"))
        analyzer.log.send("shop", *look("ann", 20, "s3", "tea1"), *look("una", 9, "u1"))
        await analyzer.catch_up()
        ann = await analyzer.get("/v1/reports/visitors/ann")
        assert ann["advocacy"] == {
            "state": "advocate",
            "reached": [
                {"state": state, "at": to_rfc3339(NOW - days * DAY)}
                for state, days in (("one_time", 80), ("repeat", 60), ("advocate", 50))
            ],
        }
        assert ann["habits"] == {
            "visits": 4,  # sharing a video was a visit, too
            "days_between_visits_p50": 10,
            "pages_a_visit": 0.75,
            "products_a_visit": 1,
            "categories_a_visit": 0.75,
            "orders": 2,
            "days_between_orders_p50": 20,
            "reasons": {},
        }
        cem = await analyzer.get("/v1/reports/visitors/cem")
        assert cem["advocacy"]["state"] == "one_time" and len(cem["advocacy"]["reached"]) == 1
        una = await analyzer.get("/v1/reports/visitors/una")
        assert una["advocacy"] is None and una["reasons"]["advocacy"] == "no_orders"
        assert una["habits"]["reasons"] == {
            "days_between_visits_p50": "one_visit",
            "days_between_orders_p50": "no_orders",
        }


async def test_visits_by_cohort_are_counted_and_corrected(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await analyzer.create_site(currency="USD")
        send = analyzer.log.send
        send("shop", *look("ann", 75, "a1", "tea1", "tea2"), *look("ann", 71, "a2", "cup1"), *look("ann", 5, "a3"))
        send("shop", *look("ben", 70, "b1", "tea1"), *look("ben", 50, "b2"))
        send("shop", *look("cem", 10, "c1", "tea1", "cup1"), *look("cem", 8, "c2"))
        send("shop", *look("dee", 3, "d1"))
        send("shop", order("ann", 70), order("ann", 4), order("ben", 49), order("cem", 7), order("till", 20))
        # Without session ids half an hour parts two visits.
        send("shop", *({"type": "page", "userId": "eve", "ts": NOW - 72 * DAY + m * MINUTE} for m in (0, 20, 80)))
        await analyzer.catch_up()
        shown = (await analyzer.get("/v1/reports/lifecycle"))["visiting"]
        assert (shown["persons"], shown["visits"], shown["buyers"]) == (5, 10, 3)
        assert shown["visits_a_person"] == 2 and shown["pages_a_visit"] == 1.1
        assert (shown["products_a_visit"], shown["categories_a_visit"]) == (0.6, 0.5)
        assert shown["days_between_p50"] == pytest.approx(4)  # 4, 66, 20, 2 and 80 minutes
        back = {one["days"]: (one["persons"], one["followed"]) for one in shown["back"]}
        assert back == {7: (3, 4), 30: (3, 3)}
        assert (shown["again"]["persons"], shown["again"]["share"]) == (1, pytest.approx(1 / 3))
        cohorts = {one["cohort"]: one for one in shown["cohorts"]}
        assert sorted(cohorts) == ["2026-04", "2026-06"]
        april, june = cohorts["2026-04"], cohorts["2026-06"]
        assert (april["persons"], april["visits"], april["buyers"], april["again"]["persons"]) == (3, 7, 2, 1)
        assert (april["back"][1]["persons"], april["back"][1]["followed"]) == (3, 3)
        assert (june["persons"], june["back"][0]["persons"], june["back"][0]["followed"]) == (2, 1, 1)
        assert june["back"][1]["reasons"]["share"] == "days_not_over" and june["back"][1]["share"] is None
        # A refund, a late visit, and Dee turns out to be Ben.
        send("shop", act("ann", "Order Refunded", 1, order_id="ann-4"), *look("cem", 9.5, "c0"))
        send("shop", {"type": "alias", "previousId": "dee", "userId": "ben", "ts": NOW})
        await analyzer.catch_up()
        shown = (await analyzer.get("/v1/reports/lifecycle", to=to_rfc3339(NOW)))["visiting"]
        assert (shown["persons"], shown["visits"], shown["buyers"], shown["again"]["persons"]) == (4, 11, 3, 0)


async def test_wrong_rules_and_empty_sites(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    report = await analyzer.get("/v1/reports/lifecycle")
    ladder = {step["state"]: step["reasons"].get("rate") for step in report["advocacy"]["ladder"]}
    assert ladder == {"one_time": "begins_the_ladder", "repeat": "nobody_below", "advocate": "nobody_below"}
    assert report["visiting"]["persons"] == 0 and report["visiting"]["cohorts"] == []
    assert report["visiting"]["reasons"]["products_a_visit"] == "no_visits"
    for query, pointer in (({"advocate_acts": 0}, "/advocate_acts"), ({"advocate_events": ""}, "/advocate_events/0")):
        problem = await analyzer.get("/v1/reports/lifecycle", expect=422, **query)
        assert problem["errors"][0]["pointer"] == pointer
