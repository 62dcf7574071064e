"""Loyalty factors through the analyzer: the ratio by hand, a planted cause found, a consequence told apart."""

import json
from typing import Any

import numpy as np
import pytest

from shared.clock import system_clock
from shared.log.entry import LoggedMessage, MessageGroup, Messages
from shared.log.partition import compute_partition
from tests.integration.analyzer.conftest import Analyzer

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
    problem = await analyzer.get("/v1/reports/factors", core=2, middle=2, expect=422)
    assert problem["errors"][0]["pointer"] == "/core"


async def test_a_site_without_anybody(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    report = await analyzer.get("/v1/reports/factors")
    assert (report["persons"], report["factors"], report["reasons"]) == (0, [], {"factors": "nobody"})
