"""Viewers beside people who had not viewed: where viewing changes nothing, next to nothing is found."""

import tempfile
from typing import Any

import numpy as np

from services.analyzer.journeys.classes import Thresholds
from services.analyzer.reports.journeys import JourneysQuestion, build_journeys, load_crowds
from services.analyzer.reports.journeys_answer import shape_journeys_report
from shared.clock import DAY_MS, MINUTE_MS
from tests.builders import NOW
from tests.property.test_corrections import GOAL, SITE, WINDOW, Fields, fill_store

VIDEOS = 8
PERSONS = 2_500


def simulate_walks(generator: np.random.Generator) -> list[Fields]:
    """Return walks of very different length; any step may be a page, a product, or any of the videos."""
    messages: list[Fields] = []

    def tell(person: str, ts: int, event: str, **properties: Any) -> None:
        kind = {"type": "page"} if event == "page" else {"type": "track", "event": event}
        fields = {"anonymousId": person, "userId": None, "properties": properties, "ts": ts}
        messages.append({**kind, **fields, "messageId": f"m{len(messages):06}"})

    for number in range(PERSONS):
        at = NOW - int(generator.integers(40, 80)) * DAY_MS
        for step in range(int(min(60, generator.geometric(0.08)))):
            at += MINUTE_MS
            choice = generator.random()
            if choice < 0.16:
                video = f"film{int(choice / 0.16 * VIDEOS)}"
                session = f"w{number}-{step}"
                tell(f"p{number}", at, "Video Playback Started", content_asset_id=video, session_id=session)
            elif choice < 0.5:
                tell(f"p{number}", at, "Product Viewed", product_id=f"x{generator.integers(12)}")
            else:
                tell(f"p{number}", at, "page", path=f"/{'abcd'[generator.integers(4)]}")
    return messages


def test_that_viewers_stay_longer_is_no_finding() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = fill_store(folder, "walks", [simulate_walks(np.random.default_rng(3))])
        con = store.cursor()
        journeys = build_journeys(con, "shop", SITE, GOAL, WINDOW)
        gaps, findings, nexts = [], 0, 0
        for number in range(VIDEOS):
            video = f"film{number}"
            asked = JourneysQuestion("shop", video, WINDOW, GOAL, Thresholds(), NOW)
            report = shape_journeys_report(asked, journeys.names, *load_crowds(journeys, video, WINDOW, GOAL))
            assert report["sizes"]["viewers"] > 300 and report["sizes"]["matched"] > 300
            wandering = report["wandering"]
            gaps.append(wandering["difference"] / ((wandering["ci_high"] - wandering["ci_low"]) / (2 * 1.96)))
            findings += wandering["finding"]
            nexts += sum(one["q_value"] <= 0.05 for one in report["next"])
        store.close()
    # One-sided 2.5 % expected; the others of all videos are the same people, so that errors come together.
    assert findings <= 2 and nexts <= 3
    assert abs(float(np.mean(gaps))) < 1.5
