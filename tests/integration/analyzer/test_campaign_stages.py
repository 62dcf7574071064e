"""A campaign's report by stage and its effect on leaving, counted by hand out of a lot that was drawn in the test."""

from typing import Any

import numpy as np
import pytest

from services.analyzer.reports.campaign_exits import shape_exits
from shared.clock import system_clock
from tests.integration.analyzer.conftest import Analyzer
from tests.integration.analyzer.test_admin import VARIANT

MINUTE = 60_000
DAY = 1_440 * MINUTE
PERSONS = 600


async def test_leaving_and_stages_are_told_apart_by_lot(analyzer: Analyzer) -> None:
    await analyzer.create_site(currency="USD")
    await analyzer.post("/v1/campaigns", {"id": "c1", "name": "C", "holdout": 0.5, "variants": [VARIANT]})
    rng = np.random.default_rng(11)
    t = system_clock() - 2 * DAY
    left = {True: [0, 0, 0], False: [0, 0, 0]}
    stages: dict[tuple[int, bool], list[int]] = {}
    messages: list[dict[str, Any]] = []

    def log(person: str, at: int, event: str, **properties: Any) -> None:
        kind: dict[str, Any] = {"type": "page"} if event == "page" else {"event": event}
        messages.append({**kind, "anonymousId": person, "properties": properties, "ts": at})

    for place in range(PERSONS):
        person, at, is_held = f"p{place}", t + place * 1_000, bool(rng.random() < 0.5)
        before = int(rng.integers(4))
        for turn in range(before):
            log(person, at - (turn + 1) * DAY, "Order Completed", order_id=f"b-{place}-{turn}", revenue=10)
        log(person, at - 1_000, "page", path="/")
        prompt = {"campaign_id": "c1"} if is_held else {"campaign_id": "c1", "variant_id": "a"}
        log(person, at, "Prompt Withheld" if is_held else "Prompt Shown", **prompt)
        goes_on = bool(rng.random() < (0.4 if is_held else 0.6))
        lingers = bool(rng.random() < 0.5)
        if goes_on:
            log(person, at + 2 * MINUTE, "page", path="/next")
        if lingers:
            log(person, at + MINUTE, "Video Content Playing", asset_id="film", position=1)
        if not is_held:
            log(person, at + MINUTE, "Prompt Dismissed", **prompt)
        log(person, at + 40 * MINUTE, "page", path="/another-visit")
        buys = bool(rng.random() < (0.1 if is_held or before else 0.5))
        if buys:
            log(person, at + DAY, "Order Completed", order_id=f"a-{place}", revenue=10)
        left[is_held][0] += 1
        left[is_held][1] += not goes_on
        left[is_held][2] += not goes_on and not lingers
        side = stages.setdefault((min(before, 2), is_held), [0, 0])
        side[0] += 1
        side[1] += buys
    log("late", system_clock() - MINUTE, "Prompt Shown", campaign_id="c1", variant_id="a")
    log("both", t, "Prompt Shown", campaign_id="c1", variant_id="a")
    log("both", t + 1, "Prompt Withheld", campaign_id="c1")
    analyzer.log.send("shop", *messages)
    await analyzer.catch_up()
    report = await analyzer.get("/v1/reports/campaigns/c1")
    exits = report["exits"]
    arms = {arm["id"]: [arm["persons"], arm["left"], arm["left_soon"]] for arm in exits["arms"]}
    assert arms == {"a": left[False], "holdout": left[True]}, "neither who is still there, nor who saw both"
    for place, name in enumerate(("left", "left_soon"), start=1):
        shares = {is_held: counts[place] / counts[0] for is_held, counts in left.items()}
        assert exits[name]["estimate"] == pytest.approx(shares[False] - shares[True])
        assert exits[name]["ci_low"] < (-0.2 if name == "left" else -0.1) < exits[name]["ci_high"]
        assert exits[name]["always_valid_low"] <= exits[name]["ci_low"] and exits[name]["chance_to_win"] is None
    assert exits["left"]["ci_high"] < 0
    by_stage = {one["stage"]: one for one in report["by_stage"]}
    for place, stage in enumerate(("light", "middle", "core")):
        one = by_stage[stage]
        served, held = stages[place, False], stages[place, True]
        own = served if stage != "light" else [served[0] + 1, served[1]]  # and the one who is still there
        assert [one["persons"], one["converted"]] == own
        assert [one["control_persons"], one["control_converted"]] == held
        assert one["uplift"]["estimate"] == pytest.approx(own[1] / own[0] - held[1] / held[0])
    light = by_stage["light"]["uplift"]
    assert light["ci_low"] < 0.4 < light["ci_high"] and light["ci_low"] > 0
    core = by_stage["core"]["uplift"]
    assert core["ci_low"] < 0 < core["ci_high"]


async def test_nobody_yet(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    await analyzer.post("/v1/campaigns", {"id": "c1", "name": "C", "holdout": 0.5, "variants": [VARIANT]})
    report = await analyzer.get("/v1/reports/campaigns/c1")
    assert report["exits"] == {
        "arms": [],
        "left": None,
        "left_soon": None,
        "reasons": {"left": "no_holdout", "left_soon": "no_holdout"},
    }
    assert [one["reasons"]["uplift"] for one in report["by_stage"]] == ["no_holdout"] * 3


def test_the_interval_of_leaving_holds_in_simulation() -> None:
    rng = np.random.default_rng(5)
    covered, runs = 0, 400
    for _ in range(runs):
        served, held = rng.binomial(300, 0.3), rng.binomial(300, 0.45)
        found = shape_exits({"a": (300, served, served), "holdout": (300, held, held)})["left"]
        covered += found["ci_low"] <= -0.15 <= found["ci_high"]
    assert covered / runs >= 0.92
