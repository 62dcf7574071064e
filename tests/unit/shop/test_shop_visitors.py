"""The month of visitors is the same for the same seed, and holds what the reports are there to find."""

from collections import defaultdict
from typing import Any

import pytest

from examples.shop.visitors.catalog import load_catalog
from examples.shop.visitors.deliver import build_batches
from examples.shop.visitors.journeys import DAY_S, tell_month, tell_visitor
from examples.shop.visitors.prompting import CAMPAIGN

END_S = 1_800_000_000.0
START_S = END_S - 30 * DAY_S
WEEK_S = 7 * DAY_S
VISITORS = 3_000
Message = dict[str, Any]


@pytest.fixture(scope="module")
def month() -> list[Message]:
    return list(tell_month(load_catalog(), visitors=VISITORS, seed=7, start_s=START_S, end_s=END_S))


def played_share(messages: list[Message], start: float, end: float) -> float:
    """The share of a stretch that one view played; its ranges do not overlap."""
    ranges: list[list[float]] = [span for message in messages for span in message["properties"].get("played", [])]
    return sum(max(0.0, min(end, b) - max(start, a)) for a, b in ranges) / (end - start)


def conversion_by_scene(month: list[Message], video: str, *, live: bool, scene: str) -> tuple[float, float]:
    """Conversion within a week of those who watched a scene, and of those who did not, over first views."""
    stretch = next(row for row in load_catalog().scenes if row.id == scene)
    views: dict[str, list[Message]] = defaultdict(list)
    orders: dict[str, list[float]] = defaultdict(list)
    for message in month:
        properties, person = message["properties"], message["anonymousId"]
        if message.get("event") == "Order Completed":
            orders[person].append(message["at"])
        elif properties.get("content_asset_id") == video and properties.get("livestream") is live:
            views[person].append(message)
    counts = {True: [0, 0], False: [0, 0]}
    for person, messages in views.items():
        first = [one for one in messages if one["properties"]["session_id"] == messages[0]["properties"]["session_id"]]
        t0 = first[0]["at"]
        watched = played_share(first, stretch.start, stretch.end) >= 0.5
        counts[watched][0] += 1
        counts[watched][1] += any(t0 < at <= t0 + WEEK_S for at in orders[person])
    return counts[True][1] / counts[True][0], counts[False][1] / counts[False][0]


def test_the_same_seed_gives_the_same_messages_each_once(month: list[Message]) -> None:
    catalog = load_catalog()
    again = [tell_visitor(n, catalog, seed=7, start_s=START_S, end_s=END_S) for n in range(50)]
    assert month[: sum(map(len, again))] == [message for messages in again for message in messages]
    assert len({message["messageId"] for message in month}) == len(month)
    assert all(START_S <= message["at"] < END_S for message in month)
    assert tell_visitor(0, catalog, seed=8, start_s=START_S, end_s=END_S) != again[0]


def test_batches_are_within_the_collectors_limits(month: list[Message]) -> None:
    batches = build_batches(month[:5_000])
    assert sum(map(len, batches)) == 5_000
    assert max(map(len, batches)) <= 500


def test_every_event_a_report_reads_is_there(month: list[Message]) -> None:
    events = {str(message.get("event")) for message in month}
    assert events >= {
        "Video Playback Started", "Video Content Started", "Video Content Playing", "Video Playback Buffer Started",
        "Video Playback Buffer Completed", "Video Playback Interrupted", "Video Playback Exited", "Video Liked",
        "Video Commented", "Video Shared", "Video Product Clicked", "Prompt Shown", "Prompt Clicked",
        "Prompt Dismissed", "Prompt Withheld", "Products Searched", "Order Completed", "Order Refunded",
    }  # fmt: skip
    channels = {str(message["context"].get("campaign", {}).get("source")) for message in month}
    assert channels >= {"instagram", "newsletter", "google", "line"}


def test_each_view_is_played_in_order_and_its_ids_agree(month: list[Message]) -> None:
    views: dict[tuple[str, str], list[Message]] = defaultdict(list)
    for message in month:
        if "played" in message["properties"]:
            properties = message["properties"]
            views[properties["session_id"], properties["content_asset_id"]].append(message)
    assert len({session for session, _ in views}) == len(views)
    for messages in views.values():
        assert [one["at"] for one in messages] == sorted(one["at"] for one in messages)
        assert all(0 <= a < b <= 72 for one in messages for a, b in one["properties"]["played"])


@pytest.mark.parametrize(
    ("video", "live", "scene"),
    [("tea-tasting", False, "pour"), ("tea-live", False, "pour"), ("tea-live", True, "colour")],
)
def test_the_planted_scene_is_the_one_that_sells(month: list[Message], video: str, live: bool, scene: str) -> None:
    by_scene = {row.id: conversion_by_scene(month, video, live=live, scene=row.id) for row in load_catalog().scenes}
    differences = {name: watched - others for name, (watched, others) in by_scene.items()}
    assert max(differences, key=lambda name: differences[name]) == scene


def test_the_prompt_moves_those_it_meets(month: list[Message]) -> None:
    met: dict[str, dict[str, float]] = defaultdict(dict)
    orders: dict[str, list[float]] = defaultdict(list)
    for message in month:
        person, properties = message["anonymousId"], message["properties"]
        if message.get("event") == "Order Completed":
            orders[person].append(message["at"])
        elif properties.get("campaign_id") == CAMPAIGN and message["event"] in ("Prompt Shown", "Prompt Withheld"):
            met[str(properties.get("variant_id"))].setdefault(person, message["at"])

    def rate(arm: str) -> float:
        bought = [any(at < order <= at + WEEK_S for order in orders[person]) for person, at in met[arm].items()]
        return sum(bought) / len(bought)

    assert min(map(len, met.values())) > 100
    assert rate("free-delivery") > rate("None")


def test_stalls_are_worse_where_the_host_is_bad(month: list[Message]) -> None:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for message in month:
        event, host = message.get("event"), message["properties"].get("cdn")
        if host:
            counts[host][0] += event == "Video Content Started"
            counts[host][1] += event == "Video Playback Buffer Started"
    shares = {host: stalls / starts for host, (starts, stalls) in counts.items()}
    assert shares["cdn-b.asagiri.example"] > 2 * shares["cdn-a.asagiri.example"]
