"""What is kept of persons for attribution, factors and allocation gives what all of it read anew would."""

from dataclasses import astuple
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analyzer.fits import FitPool
from services.analyzer.loyalty.stretches import Stretch
from services.analyzer.reports.allocation import Learner, load_counts
from services.analyzer.reports.attribution import AttributionQuestion, build_attribution_report
from services.analyzer.reports.campaigns import CampaignsQuestion
from services.analyzer.reports.factors import ALL_HASHES, FactorsQuestion, build_factors_report, find_next_step
from services.analyzer.reports.factors_definition import FactorsDefinition, OwnBehaviour
from services.analyzer.reports.site import Window
from services.analyzer.store.kept import Keeping
from shared.clock import DAY_MS, Millis
from tests.property.test_corrections import (
    GOAL,
    MESSAGES,
    SITE,
    TIMES,
    WHO,
    Fields,
    cut,
    name_messages,
    read_campaigns,
    simulate_shop,
)
from tests.property.test_kept import CLOCK, compare_runs

LEARNERS = [Learner("c", "contextual", ("a", "b"), (1.0, 1.0), None)]
DEFINITION = FactorsDefinition(
    own=[OwnBehaviour("own:looked", "page", None)],
    stretches=[Stretch("v", 0, 5)],
    video_kinds=[("w", "film")],
)
DECISIONS = st.sampled_from([("served", "a"), ("served", "b"), ("holdout", None)])


def read_persons(con: "duckdb.DuckDBPyConnection", keeping: Keeping, now: Millis, *, most: int = 2) -> dict[str, Any]:
    """Return what jobs learn from persons; of many, factors compare `most`."""
    window = Window(now - 90 * DAY_MS, now)
    factors = FactorsQuestion("shop", SITE, GOAL, window, now, definition=DEFINITION, most_persons=most)
    counts = load_counts(con, CampaignsQuestion("shop", SITE, GOAL, window, now), LEARNERS, keeping)
    return {
        "allocation": {name: [astuple(one) for one in rows] for name, rows in counts.items()},
        "attribution": build_attribution_report(con, AttributionQuestion("shop", SITE, GOAL, window, now), keeping),
        "factors": build_factors_report(con, FitPool(), factors, keeping),
        **read_campaigns(con, keeping, now),
    }


def build_decision(place: int, at: Millis, who: tuple[str | None, str | None], drawn: tuple[str, str | None]) -> Fields:
    outcome, variant = drawn
    return {
        "decision_id": f"d{place}",
        "site_id": "shop",
        "anonymous_id": who[0],
        "user_id": who[1],
        "session_id": None,
        "at": at,
        "trigger": "page_view",
        "page_path": "/",
        "snapshot_version": 1,
        "candidates": [("c", outcome, variant, 0.5)],
        "facts": {"device.type": "mobile", "time.hour": at // 3_600_000 % 24},
    }


@settings(max_examples=12, deadline=None)
@given(MESSAGES, st.lists(st.tuples(TIMES, WHO, DECISIONS), max_size=8), CLOCK, st.randoms(use_true_random=False))
def test_each_run_equals_a_full_one(
    drawn: list[tuple[Millis, tuple[str | None, str | None], Fields]],
    decided: list[tuple[Millis, tuple[str | None, str | None], tuple[str, str | None]]],
    times: list[Millis],
    rng: Random,
) -> None:
    decisions = [build_decision(place, *one) for place, one in enumerate(decided)]
    compare_runs(cut([*name_messages(drawn), *decisions], rng, share=0.2), times, read_persons)


def test_a_shop_that_goes_on() -> None:
    rng = Random(7)
    messages = simulate_shop(rng, 900)
    found: list[dict[str, Any]] = []

    def read(con: "duckdb.DuckDBPyConnection", keeping: Keeping, now: Millis) -> dict[str, Any]:
        found.append(read_persons(con, keeping, now, most=400))
        return found[-1]

    compare_runs(cut(messages, rng, share=3 / len(messages)), [], read)
    assert found[-1]["factors"]["persons"] == 400
    assert {"own:looked", "video:v@0-5", "video_kind:film"} <= {
        one["behaviour"] for one in found[-1]["factors"]["factors"]
    }
    assert found[-1]["attribution"]["models"]["time_decay"][0]["conversions"] > 0
    assert any(persons and bought for _, _, persons, bought, _ in found[-1]["allocation"]["c"])


def test_time_that_goes_on_alone() -> None:
    """Messages leave the window, and the time before it in which touches count, although nobody comes."""
    messages = simulate_shop(Random(8), 60)
    told = sorted(one["ts"] if "ts" in one else one["at"] for one in messages)
    times = [told[len(told) * part // 6] + 90 * DAY_MS for part in range(6)]
    times += [at + 30 * DAY_MS for at in times]
    compare_runs([messages, *[list[Fields]()] * 11], times, read_persons)


@pytest.mark.parametrize(
    ("last", "following"),
    [
        ("00000000ff", "00000001"),
        ("1470ffff00", "18000000"),
        ("17ffffffff", "18000000"),
        ("18000000", "1c000000"),
        ("e0000001", ALL_HASHES),
        (None, ALL_HASHES),
    ],
)
def test_a_hash_that_stays_while_persons_come(last: str | None, following: str) -> None:
    assert find_next_step(last) == following
    assert last is None or last < following
