"""The admin API on a real control database: CRUD, versions, tenants, errors that name the field."""

from typing import Any, get_args

import pytest

from shared.wire.decide import WhenType
from tests.integration.analyzer.conftest import ADMIN_KEY, Analyzer

VARIANT = {"id": "a", "kind": "popup", "content": {"title": "Hello", "cta": {"label": "Go", "url": "/x"}}}


def make_campaign(**fields: Any) -> dict[str, Any]:
    return {"id": "c1", "name": "Campaign", "variants": [VARIANT], **fields}


def find_error(problem: dict[str, Any], pointer: str) -> dict[str, Any]:
    found = [error for error in problem["errors"] if error["pointer"] == pointer]
    assert found, problem
    return dict(found[0])


async def test_a_site_starts_with_its_keys_and_the_goal_purchase(analyzer: Analyzer) -> None:
    site = await analyzer.create_site(currency="JPY", time_zone="Asia/Tokyo")
    assert site["secret_key"] and site["signing_key"] and site["write_keys"] == [site["write_key"]]
    shown = await analyzer.get("/v1/sites/shop")
    assert "secret_key" not in shown and shown["currency"] == "JPY"
    goals = await analyzer.get("/v1/goals")
    assert [(goal["id"], goal["event"], goal["window_days"]) for goal in goals["items"]] == [
        ("purchase", "Order Completed", 7)
    ]
    problem = await analyzer.post("/v1/sites", {"name": "Another"}, expect=401)
    assert problem["code"] == "admin_key_needed"


async def test_no_key_or_a_wrong_one_is_401(analyzer: Analyzer) -> None:
    assert (await analyzer.get("/v1/goals", key="sk_wrong", expect=401))["code"] == "unknown_key"
    answer = await analyzer.client.get("/v1/goals")
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"


async def test_tenants_do_not_see_each_other(analyzer: Analyzer) -> None:
    first = await analyzer.create_site("first")
    await analyzer.post("/v1/campaigns", make_campaign())
    second = await analyzer.create_site("second")
    assert (await analyzer.get("/v1/campaigns"))["items"] == []
    await analyzer.get("/v1/campaigns/c1", expect=404)
    await analyzer.call("PATCH", "/v1/campaigns/c1", {"version": 1, "name": "Mine"}, expect=404)
    await analyzer.call("DELETE", "/v1/campaigns/c1", expect=404)
    await analyzer.get("/v1/sites/first", expect=404)
    await analyzer.get("/v1/goals", site="first", expect=404)
    assert [site["id"] for site in (await analyzer.get("/v1/sites"))["items"]] == ["second"]
    await analyzer.post("/v1/campaigns", make_campaign(name="Same id, other site"), key=second["secret_key"])
    assert (await analyzer.get("/v1/campaigns/c1", key=first["secret_key"]))["name"] == "Campaign"
    assert len((await analyzer.get("/v1/sites", key=ADMIN_KEY))["items"]) == 2


