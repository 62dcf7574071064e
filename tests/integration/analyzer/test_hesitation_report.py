"""The hesitation job and report through the API: fixed weights until there is data, then fitted and published."""

from shared import keys
from shared.clock import system_clock, to_rfc3339
from shared.rules.hesitation import FIXED
from shared.snapshot.model import decode_snapshot
from tests.integration.analyzer.bulk import send_bulk
from tests.integration.analyzer.conftest import Analyzer

HOUR = 3_600_000
DAY = 24 * HOUR
MINUTE = 60_000


def send_sessions(analyzer: Analyzer, sessions: int, now: int) -> None:
    """Who puts something into the cart buys mostly; who goes back and forth mostly leaves."""
    messages = []
    for number in range(sessions):
        buys = number % 3 == 0
        names = ["page", "Product Viewed", "Product Viewed", "Product Viewed"]
        products = [None, "p1", "p2", "p1" if number % 2 else "p3"]
        if buys:
            names.append("Product Added")
            products.append("p1")
        if buys and number % 5:
            names.append("Order Completed")
            products.append(None)
        start = now - 3 * DAY + number * MINUTE
        messages += [
            {
                "event": name,
                "anonymousId": f"v{number}",
                "context": {"sessionId": f"s{number}"},
                "properties": {"product_id": product, "revenue": 10},
                "ts": start + place * 10_000,
            }
            for place, (name, product) in enumerate(zip(names, products, strict=True))
        ]
    send_bulk(analyzer.log, "shop", messages, now=now)


async def test_fixed_weights_until_there_is_data(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    await analyzer.run_job("hesitation")
    report = await analyzer.get("/v1/reports/hesitation")
    assert report["in_use"] == "fixed" and report["sessions"] == 0 and report["calibration"] == []
    assert report["reasons"]["model"] == report["reasons"]["log_loss"] == "too_few_sessions"
    assert report["reasons"]["base_rate"] == "no_sessions"
    assert report["model"]["intercept"] == FIXED.intercept


async def test_a_fitted_score_is_published_and_used(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    now = system_clock()
    send_sessions(analyzer, 900, now)
    run = await analyzer.run_job("hesitation")
    assert run["rows"] == 900
    report = await analyzer.get("/v1/reports/hesitation")
    assert report["in_use"] == "fitted" and report["reasons"] == {}
    assert report["sessions"] == 900 and report["bought"] == 240 and report["held_out"] == 900
    assert report["log_loss"] < report["log_loss_base"] and report["auc"] > 0.6
    assert sum(one["sessions"] for one in report["calibration"]) == report["held_out"]
    carts = next(one for one in report["drivers"] if one["feature"] == "cart_adds")
    assert carts["towards"] == "buying" and carts["meaning"]["ja"]

    publisher = analyzer.state.publisher
    await publisher.publish()
    raw = await analyzer.state.client.get(keys.SNAPSHOT)
    assert isinstance(raw, bytes)
    snapshot = decode_snapshot(raw)
    model = snapshot.sites[0].hesitation
    assert model is not None and list(model.weights) == list(report["model"]["weights"].values())

    rule = {"fact": "hesitation", "op": "ge", "value": 0.5}
    await analyzer.post("/v1/segments", {"id": "torn", "name": "T", "kind": "rule", "rule": rule})
    await analyzer.run_job("segments")
    members = (await analyzer.get("/v1/segments/torn/members", limit=1_000))["items"]
    assert len(members) == 600, "those who bought have no score any more"
    await analyzer.get("/v1/reports/hesitation", from_=to_rfc3339(now - DAY), expect=200)
    await analyzer.get("/v1/reports/hesitation", goal="nothing", expect=422)
