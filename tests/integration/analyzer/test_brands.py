"""Brands alike: learnt by the job from who deals with which, published, and counted in segments as it is live."""

import json
from pathlib import Path
from typing import Any

import redis

from shared import keys
from shared.clock import system_clock
from shared.settings import AnalyzerSettings
from shared.snapshot.model import Site, decode_snapshot
from tests.integration.analyzer.bulk import send_bulk
from tests.integration.analyzer.conftest import Analyzer
from tests.integration.analyzer.test_segments import list_members
from tests.processes import wait_until

DAY = 86_400_000
CONSIDERING = Path(__file__).parents[2] / "golden" / "rules" / "considering.json"


def view(who: str, ts: int, **properties: Any) -> dict[str, Any]:
    return {"event": "Product Viewed", "anonymousId": who, "properties": properties, "ts": ts}


def order(who: str, ts: int, *products: dict[str, Any]) -> dict[str, Any]:
    properties = {"order_id": f"o-{who}", "revenue": 1, "products": list(products)}
    return {"event": "Order Completed", "anonymousId": who, "properties": properties, "ts": ts}


def build_visits(now: int) -> list[dict[str, Any]]:
    """Forty deal with acme and zen both, forty with one of kin and lux each; the pot is acme's by its import only."""
    visits = []
    for number in range(40):
        visits += [
            view(f"v{number}", now - 2 * DAY, product_id="pot"),
            order(f"v{number}", now - DAY, {"product_id": "cup", "brand": "zen"}),
            view(f"w{number}", now - DAY, product_id="tray", brand="kin" if number % 2 else "lux"),
        ]
    return visits


async def read_site(settings: AnalyzerSettings) -> Site:
    with redis.Redis.from_url(settings.valkey_url, protocol=2) as client:
        raw = client.get(keys.SNAPSHOT)
    assert isinstance(raw, bytes)
    return next(site for site in decode_snapshot(raw).sites if site.id == "shop")


async def test_brands_alike_are_learnt_published_and_raise_each_other(
    analyzer: Analyzer, settings: AnalyzerSettings
) -> None:
    now = system_clock()
    # On another site all the brands go together.
    await analyzer.create_site("other")
    elsewhere = [view(f"x{number}", now, brand=brand) for number in range(30) for brand in ("acme", "kin", "lux")]
    send_bulk(analyzer.log, "other", elsewhere, now=now)
    await analyzer.create_site()
    imported = {"product_id": "pot", "brand": "acme"}
    catalogue = {"event": "Product Imported", "anonymousId": "import-products", "context": {"internal": True}}
    older = {**catalogue, "properties": {**imported, "brand": "old"}, "ts": now - 9 * DAY}
    newer = {**catalogue, "properties": imported, "ts": now - 8 * DAY}
    send_bulk(analyzer.log, "shop", [older, newer, *build_visits(now)], now=now)
    analyzer.log.send("shop", view("fan", now - 1_000, product_id="pot"), view("fan", now - 999, product_id="pot"))
    analyzer.log.send("shop", order("buyer", now - 1_000, {"product_id": "pot", "brand": "acme"}))
    for brand, least in (("acme", 1.9), ("zen", 1.9), ("kin", 0.9)):
        rule = {"fact": f"brand.{brand}", "op": "ge", "value": least}
        await analyzer.post("/v1/segments", {"id": f"like-{brand}", "name": brand, "kind": "rule", "rule": rule})
    await analyzer.run_job("segments")
    assert await list_members(analyzer, "like-acme") == ["buyer"], "whose the pot is, no run has learnt yet"

    assert (await analyzer.run_job("lookalike"))["status"] == "succeeded"

    async def is_published() -> bool:
        return (await read_site(settings)).brands is not None

    await wait_until(is_published, "the brands in the snapshot")
    brands = (await read_site(settings)).brands
    assert brands is not None and brands.brand_of == {"pot": "acme"}
    assert [name for name, _ in brands.similar["acme"]] == ["zen"] and "kin" not in brands.similar
    similarity = brands.similar["acme"][0][1]
    assert 0.3 < similarity < 0.6

    await analyzer.run_job("segments")
    assert {"buyer", "fan"} <= set(await list_members(analyzer, "like-acme"))
    zen = set(await list_members(analyzer, "like-zen"))
    assert {f"v{number}" for number in range(40)} <= zen and "fan" not in zen
    assert ("buyer" in zen) == (5 * similarity / 2 >= 1.9)
    assert len(await list_members(analyzer, "like-kin")) == 20
    before = (await read_site(settings)).brands
    await analyzer.run_job("lookalike")
    assert (await read_site(settings)).brands == before

    await analyzer.post("/v1/forget", {"visitor": "buyer"})

    async def is_forgotten() -> bool:
        await analyzer.run_job("segments")
        return "buyer" not in await list_members(analyzer, "like-acme")

    await wait_until(is_forgotten, "nobody who was erased is fond of a brand")


async def test_the_product_of_interest_in_a_segment(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    now = system_clock()
    pot = {"product_id": "pot"}
    analyzer.log.send("shop", view("v1", now - 9, **pot), view("v1", now - 8, **pot), view("v1", now, product_id="cup"))
    analyzer.log.send("shop", view("v2", now - 9, **pot), order("v2", now - 8, pot))
    asked = {"event": "Document Requested", "properties": pot, "anonymousId": "v3", "ts": now - 5 * DAY}
    analyzer.log.send("shop", view("v3", now, product_id="cup"), asked)
    rule = {"fact": "product_of_interest", "op": "in", "value": ["pot", "kettle"]}
    await analyzer.post("/v1/segments", {"id": "pot", "name": "Pot", "kind": "rule", "rule": rule})
    await analyzer.run_job("segments")
    assert await list_members(analyzer, "pot") == ["v1", "v3"]
    facts = {fact["name"]: fact for fact in (await analyzer.get("/v1/facts"))["items"]}
    assert facts["product_of_interest"]["type"] == "string" and facts["brand.<name>"]["type"] == "number"
    assert all(facts[name]["meaning"]["ja"] for name in ("product_of_interest", "brand.<name>"))
    wrong = {"id": "x", "name": "X", "kind": "rule", "rule": {"fact": "brand.", "op": "ge", "value": 1}}
    refused = await analyzer.post("/v1/segments", wrong, expect=422)
    assert refused["errors"][0]["pointer"].startswith("/rule")


async def test_who_asked_for_a_document_is_in_consideration(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    now = system_clock()
    rule = json.loads(CONSIDERING.read_text())
    await analyzer.post("/v1/segments", {"id": "considering", "name": "C", "kind": "rule", "rule": rule})

    def asks(who: str, ago: int) -> dict[str, Any]:
        return {"event": "Document Requested", "anonymousId": who, "ts": now - ago}

    analyzer.log.send("shop", asks("asked", DAY), asks("long-ago", 31 * DAY), view("looked", now, product_id="pot"))
    analyzer.log.send("shop", asks("bought", 2 * DAY), order("bought", now - DAY))
    await analyzer.run_job("segments")
    assert await list_members(analyzer, "considering") == ["asked"]
    analyzer.log.send("shop", order("asked", now))
    await analyzer.run_job("segments")
    assert await list_members(analyzer, "considering") == []
