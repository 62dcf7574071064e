"""Whatever the order in which messages arrive, in whatever batches, reports equal those of a full rebuild.

Counts and money exactly, everything else to one in a million.
"""

import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analyzer.control.lifecycle import DEFAULT_RULES
from services.analyzer.ingest.rows import build_batch
from services.analyzer.journeys.classes import Thresholds
from services.analyzer.reports.aftercare import AftercareQuestion, BuyerCampaign, build_aftercare_report
from services.analyzer.reports.campaigns import CampaignAsked
from services.analyzer.reports.experiments import CampaignListed, ExperimentsQuestion, build_experiments
from services.analyzer.reports.journeys import JourneysQuestion, build_journeys, load_crowds
from services.analyzer.reports.journeys_answer import shape_journeys_report
from services.analyzer.reports.lifecycle import LifecycleQuestion, build_lifecycle_report
from services.analyzer.reports.moments import MomentsQuestion, build_moments_relations, load_sample
from services.analyzer.reports.moments_shape import shape_moments_report
from services.analyzer.reports.qoe import (
    QualityQuestion,
    build_quality_conversions,
    build_quality_relations,
    build_quality_reports,
    load_totals,
)
from services.analyzer.reports.site import GoalSpec, Window
from services.analyzer.reports.videos import (
    InfluenceQuestion,
    build_influence_relations,
    build_influence_reports,
    load_influence_sums,
)
from services.analyzer.store.duck import DuckStore
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.video.compute import compute_moments
from shared.clock import DAY_MS, HOUR_MS, MINUTE_MS, Millis
from shared.log.entry import Decisions, Entry, Erased, LoggedDecision, LoggedMessage, MessageGroup, Messages
from shared.log.reader import ReadEntry
from shared.rules.sql import SiteContext
from tests.builders import NOW

SITE = SiteContext(currency="USD", rates={"EUR": 1.1}, time_zone="UTC")
GOAL = GoalSpec("purchase", "Order Completed", None, 30 * DAY_MS, 30, None)
WINDOW = Window(NOW - 90 * DAY_MS, NOW)

Fields = dict[str, Any]


def build_entry(place: int, fields: Fields, *, received_at: Millis) -> ReadEntry:
    """Return one log entry: a message, a decision or a tombstone."""
    entry: Entry
    if "candidates" in fields:
        entry = Decisions([LoggedDecision(**fields)])
    elif "erase" in fields:
        entry = Erased("shop", fields["erase"], fields["is_user"], received_at)
    else:
        raw = msgspec.json.encode({name: value for name, value in fields.items() if name != "ts"})
        logged = LoggedMessage(fields["messageId"], fields["ts"], None, raw)
        entry = Messages([MessageGroup("shop", received_at, None, None, 0, [logged])])
    return ReadEntry(f"{place + 1}-0".encode(), entry, b"")


def fill_store(folder: str, name: str, batches: Sequence[Sequence[Fields]]) -> DuckStore:
    """Return a store that met these batches one after the other."""
    store = DuckStore(Path(folder) / f"{name}.duckdb", memory_limit_mb=256, threads=2)
    place = 0
    for batch in batches:
        add_batch(store, place, batch)
        place += len(batch)
    return store


def add_batch(store: DuckStore, place: int, batch: Sequence[Fields]) -> None:
    """Let a store that has met `place` messages meet some more."""
    entries = [build_entry(at, fields, received_at=NOW + at) for at, fields in enumerate(batch, start=place)]
    built, unreadable = build_batch({0: entries}, {"shop": "USD"})
    assert not unreadable
    assert not store.append(built).refused


