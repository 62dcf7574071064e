"""What videos brought in: a case counted by hand, refunds, adjustment for intent, errors in words."""

from random import Random
from typing import Any

import pytest

from shared.clock import Millis, system_clock
from tests.integration.analyzer.conftest import Analyzer

DAY = 86_400_000
MINUTE = 60_000


def send(analyzer: Analyzer, person: str, ts: Millis, event: str, **properties: Any) -> None:
    fields = {"type": "page"} if event == "page" else {"event": event}
    analyzer.log.send("shop", {**fields, "anonymousId": person, "properties": properties, "ts": ts})


def watch(analyzer: Analyzer, person: str, ts: Millis, seconds: float, video: str = "v") -> None:
    shared = {"content_asset_id": video, "session_id": f"{person}-{ts}", "total_length": 60}
    send(analyzer, person, ts, "Video Playback Started", **shared)
    send(analyzer, person, ts + 10_000, "Video Content Playing", **shared, played=[[0, seconds]])


async def test_the_case_counted_by_hand(analyzer: Analyzer) -> None:
    await analyzer.create_site(currency="USD")
    now = system_clock()
    first = now - 80 * DAY
    # ann: engaged, orders 20 after 5 days (and 7 within the first day, before the view, which is not the video's).
    send(analyzer, "ann", first, "page", path="/")
    send(analyzer, "ann", first + MINUTE, "Order Completed", order_id="a0", revenue=7)
    watch(analyzer, "ann", first + 2 * DAY, 10)
    send(analyzer, "ann", first + 7 * DAY, "Order Completed", order_id="a1", revenue=20)
    # ben: engaged only by two messages together; his order comes too late; cid: two seconds, so not engaged.
    watch(analyzer, "ben", first, 2)
    send(
        analyzer, "ben", first + 20_000, "Video Content Playing", content_asset_id="v", session_id=f"ben-{first}",
        played=[[2, 3]],
    )  # fmt: skip
    send(analyzer, "ben", first + 40 * DAY, "Order Completed", order_id="b1", revenue=100)
    watch(analyzer, "cid", first, 2)
    send(analyzer, "cid", first + DAY, "Order Completed", order_id="c1", revenue=30)
    # dan: engaged, but the order is taken back; eva: never saw it; fay: by positions alone, an order partly refunded.
    watch(analyzer, "dan", first, 30)
    send(analyzer, "dan", first + DAY, "Order Completed", order_id="d1", revenue=50)
    send(analyzer, "dan", first + 9 * DAY, "Order Refunded", order_id="d1")
    send(analyzer, "eva", first, "page", path="/")
    for second in (0, 4):
        send(analyzer, "fay", first + second * 1000, "Video Content Playing", asset_id="v", position=second)
    send(analyzer, "fay", first + 3 * DAY, "Order Completed", order_id="f1", revenue=60)
    send(analyzer, "fay", first + 4 * DAY, "Order Refunded", order_id="f1", revenue=10)
    watch(analyzer, "gus", first, 9, video="w")
    await analyzer.run_job("videos")
    report = await analyzer.get("/v1/reports/videos", video="v")
    mine, others = report["influenced"], report["not_influenced"]
    assert (mine["persons"], mine["converters"], mine["orders"], mine["value"]) == (4, 2, 2, 70)
    assert mine["conversion"] == 0.5 and mine["order_value"] == 35
    assert (others["persons"], others["converters"], others["value"]) == (3, 1, 30)
    assert report["attributed"] == {"orders": 2, "value": 70}
    assert report["raw"]["conversion"]["ratio"] == pytest.approx(1.5)
    assert mine["value_90"] is None and mine["reasons"]["value_90"] == "not_known_that_long"
    worth = {point["day"]: point["influenced"]["value"] for point in report["series"]}
    assert worth == {
        0: 7 / 4,
        7: pytest.approx(77 / 4),
        30: pytest.approx(77 / 4),
        60: pytest.approx(177 / 4),
        90: None,
    }
    assert report["adjusted"]["conversion"]["effect"] is None
    assert report["adjusted"]["conversion"]["reasons"]["effect"] == "too_few_viewers"
    everything = await analyzer.get("/v1/reports/videos")
    assert everything["influenced"]["persons"] == 5
    assert [(row["video"], row["persons"], row["value"]) for row in everything["videos"]] == [("v", 4, 70), ("w", 1, 0)]
    longer = await analyzer.get("/v1/reports/videos", video="v", days=45)
    assert longer["attributed"] == {"orders": 3, "value": 170}


async def test_adjusting_takes_away_what_intent_explains(analyzer: Analyzer) -> None:
    """Those who want to buy look at more products and watch more; the video itself adds ten points."""
    await analyzer.create_site()
    rng = Random(11)
    start = system_clock() - 50 * DAY
    for number in range(1_600):
        person, at = f"p{number}", start + rng.randrange(10 * DAY)
        keen = rng.random() < 0.5
        for look in range(rng.randrange(3, 7) if keen else rng.randrange(0, 3)):
            send(analyzer, person, at + look * MINUTE, "Product Viewed", product_id=f"x{look}")
        send(analyzer, person, at + 10 * MINUTE, "page", path="/film")
        watches = rng.random() < (0.7 if keen else 0.3)
        if watches:
            watch(analyzer, person, at + 10 * MINUTE + 1000, 20)
        if rng.random() < (0.35 if keen else 0.05) + (0.1 if watches else 0):
            send(analyzer, person, at + 30 * MINUTE, "Order Completed", order_id=f"o{number}", revenue=10)
    await analyzer.run_job("videos")
    report = await analyzer.get("/v1/reports/videos", video="v")
    conversion, value = report["adjusted"]["conversion"], report["adjusted"]["value"]
    assert conversion["difference"] > 0.17, "raw, intent and video together"
    assert conversion["ci_low"] < 0.1 < conversion["ci_high"] and conversion["effect"] < 0.15
    assert value["ci_low"] < 1.0 < value["ci_high"]
    assert report["diagnostics"]["sampled"] is False


async def test_wrong_input_is_refused_in_words(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    await analyzer.get("/v1/reports/videos", video="nobody-has-seen-it", expect=404)
    await analyzer.get("/v1/reports/videos", days=0, expect=422)
    await analyzer.get("/v1/reports/videos", goal="nope", expect=422)
    empty = await analyzer.get("/v1/reports/videos")
    assert empty["influenced"]["persons"] == 0 and empty["influenced"]["reasons"]["conversion"] == "nobody"
    assert empty["videos"] == [] and empty["raw"]["conversion"]["reasons"] == {
        "difference": "nobody",
        "ratio": "nobody",
    }
