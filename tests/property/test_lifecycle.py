"""Lifecycle against slow and obvious counts, on random orders."""

from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.analyzer.lifecycle.calendar import find_units, go_back_a_year, list_starts
from services.analyzer.lifecycle.cohorts import count_cohorts, score_quantiles, sum_buyers
from services.analyzer.lifecycle.regular import FEWEST_GAPS, MOST_VARIATION, expect_purchases
from services.analyzer.lifecycle.stages import (
    AT_RISK,
    DORMANT,
    FIRST,
    LOYAL,
    NEW,
    NOBODY,
    REPEAT,
    Changes,
    Orders,
    find_changes,
    find_stages,
)
from shared.clock import DAY_MS, HOUR_MS
from shared.rules.lifecycle import StageRules

UNTIL = 60
CUSTOMER = st.tuples(st.integers(0, UNTIL - 1), st.lists(st.integers(0, UNTIL - 1), max_size=7))
CUSTOMERS = st.lists(CUSTOMER, max_size=6)
RULES = st.builds(
    lambda orders, within, risk, more: StageRules(orders, within, risk, risk + more),
    st.integers(2, 4),
    st.integers(1, 40),
    st.integers(1, 15),
    st.integers(1, 15),
)
Customer = tuple[int, list[int]]


def build_orders(people: list[list[int]]) -> Orders:
    rows = [(place, at, 100 + at) for place, times in enumerate(people) for at in sorted(times)]
    person, ts, minor = (np.array([row[index] for row in rows], dtype=np.int64) for index in range(3))
    return Orders(person, ts, minor)


def find_all(people: list[Customer], rules: StageRules) -> Changes:
    known = [min([at, *orders]) for at, orders in people]
    return find_changes(np.array(known, dtype=np.int64), build_orders([orders for _, orders in people]), rules, UNTIL)


def stage_of(customer: Customer, rules: StageRules, at: int) -> int:
    """The stage just before `at`, in words: what was ordered by then, and how long ago the last of it was."""
    known, orders = customer
    past = sorted(ts for ts in orders if ts < at)
    if not past:
        return NEW if min([known, *orders]) < at else NOBODY
    if at - 1 >= past[-1] + rules.dormant_ms:
        return DORMANT
    if at - 1 >= past[-1] + rules.at_risk_ms:
        return AT_RISK
    if len(past) >= rules.loyal_orders and past[-1] - past[-rules.loyal_orders] <= rules.loyal_ms:
        return LOYAL
    return REPEAT if len(past) > 1 else FIRST


@settings(max_examples=300, deadline=None)
@given(CUSTOMERS, RULES)
@example([(0, [0, 5, 5])], StageRules(2, 1, 5, 6))
def test_the_stage_at_every_moment_is_the_obvious_one(people: list[Customer], rules: StageRules) -> None:
    changes = find_all(people, rules)
    for at in range(UNTIL + 1):
        assert find_stages(changes, len(people), at).tolist() == [stage_of(one, rules, at) for one in people]


@settings(max_examples=300, deadline=None)
@given(CUSTOMERS, RULES)
def test_changes_are_a_chain_in_time(people: list[Customer], rules: StageRules) -> None:
    changes = find_all(people, rules)
    chains: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for at, person, before, after in zip(*(part.tolist() for part in _parts(changes)), strict=True):
        chains[person].append((at, before, after))
    assert sorted(chains) == list(range(len(people)))
    for chain in chains.values():
        assert chain[0][1] == NOBODY
        assert all(before != after and at < UNTIL for at, before, after in chain)
        for (at, _, reached), (later, left, _) in pairwise(chain):
            assert at <= later and reached == left


def _parts(changes: Changes) -> tuple[np.ndarray, ...]:
    return changes.at, changes.person, changes.before, changes.after


@given(st.lists(st.integers(-5, 5), max_size=40))
def test_equals_have_one_score_and_more_is_never_less(values: list[int]) -> None:
    scores = score_quantiles(np.array(values, dtype=np.int64)).tolist()
    for value, score in zip(values, scores, strict=True):
        below, equal = sum(one < value for one in values), values.count(value)
        assert score == min(5, 1 + (5 * (2 * below + equal)) // (2 * len(values)))
    assert [score for _, score in sorted(zip(values, scores, strict=True))] == sorted(scores)


def test_a_hundred_different_values_are_five_times_twenty() -> None:
    assert np.bincount(score_quantiles(np.arange(100))).tolist() == [0, 20, 20, 20, 20, 20]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 39), max_size=6), max_size=6))