def read_reports(con: "duckdb.DuckDBPyConnection", keeping: Keeping = UNKEPT, now: Millis = NOW) -> dict[str, Any]:
    """Return every report of this store that a correction could change, as JSON values."""
    reports: dict[str, Any] = {}
    window = Window(now - 90 * DAY_MS, now)
    build_quality_conversions(con, "shop", SITE, GOAL, keeping)
    build_quality_relations(con, "shop", window, None, keeping)
    totals = load_totals(con)
    reports["qoe"] = build_quality_reports(con, [QualityQuestion("shop", None, window, GOAL, now)], totals, keeping)[0]
    asked = [InfluenceQuestion("shop", SITE, video, window, GOAL, 30, now) for video in (None, "v")]
    build_influence_relations(con, asked[0], None, keeping)
    sums = load_influence_sums(con, asked[0])
    told = build_influence_reports(con, asked, sums, keeping)
    reports |= {f"videos {one.video_id}": report for one, report in zip(asked, told, strict=True)}
    reports |= read_campaigns(con, keeping, now)
    reports["lifecycle"] = build_lifecycle_report(
        con, LifecycleQuestion("shop", SITE, GOAL, window, now, DEFAULT_RULES), keeping
    )
    campaigns = [BuyerCampaign("c", "C", "running", 0.1)]
    reports["aftercare"] = build_aftercare_report(
        con, AftercareQuestion("shop", SITE, GOAL, window, now, campaigns), keeping
    )
    walked = build_journeys(con, "shop", SITE, GOAL, window, keeping=keeping)
    build_moments_relations(con, "shop", SITE, GOAL, window, None, keeping)
    for video in "vw":
        moments = MomentsQuestion("shop", video, window, "all", GOAL, None, now)
        sample = load_sample(con, moments)
        reports[f"moments {video}"] = shape_moments_report(moments, sample, *compute_moments(sample))
        journeys = JourneysQuestion("shop", video, window, GOAL, Thresholds(), now)
        crowds = load_crowds(walked, video, window, GOAL)
        reports[f"journeys {video}"] = shape_journeys_report(journeys, walked.names, *crowds)
    reports["identity"] = [
        con.execute("SELECT * EXCLUDE (site_id) FROM identity_links ORDER BY ALL").fetchall(),
        con.execute("SELECT * EXCLUDE (site_id) FROM user_merges ORDER BY ALL").fetchall(),
        con.execute("SELECT * EXCLUDE (site_id) FROM aliases ORDER BY ALL").fetchall(),
    ]
    return reports


def read_campaigns(con: "duckdb.DuckDBPyConnection", keeping: Keeping, now: Millis) -> dict[str, Any]:
    """Return what the store says of the campaign c, and of all campaigns together."""
    campaign = CampaignAsked("c", [{"id": "a", "weight": 0.5}, {"id": "b", "weight": 0.5}], 0.1, "fixed")
    listed = [CampaignListed(campaign, "C", "running", GOAL)]
    asked = ExperimentsQuestion("shop", SITE, listed, None, Window(now - 90 * DAY_MS, now), now)
    own: dict[str, Any] = {}
    together = build_experiments(con, asked, keep=own.__setitem__, keeping=keeping)
    return {"experiments": together, "campaigns": own}


