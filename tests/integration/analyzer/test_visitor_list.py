"""The list of persons by rule: who matches, page by page, and rules that cannot be evaluated."""

import json
from typing import Any

from shared.clock import system_clock
from tests.integration.analyzer.conftest import Analyzer


async def list_all(analyzer: Analyzer, **query: Any) -> list[dict[str, Any]]:
    """Return the items of every page."""
    items: list[dict[str, Any]] = []
    page = await analyzer.get("/v1/reports/visitors", **query)
    while True:
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        page = await analyzer.get("/v1/reports/visitors", cursor=page["next_cursor"], **query)


async def test_persons_by_rule_page_by_page(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    now = system_clock() - 3_600_000
    for number in range(7):
        user = {"userId": "u0"} if number == 0 else {}
        analyzer.log.send("shop", {"event": "Product Viewed", "anonymousId": f"v{number}", **user, "ts": now})
    for number in (0, 2, 4):
        order = {"event": "Order Completed", "anonymousId": f"v{number}", "properties": {"order_id": f"o{number}"}}
        analyzer.log.send("shop", {**order, "ts": now + 1000})
    await analyzer.catch_up()
    bought = json.dumps({"fact": "orders.count", "op": "ge", "value": 1})
    buyers = await list_all(analyzer, rule=bought, limit=2)
    assert [one["id"] for one in buyers] == ["u0", "v2", "v4"]
    assert buyers[0]["user_id"] == "u0" and buyers[0]["anonymous_ids"] == ["v0"] and buyers[0]["orders"] == 1
    assert (await analyzer.get("/v1/reports/visitors", rule=bought, limit=1))["total"] == 3
    everybody = await list_all(analyzer, limit=3)
    assert [one["id"] for one in everybody] == ["u0", *(f"v{number}" for number in range(1, 7))]
    assert everybody[1]["events"] == 1 and everybody[1]["user_id"] is None
    await analyzer.post("/v1/segments", {"id": "buyers", "name": "Buyers", "kind": "rule", "rule": json.loads(bought)})
    await analyzer.run_job("segments")
    of_segment = await list_all(analyzer, rule=json.dumps({"segment": "buyers"}))
    assert [one["id"] for one in of_segment] == ["u0", "v2", "v4"]


async def test_rules_that_cannot_be_evaluated_are_refused_in_words(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    for rule, code in (
        ("{", "not_json"),
        ('{"fact": "nope", "op": "eq", "value": 1}', None),
        ('{"segment": "no"}', None),
    ):
        problem = await analyzer.get("/v1/reports/visitors", rule=rule, expect=422)
        (error,) = problem["errors"]
        assert error["pointer"].startswith("/rule") and code in (None, error["code"])
    await analyzer.get("/v1/reports/visitors", cursor="%%", expect=422)
    assert (await analyzer.get("/v1/reports/visitors"))["items"] == []
