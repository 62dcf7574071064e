"""Stores through the analyzer: visits and purchases of five persons counted by hand, this year and the year before."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.clock import to_rfc3339
from shared.settings import AnalyzerSettings
from tests.integration.analyzer.conftest import Analyzer, open_test_analyzer

DAY = 86_400_000
HOUR = DAY // 24
NOW = round(datetime(2026, 7, 1, tzinfo=UTC).timestamp() * 1000)


def visit(person: str, days_ago: float, store: str = "ginza", visit_id: str | None = None) -> dict[str, Any]:
    properties = {"store_id": store} | ({"visit_id": visit_id} if visit_id else {})
    return {"event": "Store Visited", "userId": person, "properties": properties, "ts": round(NOW - days_ago * DAY)}


def order(person: str, days_ago: float, revenue: float | None, store: str | None = "ginza") -> dict[str, Any]:
    properties: dict[str, Any] = {"order_id": f"{person}-{days_ago}"}
    properties |= {"revenue": revenue} if revenue is not None else {}
    properties |= {"store_id": store} if store else {}
    return {"event": "Order Completed", "userId": person, "properties": properties, "ts": round(NOW - days_ago * DAY)}


async def fill(analyzer: Analyzer) -> None:
    await analyzer.create_site(currency="USD", time_zone="Asia/Tokyo")
    analyzer.log.send(
        "shop",
        # Ann comes three times (one of them told twice), buys, comes again and buys at once.
        visit("ann", 85, visit_id="v1"),
        visit("ann", 84.9, visit_id="v1"),
        visit("ann", 50),
        visit("ann", 40, "umeda"),
        order("ann", 40, 300),
        visit("ann", 10),
        order("ann", 9, 100),
        # Ben buys at his first visit; another purchase online lies too far from it.
        visit("ben", 80),
        order("ben", 79.5, 120),
        order("ben", 5, 80, store=None),
        # Cem visits twice on a day, which is once, and on another; he bought a year ago and has not since.
        visit("cem", 30.2),
        visit("cem", 30.1),
        visit("cem", 2, "umeda"),
        visit("cem", 380),
        visit("cem", 378),
        order("cem", 377, 50),
        # Dee came once, long ago for this quarter; Eve has only been online.
        visit("dee", 60),
        order("eve", 3, 10, store=None),
    )
    await analyzer.catch_up()


async def test_visits_until_purchase_counted_by_hand(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        report = await analyzer.get("/v1/reports/stores")
        assert report["visits_to_purchase"] == {"1": 2, "3": 1}
        assert report["aov_by_visits"] == {"1": 110, "3": 300}
        assert report["unpurchased_visits"] == {"1": 1, "2": 1}
        basket = report["basket"]
        assert (basket["single_purchases"], basket["several_average"]) == (2, 300)
        assert basket["difference"] is None and basket["reasons"]["difference"] == "too_few_purchases"
        short = await analyzer.get("/v1/reports/stores", buyer_days=30, non_buyer_days=20)
        assert short["visits_to_purchase"] == {"1": 2, "2": 1}, "Ann's first visit lies 45 days before"
        assert short["unpurchased_visits"] == {"1": 1}
        till = await analyzer.get("/v1/reports/stores", purchases="online", buyer_days=90)
        assert till["visits_to_purchase"] == {"1": 1} and till["sample_sizes"]["purchases"] == 2
        early = await analyzer.get("/v1/reports/stores", to=to_rfc3339(NOW - 45 * DAY))
        assert early["unpurchased_visits"] == {"1": 1, "2": 1}, "Ann had not bought by then"


async def test_whom_to_approach_and_the_year_before(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        report = await analyzer.get("/v1/reports/stores")
        assert [(one["person_id"], one["visits"], one["stores"]) for one in report["approach"]] == [
            ("cem", 2, 2),
            ("dee", 1, 1),
        ]
        cem, dee = report["approach"]
        assert cem["last_store"] == "umeda" and cem["has_bought_before"] and not dee["has_bought_before"]
        assert cem["score"] == pytest.approx(2 ** (-30.2 / 30) + 2 ** (-2 / 30), abs=1e-6)
        years = report["year_on_year"]
        figures = ("visits", "visitors", "purchases", "purchases_after_visits", "non_buyers")
        assert [years["this"][name] for name in figures] == [8, 4, 5, 3, 2]
        assert [years["year_before"][name] for name in figures] == [2, 1, 1, 1, 0]
        assert years["ratios"]["visits"] == 4 and years["ratios"]["reasons"] == {"non_buyers": "nothing_a_year_before"}
        assert (years["this"]["share_several"], years["year_before"]["share_several"]) == (pytest.approx(1 / 3), 1)
        assert years["year_before"]["window"]["to"] == "2025-07-01T00:00:00.000Z"
        assert [(one["year"], one["visits"]) for one in report["years"]] == [(2025, 2), (2026, 8)]
        stores = [(one["store_id"], one["visits"], one["visitors"], one["purchases"]) for one in report["stores"]]
        assert stores == [("ginza", 6, 4, 3), ("umeda", 2, 2, 0)]


async def test_the_job_keeps_what_a_request_computes(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        computed = await analyzer.get("/v1/reports/stores")
        assert (await analyzer.run_job("stores"))["rows"] == 8
        assert await analyzer.get("/v1/reports/stores") == computed


async def test_a_site_without_stores_and_errors(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    report = await analyzer.get("/v1/reports/stores")
    empty = (report["visits_to_purchase"], report["aov_by_visits"], report["unpurchased_visits"], report["approach"])
    assert empty == ({}, {}, {}, []) and report["years"] == []
    assert report["year_on_year"]["this"]["reasons"]["share_several"] == "no_purchases_after_visits"
    for reach in (
        {"from": "0001-01-01"},
        {"from": "0001-01-01", "to": "0002-01-01"},
        {"from": "9998-01-01", "to": "9999-12-31"},
    ):
        assert (await analyzer.get("/v1/reports/stores", **reach))["reasons"] == {}
    for query, pointer in (
        ({"buyer_days": 0}, "/buyer_days"),
        ({"purchases": "elsewhere"}, "/purchases"),
        ({"goal": "nothing"}, "/goal"),
        ({"from": "2026-02-01", "to": "2026-01-01"}, "/to"),
    ):
        problem = await analyzer.get("/v1/reports/stores", expect=422, **query)
        assert problem["errors"][0]["pointer"] == pointer


async def test_an_order_without_an_amount_is_counted_and_left_out_of_means(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    now = analyzer.state.clock()
    analyzer.log.send(
        "shop",
        {**visit("fay", 0), "ts": now - 2 * HOUR},
        {**order("fay", 0, None), "ts": now - HOUR},
    )
    await analyzer.catch_up()
    report = await analyzer.get("/v1/reports/stores")
    assert report["visits_to_purchase"] == {"1": 1} and report["aov_by_visits"] == {"1": None}
    assert report["reasons"] == {"aov_by_visits.1": "no_amounts"}
    assert report["diagnostics"]["purchases_without_value"] == 1
