"""Lookalikes through the API: a planted likeness is found, nothing is learnt from the outcome's own traces."""

import csv
import io
from hashlib import sha256
from random import Random
from typing import Any

from shared.clock import system_clock
from shared.settings import AnalyzerSettings
from tests.integration.analyzer.bulk import send_bulk
from tests.integration.analyzer.conftest import Analyzer
from tests.integration.analyzer.test_segments import list_members, read_changes

DAY = 86_400_000
MINUTE = 60_000
VIEWED_AND_BOUGHT = {
    "all": [
        {"watched": {"video": "film", "from": 0, "to": 10}},
        {"fact": "orders.count", "op": "ge", "value": 1},
    ]
}


def build_visits(persons: int, now: int) -> list[dict[str, Any]]:
    """Who looks at tea often views the film and buys; who looks at cups hardly ever does. Everybody looks at both."""
    draw = Random(5)
    messages: list[dict[str, Any]] = []
    for number in range(persons):
        likes_tea = number % 2 == 0
        joins = draw.random() < (0.4 if likes_tea else 0.04)
        at = now - draw.randrange(5, 60) * DAY

        def add(event: str, properties: dict[str, Any] | None = None, *, who: str = f"v{number}") -> None:
            nonlocal at
            at += 2 * MINUTE
            messages.append({"event": event, "anonymousId": who, "properties": properties or {}, "ts": at})

        add("page", {"path": "/"})
        for _ in range(draw.randrange(2, 6)):
            category = "tea" if (draw.random() < 0.8) == likes_tea else "cups"
            add("Product Viewed", {"product_id": f"p{draw.randrange(9)}", "category": category})
        if joins:
            watch = {"content_asset_id": "film", "total_length": 20, "played": [[0, 20]], "session_id": "w"}
            add("Video Content Playing", watch)
            add("Checkout Started")
            at += 5_000 - 2 * MINUTE
            add("page", {"path": "/thanks"})
            at += 20 - 2 * MINUTE
            add("Order Completed", {"order_id": f"o{number}", "revenue": 10})
            add("page", {"path": "/account"})
    return messages


