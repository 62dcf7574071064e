"""What a video brings in, on simulated shops: nothing where it brings nothing, though its viewers buy more."""

import tempfile
from typing import Any

import numpy as np

from services.analyzer.reports.videos import (
    InfluenceQuestion,
    build_influence_relations,
    build_influence_reports,
    load_influence_sums,
)
from shared.clock import DAY_MS, MINUTE_MS
from tests.builders import NOW
from tests.property.test_corrections import GOAL, SITE, WINDOW, Fields, fill_store

RUNS = 8
PERSONS = 1_200


def tell_shop(generator: np.random.Generator, effect: float) -> list[Fields]:
    """Return a shop's visits: who looks at more products watches more and buys more; watching adds `effect`."""
    messages: list[Fields] = []

    def tell(person: str, ts: int, event: str, **properties: Any) -> None:
        kind = {"type": "page"} if event == "page" else {"type": "track", "event": event}
        message = {**kind, "anonymousId": person, "properties": properties, "ts": ts}
        messages.append(message | {"messageId": f"m{len(messages):06}"})

    for number in range(PERSONS):
        person = f"p{number}-{generator.integers(2**40)}"
        at = NOW - 60 * DAY_MS + int(generator.integers(20 * DAY_MS))
        interest = generator.normal()
        for visit in range(1 + generator.poisson(1.0)):
            products = int(generator.poisson(np.exp(0.5 + 0.4 * interest)))
            for look in range(products):
                tell(person, at + look * MINUTE_MS, "Product Viewed", product_id=f"x{look}")
            at_film = at + products * MINUTE_MS
            tell(person, at_film, "page", path="/film")
            keen = min(products, 5)
            watches = generator.random() < 1 / (1 + np.exp(1.2 - 0.5 * keen))
            if watches:
                shared = {"content_asset_id": "v", "session_id": f"{person}-{visit}", "total_length": 60}
                tell(person, at_film + 1_000, "Video Playback Started", **shared)
                tell(person, at_film + 15_000, "Video Playback Exited", **shared, played=[[0, 12]])
            if generator.random() < 0.02 + 0.03 * keen + effect * watches:
                tell(person, at_film + 5 * MINUTE_MS, "Order Completed", order_id=f"o{len(messages)}", revenue=10)
            at = at_film + int(DAY_MS * (1.5 + generator.exponential(5)))
    return messages


def estimate(messages: list[Fields]) -> tuple[float, float, float, float]:
    """Return the adjusted effect on conversion with its interval, and the raw difference."""
    asked = InfluenceQuestion("shop", SITE, "v", WINDOW, GOAL, 30, NOW)
    with tempfile.TemporaryDirectory() as folder:
        store = fill_store(folder, "shop", [messages])
        con = store.cursor()
        build_influence_relations(con, asked, None)
        report = build_influence_reports(con, [asked], load_influence_sums(con, asked))[0]
        store.close()
    adjusted = report["adjusted"]["conversion"]
    return adjusted["effect"], adjusted["ci_low"], adjusted["ci_high"], report["raw"]["conversion"]["difference"]


def test_a_video_that_brings_nothing_is_said_to_bring_nothing() -> None:
    generator = np.random.default_rng(31)
    found = [estimate(tell_shop(generator, 0.0)) for _ in range(RUNS)]
    raw = np.mean([raw for *_, raw in found])
    assert raw > 0.04, "its viewers do buy more"
    assert abs(np.mean([effect for effect, *_ in found])) < raw / 3
    assert sum(low > 0 or high < 0 for _, low, high, _ in found) <= 2


def test_what_a_video_brings_is_found() -> None:
    generator = np.random.default_rng(32)
    found = [estimate(tell_shop(generator, 0.12)) for _ in range(RUNS // 2)]
    # Who did not view now may on a later visit, so that a little less than 12 points is between the two.
    assert 0.08 < np.mean([effect for effect, *_ in found]) < 0.13
    assert all(low > 0 for _, low, _, _ in found)
