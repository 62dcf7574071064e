"""Loyalty factors through the analyzer: the ratio by hand, a planted cause found, a consequence told apart."""

import json
from typing import Any

import numpy as np
import pytest

from services.analyzer.video.moments import NEVER
from shared.clock import system_clock
from shared.log.entry import LoggedMessage, MessageGroup, Messages
from shared.log.partition import compute_partition
from tests.integration.analyzer.conftest import ADMIN_KEY, Analyzer
from tests.simulation.viewers import Plant, Scenario, simulate_viewers

DAY = 86_400_000
HOUR = 3_600_000
PERSONS = 1_500


def log_person(
    groups: dict[int, list[LoggedMessage]], person: str, acts: list[tuple[int, str, dict[str, Any]]]
) -> None:
    messages = groups.setdefault(compute_partition("shop", person, None), [])
    for turn, (at, event, properties) in enumerate(acts):
        kind: dict[str, Any] = {"type": "page"} if event == "page" else {"type": "track", "event": event}
        context = {"sessionId": f"{person}-{at - acts[0][0] < DAY}"}
        raw = json.dumps({**kind, "anonymousId": person, "properties": properties, "context": context}).encode()
        messages.append(LoggedMessage(f"{person}-{turn}", at, None, raw))


def send(analyzer: Analyzer, groups: dict[int, list[LoggedMessage]]) -> None:
    for place, messages in groups.items():
        for first in range(0, len(messages), 500):
            group = MessageGroup("shop", system_clock(), None, None, 0, messages[first : first + 500])
            analyzer.log.append(place, Messages([group]))