def assert_same(found: Any, expected: Any, path: str = "") -> None:
    """Fail, naming the place, unless counts and texts are equal and other numbers nearly so."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), path
        for key in expected:
            assert_same(found[key], expected[key], f"{path}/{key}")
    elif isinstance(expected, list | tuple):
        assert len(found) == len(expected), f"{path}: {found} is not {expected}"
        for place, (one, other) in enumerate(zip(found, expected, strict=True)):
            assert_same(one, other, f"{path}/{place}")
    elif isinstance(expected, float) and not path.endswith(("/value", "/order_value")):
        assert isinstance(found, float) and math.isclose(found, expected, rel_tol=1e-6, abs_tol=1e-6), path
    else:
        assert found == expected, f"{path}: {found!r} is not {expected!r}"


def compare_arrangements(messages: list[Fields], batches: list[list[Fields]]) -> dict[str, Any]:
    """Return the reports, after showing that these batches and all messages at once, in order, give the same."""
    with tempfile.TemporaryDirectory() as folder:
        stores = (fill_store(folder, "arrived", batches), fill_store(folder, "rebuilt", [messages]))
        arrived, rebuilt = (read_reports(store.cursor()) for store in stores)
        for store in stores:
            store.close()
    assert_same(arrived, rebuilt)
    return rebuilt


def cut(messages: list[Fields], rng: Random, *, share: float = 0.2) -> list[list[Fields]]:
    """Return the messages in another order, in batches of any size; a `share` of them begins one."""
    shuffled = list(messages)
    rng.shuffle(shuffled)
    batches: list[list[Fields]] = [[]]
    for one in shuffled:
        if rng.random() < share:
            batches.append([])
        batches[-1].append(one)
    return batches


TIMES = st.integers(0, 30).map(lambda step: NOW - 40 * DAY_MS + step * 20 * MINUTE_MS)
WHO = st.sampled_from(
    [("v1", None), ("v2", None), ("v1", "u1"), ("v2", "u1"), ("v2", "u2"), (None, "u1"), (None, "u2")]
)
PLAYED = st.sampled_from([[[0, 2]], [[0, 10]], [[2, 4.5]], []])
VIDEO_EVENTS = (
    "Video Playback Started",
    "Video Content Started",
    "Video Content Playing",
    "Video Playback Buffer Started",
    "Video Playback Buffer Completed",
    "Video Playback Seek Started",
    "Video Playback Completed",
    "Video Playback Exited",
    "Video Playback Interrupted",
)
VIDEOS = st.tuples(st.sampled_from(VIDEO_EVENTS), st.sampled_from("vw"), st.sampled_from(["s1", None]), PLAYED).map(
    lambda drawn: {
        "type": "track",
        "event": drawn[0],
        "properties": {"content_asset_id": drawn[1], "session_id": drawn[2], "played": drawn[3], "startup_ms": 900},
    }
)
ORDERS = st.tuples(
    st.sampled_from(["Order Completed", "Order Refunded"]),
    st.sampled_from(["o1", "o2"]),
    st.sampled_from([10, 0.1, 33.33, None]),
    st.sampled_from([None, "EUR"]),
).map(
    lambda drawn: {
        "type": "track",
        "event": drawn[0],
        "properties": {"order_id": drawn[1], "revenue": drawn[2], "currency": drawn[3]},
    }
)
PROMPTS = st.tuples(
    st.sampled_from(["Prompt Shown", "Prompt Clicked", "Prompt Dismissed", "Prompt Withheld"]), st.sampled_from("ab")
).map(
    lambda drawn: {
        "type": "track",
        "event": drawn[0],
        "properties": {"campaign_id": "c", "variant_id": drawn[1]},
    }
)
OTHERS = st.sampled_from(
    [
        {"type": "page", "properties": {"path": "/"}},
        {"type": "track", "event": "Product Viewed", "properties": {"product_id": "x"}},
        {"type": "identify"},
        {"type": "alias", "previousId": "u1", "userId": "u2"},
        {"type": "alias", "previousId": "u2", "userId": "u1"},
        {"type": "alias", "previousId": "v1", "userId": "u1"},
    ]
)
MESSAGES = st.lists(st.tuples(TIMES, WHO, VIDEOS | ORDERS | PROMPTS | OTHERS), min_size=1, max_size=24)


def name_messages(drawn: list[tuple[Millis, tuple[str | None, str | None], Fields]]) -> list[Fields]:
    """Return distinct messages: each has an id of its own."""
    return [
        {"anonymousId": who[0], "userId": who[1], **fields, "messageId": f"m{place:03}", "ts": ts}
        for place, (ts, who, fields) in enumerate(drawn)
    ]


@settings(max_examples=12, deadline=None)
@given(MESSAGES, st.randoms(use_true_random=False))
def test_any_arrival_gives_the_reports_of_a_full_rebuild(
    drawn: list[tuple[Millis, tuple[str | None, str | None], Fields]], rng: Random
) -> None:
    messages = name_messages(drawn)
    compare_arrangements(messages, cut(messages, rng))


@settings(max_examples=12, deadline=None)
@given(MESSAGES, st.sampled_from([("u1", True), ("u2", True), ("v1", False)]))
def test_after_an_erasure_nothing_of_the_person_is_left(
    drawn: list[tuple[Millis, tuple[str | None, str | None], Fields]], erased: tuple[str, bool]
) -> None:
    """The store then says what a store says that never met the erased messages."""
    person, is_user = erased
    messages = name_messages(drawn)
    own = "userId" if is_user else "anonymousId"
    rest = [one for one in messages if one[own] != person and one.get("previousId") != person]
    with tempfile.TemporaryDirectory() as folder:
        stores = (
            fill_store(folder, "erased", [messages, [{"erase": person, "is_user": is_user}]]),
            fill_store(folder, "rest", [rest]),
        )
        found, expected = (read_reports(store.cursor()) for store in stores)
        for store in stores:
            store.close()
    assert_same(found, expected)


def simulate_shop(rng: Random, persons: int) -> list[Fields]:
    """Return some weeks of a shop: views with stalls, orders, refunds, logins, merges and a campaign."""
    messages: list[Fields] = []

    def tell(person: str, ts: Millis, event: str, user: str | None = None, **properties: Any) -> None:
        fields = {"type": event} if event in ("page", "identify") else {"type": "track", "event": event}
        message = {**fields, "anonymousId": person, "userId": user, "properties": properties, "ts": ts}
        messages.append(message | {"messageId": f"m{len(messages):06}"})

    for number in range(persons):
        person, at = f"p{number}", NOW - 60 * DAY_MS + rng.randrange(30 * DAY_MS)
        keen = rng.random() < 0.5
        for look in range(rng.randrange(1, 6 if keen else 3)):
            tell(person, at + look * MINUTE_MS, "Product Viewed", product_id=f"x{look}")
        tell(person, at + 8 * MINUTE_MS, "page", path="/film")
        watches, stalls = rng.random() < (0.7 if keen else 0.4), rng.random() < 0.3
        if watches:
            shared: Fields = {"content_asset_id": rng.choice("vvvw"), "session_id": f"s{number}", "total_length": 60}
            start = at + 9 * MINUTE_MS
            tell(person, start, "Video Playback Started", **shared)
            slow = rng.choice((600, 2600))
            tell(person, start + slow, "Video Content Started", **shared, startup_ms=slow)
            if stalls:
                tell(person, start + 12_000, "Video Playback Buffer Started", **shared, played=[[0, 10]])
                tell(person, start + 15_000, "Video Playback Buffer Completed", **shared, played=[])
            end = rng.choice((12, 40, 60))
            left_at = rng.randrange(10, 30)
            played = [[10 if stalls else 0, min(left_at, end)]]
            if end > left_at:
                played.append([min(left_at + rng.choice((0, 0, 4, 7)), end), end])
            tell(person, start + end * 1000 + 5_000, "Video Playback Exited", **shared, played=played)
        if rng.random() < 0.4:
            tell(person, at + HOUR_MS, "Prompt Shown", campaign_id="c", variant_id=rng.choice("ab"))
        if rng.random() < (0.5 if keen else 0.15):
            order = f"o{number}"
            revenue = rng.randrange(1, 9_999) / 100
            tell(
                person,
                at + 2 * HOUR_MS,
                "Order Completed",
                order_id=order,
                revenue=revenue,
                currency=rng.choice(["USD", "EUR"]),
            )
            if rng.random() < 0.2:
                tell(person, at + 5 * DAY_MS, "Order Refunded", order_id=order, revenue=revenue / 3)
        if rng.random() < 0.3:
            tell(person, at + 3 * HOUR_MS, "identify", user=f"u{number // 2}")
        if number % 50 == 0:
            alias = {
                "type": "alias",
                "anonymousId": person,
                "userId": f"u{number // 2}",
                "previousId": f"u{number // 2 + 1}",
            }
            messages.append(alias | {"ts": at + 4 * HOUR_MS, "messageId": f"m{len(messages):06}"})
        candidate = ("c", "served", rng.choice("ab"), 0.5) if number % 3 else ("c", "holdout", None, 0.1)
        messages.append(
            {
                "decision_id": f"d{number}",
                "site_id": "shop",
                "anonymous_id": person,
                "user_id": None,
                "session_id": None,
                "at": at + HOUR_MS,
                "trigger": "page_view",
                "page_path": "/",
                "snapshot_version": 1,
                "candidates": [candidate],
                "facts": {},
            }
        )
    return messages


def test_fitted_figures_do_not_hang_on_the_order_of_arrival() -> None:
    rng = Random(5)
    messages = simulate_shop(rng, 1_500)
    reports = compare_arrangements(messages, cut(messages, rng, share=0.005))
    assert reports["videos None"]["adjusted"]["conversion"]["effect"] is not None
    assert reports["qoe"]["impact"]["stall"]["left"]["effect"] is not None
    assert reports["qoe"]["impact"]["slow_start"]["converted"]["effect"] is not None
    assert any(one["effect"] is not None for one in reports["moments v"]["bins"])
    assert reports["journeys v"]["patterns"]
    assert sum(arm["assigned"] for arm in reports["campaigns"]["c"]["arms"]) > 1_300
