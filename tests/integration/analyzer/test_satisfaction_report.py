"""Satisfaction through the analyzer: a survey's answers, the purchases after them and the other answers, by hand."""

from typing import Any

import numpy as np

from shared.settings import AnalyzerSettings
from tests.integration.analyzer.bulk import send_bulk
from tests.integration.analyzer.conftest import Analyzer, open_test_analyzer

NOW = 1_782_864_000_000  # 2026-07-01
MINUTE = 60_000
DAY = 24 * 60 * MINUTE
SURVEY = {
    "id": "liked",
    "name": "How was it",
    "variants": [
        {
            "id": "a",
            "kind": "survey",
            "content": {
                "title": "Two minutes",
                "questions": [
                    {"id": "sat", "type": "rating", "label": "How did you like the video?"},
                    {"id": "fits", "type": "multiple", "label": "What fits us?", "options": ["fresh", "cosy"]},
                    {"id": "why", "type": "text", "label": "Why?"},
                ],
            },
        }
    ],
}


def act(person: str, event: str, days_ago: float, **properties: Any) -> dict[str, Any]:
    fields = {"event": event, "userId": person, "properties": properties}
    return {**fields, "ts": round(NOW - days_ago * DAY)}


def ask(person: str, days_ago: float, **answers: Any) -> list[dict[str, Any]]:
    ids = {"campaign_id": "liked", "variant_id": "a", "decision_id": "d"}
    told = [act(person, "Prompt Shown", days_ago, **ids)]
    return told + ([act(person, "Prompt Answered", days_ago - 0.001, **ids, answers=answers)] if answers else [])


def watch(person: str, video: str, days_ago: float) -> dict[str, Any]:
    return act(person, "Video Playback Started", days_ago, content_asset_id=video, session_id=f"{person}-{video}")


def order(person: str, days_ago: float) -> dict[str, Any]:
    return act(person, "Order Completed", days_ago, order_id=f"o-{person}-{days_ago}", revenue=10)


async def fill(analyzer: Analyzer) -> None:
    """Forty are asked ten days ago: fifteen are pleased, fifteen are not, ten say nothing."""
    await analyzer.create_site()
    await analyzer.post("/v1/campaigns", SURVEY)
    messages: list[dict[str, Any]] = []
    for place in range(15):
        fits = ["fresh", "cosy"] if place < 12 else ["cosy"]
        messages += [watch(f"up{place}", "tea", 10.1), *ask(f"up{place}", 10, sat=4 + place % 2, fits=fits, why="ok")]
        fits = ["fresh"] if place < 3 else ["cosy"]
        video = "cups" if place else "tea"
        messages += [watch(f"no{place}", video, 10.1), *ask(f"no{place}", 10, sat=2, fits=fits)]
    for place in range(10):
        messages += ask(f"mute{place}", 10)
    messages += [order(f"up{place}", 8) for place in range(6)] + [order("no1", 8)]
    messages += [order("no2", 11), order("no3", 2)]  # before the answer, and after its window
    messages += ask("up0", 20, sat=1)  # changed their mind since
    messages += ask("no14", 9.5, sat=2, other="<b>")
    analyzer.log.send("shop", *messages)
    await analyzer.catch_up()


