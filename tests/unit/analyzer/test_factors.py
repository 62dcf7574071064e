"""Loyalty factors by simulation and by property: parts of videos, their effect among those who got there, advice."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analyzer.loyalty.advice import Candidate, advise_stage
from services.analyzer.loyalty.factors import Among, FactorSample, compute_factors
from services.analyzer.loyalty.kinds import name_kind, split_behaviour
from services.analyzer.loyalty.stretches import PlayedRanges, Stretch, describe_viewing, find_watchers
from services.analyzer.stats.folds import hash_ids

PART = Stretch("film", 24, 36)
ranges = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), st.integers(0, 60), st.integers(0, 60)), max_size=30)


def played(rows: list[tuple[int, int, int, int]]) -> PlayedRanges:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return PlayedRanges(columns[0], columns[1], columns[2].astype(float), columns[3].astype(float))


@given(ranges, st.lists(st.integers(0, 10), min_size=5, max_size=5))
def test_half_of_a_part_is_counted_second_by_second(rows: list[tuple[int, int, int, int]], until: list[int]) -> None:
    found = find_watchers(played(rows), PART, 5, np.array(until))
    could, beside = describe_viewing(played(rows), PART, 5, np.array(until))
    for person in range(5):
        told = [(start, end) for who, ts, start, end in rows if who == person and ts < until[person] and end > start]
        seen = {second for start, end in told for second in range(start, end)}
        assert found[person] == (2 * len(seen & set(range(24, 36))) >= 12)
        assert could[person] == (any(a < 36 for a, _ in told) and any(b > 14 for _, b in told))
        assert beside[person, 0] == pytest.approx(math.log1p(len([s for s in seen if s < 24])))
        assert beside[person, 1] == pytest.approx(math.log1p(len([s for s in seen if s >= 36])))


@given(ranges, ranges)
def test_more_playing_never_unwatches(
    rows: list[tuple[int, int, int, int]], more: list[tuple[int, int, int, int]]
) -> None:
    always = np.full(5, 100)
    before, after = (find_watchers(played(told), PART, 5, always) for told in (rows, rows + more))
    assert not (before & ~after).any()


def simulate(seed: int, effect: float) -> FactorSample:
    """Keen persons view the film more often, and more of it; beside that, its part 24-36 does what it is planted to."""
    rng = np.random.default_rng(seed)
    persons = 4_000
    keen = rng.normal(size=persons)
    views = rng.random(persons) < 1 / (1 + np.exp(-keen))
    before, after = (np.where(views, rng.gamma(2, 8 * np.exp(0.5 * keen)), 0.0) for _ in range(2))
    watched = views & (rng.random(persons) < 1 / (1 + np.exp(-(np.log1p(before) + np.log1p(after) - 6) / 1.5)))
    interest = 0.03 * np.log1p(before) + 0.03 * np.log1p(after)
    converted = rng.random(persons) < np.clip(0.08 + 0.1 * views + interest + effect * watched, 0, 1)
    did = np.flatnonzero(watched)
    return FactorSample(
        lots=hash_ids([f"person-{seed}-{place}" for place in range(persons)]),
        converted=converted,
        at_risk=np.ones(persons, dtype=bool),
        converted_after=converted,
        stage=converted.astype(np.int64),
        early=rng.normal(size=(persons, 1)),
        channels=np.zeros((persons, 0)),
        behaviours=[PART.behaviour],
        behaviour=np.zeros(len(did), dtype=np.int64),
        person=did,
        in_first_days=np.ones(len(did), dtype=bool),
        before=converted[did].astype(np.int64),
        after=np.zeros(len(did), dtype=np.int64),
        among={PART.behaviour: Among(views, np.column_stack([np.log1p(before), np.log1p(after)]))},
    )


@pytest.mark.parametrize("effect", [0.0, 0.12])
def test_a_parts_effect_is_not_the_videos_nor_that_of_being_keen(effect: float) -> None:
    found, covered = [], 0
    for seed in range(40):
        (one,) = compute_factors(simulate(seed, effect), 2)
        assert one.effect.estimate is not None and one.effect.ci_low is not None and one.effect.ci_high is not None
        assert one.kind == "video" and not one.consequence
        assert one.difference is not None and one.difference > one.effect.estimate + 0.05, "the raw difference misleads"
        assert one.effect.treated + one.effect.untreated < 3_000, "compared among viewers only"
        found.append(one.effect.estimate)
        covered += one.effect.ci_low <= effect <= one.effect.ci_high
    assert np.mean(found) == pytest.approx(effect, abs=0.012)
    assert covered >= 34


def candidate(behaviour: str, effect: float | None = 0.1, **fields: object) -> Candidate:
    values: dict[str, object] = {"ci_low": 0.01, "q_value": 0.01, "consequence": False, "hidden": False}
    values |= {"by_stage": {"light": 0.2, "core": 0.8}} | fields
    return Candidate(behaviour=behaviour, effect=effect, **values)  # type: ignore[arg-type]


def test_what_a_stage_shows_least_of_what_makes_buyers_comes_first() -> None:
    known = [
        candidate("event:a", 0.1),
        candidate("event:b", 0.09, by_stage={"light": 0.0, "core": 1.0}),
        candidate("event:unsure", 0.3, q_value=0.2),
        candidate("event:wide", 0.3, ci_low=-0.01),
        candidate("event:after", 0.3, consequence=True),
        candidate("event:hidden", 0.3, hidden=True),
        candidate("channel:email", 0.3),
        candidate("event:none", None, ci_low=None, q_value=None),
        candidate("event:empty", 0.3, by_stage={"light": None, "core": None}),
    ]
    light, core = (advise_stage(stage, known) for stage in ("light", "core"))
    assert [one.behaviour for one in light] == ["event:b", "event:a"]
    assert [one.gain for one in light] == pytest.approx([0.09, 0.08])
    assert [one.behaviour for one in core] == ["event:a"], "who all do it need it no more"


@given(st.lists(st.tuples(st.floats(0.01, 0.5), st.floats(0, 0.99)), max_size=12))
def test_advice_is_by_gain_and_short(pairs: list[tuple[float, float]]) -> None:
    known = [candidate(f"event:{n}", effect, by_stage={"light": usage}) for n, (effect, usage) in enumerate(pairs)]
    advice = advise_stage("light", known)
    gains = [one.gain for one in advice]
    assert gains == sorted(gains, reverse=True) and len(advice) == min(5, len(pairs))
    assert not gains or gains[0] == pytest.approx(max(effect * (1 - usage) for effect, usage in pairs))


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        ("video:film@24-36", "video"),
        ("video:film#Video Liked", "video"),
        ("video_kind:education", "video"),
        ("own:x", "other"),
        ("page:/about", "brand"),
        ("event:Products Searched", "feature"),
        ("channel:email", "channel"),
        ("event:Community Post Liked", "community"),
        ("event:Store Visited", "store"),
    ],
)
def test_classes_by_name(behaviour: str, kind: str) -> None:
    assert name_kind(behaviour) == kind
    assert ":".join(split_behaviour(behaviour)) == behaviour