async def test_a_planted_likeness_is_found(analyzer: Analyzer, settings: AnalyzerSettings) -> None:
    await analyzer.create_site()
    now = system_clock()
    send_bulk(analyzer.log, "shop", build_visits(900, now), now=now)
    seed = {"id": "fans", "name": "F", "kind": "rule", "rule": VIEWED_AND_BOUGHT}
    await analyzer.post("/v1/segments", seed)
    await analyzer.post(
        "/v1/segments", {"id": "like-fans", "name": "L", "kind": "lookalike", "seed": "fans", "size": 0.2}
    )
    await analyzer.run_job("lookalike")
    report = await analyzer.get("/v1/reports/lookalikes/like-fans")
    fans, alike = await list_all(analyzer, "fans"), await list_all(analyzer, "like-fans")
    assert report["seed_members"] == len(fans) and report["members"] == len(alike) and not set(fans) & set(alike)
    assert report["candidates"] == 900 - len(fans) and len(alike) == -(-report["candidates"] // 5)
    assert 0.6 < report["auc"] < 0.8 and report["auc_low"] > 0.5 and report["reasons"] == {}
    assert report["warnings"] == []
    lift = [tenth["lift"] for tenth in report["lift"]]
    # Of the ten people in one tenth of them few are members, and which changes with the hour: three tell more.
    assert sum(lift[:3]) > 3 * 1.4 and sum(lift[-3:]) < 3 * 0.6 and len(lift) == 10
    assert sum(1 for name in alike if int(name[1:]) % 2 == 0) > 0.9 * len(alike), "they like tea"
    towards = {one["feature"]: one["towards"] for one in report["drivers"][:4]}
    assert towards["category:tea"] == "seed" and report["drivers"][0]["meaning"]["ja"]
    used = {one["feature"] for one in report["drivers"]}
    assert not used & {"orders", "any_orders", "checkouts", "videos", "video_events"}
    assert {"Order Completed", "Checkout Started"} <= set(report["left_out"]["events"])
    assert report["left_out"]["videos"] == ["film"]
    shares = [one["share"] for one in report["sizes"]]
    assert shares == sorted(shares) and report["sizes"][-1]["captured"] > 0.6

    changes = {entry.person_id: entry for _, entry in read_changes(settings)}
    assert all(changes[name].add == ["like-fans"] for name in alike)
    assert (await analyzer.run_job("lookalike"))["rows"] == 0, "the same again, and no difference"
    assert (await analyzer.run_job("segments"))["rows"] == 0, "the other job leaves them alone"

    # Somebody among them logs in: the visitor goes, the user comes.
    user = {"type": "identify", "anonymousId": alike[0], "userId": "u1", "ts": now}
    analyzer.log.send("shop", user)
    assert (await analyzer.run_job("segments"))["rows"] >= 2
    alike = ["u1" if name == alike[0] else name for name in alike]
    assert set(await list_all(analyzer, "like-fans")) == set(alike)

    # A rule may name them, and a smaller size takes the best of them.
    named = {"id": "known", "name": "K", "kind": "rule", "rule": {"segment": "like-fans"}}
    await analyzer.post("/v1/segments", named)
    await analyzer.call("PATCH", "/v1/segments/like-fans", {"version": 1, "size": 25})
    await analyzer.run_job("lookalike")
    assert set(await list_all(analyzer, "known")) == set(alike)
    fewer = await list_all(analyzer, "like-fans")
    assert len(fewer) == 25 and set(fewer) < set(alike)


async def list_all(analyzer: Analyzer, segment: str) -> list[str]:
    return [one["id"] for one in (await analyzer.get(f"/v1/segments/{segment}/members", limit=1_000))["items"]]


async def test_the_best_customers_and_the_most_engaged_need_no_segment(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    now = system_clock()
    visits = build_visits(1_500, now)
    send_bulk(analyzer.log, "shop", visits, now=now)
    for name in ("best_customers", "most_engaged"):
        body = {"id": name, "name": name, "kind": "lookalike", "seed": f"*{name}", "size": 10}
        await analyzer.post("/v1/segments", body)
    await analyzer.run_job("lookalike")
    fans = sum(1 for one in visits if one["event"] == "Order Completed")
    best = await analyzer.get("/v1/reports/lookalikes/best_customers")
    engaged = await analyzer.get("/v1/reports/lookalikes/most_engaged")
    assert best["seed_members"] == engaged["seed_members"] == -(-fans // 5)
    assert best["auc"] is not None and "Checkout Started" in best["left_out"]["events"]
    assert engaged["left_out"] == {"events": [], "videos": ["*"], "categories": [], "features": []}
    assert engaged["candidates"] == 1_500 - fans, "who has viewed anything is no candidate"
    assert len(await list_all(analyzer, "most_engaged")) == 10
    body = {"id": "x", "name": "x", "kind": "lookalike", "seed": "*everybody"}
    await analyzer.post("/v1/segments", body, expect=422)


async def test_too_few_members_and_errors(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    analyzer.log.send("shop", {"event": "E", "anonymousId": "v1", "ts": system_clock()})
    await analyzer.post("/v1/segments", {"id": "vip", "name": "V", "kind": "list", "members": ["v1"]})
    await analyzer.post("/v1/segments", {"id": "like", "name": "L", "kind": "lookalike", "seed": "vip"})
    before = await analyzer.get("/v1/reports/lookalikes/like")
    assert before["auc"] is None and before["reasons"]["auc"] == "too_few_members", "no run yet: computed"
    await analyzer.run_job("lookalike")
    report = await analyzer.get("/v1/reports/lookalikes/like")
    assert report["seed_members"] == 1 and report["lift"] == [] and report["reasons"]["members"] == "too_few_members"
    assert await list_members(analyzer, "like") == []
    await analyzer.get("/v1/reports/lookalikes/vip", expect=404)
    await analyzer.get("/v1/reports/lookalikes/nothing", expect=404)
    await analyzer.get("/v1/reports/lookalikes/like", goal="nothing", expect=422)
    refused = await analyzer.post(
        "/v1/segments", {"id": "again", "name": "A", "kind": "lookalike", "seed": "like"}, expect=422
    )
    assert refused["errors"][0]["code"] == "is_lookalike"


async def download(analyzer: Analyzer, segment: str, **query: str) -> list[list[str]]:
    answer = await analyzer.client.get(
        f"/v1/segments/{segment}/members.csv", params=query, headers={"Authorization": f"Bearer {analyzer.key}"}
    )
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/csv")
    assert f'filename="{segment}.csv"' in answer.headers["content-disposition"]
    return list(csv.reader(io.StringIO(answer.text)))


async def test_members_are_downloaded_with_hashed_contacts(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    now = system_clock()

    def tell(who: str, user: str | None, **traits: Any) -> None:
        message = {"type": "identify", "anonymousId": who, "userId": user, "traits": traits, "ts": now}
        analyzer.log.send("shop", message)

    tell("v1", "u1", email=" Ann@Example.COM ", phone="+81 90-1234-5678")
    tell("v2", "u2", email="none", phone="090 1234 5678")
    tell("=v3", None, email="b@example.com")
    analyzer.log.send(
        "shop",
        {
            "type": "identify",
            "anonymousId": "v4",
            "traits": {"email": "c@example.com"},
            "context": {"consent": {"personalisation": False}},
            "ts": now,
        },
    )
    body = {"id": "all", "name": "A", "kind": "list", "members": ["u1", "u2", "=v3", "v4"]}
    await analyzer.post("/v1/segments", body)
    await analyzer.run_job("segments")
    ann, bob = (sha256(text).hexdigest() for text in (b"ann@example.com", b"b@example.com"))
    with_plus, without = (sha256(text).hexdigest() for text in (b"+819012345678", b"819012345678"))
    rows = await download(analyzer, "all")
    assert rows[0] == ["id", "user_id", "anonymous_ids", "since", "email_sha256", "phone_sha256"]
    told = {row[0]: (row[1], row[2], row[4], row[5]) for row in rows[1:]}
    assert told == {
        "u1": ("u1", "v1", ann, with_plus),
        "u2": ("u2", "v2", "", ""),
        "'=v3": ("", "'=v3", bob, ""),
        "v4": ("", "v4", "", ""),
    }
    assert sorted(await download(analyzer, "all", format="google")) == sorted(
        [["Email", "Phone"], [ann, with_plus], [bob, ""]]
    )
    assert sorted(await download(analyzer, "all", format="meta")) == sorted(
        [["email", "phone"], [ann, without], [bob, ""]]
    )
    await analyzer.get("/v1/segments/nothing/members.csv", expect=404)