def test_cohorts_and_sums_are_the_obvious_counts(people: list[list[int]]) -> None:
    orders = build_orders(people)
    cohorts = count_cohorts(orders, np.array([0, 10, 20, 30]))
    later = count_cohorts(orders, np.array([20, 30]))
    assert (later.customers == cohorts.customers[2:, 2:]).all() and (later.minor == cohorts.minor[2:, 2:]).all()
    for cohort in range(4):
        of = [times for times in people if times and min(times) // 10 == cohort]
        for month in range(4):
            assert cohorts.customers[cohort, month] == sum(any(at // 10 == month for at in times) for times in of)
            assert cohorts.minor[cohort, month] == sum(100 + at for times in of for at in times if at // 10 == month)
    buyers = sum_buyers(orders)
    assert buyers.person.tolist() == [place for place, times in enumerate(people) if times]
    assert buyers.last.tolist() == [max(times) for times in people if times]
    assert buyers.minor.tolist() == [sum(100 + at for at in times) for times in people if times]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 99), max_size=8), max_size=5), st.integers(0, 160))
def test_only_a_rhythm_is_continued(people: list[list[int]], least: int) -> None:
    orders = build_orders(people)
    found = expect_purchases(orders, np.arange(0, 100, 5), least_minor=least)
    regular = {}
    for place, times in enumerate(people):
        days: dict[int, list[int]] = defaultdict(list)
        for at in sorted(times):
            days[at // 5].append(at)
        bought = [day[0] for day in days.values() if sum(100 + at for at in day) >= least]
        gaps = np.diff(bought)
        if len(gaps) >= FEWEST_GAPS and np.std(gaps, ddof=1) <= MOST_VARIATION * gaps.mean() * (1 + 1e-12):
            regular[place] = (len(bought), bought[-1], bought[-1] + round(float(np.median(gaps))))
    rows = zip(found.purchases.tolist(), found.last.tolist(), found.expected.tolist(), strict=True)
    assert dict(zip(found.person.tolist(), rows, strict=True)) == regular
    assert (found.last <= found.earliest).all() and (found.earliest <= found.expected).all()
    assert (found.expected <= found.latest).all()


def test_the_interval_holds_the_next_purchase_of_steady_buyers() -> None:
    generator = np.random.default_rng(7)
    gaps = np.rint(generator.normal(30, 3, size=(2_000, 7)) * DAY_MS).astype(np.int64)
    times = np.cumsum(gaps, axis=1)
    person = np.repeat(np.arange(2_000), 6)
    ts = times[:, :6].ravel()
    days = np.arange(0, 300 * DAY_MS, DAY_MS)
    found = expect_purchases(Orders(person, ts, np.zeros(len(ts), dtype=np.int64)), days)
    assert len(found.person) > 1_990
    following = times[found.person, 6]
    covered = ((found.earliest <= following) & (following <= found.latest)).mean()
    assert 0.92 < covered < 0.98


ZONES = st.sampled_from(["UTC", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])


@settings(max_examples=100, deadline=None)
@given(st.integers(1_500_000_000, 1_900_000_000), st.integers(0, 400 * 86_400), ZONES)
def test_days_and_months_are_those_of_the_clock_on_the_wall(first: int, length: int, zone: str) -> None:
    last = first + length
    for unit, size in (("day", 10), ("month", 7), ("year", 4)):
        names, starts = list_starts(first * 1000, last * 1000, zone, unit)  # type: ignore[arg-type]
        for at in (first, (first + last) // 2, last):
            wall = datetime.fromtimestamp(at, ZoneInfo(zone)).isoformat()[:size]
            assert names[int(find_units(np.array([at * 1000]), starts)[0])] == wall


def test_a_year_back_is_the_same_wall_clock() -> None:
    def at(*parts: int) -> int:
        return round(datetime(*parts, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type, misc]

    assert go_back_a_year(at(2024, 2, 29, 5), "UTC") == at(2023, 2, 28, 5)
    assert go_back_a_year(at(2025, 3, 30, 12), "Europe/Berlin") == at(2024, 3, 30, 12) + HOUR_MS
