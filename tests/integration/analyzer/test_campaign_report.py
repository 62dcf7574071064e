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
    assert report["diagnostics"] == {"conversions_without_value": 1, "seen_in_two_arms": 0}
    quadrants = {name: (one["count"], one["persons"]) for name, one in report["quadrants"].items()}
    assert quadrants == {
        "clicked_converted": (1, ["p1"]),
        "clicked_not": (0, []),
        "shown_not_clicked": (1, ["p3"]),
        "dismissed": (1, ["p2"]),
    }
    clicked, dismissed = report["quadrants"]["clicked_converted"], report["quadrants"]["dismissed"]
    assert (clicked["seconds_to_click"], dismissed["seconds_to_close"]) == (60, 60)
    assert clicked["first_visit_share"] == 1 and clicked["representatives"] == ["p1"]
    assert clicked["next"] == [{"step": "Order Completed", "persons": 1}]
    assert dismissed["attributes"][0] == {
        "attribute": "device", "value": "unknown", "persons": 1, "share": 1, "baseline_share": 1
    }  # fmt: skip
    assert report["quadrants"]["clicked_not"]["first_visit_share"] is None
    assert report["reasons"]["uplift"] == "too_few_persons" and report["uplift"] is None
    await analyzer.get("/v1/reports/campaigns/nothing", expect=404)


async def test_the_uplift_is_that_of_triggered_against_withheld_persons(analyzer: Analyzer) -> None:
    await analyzer.create_site(currency="USD")
    await analyzer.post("/v1/campaigns", {"id": "c1", "name": "C", "holdout": 0.5, "variants": [VARIANT]})
    t = system_clock() - 60 * MINUTE
    decisions, messages = [], []
    for arm, persons, buyers in (("served", 120, 36), ("holdout", 100, 10)):
        for place in range(persons):
            person = f"{arm}-{place}"
            decisions.append(make_decision(person, arm, "a" if arm == "served" else None, t))
            event = "Prompt Shown" if arm == "served" else "Prompt Withheld"
            fields = {"campaign_id": "c1"} | ({"variant_id": "a"} if arm == "served" else {})
            # Every tenth is decided for, but never gets to the moment.
            if place % 10:
                messages.append({"event": event, "anonymousId": person, "properties": fields, "ts": t + MINUTE})
            if place % (persons // buyers) == 1:
                order = {"order_id": f"o-{person}", "revenue": 20}
                messages.append(
                    {"event": "Order Completed", "anonymousId": person, "properties": order, "ts": t + 2 * MINUTE}
                )
    # Seen in both arms, hence in neither.
    decisions += [make_decision("both", "served", "a", t), make_decision("both", "holdout", None, t + 1)]
    analyzer.log.append(0, Decisions(decisions))
    analyzer.log.send("shop", *messages)
    await analyzer.catch_up()
    report = await analyzer.get("/v1/reports/campaigns/c1")
    bought = {arm: sum(place % 10 > 0 and place % step == 1 for place in range(n)) for arm, n, step in (
        ("served", 120, 3), ("holdout", 100, 10)
    )}  # fmt: skip
    uplift = report["uplift"]
    assert (uplift["persons"], uplift["control_persons"]) == (108, 90)
    assert abs(uplift["estimate"] - (bought["served"] / 108 - bought["holdout"] / 90)) < 1e-9
    assert uplift["always_valid_low"] < uplift["ci_low"] < uplift["estimate"] < uplift["ci_high"]
    assert uplift["p_value"] < 0.01 and uplift["chance_to_win"] > 0.99
    assert abs(report["value_uplift"]["estimate"] - 20 * uplift["estimate"]) < 1e-9
    intended = report["intent_to_treat"]
    assert (intended["persons"], intended["control_persons"]) == (120, 100)
    assert report["by_variant"][0]["id"] == "a" and report["by_variant"][0]["uplift"] == uplift
    assert report["diagnostics"]["seen_in_two_arms"] == 1
    assert 0.1 < report["srm_p"] < 0.3
    unknown = dict.fromkeys(("uplift_adjusted", "value_uplift_adjusted"), "nothing_known_before")
    assert report["reasons"] == unknown, "nobody did anything before the prompt was due"
