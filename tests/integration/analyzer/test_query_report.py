"""Questions of a dashboard through the analyzer: four persons' week, counted by hand for every measure and group."""

import json
from datetime import UTC, datetime
from typing import Any

from shared.log.entry import Erased
from shared.settings import AnalyzerSettings
from tests.integration.analyzer.conftest import ADMIN_KEY, Analyzer, open_test_analyzer

HOUR = 3_600_000
DAY = 24 * HOUR
NOW = round(datetime(2026, 7, 10, 3, tzinfo=UTC).timestamp() * 1000)  # 10 July, noon in Tokyo
WEEK = {"from": "2026-07-06", "to": "2026-07-11"}  # Monday to today, days of Tokyo


def at(day: int, hour: float) -> int:
    """Return a time of July in Tokyo."""
    return round(datetime(2026, 7, day, tzinfo=UTC).timestamp() * 1000 + (hour - 9) * HOUR)


def message(person: str, ts: int, event: str, session: str | None, **properties: Any) -> dict[str, Any]:
    context = {"sessionId": session} if session else {}
    return {"event": event, "anonymousId": person, "ts": ts, "context": context, "properties": properties}


def page(person: str, ts: int, path: str, session: str | None, **context: Any) -> dict[str, Any]:
    held = {**({"sessionId": session} if session else {}), **context}
    return {"type": "page", "anonymousId": person, "ts": ts, "context": held, "properties": {"path": path}}


MAIL = {"campaign": {"source": "news", "medium": "email"}, "locale": "ja-JP"}
PHONE = {"userAgent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"}


async def fill(analyzer: Analyzer) -> None:
    """Ann comes by mail and buys; Bob comes twice, watches and buys for less; Cid looks; Dan ordered before."""
    await analyzer.create_site(currency="JPY", time_zone="Asia/Tokyo")
    view = {"content_asset_id": "film", "session_id": "v1", "total_length": 60}
    prompt = {"campaign_id": "hello", "variant_id": "a", "decision_id": "d1"}
    analyzer.log.send(
        "shop",
        page("ann", at(6, 10), "/", "a1", **MAIL, **PHONE),
        page("ann", at(6, 10.1), "/tea", "a1"),
        message("ann", at(6, 10.2), "Order Completed", "a1", order_id="o1", revenue=1000),
        {
            "type": "identify",
            "anonymousId": "ann",
            "userId": "u-ann",
            "ts": at(6, 10.3),
            "traits": {"plan": {"tier": "gold"}},
        },
        page("bob", at(6, 12), "/", "b1"),
        page("bob", at(8, 9), "/tea", "b2", **MAIL),
        message("bob", at(8, 9.1), "Video Playback Started", "b2", **view, position=0),
        message("bob", at(8, 9.2), "Video Playback Paused", "b2", **view, position=20, played=[[0, 20]]),
        message("bob", at(8, 9.3), "Prompt Shown", "b2", **prompt),
        message("bob", at(8, 9.31), "Prompt Clicked", "b2", **prompt),
        message("bob", at(8, 9.4), "Order Completed", "b2", order_id="o2", revenue=500),
        message("bob", at(8, 9.5), "Order Completed", "b2", order_id="o3"),  # tells no value
        page("cid", at(8, 23.9), "/", None),
        page("cid", at(9, 0.1), "/tea", None),  # one session over midnight
        message("cid", at(9, 0.2), "Product Viewed", None, product_id="tea", price=10),
        message("cid", at(9, 0.21), "Product Viewed", None, product_id="cup", price=30),
        message("cid", at(9, 0.22), "Prompt Shown", None, **{**prompt, "decision_id": "d2"}),
        message("dan", at(1, 9), "Order Completed", "d1", order_id="o0", revenue=700),
        page("dan", at(9, 12), "/", "d2"),
        page("bot", at(9, 12), "/", "x", userAgent="Googlebot/2.1 (+http://www.google.com/bot.html)"),
        page("eve", at(5, 23.9), "/", "e1", **MAIL),  # the session begins before the window, and reaches in
        page("eve", at(6, 0.1), "/tea", "e1"),
    )
    await analyzer.catch_up()


async def ask(analyzer: Analyzer, measure: str, **query: Any) -> Any:
    given = {name: json.dumps(value) if name in ("filter", "where") else value for name, value in query.items()}
    return await analyzer.get("/v1/reports/query", measure=measure, **{**WEEK, **given})


