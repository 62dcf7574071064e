"""The lifecycle through the analyzer: seven customers whose stages, changes and cohorts are counted by hand."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.clock import to_rfc3339
from shared.settings import AnalyzerSettings
from tests.integration.analyzer.conftest import Analyzer, open_test_analyzer

DAY = 86_400_000
NOW = round(datetime(2026, 7, 1, tzinfo=UTC).timestamp() * 1000)
SHORT = {"loyal_orders": 3, "loyal_days": 60, "at_risk_days": 30, "dormant_days": 60, "from": "2026-04-02"}


def order(person: str, days_ago: float, revenue: float | None, **ids: str) -> dict[str, Any]:
    properties: dict[str, Any] = {"order_id": f"{person}-{days_ago}"}
    if revenue is not None:
        properties["revenue"] = revenue
    who = ids or {"userId": person}
    return {"event": "Order Completed", "properties": properties, "ts": round(NOW - days_ago * DAY), **who}


def page(days_ago: float, **ids: str) -> dict[str, Any]:
    return {"type": "page", "ts": round(NOW - days_ago * DAY), **ids}


async def fill(analyzer: Analyzer) -> None:
    await analyzer.create_site(currency="USD", time_zone="Asia/Tokyo")
    analyzer.log.send(
        "shop",
        page(10, userId="nora"),  # known, has not ordered
        page(9, anonymousId="passer-by"),  # nobody the site knows
        page(20, anonymousId="guest"),
        order("guest", 20, 10, anonymousId="guest"),  # first
        order("ruth", 100, 20),
        order("ruth", 80, 20),  # repeat, at risk, back
        order("ruth", 5, None),
        *(order("lou", days, 30) for days in (126, 97, 68, 39, 10)),  # loyal, every 29 days
        order("ria", 40, 40.5),  # at risk
        order("dora", 400, 50),  # dormant
        order("dora", 15, 50),  # ... and back
        order("dick", 303 + 1 / 3, 60),  # 1 September in Tokyo, 31 August in UTC
        page(3, userId="dick"),  # looks, and stays dormant
        {"event": "Order Refunded", "properties": {"order_id": "void-7"}, "userId": "nora", "ts": NOW - 6 * DAY},
        {**order("void", 7, 99), "userId": "nora"},  # taken back: no order
    )
    await analyzer.catch_up()


async def test_stages_and_changes_counted_by_hand(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        report = await analyzer.get("/v1/reports/lifecycle", **SHORT)
        assert {
            one["stage"]: (one["customers_before"], one["customers"], one["revenue"]) for one in report["stages"]
        } == {
            "new": (0, 1, 0),
            "first": (1, 1, 10),
            "repeat": (1, 2, 140),  # Ruth and Dora, who came back
            "loyal": (0, 1, 150),
            "at_risk": (0, 1, 40.5),
            "dormant": (2, 1, 60),
        }
        assert {(one["from"], one["to"]): (one["customers"], one["stays"]) for one in report["transitions"]} == {
            (None, "new"): (1, None),
            (None, "first"): (2, None),
            ("first", "repeat"): (1, 3),
            ("first", "at_risk"): (1, 3),
            ("repeat", "at_risk"): (1, 4),
            ("repeat", "loyal"): (1, 4),
            ("at_risk", "dormant"): (1, 2),
            ("dormant", "repeat"): (2, 3),
        }
        dated = [(one["month"], one["from"]) for one in report["transitions_by_month"] if one["to"] == "repeat"]
        assert dated == [("2026-04", "first"), ("2026-06", "dormant")]
        back = report["reactivation"]
        assert (back["dormant"], back["reactivated"], back["revenue"]) == (3, 2, 50)
        assert back["rate"] == pytest.approx(2 / 3)
        assert report["rules"]["loyal_orders"] == 3 and report["diagnostics"]["orders_without_value"] == 1


async def test_conversion_cohorts_and_rhythm_counted_by_hand(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        report = await analyzer.get("/v1/reports/lifecycle", **SHORT)
        figures = ("persons", "converters", "orders", "revenue")
        conversion = {one["kind"]: tuple(one[name] for name in figures) for one in report["conversion"]}
        assert conversion == {"existing": (4, 3, 6, 160), "new": (4, 2, 2, 50.5)}
        new = report["conversion"][1]
        assert 0 < new["ci_low"] < new["conversion_rate"] == 0.5 < new["ci_high"] < 1
        cohorts = {
            one["cohort"]: [month["customers"] for month in one["months"]] for one in report["retention_cohorts"]
        }
        assert cohorts["2026-02"] == [1, 1, 1, 1, 1, 0]
        assert cohorts["2026-03"] == [1, 1, 0, 1, 0]
        assert cohorts["2025-05"][0] == 1 and cohorts["2025-05"][13] == 1 and sum(cohorts["2025-05"]) == 2
        assert sorted(cohorts) == ["2025-05", "2025-09", "2026-02", "2026-03", "2026-05", "2026-06"]
        last = report["retention_cohorts"][-1]["months"]
        assert [month["is_complete"] for month in last] == [True, False] and last[0]["revenue"] == 10
        expected = report["next_purchase"]
        assert (expected["regular_buyers"], expected["expected"], expected["overdue"]) == (1, 1, 0)
        (lou,) = expected["customers"]
        assert (lou["person_id"], lou["purchases"], lou["gap_days"]) == ("lou", 5, 29)
        assert lou["earliest"] == lou["expected"] == lou["latest"] == to_rfc3339(NOW + 19 * DAY)
        bulk = await analyzer.get("/v1/reports/lifecycle", bulk_value=31)
        assert bulk["next_purchase"]["regular_buyers"] == 0
        rfm = report["rfm"]
        assert rfm["customers"] == 6 == sum(cell["customers"] for cell in rfm["cells"])
        assert sum(cell["revenue"] for cell in rfm["cells"]) == pytest.approx(400.5)
        best = max(rfm["cells"], key=lambda cell: cell["frequency"] + cell["monetary"])
        assert (best["recency"], best["frequency"], best["monetary"], best["revenue"]) == (4, 5, 5, 150)


async def test_what_is_expected_of_the_buyers(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        few = (await analyzer.get("/v1/reports/lifecycle"))["expected"]
        assert (few["customers"], few["repeat_customers"], few["orders_next_90_days"]) == (6, 3, None)
        assert few["reasons"]["value_next_90_days"] == "too_few_customers" and few["worth_most"] == []
        assert few["parameters"]["reasons"]["r"] == few["holdout"]["reasons"]["predicted"] == "too_few_customers"
        for number in range(120):
            # Each comes every so many days and stays away after a few times; every second one never comes back.
            every, times = 6 + number % 17, 1 if number % 2 else 2 + number % 7
            begun = 40 + number
            days = [begun - turn * every for turn in range(times) if begun - turn * every > 0]
            analyzer.log.send("shop", *(order(f"c{number}", day, 20 + number % 9 + day / 50) for day in days))
        await analyzer.catch_up()
        expected = (await analyzer.get("/v1/reports/lifecycle", **SHORT))["expected"]
        assert expected["customers"] == 126 and expected["reasons"] == {} == expected["parameters"]["reasons"]
        assert 20 < expected["orders_next_90_days"] < 400
        assert expected["value_next_90_days"] == pytest.approx(25 * expected["orders_next_90_days"], rel=0.25)
        held = expected["holdout"]
        assert held["window"] == {"from": to_rfc3339(round(NOW - 22.59375 * DAY)), "to": to_rfc3339(NOW)}
        assert held["actual"] == sum(one["actual"] for one in held["by_purchases"]) > 0
        assert held["predicted"] == pytest.approx(sum(one["predicted"] for one in held["by_purchases"]))
        assert held["customers"] == sum(one["customers"] for one in held["by_purchases"])
        best = expected["worth_most"]
        assert len(best) == 50 and [one["value"] for one in best] == sorted((o["value"] for o in best), reverse=True)
        assert all(0 <= one["alive"] <= 1 for one in best)


async def test_the_job_keeps_what_a_request_computes(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        computed = await analyzer.get("/v1/reports/lifecycle")
        run = await analyzer.run_job("lifecycle")
        assert run["rows"] == 7
        assert await analyzer.get("/v1/reports/lifecycle") == computed


async def test_a_site_without_anybody_and_errors(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    report = await analyzer.get("/v1/reports/lifecycle")
    assert {one["customers"] for one in report["stages"]} == {0} and report["transitions"] == []
    assert report["reactivation"]["reasons"] == {"rate": "nobody_dormant"}
    assert report["conversion"][0]["reasons"]["conversion_rate"] == "nobody_seen"
    for reach in (
        {"from": "0001-01-01"},
        {"from": "0001-01-01", "to": "0002-01-01"},
        {"from": "9998-01-01", "to": "9999-12-31"},
    ):
        assert (await analyzer.get("/v1/reports/lifecycle", **reach))["reasons"] == {}
    for query, pointer in (
        ({"dormant_days": 90}, "/dormant_days"),
        ({"loyal_orders": 1}, "/loyal_orders"),
        ({"goal": "nothing"}, "/goal"),
        ({"from": "2026-02-01", "to": "2026-01-01"}, "/to"),
    ):
        problem = await analyzer.get("/v1/reports/lifecycle", expect=422, **query)
        assert problem["errors"][0]["pointer"] == pointer


async def test_another_goal_and_bots_are_asked_for(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await analyzer.create_site(currency="USD")
        await analyzer.post("/v1/goals", {"id": "rent", "name": "Rent", "event": "Rented", "value_property": "fee"})
        robot = {"context": {"userAgent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}}
        analyzer.log.send(
            "shop",
            {"event": "Rented", "userId": "ann", "properties": {"fee": 12.5}, "ts": NOW - 2 * DAY},
            {"event": "Rented", "userId": "ann", "properties": {"fee": 12.5}, "ts": NOW - DAY},
            {**order("bot", 3, 10), **robot},
        )
        await analyzer.catch_up()

        async def stages(**query: Any) -> dict[str, tuple[int, float]]:
            report = await analyzer.get("/v1/reports/lifecycle", **query)
            return {one["stage"]: (one["customers"], one["revenue"]) for one in report["stages"] if one["customers"]}

        assert await stages() == {"new": (1, 0)}
        assert await stages(goal="rent") == {"repeat": (1, 25)}
        assert await stages(include_bots="true") == {"new": (1, 0), "first": (1, 10)}
