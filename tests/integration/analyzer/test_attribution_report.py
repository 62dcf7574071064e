"""Attribution through the analyzer: paths counted by hand, every model sums, devices of one person are one path."""

from typing import Any

import pytest

from shared.clock import system_clock
from tests.integration.analyzer.conftest import Analyzer

DAY = 86_400_000
HOUR = 3_600_000


def page(person: str, session: str, at: int, source: str = "", **ids: str) -> dict[str, Any]:
    campaign = {"source": source, "medium": source} if source else {}
    context = {"sessionId": session, "page": {"url": "https://shop.example/", "path": "/"}, "campaign": campaign}
    return {"type": "page", "anonymousId": person, "context": context, "ts": at, **ids}


def view(person: str, session: str, at: int, seconds: float) -> dict[str, Any]:
    properties = {"asset_id": "film", "session_id": f"v-{session}", "played": [[0, seconds]]}
    return {
        "event": "Video Content Playing",
        "anonymousId": person,
        "properties": properties,
        "context": {"sessionId": session},
        "ts": at,
    }


def order(person: str, session: str, at: int, revenue: float) -> dict[str, Any]:
    return {
        "event": "Order Completed",
        "anonymousId": person,
        "properties": {"order_id": f"o-{session}", "revenue": revenue},
        "context": {"sessionId": session},
        "ts": at,
    }


async def fill(analyzer: Analyzer) -> None:
    await analyzer.create_site(currency="USD")
    t = system_clock() - 10 * DAY
    click = {"event": "Prompt Clicked", "properties": {"campaign_id": "c1"}, "context": {"sessionId": "a2"}}
    analyzer.log.send(
        "shop",
        # Ann comes by e-mail, then directly on another device, watches, clicks a prompt and buys; then buys again.
        page("a", "a1", t, "email", userId="ann"),
        page("a-phone", "a2", t + DAY, userId="ann"),
        view("a-phone", "a2", t + DAY + 1, 20),
        {**click, "anonymousId": "a-phone", "ts": t + DAY + 2},
        order("a-phone", "a2", t + DAY + HOUR, 10),
        page("a", "a3", t + 2 * DAY, "email"),
        page("a", "a4", t + 3 * DAY, "email"),
        order("a", "a4", t + 3 * DAY + 1, 20),
        # Ben looks for two seconds and goes.
        page("b", "b1", t, "email"),
        view("b", "b1", t + 1, 2),
        # Somebody's till knows nothing of sessions before.
        {"event": "Order Completed", "userId": "cem", "properties": {"order_id": "o-c", "revenue": 5}, "ts": t},
    )


async def test_paths_and_credits(analyzer: Analyzer) -> None:
    await fill(analyzer)
    await analyzer.run_job("attribution")
    report = await analyzer.get("/v1/reports/attribution")
    paths = {tuple(one["path"]): (one["conversions"], one["non_conversions"], one["value"]) for one in report["paths"]}
    assert paths == {
        ("email", "direct", "video:film", "prompt:c1"): (1, 0, 10),
        ("email",): (1, 1, 20),
        ("direct",): (1, 0, 5),
    }
    assert (report["conversions"], report["non_conversions"], report["value"]) == (3, 1, 35)
    for credits_ in report["models"].values():
        assert sum(one["conversions"] for one in credits_) == pytest.approx(3)
        assert sum(one["value"] for one in credits_) == pytest.approx(35)
        assert {one["channel"] for one in credits_} == {"email", "direct", "video:film", "prompt:c1"}
    first = {one["channel"]: one["conversions"] for one in report["models"]["first"]}
    assert first == {"email": 2, "direct": 1, "video:film": 0, "prompt:c1": 0}
    decayed = {one["channel"]: one["conversions"] for one in report["models"]["time_decay"]}
    assert decayed["prompt:c1"] > decayed["video:film"] * 0.99 and decayed["email"] > 1
    assert 0 < report["removal_effects"]["email"] <= 1
    only = await analyzer.get("/v1/reports/attribution", model="first,shapley")
    assert list(only["models"]) == ["first", "shapley"] and only["models"]["first"] == report["models"]["first"]


async def test_lookback_collapse_and_errors(analyzer: Analyzer) -> None:
    await fill(analyzer)
    await analyzer.catch_up()
    short = await analyzer.get("/v1/reports/attribution", lookback=0.5)
    assert ["direct", "video:film", "prompt:c1"] in [one["path"] for one in short["paths"]]
    assert short["conversions"] == 3, "a conversion is never lost"
    long = await analyzer.get("/v1/reports/attribution", collapse="false", order=2)
    assert ["email", "email"] in [one["path"] for one in long["paths"]]
    for query, pointer in (
        ({"model": "magic"}, "/model"),
        ({"first": 0.7, "last": 0.7}, "/last"),
        ({"goal": "nothing"}, "/goal"),
        ({"lookback": 0}, "/lookback"),
    ):
        problem = await analyzer.get("/v1/reports/attribution", expect=422, **query)
        assert problem["errors"][0]["pointer"] == pointer


async def test_a_site_without_anything(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    report = await analyzer.get("/v1/reports/attribution")
    assert (report["conversions"], report["paths"], report["removal_effects"]) == (0, [], {})
    assert report["reasons"] == {"removal_effects": "no_conversions"}
