"""All campaigns together through the analyzer: lift by month, coverage and the self-check, counted anew here."""

import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from services.analyzer.control.database import read_session
from services.analyzer.jobs.experiments import CAMPAIGN_REPORT
from services.analyzer.reports.stored import load_report
from shared.clock import to_rfc3339
from shared.log.entry import Erased
from shared.log.partition import compute_partition
from shared.settings import AnalyzerSettings
from tests.integration.analyzer.conftest import Analyzer, open_test_analyzer
from tests.integration.analyzer.test_admin import VARIANT
from tests.property.test_corrections import assert_same

DAY = 86_400_000
MINUTE = 60_000
NOW = round(datetime(2026, 7, 20, tzinfo=UTC).timestamp() * 1000)
MAY = round(datetime(2026, 5, 31, 14, 59, tzinfo=UTC).timestamp() * 1000)
"""Still May in Tokyo; two minutes later it is June."""
PERSONS = 600
Rows = list[tuple[str, str, bool, bool]]


def draw_persons() -> Rows:
    """Return campaign, person, whether it got the prompt, and whether it bought after; b meets half of a's persons."""
    generator = np.random.default_rng(11)
    rows = []
    for campaign, first, rate in (("a", 0, 0.25), ("b", PERSONS // 2, 0.35)):
        for number in range(first, first + PERSONS):
            served = bool(generator.random() < 0.7)
            rows.append((campaign, f"p{number}", served, bool(generator.random() < rate + 0.15 * served)))
    return rows


def tell(rows: Rows) -> list[dict[str, Any]]:
    """Return the messages: a's persons came in May and June by turns, b's in July; some had bought before."""
    messages: list[dict[str, Any]] = []
    for place, (campaign, person, served, bought) in enumerate(rows):
        at = NOW - 10 * DAY if campaign == "b" else MAY + (place % 2) * 2 * MINUTE
        fields = {"campaign_id": campaign} | ({"variant_id": "a"} if served else {})
        event = "Prompt Shown" if served else "Prompt Withheld"
        messages.append({"event": event, "anonymousId": person, "properties": fields, "ts": at})
        if place % 3 == 0:
            old = {"order_id": f"old-{place}", "revenue": 7}
            messages.append({"event": "Order Completed", "anonymousId": person, "properties": old, "ts": at - 20 * DAY})
        if bought:
            order = {"order_id": f"o-{place}", "revenue": 20}
            messages.append({"event": "Order Completed", "anonymousId": person, "properties": order, "ts": at + MINUTE})
    messages.append({"type": "page", "anonymousId": "passer-by", "ts": NOW - DAY})
    return messages


async def fill(analyzer: Analyzer, rows: Rows) -> None:
    await analyzer.create_site(currency="USD", time_zone="Asia/Tokyo")
    for campaign in "ab":
        fields = {"id": campaign, "name": campaign.upper(), "holdout": 0.3, "status": "running"}
        await analyzer.post("/v1/campaigns", fields | {"variants": [VARIANT]})
    await analyzer.post("/v1/campaigns", {"id": "c", "name": "Nobody met it", "variants": [VARIANT]})
    analyzer.log.send("shop", *tell(rows))
    await analyzer.catch_up()


def compare(rows: Rows) -> tuple[float, int]:
    """Return the difference of rates, and how many got the prompt."""
    served = [bought for _, _, got, bought in rows if got]
    held = [bought for _, _, got, bought in rows if not got]
    return sum(served) / len(served) - sum(held) / len(held), len(served)


async def test_lift_coverage_and_rows(settings: AnalyzerSettings) -> None:
    rows = draw_persons()
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer, rows)
        report = await analyzer.get("/v1/reports/experiments")
        cells = {
            "2026-05": [row for place, row in enumerate(rows) if row[0] == "a" and place % 2 == 0],
            "2026-06": [row for place, row in enumerate(rows) if row[0] == "a" and place % 2 == 1],
            "2026-07": [row for row in rows if row[0] == "b"],
        }
        months = {one["month"]: one for one in report["lift"]["months"]}
        assert list(months) == list(cells)
        won = 0.0
        for month, own in cells.items():
            difference, served = compare(own)
            assert months[month]["conversion"]["estimate"] == pytest.approx(difference)
            assert months[month]["value"]["estimate"] == pytest.approx(20 * difference)
            assert (months[month]["persons"], months[month]["control_persons"]) == (served, len(own) - served)
            won += difference * served
        overall = report["lift"]["overall"]
        assert overall["conversions_won"]["estimate"] == pytest.approx(won)
        assert overall["value_won"]["estimate"] == pytest.approx(20 * won)
        assert overall["conversion"]["estimate"] * overall["persons"] == pytest.approx(won)
        assert overall["conversion"]["ci_low"] < 0.15 < overall["conversion"]["ci_high"]
        assert overall["p_value"] < 0.01 and overall["left_out"] == 0 and overall["campaigns"] == 2
        people = {person for _, person, _, _ in rows}
        shown = {person for _, person, served, _ in rows if served}
        withheld = {person for _, person, served, _ in rows if not served}
        coverage = report["coverage"]
        assert (coverage["persons"], coverage["shown"], coverage["withheld"], coverage["withheld_only"]) == (
            len(people) + 1, len(shown), len(withheld), len(withheld - shown)
        )  # fmt: skip
        assert coverage["share_shown"] == pytest.approx(len(shown) / (len(people) + 1))
        assert [row["campaign"] for row in report["campaigns"]] == ["a", "b"], "the one nobody met has no line"
        for row in report["campaigns"]:
            own = [one for one in rows if one[0] == row["campaign"]]
            assert row["triggered"] + row["withheld"] == len(own)
            assert row["uplift"]["estimate"] == pytest.approx(compare(own)[0])
            assert row["uplift_adjusted"]["adjusted_for"][0] == "has_converted_before"
            assert abs(row["uplift_adjusted"]["estimate"] - row["uplift"]["estimate"]) < 0.02
            assert row["reasons"] == {"srm_p": "no_assignments"} and row["srm"] == "unknown"
            assert row["verdict"] == ("works" if row["uplift"]["always_valid_low"] > 0 else "open")
        check = report["self_check"]
        assert (check["splits"], check["verdict"], check["reasons"]) == (200, "sound", {})


async def test_the_past_makes_the_uplift_narrower(settings: AnalyzerSettings) -> None:
    """Who bought before buys again, prompt or not; what was bought at the trigger itself is not the past."""
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await analyzer.create_site(currency="USD")
        await analyzer.post("/v1/campaigns", {"id": "a", "name": "A", "holdout": 0.5, "variants": [VARIANT]})
        messages = []
        for number in range(400):
            served = number % 2 == 0
            fields = {"campaign_id": "a"} | ({"variant_id": "a"} if served else {})
            event, person, at = "Prompt Shown" if served else "Prompt Withheld", f"p{number}", NOW - 5 * DAY
            messages.append({"event": event, "anonymousId": person, "properties": fields, "ts": at})
            for name, when in (("before", at - DAY), ("now", at), ("after", at + 1)):
                # Two in five are regulars; of the others, four of those that were served are won over.
                if number % 10 < 4 or (name == "after" and number % 100 == 54):
                    order = {"order_id": f"{name}-{number}", "revenue": 10}
                    told: dict[str, Any] = {"event": "Order Completed", "anonymousId": person, "properties": order}
                    messages.append(told | {"ts": when})
        analyzer.log.send("shop", *messages)
        await analyzer.catch_up()
        report = await analyzer.get("/v1/reports/campaigns/a")
        plain, adjusted = report["uplift"], report["uplift_adjusted"]
        assert plain["estimate"] == pytest.approx(0.02) and plain["ci_low"] < -0.05
        assert adjusted["estimate"] == pytest.approx(0.02, abs=1e-9)
        assert adjusted["ci_low"] > 0 and adjusted["variance_reduction"] > 0.9
        assert plain["always_valid_low"] < adjusted["always_valid_low"] < adjusted["ci_low"]
        assert report["value_uplift_adjusted"]["estimate"] == pytest.approx(0.2)
        (variant,) = report["by_variant"]
        assert variant["value_uplift"] == report["value_uplift"]


async def test_the_job_keeps_what_requests_compute(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer, draw_persons())
        computed = await analyzer.get("/v1/reports/experiments")
        own = await analyzer.get("/v1/reports/campaigns/a")
        run = await analyzer.run_job("experiments")
        assert (run["rows"], run["progress"]) == (2, 1)
        assert_same(await analyzer.get("/v1/reports/experiments"), computed)
        assert_same(await analyzer.get("/v1/reports/campaigns/a"), own)
        june = await analyzer.get("/v1/reports/experiments", from_="2026-06-01", to="2026-07-01", goal="purchase")
        assert june["goal"] == "purchase" and [one["month"] for one in june["lift"]["months"]] == ["2026-06"]
        assert june["window"]["from"] == to_rfc3339(MAY + MINUTE)


async def test_erased_persons_are_in_no_figure_and_in_no_kept_report(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await analyzer.create_site(currency="USD")
        await analyzer.post("/v1/campaigns", {"id": "a", "name": "A", "holdout": 0.5, "variants": [VARIANT]})
        about = {"campaign_id": "a", "variant_id": "a"}
        analyzer.log.send(
            "shop",
            *(
                {"event": "Prompt Shown", "anonymousId": person, "properties": about, "ts": NOW - DAY}
                for person in ("ann", "ben")
            ),
        )
        for remaining in (["ann", "ben"], ["ben"], []):
            await analyzer.run_job("experiments")
            report = await analyzer.get("/v1/reports/experiments")
            assert [row["triggered"] for row in report["campaigns"]] == ([len(remaining)] if remaining else [])
            assert report["coverage"]["shown"] == len(remaining)
            with read_session(analyzer.state.database) as session:
                kept = load_report(session, "shop", CAMPAIGN_REPORT, "a")
            named = json.loads(kept)["quadrants"]["shown_not_clicked"]["persons"] if kept is not None else []
            assert named == remaining
            for person in remaining[:1]:
                analyzer.log.append(compute_partition("shop", person, None), Erased("shop", person, False, NOW))


async def test_an_empty_site_another_site_and_wrong_input(analyzer: Analyzer) -> None:
    await analyzer.create_site("other")
    await analyzer.post("/v1/campaigns", {"id": "a", "name": "A", "holdout": 0.5, "variants": [VARIANT]})
    await analyzer.create_site()
    report = await analyzer.get("/v1/reports/experiments")
    assert report["campaigns"] == [] and report["lift"]["months"] == []
    assert report["lift"]["overall"]["reasons"]["conversion"] == "too_few_persons"
    assert report["coverage"]["reasons"] == {"share_shown": "no_visitors", "share_withheld": "no_visitors"}
    assert report["self_check"]["reasons"]["verdict"] == "too_few_conversions"
    assert (await analyzer.run_job("experiments"))["rows"] == 0
    await analyzer.get("/v1/reports/experiments", goal="nothing", expect=422)
    await analyzer.get("/v1/reports/experiments", from_="2026-02-01", to="2026-01-01", expect=422)
