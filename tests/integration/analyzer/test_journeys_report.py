"""The journeys report through the API: a case counted by hand, the last run, errors in words."""

from typing import Any

from shared.clock import system_clock, to_rfc3339
from tests.integration.analyzer.conftest import Analyzer

DAY = 86_400_000
MINUTE = 60_000
VIEW = {"event": "Video Playback Started", "properties": {"content_asset_id": "film", "session_id": "w"}}
BUY = {"event": "Order Completed", "properties": {"revenue": 10}}


def look_at(product: str) -> dict[str, Any]:
    return {"event": "Product Viewed", "properties": {"product_id": product}}


def open_page(path: str) -> dict[str, Any]:
    url = f"https://shop.example{path}"
    return {"type": "page", "properties": {"path": path, "url": url, "referrer": "https://www.google.com/"}}


def walk(analyzer: Analyzer, who: str, start: int, *steps: dict[str, Any]) -> None:
    """One step a minute, all in one visit."""
    for place, step in enumerate(steps):
        analyzer.log.send(
            "shop", {**step, "anonymousId": who, "context": {"sessionId": f"s-{who}"}, "ts": start + place * MINUTE}
        )


async def fill(analyzer: Analyzer) -> int:
    now = system_clock()
    start = now - 2 * DAY
    for number in range(4):
        walk(analyzer, f"b{number}", start, open_page("/"), VIEW, look_at("p1"), BUY, look_at("p9"))
    for number in range(6):
        products = [look_at(name) for name in ("p1", "p2", "p1", "p3", "p4")]
        walk(analyzer, f"w{number}", start, open_page("/"), VIEW, *products)
    for number in range(30):
        walk(analyzer, f"n{number}", start, open_page("/"), open_page("/about"), look_at("p1"))
    return now


async def test_the_case_counted_by_hand(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    await fill(analyzer)
    await analyzer.run_job("journeys")
    report = await analyzer.get("/v1/reports/journeys", video="film")
    sizes = report["sizes"]
    assert (sizes["viewers"], sizes["followed"], sizes["converters"]) == (10, 10, 4)
    assert 30 <= sizes["non_viewers"] <= 40, "viewers count as others until they view"
    after = {(node["step"], node["name"]): node["viewers"] for node in report["after"]["nodes"]}
    # Adjacent product views are one step.
    assert after == {(1, "product"): 10, (2, "purchase"): 4, (2, "end"): 6}
    before = {(node["step"], node["name"]): node["viewers"] for node in report["before"]["nodes"]}
    assert before == {(-1, "page:/"): 10, (-2, "channel:organic_search"): 10, (-3, "end"): 10}
    links = {(link["from"], link["to"]): link["viewers"] for link in report["after"]["links"]}
    assert links == {("1:product", "2:purchase"): 4, ("1:product", "2:end"): 6}
    assert [(one["name"], one["viewers"]) for one in report["next"]] == [("product", 10)]
    compare = report["compare"]
    assert compare["converted"]["viewers"] == 4 and compare["not_converted"]["viewers"] == 6
    assert compare["converted"]["steps"]["mean"] == 1 and compare["converted"]["distinct_products"]["mean"] == 1
    assert compare["converted"]["seconds_to_purchase"]["median"] == 120
    assert compare["not_converted"]["steps"]["mean"] == 5 and compare["not_converted"]["hesitation"]["mean"] == 1
    assert compare["not_converted"]["reasons"] == {"seconds_to_purchase": "no_conversions"}
    assert report["classes"]["counts"] == {"straight": 4, "wandering": 6, "other": 0}
    shown = {one["person"]: one for one in report["viewers"]}
    assert shown["w0"]["class"] == "wandering" and shown["w0"]["products"] == 4 and shown["w0"]["returns"] == 1
    assert shown["b0"]["class"] == "straight" and shown["b0"]["converted"]
    assert report["patterns"] == [] and report["reasons"] == {"patterns": "no_conversions"}
    wandering = report["wandering"]
    assert wandering["share_viewers"] == 0.6 and wandering["share_non_viewers"] < 0.2
    assert wandering["finding"] is True and "60.0%" in wandering["words"]["en"] and "60.0%" in wandering["words"]["ja"]


async def test_thresholds_windows_and_errors(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    now = await fill(analyzer)
    await analyzer.catch_up()
    report = await analyzer.get("/v1/reports/journeys", video="film", wander_products=5)
    assert report["classes"]["counts"]["wandering"] == 0 and report["classes"]["thresholds"]["wander_products"] == 5
    empty = await analyzer.get("/v1/reports/journeys", video="film", from_=to_rfc3339(now - DAY))
    assert empty["sizes"]["viewers"] == 0 and empty["wandering"]["reasons"]["finding"] == "no_overlap"
    await analyzer.get("/v1/reports/journeys", video="nothing", expect=404)
    await analyzer.get("/v1/reports/journeys", video="film", goal="nothing", expect=422)
    reversed_window = {"from_": to_rfc3339(now), "to": to_rfc3339(now - DAY)}
    await analyzer.get("/v1/reports/journeys", video="film", **reversed_window, expect=422)


async def test_the_page_of_an_order_tells_nothing_about_it(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    start = system_clock() - 2 * DAY
    for number in range(80):
        steps = [open_page("/"), VIEW, look_at("p1"), *([{"event": "Coupon Seen"}] if number % 8 else [])]
        # The page of an order comes a moment before the order itself.
        walk(analyzer, f"b{number}", start, *steps)
        end = start + len(steps) * MINUTE
        for place, step in enumerate((open_page("/thanks"), BUY)):
            context = {"sessionId": f"s-b{number}"}
            fields = {**step, "anonymousId": f"b{number}", "context": context, "ts": end + place * 20}
            analyzer.log.send("shop", fields)
    for number in range(200):
        coupon = [{"event": "Coupon Seen"}] if number % 2 else []
        walk(analyzer, f"w{number}", start, open_page("/"), VIEW, look_at("p1"), *coupon, look_at("p2"))
    await analyzer.catch_up()
    report = await analyzer.get("/v1/reports/journeys", video="film")
    assert "page:/thanks" in report["diagnostics"]["steps_left_out"]
    found = [one for one in report["patterns"] if one["q_value"] <= 0.05]
    assert any("event:Coupon Seen" in one["pattern"] for one in found)
    assert not any({"page:/thanks", "purchase"} & set(one["pattern"]) for one in report["patterns"])
