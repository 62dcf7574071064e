"""Another choice of variants, judged from the log: by hand where the arms' chances were uneven."""

import json
from typing import Any

import pytest

from shared.clock import system_clock
from shared.log.entry import Decisions, LoggedDecision
from tests.integration.analyzer.conftest import Analyzer
from tests.integration.analyzer.test_admin import VARIANT

MINUTE = 60_000
ARMS = {"a": (0.2, 200, 0.5), "b": (0.6, 600, 0.2), "holdout": (0.2, 200, 0.1)}
"""Chance, persons, and share that bought."""


async def fill(analyzer: Analyzer) -> None:
    await analyzer.create_site(currency="USD")
    variants = [VARIANT | {"id": name} for name in "abc"]
    await analyzer.post("/v1/campaigns", {"id": "c1", "name": "C", "holdout": 0.2, "variants": variants})
    t = system_clock() - 60 * MINUTE
    decisions, messages = [], []
    for arm, (chance, persons, share) in ARMS.items():
        for number in range(persons):
            person, is_held = f"{arm}-{number}", arm == "holdout"
            outcome = "holdout" if is_held else "served"
            for turn, told in enumerate((chance, 0.9)):
                # Asked again, the engager knows the arm already; the first chance is what counts.
                candidates = [("c1", outcome, None if is_held else arm, told)]
                decision_id = f"d-{person}-{turn}"
                decisions.append(
                    LoggedDecision(
                        decision_id, "shop", person, None, None, t + turn, "page_view", "/", 1, list(candidates), {}
                    )
                )
            about = {"campaign_id": "c1"} | ({} if is_held else {"variant_id": arm})
            event = "Prompt Withheld" if is_held else "Prompt Shown"
            messages.append({"event": event, "anonymousId": person, "properties": about, "ts": t + MINUTE})
            if number < persons * share:
                order = {"event": "Order Completed", "properties": {"order_id": person, "revenue": 10}}
                messages.append(order | {"anonymousId": person, "ts": t + 2 * MINUTE})
    unlogged = {"event": "Prompt Shown", "properties": {"campaign_id": "c1", "variant_id": "a"}}
    messages.append(unlogged | {"anonymousId": "unlogged", "ts": t + MINUTE})
    analyzer.log.append(0, Decisions(decisions))
    analyzer.log.send("shop", *messages)
    await analyzer.catch_up()


async def ask(analyzer: Analyzer, policy: str | dict[str, Any], **more: Any) -> Any:
    text = policy if isinstance(policy, str) else json.dumps(policy)
    return await analyzer.get("/v1/reports/policy", campaign="c1", policy=text, **more)


async def test_policies_are_weighed_by_the_chances_of_the_log(analyzer: Analyzer) -> None:
    await fill(analyzer)
    always = await ask(analyzer, "always:a")
    conversion = always["conversion"]
    assert always["policy"] == {"a": 1} and always["reasons"] == {} and conversion["reasons"] == {}
    assert conversion["logged"] == pytest.approx((100 + 120 + 20) / 1_000)
    assert conversion["snips"]["estimate"] == pytest.approx(0.5)
    assert conversion["ips"]["estimate"] == pytest.approx(100 / 0.2 / 1_000)
    assert conversion["gain"]["estimate"] == pytest.approx(0.5 - 0.24)
    assert 0 < conversion["gain"]["ci_low"] < 0.26 < conversion["gain"]["ci_high"] < 0.4
    assert always["value"]["gain"]["estimate"] == pytest.approx(2.6)
    assert (always["ess"], always["max_weight"], always["mean_weight"]) == pytest.approx((200, 5, 1))
    sizes = always["sample_sizes"]
    assert (sizes["persons"], sizes["by_arm"], sizes["without_chance"]) == (
        1_000, {"a": 200, "b": 600, "holdout": 200}, 1
    )  # fmt: skip
    mixed = await ask(analyzer, {"a": 3, "b": 1})
    assert mixed["policy"] == {"a": 0.75, "b": 0.25}
    assert mixed["conversion"]["snips"]["estimate"] == pytest.approx(0.75 * 0.5 + 0.25 * 0.2)
    as_it_was = await ask(analyzer, {"a": 0.2, "b": 0.6, "holdout": 0.2})
    assert as_it_was["conversion"]["gain"]["estimate"] == pytest.approx(0, abs=1e-12)
    assert as_it_was["ess"] == pytest.approx(1_000) and as_it_was["warnings"] == []
    nobody = await ask(analyzer, "always:holdout")
    assert nobody["conversion"]["snips"]["estimate"] == pytest.approx(0.1)
    assert nobody["conversion"]["gain"]["ci_high"] < 0


async def test_what_the_log_does_not_support_has_a_reason(analyzer: Analyzer) -> None:
    await fill(analyzer)
    for policy in ("always:c", "even", '{"a": 1, "c": 0.01}'):
        report = await ask(analyzer, policy)
        assert report["conversion"]["reasons"] == dict.fromkeys(("logged", "ips", "snips", "gain"), "no_support")
        assert report["conversion"]["snips"] is None and report["ess"] is None and report["warnings"] == []
    early = await ask(analyzer, "always:a", to="2020-01-01")
    assert early["value"]["reasons"]["gain"] == "too_few_persons"


@pytest.mark.parametrize(
    "policy",
    ["always:", "always:x", "sometimes", "[]", "{}", "3", '{"x": 1}', '{"a": -1}', '{"a": "1"}', '{"a": 0}', "{"],
)
async def test_a_policy_that_cannot_be_read_is_named(analyzer: Analyzer, policy: str) -> None:
    await analyzer.create_site()
    await analyzer.post("/v1/campaigns", {"id": "c1", "name": "C", "variants": [VARIANT]})
    problem = await ask(analyzer, policy, expect=422)
    assert [one["pointer"] for one in problem["errors"]] == ["/policy"]


async def test_unknown_campaigns_and_goals(analyzer: Analyzer) -> None:
    await analyzer.create_site("other")
    await analyzer.post("/v1/campaigns", {"id": "c1", "name": "C", "variants": [VARIANT]})
    await analyzer.create_site()
    await ask(analyzer, "even", expect=404)
    await analyzer.get("/v1/reports/policy", campaign="c1", expect=422)
    await analyzer.post("/v1/campaigns", {"id": "c1", "name": "C", "variants": [VARIANT]})
    await ask(analyzer, "even", goal="nothing", expect=422)
    await ask(analyzer, "even", from_="2026-02-01", to="2026-01-01", expect=422)
    assert (await ask(analyzer, "even"))["conversion"]["reasons"]["logged"] == "too_few_persons"
