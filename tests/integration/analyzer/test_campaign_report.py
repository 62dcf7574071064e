"""A campaign's arms counted from decisions, prompt events and orders, by hand."""

from shared.clock import system_clock
from shared.log.entry import Decisions, LoggedDecision
from tests.integration.analyzer.conftest import Analyzer
from tests.integration.analyzer.test_admin import VARIANT

MINUTE = 60_000


def make_decision(person: str, outcome: str, variant: str | None, at: int) -> LoggedDecision:
    return LoggedDecision(
        f"d-{person}-{at}", "shop", person, None, None, at, "page_view", "/", 1, [("c1", outcome, variant, 0.5)], {}
    )


async def test_arms_count_persons(analyzer: Analyzer) -> None:
    await analyzer.create_site(currency="USD", rates={"EUR": 2.0})
    await analyzer.post("/v1/campaigns", {"id": "c1", "name": "C", "holdout": 0.5, "variants": [VARIANT]})
    t = system_clock() - 60 * MINUTE

    def prompt(person: str, event: str, minute: int, **properties: str) -> None:
        fields = {"campaign_id": "c1", **properties}
        analyzer.log.send(
            "shop", {"event": event, "anonymousId": person, "properties": fields, "ts": t + minute * MINUTE}
        )

    def order(person: str, minute: int, **properties: object) -> None:
        fields = {"order_id": f"o-{person}-{minute}", **properties}
        analyzer.log.send(
            "shop", {"event": "Order Completed", "anonymousId": person, "properties": fields, "ts": t + minute * MINUTE}
        )

    decisions = [make_decision(p, "served", "a", t) for p in ("p1", "p2", "p3", "p4")]
    decisions += [make_decision(p, "holdout", None, t) for p in ("h1", "h2")]
    decisions += [make_decision("p1", "served", "a", t + 1), make_decision("x", "audience", None, t)]
    analyzer.log.append(0, Decisions(decisions))
    for person in ("p1", "p2", "p3"):
        prompt(person, "Prompt Shown", 1, variant_id="a")
    prompt("p1", "Prompt Clicked", 2, variant_id="a")
    prompt("p1", "Prompt Dismissed", 3, variant_id="a")
    prompt("p2", "Prompt Dismissed", 2, variant_id="a")
    prompt("h1", "Prompt Withheld", 1)
    order("p1", 5, revenue=10, currency="EUR")
    order("p1", 6, revenue="2.50")
    order("p1", 7, revenue=99, currency="JPY")
    order("p3", 0, revenue=10)
    order("h1", 9, revenue=1)
    await analyzer.catch_up()
    report = await analyzer.get("/v1/reports/campaigns/c1")
    figures = ("assigned", "triggered", "shown", "clicked", "dismissed", "converted", "value")
    arms = {arm["id"]: tuple(arm[figure] for figure in figures) for arm in report["arms"]}
    assert arms == {"a": (4, 3, 3, 1, 2, 1, 22.5), "holdout": (2, 1, 0, 0, 0, 1, 1.0)}
    assert report["diagnostics"] == {"conversions_without_value": 1}
    quadrants = {name: (one["count"], one["persons"]) for name, one in report["quadrants"].items()}
    assert quadrants == {
        "clicked_converted": (1, ["p1"]),
        "clicked_not": (0, []),
        "shown_not_clicked": (1, ["p3"]),
        "dismissed": (1, ["p2"]),
    }
    assert report["reasons"]["uplift"] == "not_computed" and report["uplift"] is None
    await analyzer.get("/v1/reports/campaigns/nothing", expect=404)
