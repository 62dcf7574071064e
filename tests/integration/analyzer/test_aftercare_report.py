"""After a purchase through the analyzer: what six buyers were shown and did, by hand; and two arms drawn by lot."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.clock import to_rfc3339
from shared.settings import AnalyzerSettings
from tests.integration.analyzer.conftest import Analyzer, open_test_analyzer

DAY = 86_400_000
NOW = round(datetime(2026, 7, 1, tzinfo=UTC).timestamp() * 1000)
CONTENT = {"title": "How to brew", "video": {"id": "how-to", "src": "https://shop.example/how-to.mp4"}}
VARIANTS = [{"id": "a", "kind": "video", "content": CONTENT}]
BOUGHT = {"fact": "orders.count", "op": "ge", "value": 1}
FIGURES = (
    "buyers",
    "prompted",
    "viewed",
    "delivered",
    "watched",
    "came_back",
    "back_open",
    "bought_again",
    "again_open",
)


def act(person: str, event: str, days_ago: float, session: str | None = None, **properties: Any) -> dict[str, Any]:
    kind: dict[str, Any] = {"type": "page"} if event == "page" else {"event": event}
    fields = {**kind, "userId": person, "properties": properties, "ts": round(NOW - days_ago * DAY)}
    return fields | ({"context": {"sessionId": session}} if session else {})


def order(person: str, days_ago: float, session: str | None = None) -> dict[str, Any]:
    return act(person, "Order Completed", days_ago, session, order_id=f"{person}-{days_ago}", revenue=10)


def play(person: str, video: str, days_ago: float, session: str, played: list[list[float]]) -> dict[str, Any]:
    told = {"content_asset_id": video, "session_id": f"{person}-{video}", "played": played}
    return act(person, "Video Content Playing", days_ago, session, **told)


async def fill(analyzer: Analyzer) -> None:
    await analyzer.create_site(currency="USD")
    await analyzer.post("/v1/segments", {"id": "bought", "name": "Bought", "kind": "rule", "rule": BOUGHT})
    audience = {"all": [{"segment": "bought"}, {"fact": "page.path", "op": "eq", "value": "/thanks"}]}
    campaigns = {"care": (audience, 0.5), "sell": ({"not": BOUGHT}, 0.5), "all": ({"all": []}, 0)}
    for campaign, (who, holdout) in campaigns.items():
        body = {"id": campaign, "name": campaign.title(), "holdout": holdout, "variants": VARIANTS, "audience": who}
        await analyzer.post("/v1/campaigns", body)
    analyzer.log.send(
        "shop",
        # Ann is shown the video right after buying, watches it, comes back after ten days and buys after twenty.
        *(order("ann", 60, "a1"), act("ann", "page", 59.999, "a1", path="/thanks")),
        act("ann", "Prompt Shown", 59.95, "a1", campaign_id="care", variant_id="a"),
        play("ann", "how-to", 59.9, "a1", [[0, 20]]),
        *(act("ann", "page", 50, "a2"), order("ann", 40, "a3")),
        # Ben is held out, and comes back; Cem opens the video for two seconds the next day, and buys again.
        *(order("ben", 50), act("ben", "Prompt Withheld", 49.9, campaign_id="care"), act("ben", "page", 45, "b2")),
        *(order("cem", 40, "c1"), play("cem", "how-to", 39, "c2", [[0, 2]]), order("cem", 35, "c3")),
        # Dee is shown a prompt that is not for buyers; Eve finds a video by herself, days after.
        *(order("dee", 20, "d1"), act("dee", "Prompt Shown", 19.9, "d1", campaign_id="sell", variant_id="a")),
        *(order("eve", 5, "e1"), play("eve", "story", 3, "e2", [[0, 10], [10, 30]])),
        # A guest never comes back, and Fay bought before the window.
        {**order("guest", 70), "userId": None, "anonymousId": "guest"},
        *(order("fay", 100), play("fay", "how-to", 80, "f2", [[0, 20]])),
    )
    await analyzer.catch_up()


def read_shares(curve: list[dict[str, Any]]) -> list[float | None]:
    return [None if one["share"] is None else round(one["share"], 4) for one in curve]


async def test_what_came_after_is_counted_and_corrected(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        report = await analyzer.get("/v1/reports/aftercare")
        assert tuple(report[name] for name in FIGURES) == (6, 1, 3, 3, 2, 4, 1, 2, 4)
        assert (report["seconds"], report["seconds_p50"]) == (52, 20)
        assert read_shares(report["came_back_by"]) == [0.5, 0.6667, 0.6667]
        assert read_shares(report["bought_again_by"]) == [0.1667, 0.375, 0.375, None]
        assert report["bought_again_by"][3]["reasons"]["share"] == "not_followed_that_long"
        raw = report["raw"]
        assert (raw["watched"]["persons"], raw["not_watched"]["persons"], raw["bought_before"]) == (1, 3, 1)
        assert raw["difference"] is None and raw["reasons"]["difference"] == "too_few_persons"
        assert report["evidence"] == "raw" and "raw_figures_are_not_causal" in report["assumptions"]
        videos = {one["video"]: one for one in report["videos"]}
        figures = ("viewers", "watched", "seconds_mean", "bought_again", "again_open", "share_bought_again")
        assert [videos["how-to"][name] for name in figures] == [2, 1, 11, 1, 0, 1]
        assert [videos["story"][name] for name in figures] == [1, 1, 30, 0, 1, 0]
        (care,) = report["campaigns"]
        assert (care["campaign"], care["reasons"]["bought_again"]) == ("care", "too_few_persons")
        arm = ("persons", "watched", "came_back", "bought_again", "again_open")
        assert [care["shown"][name] for name in arm] == [1, 1, 1, 1, 0]
        assert [care["withheld"][name] for name in arm] == [1, 0, 1, 0, 1]
        # An order is taken back, a view comes late, and the guest turns out to be Ann.
        analyzer.log.send(
            "shop",
            act("cem", "Order Refunded", 1, order_id="cem-35"),
            play("dee", "story", 19, "d2", [[0, 10]]),
            {"type": "alias", "previousId": "guest", "userId": "ann", "ts": NOW - DAY},
        )
        await analyzer.catch_up()
        report = await analyzer.get("/v1/reports/aftercare", to=to_rfc3339(NOW))
        assert tuple(report[name] for name in FIGURES) == (5, 1, 4, 4, 3, 5, 0, 1, 4)
        assert read_shares(report["bought_again_by"])[0] == 0.25  # Ann, ten days after what is her first purchase
        videos = {one["video"]: one["viewers"] for one in report["videos"]}
        assert videos == {"how-to": 2, "story": 2}
        short = await analyzer.get("/v1/reports/aftercare", days=1.5)
        assert (short["viewed"], short["watched"], short["rules"]["days"]) == (2, 1, 1.5)
        await analyzer.post("/v1/forget", {"user": "eve"})
        assert (await analyzer.get("/v1/reports/aftercare", days=29))["buyers"] == 4


async def test_the_lot_tells_what_a_prompt_after_the_purchase_brought(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        for place in range(120):
            person, is_held = f"p{place}", place % 2 == 1
            prompt = {"campaign_id": "care"} | ({} if is_held else {"variant_id": "a"})
            analyzer.log.send(
                "shop",
                order(person, 89, f"{person}-1"),
                act(person, "Prompt Withheld" if is_held else "Prompt Shown", 88.9, f"{person}-1", **prompt),
                *([] if is_held else [play(person, "how-to", 88.8, f"{person}-1", [[0, 30]])]),
                *([act(person, "page", 70, f"{person}-2")] if place % 4 < 2 + (place < 60) else []),
                *([order(person, 60, f"{person}-3")] if place % (6 if is_held else 4) < 2 else []),
            )
        both = ("Prompt Shown", "Prompt Withheld")
        analyzer.log.send("shop", order("q", 30), *(act("q", event, 29, campaign_id="care") for event in both))
        await analyzer.catch_up()
        run = await analyzer.run_job("lifecycle")
        assert run["rows"] == 128
        report = await analyzer.get("/v1/reports/aftercare")
        (care,) = report["campaigns"]
        assert report["evidence"] == "by_lot" and care["reasons"] == {} and care["seen_in_two_arms"] == 1
        assert (care["shown"]["persons"], care["shown"]["bought_again"]) == (61, 31)
        assert (care["withheld"]["persons"], care["withheld"]["bought_again"]) == (61, 20)
        uplift = care["bought_again"]
        assert (
            uplift["estimate"] == pytest.approx(11 / 61) and uplift["ci_low"] < uplift["estimate"] < uplift["ci_high"]
        )
        assert care["watched"]["estimate"] == 1
        raw = report["raw"]
        assert raw["watched"]["persons"] == 61 and raw["day"] == 60
        assert raw["ci_low"] < raw["difference"] < raw["ci_high"]


async def test_nobody_bought_and_what_cannot_be_asked(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    report = await analyzer.get("/v1/reports/aftercare")
    assert report["buyers"] == 0 and report["campaigns"] == report["videos"] == []
    assert report["reasons"] == {
        "share_delivered": "no_buyers",
        "share_watched": "no_buyers",
        "seconds_p50": "nobody_watched",
    }
    assert report["raw"]["reasons"]["difference"] == "nobody_followed"
    assert (await analyzer.get("/v1/reports/aftercare", **{"from": "0001-01-01", "to": "0002-01-01"}))["buyers"] == 0
    for query, pointer in (
        ({"days": 0}, "/days"),
        ({"goal": "nothing"}, "/goal"),
        ({"from": "2026-02-01", "to": "2026-01-01"}, "/to"),
    ):
        problem = await analyzer.get("/v1/reports/aftercare", expect=422, **query)
        assert problem["errors"][0]["pointer"] == pointer
    await analyzer.create_site("other")
    await analyzer.get("/v1/reports/aftercare", expect=404, site="shop")
