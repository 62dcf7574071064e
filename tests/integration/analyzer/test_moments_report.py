"""The moments report through the API: a case counted by hand, windows, goals, errors in words."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.clock import system_clock, to_rfc3339
from tests.integration.analyzer.conftest import Analyzer

GOLDEN = Path(__file__).parents[2] / "golden" / "sql" / "moments.json"
DAY = 86_400_000


def send_golden(analyzer: Analyzer, messages: list[dict[str, Any]], now: int) -> None:
    for message in messages:
        fields = dict(message)
        analyzer.log.send("shop", {**fields, "ts": now + int(fields.pop("seconds") * 1000)})


async def test_the_case_counted_by_hand(analyzer: Analyzer) -> None:
    case = json.loads(GOLDEN.read_text())
    await analyzer.create_site()
    send_golden(analyzer, case["messages"], system_clock())
    await analyzer.run_job("moments")
    report = await analyzer.get("/v1/reports/moments", video="v")
    expected = case["expected"]
    for field in ("viewers", "converters", "incomplete", "bin_seconds"):
        assert report[field] == expected[field], field
    for place, (one, known) in enumerate(zip(report["bins"], expected["bins"], strict=True)):
        assert (one["start"], one["end"], one["viewers"]) == (place, place + 1, known["viewers"])
        watched, not_watched = known["rate_watched"], known["rate_not_watched"]
        assert one["rate_watched"] == pytest.approx(watched) and one["rate_not_watched"] == pytest.approx(not_watched)
        assert one["difference"] == pytest.approx(watched - not_watched)
        assert one["ratio"] == pytest.approx(watched / not_watched)
        assert one["effect"] is None and one["reasons"] == dict.fromkeys(
            ("effect", "ci_low", "ci_high"), "too_few_viewers"
        )
    for one, known in zip(report["entries"], expected["entries"], strict=True):
        assert {field: one[field] for field in known} == pytest.approx(known)
    for one, known in zip(report["actions"], expected["actions"], strict=True):
        assert {field: one[field] for field in known} == pytest.approx(known)
        assert one["reasons"]["q_value"] == "too_few_viewers"
    assert report["moments"] == [] and report["recommendation"] is None
    assert report["reasons"]["recommendation"] == "too_few_viewers"


async def test_the_last_run_is_shown_until_the_next_and_anything_else_is_computed(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    now = system_clock()
    watch = {"event": "Video Content Playing", "properties": {"asset_id": "v", "total_length": 10, "played": [[0, 5]]}}
    analyzer.log.send("shop", {**watch, "anonymousId": "a", "ts": now - 5 * DAY})
    await analyzer.catch_up()
    assert (await analyzer.get("/v1/reports/moments", video="v"))["viewers"] == 1, "no run yet: computed"
    await analyzer.run_job("moments")
    analyzer.log.send("shop", {**watch, "anonymousId": "b", "ts": now - DAY})
    await analyzer.catch_up()
    assert (await analyzer.get("/v1/reports/moments", video="v"))["viewers"] == 1
    asked = {"from_": to_rfc3339(now - 2 * DAY), "to": to_rfc3339(now)}
    assert (await analyzer.get("/v1/reports/moments", video="v", **asked))["viewers"] == 1
    assert (await analyzer.get("/v1/reports/moments", video="v", from_=to_rfc3339(now - 9 * DAY)))["viewers"] == 2
    await analyzer.run_job("moments")
    assert (await analyzer.get("/v1/reports/moments", video="v"))["viewers"] == 2


async def test_live_and_archive_are_apart(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    now = system_clock() - DAY
    for who, live in (("a", True), ("b", False), ("c", False)):
        properties = {"asset_id": "v", "livestream": live, "session_id": who, "played": [[0, 30]], "position": 30}
        analyzer.log.send(
            "shop", {"event": "Video Content Playing", "anonymousId": who, "properties": properties, "ts": now}
        )
    await analyzer.run_job("moments")
    viewers = {
        viewing: (await analyzer.get("/v1/reports/moments", video="v", viewing=viewing))["viewers"]
        for viewing in ("live", "archive", "all")
    }
    assert viewers == {"live": 1, "archive": 2, "all": 3}


async def test_goals_with_a_condition_and_once_per_order(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    where = [{"property": "plan", "op": "eq", "value": "gold"}]
    await analyzer.post(
        "/v1/goals", {"id": "gold", "name": "Gold", "event": "Signed Up", "where": where, "window_days": 1}
    )
    now = system_clock() - 3 * DAY
    for who, plan in (("a", "gold"), ("b", "free")):
        properties = {"asset_id": "v", "total_length": 4, "played": [[0, 4]]}
        analyzer.log.send(
            "shop", {"event": "Video Content Playing", "anonymousId": who, "properties": properties, "ts": now}
        )
        analyzer.log.send(
            "shop", {"event": "Signed Up", "anonymousId": who, "properties": {"plan": plan}, "ts": now + 1000}
        )
    # The same order again, later and by somebody else, is no second purchase.
    for who, at in (("a", now + 5), ("b", now + 6)):
        analyzer.log.send(
            "shop", {"event": "Order Completed", "anonymousId": who, "properties": {"order_id": "o"}, "ts": at}
        )
    await analyzer.catch_up()
    assert (await analyzer.get("/v1/reports/moments", video="v", goal="gold"))["converters"] == 1
    assert (await analyzer.get("/v1/reports/moments", video="v"))["converters"] == 1


async def test_positions_stand_in_for_ranges(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    now = system_clock() - DAY

    def send(event: str, second: float, position: float) -> None:
        properties = {"asset_id": "v", "session_id": "s", "total_length": 100, "position": position}
        at = now + int(second * 1000)
        analyzer.log.send("shop", {"event": event, "anonymousId": "a", "properties": properties, "ts": at})

    send("Video Playback Started", 0, 0)
    send("Video Content Playing", 10, 10)
    send("Video Playback Paused", 20, 20)
    send("Video Playback Seek Completed", 30, 80)
    send("Video Content Playing", 40, 90)
    send("Video Playback Seek Completed", 41, 5)
    await analyzer.catch_up()
    report = await analyzer.get("/v1/reports/moments", video="v")
    watched = [one["start"] for one in report["bins"] if one["viewers"]]
    assert watched == [*range(20), *range(80, 90)]


async def test_errors_say_what_is_wrong(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    path = "/v1/reports/moments"
    assert (await analyzer.get(path, video="nothing", expect=404))["code"] == "not_found"
    await analyzer.post("/v1/videos", {"id": "v", "title": "V"})
    empty = await analyzer.get(path, video="v")
    assert empty["viewers"] == 0 and empty["bins"] == [] and empty["reasons"]["bins"] == "unknown_length"
    for query, pointer in (
        ({"from_": "2026-02-01", "to": "2026-01-01"}, "/to"),
        ({"from_": "yesterday"}, "/from"),
        ({"goal": "nothing"}, "/goal"),
        ({"viewing": "sideways"}, "/viewing"),
    ):
        problem = await analyzer.get(path, video="v", expect=422, **query)
        assert problem["errors"][0]["pointer"] == pointer
    assert (await analyzer.get(path, expect=422))["errors"][0]["pointer"] == "/video"


async def test_bots_and_the_sites_own_people_count_only_when_asked_for(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    variant = {"id": "a", "kind": "popup", "content": {"title": "T"}}
    await analyzer.post("/v1/campaigns", {"id": "c", "name": "C", "variants": [variant]})
    now = system_clock() - DAY
    contexts = {"person": {}, "bot": {"userAgent": "Googlebot/2.1"}, "staff": {"internal": True}}
    for who, context in contexts.items():
        fields = {"anonymousId": who, "context": context, "ts": now}
        played = {"asset_id": "v", "total_length": 10, "played": [[0, 5]]}
        shown = {"campaign_id": "c", "variant_id": "a", "decision_id": who}
        analyzer.log.send("shop", {"event": "Video Content Playing", "properties": played, **fields})
        analyzer.log.send("shop", {"event": "Prompt Shown", "properties": shown, **fields})
    await analyzer.run_job("moments")
    for asked, persons in (({}, 1), ({"include_bots": "true"}, 3), ({"include_bots": "false"}, 1)):
        assert (await analyzer.get("/v1/reports/moments", video="v", **asked))["viewers"] == persons
        assert (await analyzer.get("/v1/reports/campaigns/c", **asked))["arms"][0]["shown"] == persons
    await analyzer.get("/v1/reports/visitors/bot", expect=404)
    seen = await analyzer.get("/v1/reports/visitors/bot", include_bots="true")
    assert (seen["id"], seen["profile"]["events"]) == ("bot", 2)