async def test_lists_go_page_by_page(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    for place in range(5):
        await analyzer.post("/v1/videos", {"id": f"v{place}", "title": f"Video {place}"})
    first = await analyzer.get("/v1/videos", limit=2)
    second = await analyzer.get("/v1/videos", limit=2, cursor=first["next_cursor"])
    third = await analyzer.get("/v1/videos", limit=2, cursor=second["next_cursor"])
    found = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert found == ["v0", "v1", "v2", "v3", "v4"] and third["next_cursor"] is None
    assert find_error(await analyzer.get("/v1/videos", cursor="!", expect=422), "/cursor")


async def test_two_writers_to_one_campaign(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    campaign = await analyzer.post("/v1/campaigns", make_campaign())
    assert campaign["version"] == 1 and campaign["status"] == "draft" and campaign["audience"] == {"all": []}
    changed = await analyzer.call("PATCH", "/v1/campaigns/c1", {"version": 1, "status": "running"})
    assert changed["version"] == 2 and changed["status"] == "running"
    stale = await analyzer.call("PATCH", "/v1/campaigns/c1", {"version": 1, "name": "Too late"}, expect=409)
    assert stale["code"] == "stale_version"
    missing = await analyzer.call("PATCH", "/v1/campaigns/c1", {"name": "Blind"}, expect=428)
    assert missing["code"] == "version_missing"
    assert (await analyzer.get("/v1/campaigns/c1"))["name"] == "Campaign"
    await analyzer.post("/v1/campaigns", make_campaign(), expect=409)
    await analyzer.call("DELETE", "/v1/campaigns/c1", expect=204)
    await analyzer.get("/v1/campaigns/c1", expect=404)


@pytest.mark.parametrize("kind", get_args(WhenType))
async def test_only_the_type_of_a_moment_is_needed(analyzer: Analyzer, kind: str) -> None:
    await analyzer.create_site()
    variant = {"id": "a", "kind": "inline", "content": {"title": "Nowhere in particular"}}
    campaign = await analyzer.post("/v1/campaigns", make_campaign(when={"type": kind}, variants=[variant]))
    assert campaign["when"] == {"type": kind}


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"holdout": 1.5}, "/holdout"),
        ({"nmae": "typo"}, "/nmae"),
        ({"priority": "5"}, "/priority"),
        ({"goal": "nothing"}, "/goal"),
        ({"audience": {"all": [{"fact": "page.pth", "op": "eq", "value": "/"}]}}, "/audience/all/0/fact"),
        ({"audience": {"segment": "nobody"}}, "/audience/segment"),
        ({"audience": {"event": "Order Completed", "within": "90d"}}, "/audience/within"),
        ({"when": {"type": "someday"}}, "/when/type"),
        ({"variants": []}, "/variants"),
        ({"variants": [VARIANT, VARIANT]}, "/variants/1/id"),
        (
            {"variants": [{**VARIANT, "content": {"cta": {"label": "x", "url": "javascript:alert(1)"}}}]},
            "/variants/0/content/cta/url",
        ),
        ({"variants": [{**VARIANT, "content": {"video": {"start_at": 5}}}]}, "/variants/0/content/video/id"),
        (
            {"variants": [{**VARIANT, "content": {"video": {"related": True, "src": "/x.mp4"}}}]},
            "/variants/0/content/video/src",
        ),
        (
            {"variants": [{**VARIANT, "content": {"video": {"related": False, "id": "x"}}}]},
            "/variants/0/content/video/related",
        ),
        ({"schedule": {"from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}}, "/schedule/to"),
        ({"frequency": {"per_visitor": {"count": 0, "days": 1}}}, "/frequency/per_visitor/count"),
        ({"id": "Not An Id"}, "/id"),
    ],
)
async def test_a_wrong_field_is_named(analyzer: Analyzer, fields: dict[str, Any], pointer: str) -> None:
    await analyzer.create_site()
    problem = await analyzer.post("/v1/campaigns", make_campaign(**fields), expect=422)
    assert problem["code"] == "invalid" and problem["message"] == problem["title"]
    assert find_error(problem, pointer)["detail"]


async def test_not_json_and_a_missing_field(analyzer: Analyzer) -> None:
    site = await analyzer.create_site()
    answer = await analyzer.client.post(
        "/v1/campaigns",
        content=b"{",
        headers={"Authorization": f"Bearer {site['secret_key']}", "Content-Type": "application/json"},
    )
    assert answer.status_code == 400 and answer.json()["code"] == "not_json"
    assert find_error(await analyzer.post("/v1/campaigns", {"name": "x"}, expect=422), "/variants")
    nan = {"id": "g", "name": "x", "where": [{"property": "p", "op": "eq", "value": float("nan")}]}
    assert (await analyzer.post("/v1/goals", nan, expect=422))["code"] == "invalid"


async def test_what_is_in_use_stays(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    await analyzer.post("/v1/goals", {"id": "signup", "name": "Sign-up", "event": "Signed Up"})
    rule = {"fact": "orders.count", "op": "ge", "value": 1}
    await analyzer.post("/v1/segments", {"id": "buyers", "name": "Buyers", "kind": "rule", "rule": rule})
    await analyzer.post(
        "/v1/segments", {"id": "others", "name": "Others", "kind": "rule", "rule": {"not": {"segment": "buyers"}}}
    )
    await analyzer.post("/v1/campaigns", make_campaign(goal="signup", audience={"segment": "others"}))
    for path in ("/v1/goals/signup", "/v1/segments/buyers", "/v1/segments/others"):
        assert (await analyzer.call("DELETE", path, expect=409))["code"] == "in_use"
    circle = {"version": 1, "rule": {"segment": "others"}}
    assert find_error(await analyzer.call("PATCH", "/v1/segments/buyers", circle, expect=422), "/rule")
    await analyzer.call("DELETE", "/v1/campaigns/c1")
    await analyzer.call("DELETE", "/v1/segments/others")
    await analyzer.call("DELETE", "/v1/goals/signup")


async def test_segments_need_what_their_kind_says(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    for kind, pointer in (("rule", "/rule"), ("list", "/members"), ("lookalike", "/seed")):
        problem = await analyzer.post("/v1/segments", {"id": "s", "name": "S", "kind": kind}, expect=422)
        assert find_error(problem, pointer)


async def test_facts_are_listed_in_both_languages(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    facts = {fact["name"]: fact for fact in (await analyzer.get("/v1/facts"))["items"]}
    assert facts["page.path"]["type"] == "string"
    assert all(fact["meaning"]["en"] and fact["meaning"]["ja"] for fact in facts.values())


async def test_a_rotated_key_stops_working(analyzer: Analyzer) -> None:
    site = await analyzer.create_site()
    rotated = await analyzer.post("/v1/sites/shop/keys", {"kind": "secret"})
    await analyzer.get("/v1/goals", key=site["secret_key"], expect=401)
    assert await analyzer.get("/v1/goals", key=rotated["key"])


async def test_openapi_is_complete(analyzer: Analyzer) -> None:
    document = (await analyzer.client.get("/openapi.json")).json()
    for path in ("/v1/sites", "/v1/goals", "/v1/segments", "/v1/campaigns", "/v1/videos", "/v1/webhooks", "/v1/facts"):
        assert "get" in document["paths"][path]
    for operations in document["paths"].values():
        assert all(operation.get("summary") for operation in operations.values())
    assert "bins" in document["components"]["schemas"]["MomentsShown"]["properties"]


async def test_unknown_addresses_are_problems(analyzer: Analyzer) -> None:
    assert (await analyzer.get("/v1/nothing", expect=404))["code"] == "not_found"
    assert (await analyzer.call("PUT", "/v1/goals", {}, expect=405))["code"] == "method_not_allowed"
