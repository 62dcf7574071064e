"""Visits to stores against slow and obvious counts, on random visits and purchases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analyzer.stores.visits import (
    Purchases,
    Visits,
    count_until_purchase,
    find_open_visits,
    keep_once,
    rank_open_visits,
)
from shared.clock import DAY_MS

VISIT = st.tuples(st.integers(0, 50), st.integers(0, 2), st.booleans())
PERSON = st.tuples(st.lists(VISIT, min_size=1, max_size=7), st.lists(st.integers(0, 50), max_size=4))
PEOPLE = st.lists(PERSON, max_size=5)
Person = tuple[list[tuple[int, int, bool]], list[int]]


def build_visits(people: list[Person]) -> tuple[Visits, np.ndarray]:
    rows = [
        (place, at * DAY_MS, store, has_id)
        for place, (visits, _) in enumerate(people)
        for at, store, has_id in sorted(visits)
    ]
    person, ts, store = (np.array([row[index] for row in rows], dtype=np.int64) for index in range(3))
    return Visits(person, ts, store), np.array([row[3] for row in rows], dtype=bool)


def build_purchases(people: list[Person], strangers: int = 0) -> Purchases:
    rows = [(-1, DAY_MS * at) for at in range(strangers)]
    rows += [(place, at * DAY_MS) for place, (_, bought) in enumerate(people) for at in sorted(bought)]
    person, ts = (np.array([row[index] for row in rows], dtype=np.int64) for index in range(2))
    return Purchases(person, ts, ts, np.ones(len(ts), dtype=bool), np.full(len(ts), -1))


@settings(max_examples=300, deadline=None)
@given(PEOPLE)
def test_a_visit_without_id_counts_once_a_day_and_store(people: list[Person]) -> None:
    visits, has_id = build_visits(people)
    keep = keep_once(visits, visits.ts // (7 * DAY_MS), has_id)
    for place, (told, _) in enumerate(people):
        named = sum(one[2] for one in told)
        unnamed = {(at // 7, store) for at, store, is_named in told if not is_named}
        assert keep[visits.person == place].sum() == named + len(unnamed)


@settings(max_examples=300, deadline=None)
@given(PEOPLE, st.integers(1, 30), st.integers(0, 2))
def test_visits_until_a_purchase_are_the_obvious_count(people: list[Person], days: int, strangers: int) -> None:
    visits, _ = build_visits(people)
    purchases = build_purchases(people, strangers)
    expected = [0] * strangers
    for told, bought in people:
        times = sorted(bought)
        for place, at in enumerate(times):
            since = max(at - days, times[place - 1]) if place else at - days
            expected.append(sum(since < visited <= at for visited, _, _ in told))
    assert count_until_purchase(visits, purchases, days * DAY_MS).tolist() == expected


@settings(max_examples=300, deadline=None)
@given(PEOPLE, st.integers(0, 25), st.integers(26, 60))
def test_whoever_came_and_did_not_buy_is_found_and_ranked(people: list[Person], since: int, until: int) -> None:
    visits, _ = build_visits(people)
    found = find_open_visits(visits, build_purchases(people, 1), since * DAY_MS, until * DAY_MS, 10)
    expected = {}
    for place, (told, bought) in enumerate(people):
        came = [(at, store) for at, store, _ in sorted(told) if since <= at < until]
        if came and not any(since <= at < until for at in bought):
            score = sum(0.5 ** ((until - at) / 10) for at, _ in came)
            expected[place] = (len(came), len({store for _, store in came}), came[-1][1], score)
    assert found.person.tolist() == list(expected)
    for row, place in enumerate(found.person.tolist()):
        count, stores, last_store, score = expected[place]
        assert (found.visits[row], found.stores[row], found.last_store[row]) == (count, stores, last_store)
        assert found.score[row] == pytest.approx(score)
    ranked = found.score[rank_open_visits(found)]
    assert (np.diff(ranked) <= 0).all()
