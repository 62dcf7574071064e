"""The adjusted moments through the whole analyzer: a planted moment is found, recommended, and said in words."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from services.analyzer.video.moments import NEVER, ViewSample
from shared.clock import Millis, system_clock
from shared.log.entry import LoggedMessage, MessageGroup, Messages
from shared.log.partition import compute_partition
from tests.integration.analyzer.conftest import Analyzer
from tests.simulation.viewers import Plant, Scenario, simulate_viewers

DAY = 86_400_000
PLANTED = Plant(30, 42, 0.2)
VIEWERS = 2_500


def log_viewers(analyzer: Analyzer, sample: ViewSample, *, exact: bool) -> None:
    """Log what simulated viewers did: some pages, a view with its ranges (or positions alone), an order."""
    now = system_clock() - 20 * DAY
    groups: dict[int, list[LoggedMessage]] = {}
    ranges: list[list[tuple[float, float]]] = [[] for _ in range(sample.views)]
    for view, start, end in zip(sample.range_view, sample.range_start, sample.range_end, strict=True):
        ranges[view].append((float(start), float(end)))
    for view in range(sample.views):
        visitor = f"viewer-{view}"
        place = compute_partition("shop", visitor, None)
        messages = groups.setdefault(place, [])
        t0 = now + view * 1_000
        behaviour = np.rint(np.expm1(sample.behaviour[view, :3])).astype(int)
        happened: list[tuple[str, Millis, dict[str, Any]]] = [
            ("Product Viewed", t0 - 60_000 - 1_000 * step, {"product_id": f"p-{step}"}) for step in range(behaviour[2])
        ]
        happened += [("page", t0 - 90_000 - 1_000 * step, {}) for step in range(behaviour[1])]
        happened += list(_view(ranges[view], t0, exact=exact))
        if sample.converted_at[view] != NEVER:
            happened.append(("Order Completed", t0 + 3_600_000, {"order_id": f"o-{view}", "revenue": 10}))
        for turn, (event, at, properties) in enumerate(happened):
            kind: dict[str, Any] = {"type": "page"} if event == "page" else {"type": "track", "event": event}
            raw = json.dumps({**kind, "anonymousId": visitor, "properties": properties}).encode()
            messages.append(LoggedMessage(f"{visitor}-{turn}", at, None, raw))
    for place, messages in groups.items():
        for first in range(0, len(messages), 500):
            group = MessageGroup("shop", system_clock(), None, None, 0, messages[first : first + 500])
            analyzer.log.append(place, Messages([group]))


def _view(
    ranges: list[tuple[float, float]], t0: Millis, *, exact: bool
) -> Iterator[tuple[str, Millis, dict[str, Any]]]:
    of_video = {"asset_id": "film", "session_id": "one", "total_length": 90}
    if exact:
        yield "Video Content Playing", t0 + 1_000, {**of_video, "played": [list(one) for one in ranges]}
        return
    clock = t0
    for turn, (start, end) in enumerate(ranges):
        begins = "Video Playback Started" if turn == 0 else "Video Playback Seek Completed"
        yield begins, clock, {**of_video, "position": start}
        for position in np.arange(start + 10, end, 10):
            yield "Video Content Playing", clock + int((position - start) * 1_000), {**of_video, "position": position}
        clock += int((end - start) * 1_000)
        yield "Video Playback Seek Started", clock, {**of_video, "position": end}
        clock += 500


@pytest.mark.parametrize("exact", [True, False])
async def test_a_planted_moment_is_found_and_recommended(analyzer: Analyzer, exact: bool) -> None:
    await analyzer.create_site()
    scenario = Scenario(viewers=VIEWERS, duration=90, plants=(PLANTED,))
    log_viewers(analyzer, simulate_viewers(scenario, np.random.default_rng(4)).sample, exact=exact)
    run = await analyzer.run_job("moments")
    assert run["progress"] == 1
    report = await analyzer.get("/v1/reports/moments", video="film")
    assert report["viewers"] == VIEWERS
    found = [one for one in report["moments"] if one["found"]]
    assert found and all(one["q_value"] <= 0.05 and one["reasons"] == {} for one in found)
    best = max(found, key=lambda one: float(one["ci_low"]))
    assert best["start"] < PLANTED.end and best["end"] > PLANTED.start
    assert best["ci_low"] < PLANTED.effect < best["ci_high"] < 0.4
    assert best["total_effect"] > 0 and best["robustness"] > 1 and 0 < best["share_dropped"] < 1
    recommendation = report["recommendation"]
    assert recommendation["start_at"] == best["start"]
    assert "points" in recommendation["reason"]["en"] and "ポイント" in recommendation["reason"]["ja"]
    assert {one["kind"] for one in report["advice"]} <= {"keep", "point_at", "shorten"} and report["advice"]
    inside = report["bins"][(PLANTED.start + PLANTED.end) // 2]
    assert inside["ci_low"] > 0 and inside["reasons"] == {}
    assert inside["effect"] > report["bins"][70]["effect"]
    start = report["entries"][0]
    assert start["effect"] is not None and start["ci_low"] < start["effect"] < start["ci_high"]
    assert report["diagnostics"]["precision"] == ("ranges" if exact else "positions")
    check = report["diagnostics"]["checks"][0]
    assert check["overlap"] > 0.5 and check["control_passed"] is not None
    again = await analyzer.get(
        "/v1/reports/moments", video="film", goal="purchase", to="2999-01-01", from_="2020-01-01"
    )
    assert again["moments"][0]["effect"] == pytest.approx(report["moments"][0]["effect"], abs=1e-6)