def find(report: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (one for one in report["questions"] if one["id"] == name)
    return dict(found)


async def test_answers_purchases_and_other_answers_by_hand(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        report = await analyzer.get("/v1/reports/satisfaction", campaign="liked")
        assert (report["shown"], report["answered"], report["response_rate"]) == (40, 30, 0.75)
        assert round(report["response_rate_low"], 3) == 0.598
        assert report["diagnostics"]["answers_to_other_questions"] == 1
        sat = find(report, "sat")
        levels = [(level["value"], level["persons"], level["converted"]) for level in sat["levels"]]
        assert levels == [(1, 0, 0), (2, 15, 1), (3, 0, 0), (4, 8, 3), (5, 7, 3)]
        assert (sat["asked"], sat["answered"], sat["top_values"], sat["top_share"]) == (40, 30, [4, 5], 0.5)
        assert sat["mean"] == (8 * 4 + 7 * 5 + 15 * 2) / 30 and sat["mean_low"] < sat["mean"] < sat["mean_high"]
        (bought,) = sat["purchases"]
        counts = [bought[name] for name in ("persons", "converted", "others", "others_converted")]
        assert counts == [15, 6, 15, 1]
        assert round(bought["difference"], 9) == round(5 / 15, 9) and round(bought["ratio"], 9) == 6
        assert bought["p_value"] <= bought["q_value"] <= 1
        assert bought["effect"] is None and bought["reasons"]["effect"] == "too_few_answers"
        assert sat["levels"][0]["reasons"]["conversion_rate"] == "no_answers"
        videos = {one["video"]: (one["answered"], one["top_persons"]) for one in sat["by_video"]}
        assert videos == {"tea": (16, 15), "cups": (14, 0), None: (1, 0)}, "up0 had seen none the first time"
        why = find(report, "why")
        assert why["answered"] == 15 and why["levels"] == [] and len(why["texts"]) == 15
        assert why["texts"][0]["text"] == "ok" and why["reasons"]["mean"] == "only_for_ratings"
        (pair,) = report["related"]
        assert (pair["question"], pair["other"], pair["persons"]) == ("sat", "fits", 30)
        assert pair["counts"] == [[0, 0], [3, 12], [0, 0], [6, 8], [6, 7]]
        fresh = pair["contrasts"][0]
        assert (fresh["values"], fresh["other_values"]) == ([4, 5], ["fresh"])
        assert (fresh["chose"], fresh["others_chose"]) == (12, 3)
        assert fresh["difference_low"] > 0 and fresh["q_value"] < 0.05


async def test_one_question_and_one_video(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        report = await analyzer.get("/v1/reports/satisfaction", campaign="liked", question="fits", video="tea")
        assert [one["id"] for one in report["questions"]] == ["fits"] and report["shown"] == 16
        assert [level["persons"] for level in report["questions"][0]["levels"]] == [13, 15]
        (pair,) = report["related"]
        assert (pair["question"], pair["other"], pair["persons"]) == ("fits", "sat", 16)
        # One of the sixteen was not pleased: nothing is compared with one.
        assert {one["reasons"]["difference"] for one in pair["contrasts"]} == {"too_few_answers"}


async def test_the_survey_of_a_video_is_about_that_video(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        campaign = await analyzer.get("/v1/campaigns/liked")
        when = {"type": "video_ended", "video": "tour"}
        await analyzer.call("PATCH", "/v1/campaigns/liked", {"version": campaign["version"], "when": when})
        report = await analyzer.get("/v1/reports/satisfaction", campaign="liked")
        assert [one["video"] for one in find(report, "sat")["by_video"]] == ["tour"]


async def test_what_a_question_says_now_is_what_is_reported(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        campaign = await analyzer.get("/v1/campaigns/liked")
        await analyzer.get("/v1/reports/satisfaction", campaign="liked")
        variants = campaign["variants"]
        variants[0]["content"]["questions"] = [{"id": "sat", "type": "rating", "label": "Well?", "options": ["4", "5"]}]
        await analyzer.call("PATCH", "/v1/campaigns/liked", {"version": campaign["version"], "variants": variants})
        report = await analyzer.get("/v1/reports/satisfaction", campaign="liked")
        sat = find(report, "sat")
        assert (sat["label"], sat["answered"], sat["other_answers"], sat["top_values"]) == ("Well?", 30, 15, [5])


async def test_what_came_before_the_answer_is_adjusted_for(settings: AnalyzerSettings) -> None:
    rng = np.random.default_rng(3)
    messages: list[dict[str, Any]] = []
    for place in range(1_200):
        keen = rng.normal()
        messages += [act(f"p{place}", "page", 11 - turn / 100) for turn in range(rng.poisson(6 * np.exp(0.6 * keen)))]
        pleased = rng.random() < 1 / (1 + np.exp(-1.5 * keen))
        messages += ask(f"p{place}", 10, sat=5 if pleased else 1)
        if rng.random() < np.clip(0.25 + 0.12 * keen + 0.1 * pleased, 0, 1):
            messages.append(order(f"p{place}", 9))
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await analyzer.create_site()
        await analyzer.post("/v1/campaigns", SURVEY)
        send_bulk(analyzer.log, "shop", messages, now=NOW)
        await analyzer.catch_up()
        report = await analyzer.get("/v1/reports/satisfaction", campaign="liked")
        (bought,) = find(report, "sat")["purchases"]
        assert bought["ci_low"] < 0.1 < bought["ci_high"]
        assert bought["difference_low"] > 0.1 and bought["effect"] < bought["difference"] - 0.03


async def test_who_was_forgotten_is_in_no_figure(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        await analyzer.get("/v1/reports/satisfaction", campaign="liked")
        await analyzer.post("/v1/forget", {"user": "up1"})
        report = await analyzer.get("/v1/reports/satisfaction", campaign="liked")
        assert (report["shown"], report["answered"]) == (39, 29)
        assert find(report, "sat")["purchases"][0]["converted"] == 5
        assert "up1" not in {one["person"] for one in find(report, "why")["texts"]}


async def test_nobody_other_sites_and_wrong_inputs(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings, clock=lambda: NOW) as analyzer:
        await fill(analyzer)
        plain = {"id": "plain", "name": "Plain", "variants": [{"id": "a", "kind": "popup", "content": {"title": "Hi"}}]}
        await analyzer.post("/v1/campaigns", plain)
        empty = await analyzer.get("/v1/reports/satisfaction", campaign="plain")
        assert empty["questions"] == [] and empty["reasons"]["questions"] == "no_questions"
        assert empty["response_rate"] is None and empty["reasons"]["response_rate"] == "nobody_asked"
        await analyzer.get("/v1/reports/satisfaction", expect=404, campaign="nothing")
        await analyzer.get("/v1/reports/satisfaction", expect=404, campaign="liked", video="nothing")
        for query, pointer in (
            ({}, "/campaign"),
            ({"campaign": "liked", "question": "x"}, "/question"),
            ({"campaign": "liked", "goal": "nothing"}, "/goal"),
            ({"campaign": "liked", "from": "2026-02-01", "to": "2026-01-01"}, "/to"),
        ):
            problem = await analyzer.get("/v1/reports/satisfaction", expect=422, **query)
            assert problem["errors"][0]["pointer"] == pointer
        await analyzer.create_site("other")
        await analyzer.get("/v1/reports/satisfaction", expect=404, campaign="liked")
        await analyzer.post("/v1/campaigns", SURVEY)
        report = await analyzer.get("/v1/reports/satisfaction", campaign="liked")
        assert report["shown"] == 0 and find(report, "sat")["reasons"]["mean"] == "too_few_answers"