def table(answer: Any) -> dict[Any, Any]:
    return {row["key"]: row["value"] for row in answer["rows"]}


TOTALS = {
    "persons": 5,
    "visitors": 5,
    "sessions": 6,
    "events": 19,
    "page_views": 8,
    "conversions": 3,
    "conversion_rate": 2 / 5,
    "revenue": 1500,
    "average_order_value": 750,
    "revenue_per_person": 300,
    "video_viewers": 1,
    "watched_seconds": 20,
    "prompts_shown": 2,
    "prompt_clicks": 1,
}


async def test_every_measure_counted_by_hand(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        for measure, expected in TOTALS.items():
            answer = await ask(analyzer, measure)
            assert (answer["totals"]["value"], answer["rows"], answer["series"]) == (expected, [], None), measure
        assert answer["columns"][-1] == {"name": "sample", "type": "number", "unit": "prompts"}
        seen = await ask(
            analyzer, "events", event="Product Viewed", where=[{"property": "price", "op": "gt", "value": 20}]
        )
        assert seen["totals"] == {"value": 1, "sample": 1, "reasons": {}}
        viewers = await ask(analyzer, "persons", event="Product Viewed")
        assert viewers["totals"]["value"] == 1
        money = await ask(analyzer, "average_order_value")
        assert money["totals"]["sample"] == 2 and money["columns"][0]["unit"] == "JPY"
        assert money["sample_sizes"] == {"rows": 2, "conversions_without_value": 1}


BY = {
    ("persons", "channel"): {"direct": 3, "email": 3},
    ("sessions", "channel"): {"direct": 3, "email": 3},
    ("conversions", "channel"): {"email": 3},
    ("conversion_rate", "channel"): {"direct": 0, "email": 2 / 3},
    ("revenue", "source"): {"news": 1500},
    ("persons", "medium"): {None: 3, "email": 3},
    ("conversions", "device"): {"mobile": 1, None: 2},
    ("visitors", "locale"): {None: 3, "ja-JP": 3},
    ("page_views", "page"): {"/": 4, "/tea": 4},
    ("persons", "page"): {"/": 4, "/tea": 4, None: 3},
    ("watched_seconds", "video"): {"film": 20},
    ("video_viewers", "video"): {"film": 1},
    ("prompts_shown", "prompt"): {"hello": 2},
    ("prompt_clicks", "prompt"): {"hello": 1},
    ("revenue", "customer"): {"new": 1500},
    ("persons", "customer"): {"new": 4, "existing": 1},
    ("conversion_rate", "customer"): {"new": 0.5, "existing": 0},
    ("persons", "lifecycle"): {"first": 2, "repeat": 1, None: 2},
    ("revenue", "trait.plan.tier"): {"gold": 1000, None: 500},
    ("revenue_per_person", "trait.plan.tier"): {"gold": 1000, None: 125},
}


async def test_every_group_counted_by_hand(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        for (measure, breakdown), expected in BY.items():
            answer = await ask(analyzer, measure, breakdown=breakdown)
            assert table(answer) == expected, (measure, breakdown)
            assert answer["totals"]["value"] == TOTALS[measure] and answer["truncated"] is False
            assert {row["kind"] for row in answer["rows"] if row["key"] is None} <= {"none"}
        events = table(await ask(analyzer, "events", breakdown="event"))
        assert events["page"] == 8 and events["Order Completed"] == 3 and sum(events.values()) == 19


async def test_series_have_every_day_of_the_site(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        answer = await ask(analyzer, "persons", interval="day")
        days = ["2026-07-06", "2026-07-07", "2026-07-08", "2026-07-09", "2026-07-10"]
        assert [point["at"] for point in answer["series"]["points"]] == days
        assert [point["is_complete"] for point in answer["series"]["points"]] == [True] * 4 + [False]
        assert answer["series"]["lines"] == [{"key": None, "kind": "all", "values": [3, 0, 2, 2, 0]}]
        assert [(row["at"], row["value"]) for row in answer["rows"]] == list(zip(days, [3, 0, 2, 2, 0], strict=True))
        assert answer["totals"]["value"] == 5 and "parts_do_not_add_up" in answer["assumptions"]
        past = await ask(analyzer, "persons", interval="day", **{"from": "2026-07-06T03:00+09:00", "to": "2026-07-09"})
        assert [(one["at"][8:], one["is_complete"]) for one in past["series"]["points"]] == [
            ("06", False),
            ("07", True),
            ("08", True),
        ]
        ahead = await ask(analyzer, "persons", interval="day", **{"from": "2026-08-01", "to": "2026-08-03"})
        assert ahead["totals"]["value"] == 0 and {row["value"] for row in ahead["rows"]} <= {0}
        rate = await ask(analyzer, "conversion_rate", interval="day", breakdown="channel")
        lines = {line["key"]: line["values"] for line in rate["series"]["lines"]}
        assert lines == {"email": [0.5, None, 1, None, None], "direct": [0, None, 0, 0, None]}
        gap = next(row for row in rate["rows"] if (row["at"], row["key"]) == ("2026-07-07", "email"))
        assert (gap["value"], gap["sample"], gap["reasons"]) == (None, 0, {"value": "nobody_seen"})
        weeks = await ask(analyzer, "revenue", interval="week", **{"from": "2026-06-29"})
        assert [(row["at"], row["value"]) for row in weeks["rows"]] == [("2026-06-29", 700), ("2026-07-06", 1500)]
        months = await ask(analyzer, "revenue", interval="month", **{"from": "2026-06-15"})
        assert months["series"]["lines"][0]["values"] == [0, 2200]
        nobody = await ask(analyzer, "revenue", interval="day", **{"from": "2026-01-01", "to": "2026-01-03"})
        assert nobody["series"]["lines"][0]["values"] == [0, 0] and nobody["totals"]["value"] == 0


async def test_a_filter_is_the_rule_language(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        buyers = {"fact": "orders.count", "op": "ge", "value": 2}
        answer = await ask(analyzer, "revenue", filter=buyers)
        assert (answer["totals"]["value"], answer["sample_sizes"]["persons_of_filter"]) == (500, 1)
        nobody = await ask(
            analyzer, "persons", filter={"fact": "orders.count", "op": "ge", "value": 99}, interval="week"
        )
        assert nobody["totals"]["value"] == 0 and nobody["series"]["lines"][0]["values"] == [0]
        viewers = {"watched": {"video": "film", "from": 0, "to": 20}}
        assert (await ask(analyzer, "persons", filter=viewers))["totals"]["value"] == 1


async def test_segments_overlap_and_totals_do_not(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        for segment, members in (("vips", ["u-ann", "bob"]), ("mail", ["u-ann"])):
            await analyzer.post("/v1/segments", {"id": segment, "name": segment, "kind": "list", "members": members})
        await analyzer.run_job("segments")
        for measure, expected in (
            ("persons", {"vips": 2, "mail": 1, None: 3}),
            ("revenue", {"vips": 1500, "mail": 1000}),
        ):
            answer = await ask(analyzer, measure, breakdown="segment")
            assert table(answer) == expected and answer["totals"]["value"] == TOTALS[measure]
            assert "groups_overlap" in answer["assumptions"]
        both = await ask(analyzer, "revenue", breakdown="segment", filter={"segment": "mail"})
        assert table(both) == {"vips": 1000, "mail": 1000} and both["totals"]["value"] == 1000


async def test_too_many_groups_are_put_together(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        pages = [page(f"p{n % 7}", at(7, 1), f"/many/{n:04}", f"s{n}") for n in range(1_100)]
        analyzer.log.send("shop", *pages)
        await analyzer.catch_up()
        answer = await ask(analyzer, "page_views", breakdown="page")
        assert len(answer["rows"]) == 1_000 and answer["truncated"] is True
        *_, last = answer["rows"]
        assert (last["kind"], last["key"], last["value"]) == ("other", None, 1_108 - 4 - 4 - 997)
        assert sum(row["value"] for row in answer["rows"]) == answer["totals"]["value"] == 1_108
        by_day = await ask(analyzer, "page_views", breakdown="page", interval="day")
        assert [line["key"] for line in by_day["series"]["lines"][:2]] == ["/", "/tea"]
        assert by_day["series"]["lines"][-1]["kind"] == "other" and by_day["truncated"] is True
        assert len(by_day["rows"]) == 13 * 5
        persons = await ask(analyzer, "persons", breakdown="page")
        assert persons["rows"][-1]["value"] == 7  # persons of all the rest, each once


async def test_bots_are_asked_for_and_the_erased_are_gone(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        assert (await ask(analyzer, "persons", include_bots=True))["totals"]["value"] == 6
        analyzer.log.append(0, Erased("shop", "bob", False, NOW))
        await analyzer.catch_up()
        assert (await ask(analyzer, "persons", interval="week"))["totals"]["value"] == 4
        other = await analyzer.post("/v1/sites", {"id": "other", "name": "Other"}, key=ADMIN_KEY)
        answer = await ask(analyzer, "persons", key=other["secret_key"])
        assert answer["totals"]["value"] == 0


async def test_what_makes_no_sense_is_refused_by_its_field(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    hostile = "'; DROP TABLE events; --"
    for query, pointer in (
        ({}, "/measure"),
        ({"measure": "happiness"}, "/measure"),
        ({"measure": hostile}, "/measure"),
        ({"measure": "conversion_rate", "breakdown": "event"}, "/breakdown"),
        ({"measure": "revenue", "breakdown": "page"}, "/breakdown"),
        ({"measure": "persons", "breakdown": "prompt"}, "/breakdown"),
        ({"measure": "persons", "breakdown": hostile}, "/breakdown"),
        ({"measure": "persons", "breakdown": "trait"}, "/breakdown"),
        ({"measure": "persons", "breakdown": "channel.x"}, "/breakdown"),
        ({"measure": "persons", "breakdown": 'trait.a"b'}, "/breakdown"),
        ({"measure": "revenue", "event": "page"}, "/event"),
        ({"measure": "events", "where": "{"}, "/where"),
        ({"measure": "events", "where": "{}"}, "/where"),
        ({"measure": "events", "where": '[{"property": "x", "op": "~", "value": 1}]'}, "/where/0/op"),
        ({"measure": "persons", "filter": "nonsense"}, "/filter"),
        ({"measure": "persons", "filter": "[]"}, "/filter"),
        ({"measure": "persons", "filter": '{"fact": "x", "op": "eq", "value": 1}'}, "/filter/fact"),
        ({"measure": "persons", "filter": '{"segment": "none"}'}, "/filter/segment"),
        ({"measure": "persons", "interval": "hour"}, "/interval"),
        ({"measure": "persons", "interval": "day", "from": "2020-01-01"}, "/interval"),
        ({"measure": "persons", "goal": "none"}, "/goal"),
        ({"measure": "persons", "from": "2026-02-01", "to": "2026-01-01"}, "/to"),
    ):
        problem = await analyzer.get("/v1/reports/query", expect=422, **query)
        assert problem["errors"][0]["pointer"] == pointer, (query, problem)
        assert problem["errors"][0]["detail"]
    for reach in ({"from": "0001-01-01"}, {"from": "9998-01-01", "to": "9999-12-31"}):
        assert (await analyzer.get("/v1/reports/query", measure="persons", **reach))["totals"]["value"] == 0


async def test_words_of_the_operator_are_values_only(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        hostile = "x' OR 1=1; DROP TABLE events; -- {where} $site \\"
        for query in (
            {"event": hostile},
            {"event": "page", "where": [{"property": "path", "op": "eq", "value": hostile}]},
            {"event": "page", "where": [{"property": "it's $1", "op": "eq", "value": hostile}]},
            {"filter": {"event": hostile, "within": "7d"}},
        ):
            assert (await ask(analyzer, "events", **query))["totals"]["value"] == 0
        strange = await ask(analyzer, "persons", breakdown="trait.x' OR $site {key} --")
        assert table(strange) == {None: 5}
        assert await analyzer.count() == 22


async def test_questions_are_kept_and_asked_again(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        body = {
            "id": "week",
            "name": "Takings",
            "measure": "revenue",
            "breakdown": "channel",
            "filter": {"fact": "orders.count", "op": "ge", "value": 1},
            "interval": "day",
            "window_days": 5,
        }
        made = await analyzer.post("/v1/questions", body, expect=201)
        assert {name: made[name] for name in body} == body and (made["goal"], made["version"]) == ("purchase", 1)
        assert (await analyzer.get("/v1/questions"))["items"] == [made] == [await analyzer.get("/v1/questions/week")]
        answer = await analyzer.get("/v1/reports/query", question="week")
        assert answer["question"] | body == answer["question"] and answer["totals"]["value"] == 1500
        assert answer["window"] == {"from": "2026-07-05T03:00:00.000Z", "to": "2026-07-10T03:00:00.000Z"}
        assert (await analyzer.get("/v1/reports/query", question="week", to="2026-07-08"))["totals"]["value"] == 1000
        assert (await analyzer.get("/v1/reports/query", question="week", **WEEK))["rows"][0]["at"] == "2026-07-06"
        both = await analyzer.get("/v1/reports/query", question="week", measure="persons", expect=422)
        assert both["errors"][0]["pointer"] == "/measure"
        await analyzer.post("/v1/questions", body, expect=409)
        change = {"measure": "persons", "interval": None}
        await analyzer.call("PATCH", "/v1/questions/week", change, expect=428)
        changed = await analyzer.call("PATCH", "/v1/questions/week", {**change, "version": 1})
        assert (changed["measure"], changed["interval"], changed["version"]) == ("persons", None, 2)
        await analyzer.call("PATCH", "/v1/questions/week", {"name": "x", "version": 1}, expect=409)
        for wrong, pointer in (
            ({"measure": "joy"}, "/measure"),
            ({"breakdown": "prompt"}, "/breakdown"),
            ({"filter": {"segment": "none"}}, "/filter/segment"),
            ({"goal": "none"}, "/goal"),
            ({"interval": "hour"}, "/interval"),
            ({"window_days": 0}, "/window_days"),
            ({"colour": "red"}, "/colour"),
        ):
            problem = await analyzer.call("PATCH", "/v1/questions/week", {**wrong, "version": 2}, expect=422)
            assert problem["errors"][0]["pointer"] == pointer
        await analyzer.post("/v1/goals", {"id": "signup", "name": "Signup", "event": "Signed Up"})
        await analyzer.post("/v1/segments", {"id": "few", "name": "Few", "kind": "list", "members": ["ann"]})
        named = {"goal": "signup", "filter": {"not": {"segment": "few"}}, "version": 2}
        await analyzer.call("PATCH", "/v1/questions/week", named)
        for used in ("/v1/goals/signup", "/v1/segments/few"):
            problem = await analyzer.call("DELETE", used, expect=409)
            assert problem["code"] == "in_use" and "question week" in problem["detail"]
        own = analyzer.key
        await analyzer.create_site("other")
        for method in ("GET", "DELETE"):
            await analyzer.call(method, "/v1/questions/week", expect=404)
        await analyzer.get("/v1/reports/query", question="week", expect=404)
        await analyzer.call("DELETE", "/v1/questions/week", key=own, expect=204)
        await analyzer.get("/v1/reports/query", question="week", key=own, expect=404)


async def test_time_watched_without_ranges_is_what_the_playhead_moved(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await analyzer.create_site(currency="JPY", time_zone="Asia/Tokyo")
        began = at(7, 23.99)  # 36 s before midnight

        def seen(seconds: float, event: str, position: float, **more: Any) -> dict[str, Any]:
            video = {"content_asset_id": "film", "position": position, "total_length": 600, **more}
            return message("kim", began + round(seconds * 1_000), f"Video Playback {event}", "k1", **video)

        analyzer.log.send(
            "shop",
            page("kim", began - 60_000, "/", "k1", **MAIL),
            seen(0, "Started", 0),
            seen(30, "Paused", 30),  # 30 s
            seen(90, "Resumed", 30),  # stood still, after midnight
            seen(100, "Seek Started", 40),  # 10 s
            seen(101, "Seek Completed", 400),  # a jump is no watching
            seen(111, "Completed", 410),  # 10 s
            seen(9_000, "Started", 0, session_id="told"),
            seen(9_005, "Paused", 500, session_id="told", played=[[0, 2.5], [4, 5.5]]),  # as told, not as moved
        )
        await analyzer.catch_up()
        assert (await ask(analyzer, "watched_seconds"))["totals"]["value"] == 54
        days = await ask(analyzer, "watched_seconds", interval="day", breakdown="channel")
        assert days["series"]["lines"] == [{"key": "email", "kind": "group", "values": [0, 30, 24, 0, 0]}]