async def test_a_cause_is_found_and_a_consequence_is_told_apart(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    rng = np.random.default_rng(8)
    start = system_clock() - 60 * DAY
    groups: dict[int, list[LoggedMessage]] = {}
    did_ratio = {True: [0, 0], False: [0, 0]}
    for place in range(PERSONS):
        t0 = start + int(rng.integers(20 * DAY))
        keen = rng.normal()
        acts: list[tuple[int, str, dict[str, Any]]] = [(t0, "page", {"path": "/"})]
        acts += [(t0 + HOUR + i, "page", {"path": f"/p/{i}"}) for i in range(rng.poisson(6 * np.exp(0.6 * keen)))]
        searched = bool(rng.random() < 1 / (1 + np.exp(-keen)))
        if searched:
            acts.append((t0 + 2 * HOUR, "Products Searched", {"query": "tea"}))
        bought = bool(rng.random() < np.clip(0.12 + 0.03 * keen + 0.15 * searched, 0, 1))
        if bought:
            acts.append((t0 + 15 * DAY, "Order Completed", {"order_id": f"o{place}", "revenue": 10}))
            if rng.random() < 0.8:
                acts.append((t0 + 16 * DAY, "Product Reviewed", {}))
        did_ratio[searched][0] += bought
        did_ratio[searched][1] += 1
        log_person(groups, f"person-{place}", acts)
    send(analyzer, groups)
    run = await analyzer.run_job("factors")
    report = await analyzer.get("/v1/reports/factors")
    assert run["rows"] == len(report["factors"])
    factors = {one["behaviour"]: one for one in report["factors"]}
    searching, reviewing = factors["event:Products Searched"], factors["event:Product Reviewed"]
    rates = {did: count / total for did, (count, total) in did_ratio.items()}
    assert searching["ratio"] == pytest.approx(rates[True] / rates[False])
    assert searching["difference"] == pytest.approx(rates[True] - rates[False])
    assert searching["reach"] == pytest.approx(did_ratio[True][1] / PERSONS)
    assert searching["kind"] == "feature" and not searching["consequence"] and not searching["negative"]
    assert searching["ci_low"] < 0.15 < searching["ci_high"] and searching["q_value"] <= 0.05
    assert searching["effect"] < searching["difference"], "who searches wants to buy anyway"
    assert reviewing["consequence"] and reviewing["effect"] is None
    assert reviewing["ratio"] is not None and reviewing["reasons"]["effect"] == "too_few_viewers"
    assert {one["stage"]: one["persons"] for one in report["stages"]} == {
        "light": did_ratio[True][1] + did_ratio[False][1] - did_ratio[True][0] - did_ratio[False][0],
        "middle": did_ratio[True][0] + did_ratio[False][0],
        "core": 0,
    }
    assert reviewing["by_stage"]["light"] == 0 and reviewing["by_stage"]["middle"] > 0.7
    asked = await analyzer.get("/v1/reports/factors", landmark=3, middle=2, core=5)
    assert {one["stage"]: one["persons"] for one in asked["stages"]}["light"] == PERSONS
    assert searching["name"] is None and not searching["hidden"]
    light, middle, _ = report["next"]
    assert light["behaviours"][0]["behaviour"] == "event:Products Searched"
    usage = searching["by_stage"]["light"]
    assert light["behaviours"][0]["gain"] == pytest.approx(searching["effect"] * (1 - usage))
    assert "event:Product Reviewed" not in [one["behaviour"] for one in middle["behaviours"]], "it follows"
    problem = await analyzer.get("/v1/reports/factors", core=2, middle=2, expect=422)
    assert problem["errors"][0]["pointer"] == "/core"


async def test_a_site_without_anybody(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    report = await analyzer.get("/v1/reports/factors")
    assert (report["persons"], report["factors"], report["reasons"]) == (0, [], {"factors": "nobody"})


PLANTED = Plant(30, 42, 0.25)
VIEWERS = 2_500


def log_viewers(analyzer: Analyzer) -> list[set[int]]:
    """Log simulated viewers, who buy ten days after; returns which seconds each has watched."""
    sample = simulate_viewers(
        Scenario(viewers=VIEWERS, duration=90, plants=(PLANTED,)), np.random.default_rng(4)
    ).sample
    ranges: list[list[tuple[float, float]]] = [[] for _ in range(sample.views)]
    for view, start, end in zip(sample.range_view, sample.range_start, sample.range_end, strict=True):
        ranges[view].append((float(start), float(end)))
    began = system_clock() - 40 * DAY
    groups: dict[int, list[LoggedMessage]] = {}
    for view in range(sample.views):
        t0 = began + view * 1_000
        visits = np.rint(np.expm1(sample.behaviour[view, 1])).astype(int)
        acts: list[tuple[int, str, dict[str, Any]]] = [
            (t0 + 90_000 + 1_000 * step, "page", {"path": f"/p/{step}"}) for step in range(visits)
        ]
        film = {"asset_id": "film", "session_id": "one", "total_length": 90}
        acts.append((t0, "Video Content Playing", {**film, "played": [list(one) for one in ranges[view]]}))
        if view % 10 == 0:
            acts.append((t0 + 60_000, "Video Liked", film))
        if sample.converted_at[view] != NEVER:
            acts.append((t0 + 10 * DAY, "Order Completed", {"order_id": f"o-{view}", "revenue": 10}))
        log_person(groups, f"viewer-{view}", acts)
    for place in range(100):
        # They tell where they stood, and no ranges: nothing is known of the part.
        t0 = began + place * 1_000
        told = [
            (t0 + 1_000 * at, "Video Content Playing", {"asset_id": "film", "position": at}) for at in range(0, 90, 10)
        ]
        log_person(groups, f"untold-{place}", told)
    send(analyzer, groups)
    return [{at for start, end in one for at in range(round(start), round(end))} for one in ranges]


async def test_watching_a_part_of_a_video_is_a_behaviour(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    await analyzer.call("PATCH", "/v1/goals/purchase", {"version": 1, "window_days": 30})
    await analyzer.post("/v1/videos", {"id": "film", "title": "A film", "kind": "education"})
    seconds = log_viewers(analyzer)
    await analyzer.run_job("moments")
    moments = (await analyzer.get("/v1/reports/moments", video="film"))["moments"]
    found = [one for one in moments if one["found"]]
    assert found
    await analyzer.run_job("factors")
    report = await analyzer.get("/v1/reports/factors")
    factors = {one["behaviour"]: one for one in report["factors"]}
    parts = {f"video:film@{one['start']:g}-{one['end']:g}": one for one in found}
    assert {name for name in factors if "@" in name} == parts.keys()
    for name, moment in parts.items():
        part = set(range(round(moment["start"]), round(moment["end"])))
        watched = sum(2 * len(one & part) >= len(part) for one in seconds)
        assert factors[name]["persons"] == watched, "half of it, by ranges; views without ranges do not count"
        assert factors[name]["kind"] == "video" and not factors[name]["consequence"]
        assert factors[name]["compared"] < VIEWERS
    best = max(parts, key=lambda name: factors[name]["effect"] or 0)
    assert factors[best]["q_value"] <= 0.05
    assert factors[best]["ci_low"] < PLANTED.effect < factors[best]["ci_high"]
    assert factors["video:film#Video Liked"]["persons"] == VIEWERS / 10
    assert factors["video_kind:education"]["persons"] == factors["video:film"]["persons"]
    assert factors["video_kind:education"]["kind"] == "video"
    assert "parts_of_videos_among_those_who_got_there" in report["assumptions"]
    await analyzer.call("DELETE", "/v1/videos/film")
    assert "video_kind:education" in {
        one["behaviour"] for one in (await analyzer.get("/v1/reports/factors"))["factors"]
    }


def log_three(analyzer: Analyzer) -> None:
    """Ninety persons: all look, two thirds read a story, one third comes from the mail and buys, a few twice."""
    start = system_clock() - 30 * DAY
    groups: dict[int, list[LoggedMessage]] = {}
    for place in range(90):
        acts: list[tuple[int, str, dict[str, Any]]] = [(start + place, "page", {"path": "/"})]
        acts += [(start + HOUR, "page", {"path": "/stories/spring"})] * (place % 3 > 0)
        acts += [(start + 2 * HOUR, "Product Viewed", {"product_id": "tea"})]
        acts += [
            (start + (10 + turn) * DAY, "Order Completed", {"order_id": f"{place}-{turn}", "revenue": 10})
            for turn in range((place % 3 == 2) + (place % 9 == 8))
        ]
        log_person(groups, f"person-{place}", acts)
    send(analyzer, groups)


async def test_operators_name_class_hide_and_define_behaviours(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    log_three(analyzer)
    await analyzer.run_job("factors")
    named = {"id": "page:/stories", "name": "Our stories", "kind": "brand"}
    made = await analyzer.post("/v1/behaviours", named)
    assert made["version"] == 1 and made["hidden"] is False and made["event"] is None
    await analyzer.post("/v1/behaviours", {"id": "event:Product Viewed", "hidden": True})
    report = await analyzer.get("/v1/reports/factors")
    factors = {one["behaviour"]: one for one in report["factors"]}
    assert (factors["page:/stories"]["name"], factors["page:/stories"]["kind"]) == ("Our stories", "brand")
    assert factors["event:Product Viewed"]["hidden"] and not factors["page:/"]["hidden"]
    own = {
        "name": "Reads of spring",
        "kind": "brand",
        "event": "page",
        "where": [{"property": "path", "op": "matches", "value": "^/stories/(spring|summer)"}],
    }
    defined = await analyzer.post("/v1/behaviours", own)
    assert defined["id"].startswith("own:")
    report = await analyzer.get("/v1/reports/factors")
    factors = {one["behaviour"]: one for one in report["factors"]}
    spring = factors[defined["id"]]
    assert (spring["persons"], spring["kind"], spring["name"]) == (60, "brand", "Reads of spring")
    await analyzer.run_job("factors")
    stored = await analyzer.get("/v1/reports/factors")
    assert defined["id"] in {one["behaviour"] for one in stored["factors"]}
    await analyzer.call("DELETE", f"/v1/behaviours/{defined['id']}")
    report = await analyzer.get("/v1/reports/factors")
    assert defined["id"] not in {one["behaviour"] for one in report["factors"]}


async def test_stages_by_rules_of_the_operator(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    log_three(analyzer)
    await analyzer.run_job("factors")
    await analyzer.post("/v1/segments", {"id": "buyers", "name": "Buyers", "kind": "rule", "rule": ONCE})
    await analyzer.run_job("segments")
    assert [(one["stage"], one["persons"]) for one in (await analyzer.get("/v1/reports/factors"))["stages"]] == [
        ("light", 60),
        ("middle", 20),
        ("core", 10),
    ]
    stages = [
        {"id": "fans", "name": "Fans", "rule": TWICE},
        {"id": "buyers", "name": "Buyers", "rule": {"segment": "buyers"}},
        {"id": "readers", "name": "Readers", "rule": {"event": "page", "where": [STORY], "within": "90d"}},
    ]
    site = await analyzer.get("/v1/sites/shop")
    assert site["stages"] is None
    site = await analyzer.call("PATCH", "/v1/sites/shop", {"version": site["version"], "stages": stages})
    assert site["stages"] == stages
    for _ in range(2):
        report = await analyzer.get("/v1/reports/factors")
        assert [(one["stage"], one["name"], one["persons"]) for one in report["stages"]] == [
            ("fans", "Fans", 10),
            ("buyers", "Buyers", 20),
            ("readers", "Readers", 30),
            ("rest", None, 30),
        ]
        factors = {one["behaviour"]: one for one in report["factors"]}
        assert factors["page:/stories"]["by_stage"] == {"fans": 1, "buyers": 1, "readers": 1, "rest": 0}
        assert [one["stage"] for one in report["next"]] == ["fans", "buyers", "readers", "rest"]
        assert "stages_as_of_the_computation" in report["assumptions"]
        await analyzer.run_job("factors")
    counted = await analyzer.get("/v1/reports/factors", middle=1)
    assert [one["stage"] for one in counted["stages"]] == ["light", "middle", "core"]
    in_use = await analyzer.call("DELETE", "/v1/segments/buyers", expect=409)
    assert "stage buyers" in in_use["detail"]
    reset = await analyzer.call("PATCH", "/v1/sites/shop", {"version": site["version"], "stages": None})
    assert reset["stages"] is None
    report = await analyzer.get("/v1/reports/factors")
    assert [one["stage"] for one in report["stages"]] == ["light", "middle", "core"]


STORY = {"property": "path", "op": "contains", "value": "/stories"}
ONCE = {"fact": "orders.count", "op": "ge", "value": 1}
TWICE = {"fact": "orders.count", "op": "ge", "value": 2}


@pytest.mark.parametrize(
    ("stages", "pointer"),
    [
        ([], "/stages"),
        ([{"id": "a", "name": "A", "rule": {"fact": "nothing", "op": "eq", "value": 1}}], "/stages/0/rule/fact"),
        ([{"id": "a", "name": "A", "rule": {"segment": "nowhere"}}], "/stages/0/rule/segment"),
        ([{"id": "a", "name": "A", "rule": ONCE}, {"id": "a", "name": "B", "rule": TWICE}], "/stages/1/id"),
        ([{"id": "rest", "name": "A", "rule": ONCE}], "/stages/0/id"),
        ([{"id": "a", "name": "", "rule": ONCE}], "/stages/0/name"),
        ([{"id": f"s{n}", "name": "A", "rule": ONCE} for n in range(7)], "/stages"),
    ],
)
async def test_stages_that_cannot_be(analyzer: Analyzer, stages: Any, pointer: str) -> None:
    await analyzer.create_site()
    problem = await analyzer.call("PATCH", "/v1/sites/shop", {"version": 1, "stages": stages}, expect=422)
    assert pointer in [one["pointer"] for one in problem["errors"]], problem
    assert (await analyzer.get("/v1/sites/shop"))["stages"] is None


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({}, "/id"),
        ({"id": "nothing"}, "/id"),
        ({"id": "event:"}, "/id"),
        ({"id": "event:X", "event": "X"}, "/event"),
        ({"id": "own:x"}, "/event"),
        ({"id": "event:X", "kind": "strange"}, "/kind"),
        ({"event": "page", "where": [{"property": "path", "op": "matches", "value": "("}]}, "/where/0/value"),
    ],
)
async def test_behaviours_that_cannot_be(analyzer: Analyzer, fields: dict[str, Any], pointer: str) -> None:
    await analyzer.create_site()
    problem = await analyzer.post("/v1/behaviours", fields, expect=422)
    assert pointer in [one["pointer"] for one in problem["errors"]], problem


async def test_behaviours_keep_to_the_conventions(analyzer: Analyzer) -> None:
    first = await analyzer.create_site("first")
    made = await analyzer.post("/v1/behaviours", {"id": "page:/a b/ü", "name": "One"})
    path = "/v1/behaviours/page:%2Fa%20b%2F%C3%BC"
    assert (await analyzer.get(path)) == made
    await analyzer.post("/v1/behaviours", {"id": "page:/a b/ü"}, expect=409)
    assert (await analyzer.call("PATCH", path, {"name": "Two"}, expect=428))["code"] == "version_missing"
    changed = await analyzer.call("PATCH", path, {"name": None, "kind": "brand", "version": 1})
    assert (changed["version"], changed["name"], changed["kind"]) == (2, None, "brand")
    assert (await analyzer.call("PATCH", path, {"hidden": True, "version": 1}, expect=409))["code"] == "stale_version"
    for number in range(10):
        await analyzer.post("/v1/behaviours", {"id": f"own:{number}", "event": "page"})
    problem = await analyzer.post("/v1/behaviours", {"event": "page"}, expect=422)
    assert problem["errors"][0]["code"] == "too_many"
    listed = await analyzer.get("/v1/behaviours", limit=4)
    assert len(listed["items"]) == 4 and listed["next_cursor"]
    await analyzer.create_site("second")
    assert (await analyzer.get("/v1/behaviours"))["items"] == []
    await analyzer.get(path, expect=404)
    await analyzer.call("PATCH", path, {"version": 2, "name": "Mine"}, expect=404)
    await analyzer.call("DELETE", path, expect=404)
    analyzer.key = first["secret_key"]
    await analyzer.call("DELETE", path)
    await analyzer.get(path, expect=404)


async def test_who_was_forgotten_and_other_sites_are_no_factor(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    log_three(analyzer)
    await analyzer.run_job("factors")
    assert (await analyzer.get("/v1/reports/factors"))["persons"] == 90
    await analyzer.post("/v1/forget", {"visitor": "person-2"})
    await analyzer.catch_up()
    await analyzer.run_job("factors")
    report = await analyzer.get("/v1/reports/factors")
    assert (report["persons"], report["converters"]) == (89, 29)
    await analyzer.create_site("other")
    await analyzer.post("/v1/behaviours", {"id": "own:all", "event": "page"})
    assert (await analyzer.get("/v1/reports/factors"))["persons"] == 0
    await analyzer.call("DELETE", "/v1/sites/other", key=ADMIN_KEY)
    await analyzer.create_site("other")
    assert (await analyzer.get("/v1/behaviours"))["items"] == [], "they went with their site"
