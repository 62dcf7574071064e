"""Journeys against slow and obvious ones, on random walks."""

from itertools import combinations, groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from services.analyzer.journeys.flows import END, OTHER, build_flow
from services.analyzer.journeys.patterns import (
    LONGEST,
    Steps,
    compute_fisher_p,
    count_contiguous,
    count_gapped,
    find_closed_patterns,
)
from services.analyzer.journeys.risk_sets import draw_risk_sets, read_walks
from services.analyzer.journeys.walks import (
    NEVER,
    NO_STEP,
    Walks,
    align_steps,
    cut_walks,
    find_first,
    measure_wandering,
)

PRODUCT, PURCHASE = 0, 3
STEP = st.tuples(st.integers(0, PURCHASE), st.integers(-20, 20), st.integers(1, 3))
WALK = st.lists(STEP, max_size=9).map(lambda steps: sorted(steps, key=lambda step: step[1]))
WALKS = st.lists(WALK, min_size=1, max_size=6)

Walk = list[tuple[int, int, int]]


def build_walks(people: list[Walk]) -> Walks:
    rows = [(place, *step) for place, walk in enumerate(people) for step in walk]
    place, token, since, product = (np.array([row[index] for row in rows], dtype=np.int64) for index in range(4))
    viewed = np.where(token == PRODUCT, product, 0).astype(np.uint64)
    return Walks(len(people), place, token, since, viewed, since >= 0)


@settings(max_examples=200, deadline=None)
@given(WALKS)
def test_steps_before_and_after_are_those_nearest_to_the_moment(people: list[Walk]) -> None:
    before, after = align_steps(build_walks(people), before=3, after=4)
    for place, walk in enumerate(people):
        earlier = [token for token, _ in groupby(token for token, since, _ in walk if since < 0)][-3:]
        later = [token for token, _ in groupby(token for token, since, _ in walk if since >= 0)][:4]
        assert before[place].tolist() == [NO_STEP] * (3 - len(earlier)) + earlier
        assert after[place].tolist() == later + [NO_STEP] * (4 - len(later))


@settings(max_examples=200, deadline=None)
@given(WALKS)
def test_wandering_equals_the_obvious_count(people: list[Walk]) -> None:
    walks = build_walks(people)
    bought = find_first(walks, PURCHASE)
    measured = measure_wandering(cut_walks(walks, bought), PRODUCT)
    for place, walk in enumerate(people):
        at = min((since for token, since, _ in walk if token == PURCHASE and since > 0), default=NEVER)
        assert bought[place] == at
        rest = [step for step in walk if 0 <= step[1] < at]
        products = [product for token, _, product in rest if token == PRODUCT]
        returns = sum(
            product in products[:index] and products[index - 1] != product for index, product in enumerate(products)
        )
        assert (measured.steps[place], measured.products[place], measured.returns[place]) == (
            len(rest),
            len(set(products)),
            returns,
        )


@settings(max_examples=200, deadline=None)
@given(WALKS, st.data())
def test_buyers_are_compared_with_those_who_came_as_far(people: list[Walk], data: st.DataObject) -> None:
    walks = build_walks(people)
    bought = find_first(walks, PURCHASE) < NEVER
    lot = np.array(data.draw(st.lists(st.floats(0, 0.999), min_size=len(people), max_size=len(people))))
    told = cut_walks(walks, find_first(walks, PURCHASE))
    reach = np.bincount(told.place[told.after], minlength=len(people)).astype(np.int64)
    sets = draw_risk_sets(reach, bought, lot, most=1_000)
    read = read_walks(told, sets)
    cases = sets.person[sets.bought]
    for case in np.flatnonzero(bought):
        others = [
            other for other in range(len(people)) if reach[other] > reach[case] - (not bought[other]) and other != case
        ]
        assert (case in cases) == bool(others)
    for row, (person, steps, is_case) in enumerate(zip(sets.person, sets.steps, sets.bought, strict=True)):
        assert reach[person] >= steps if is_case or not bought[person] else reach[person] > steps
        walk = [token for token, since, _ in people[person] if since < 0]
        walk += [token for token, since, _ in people[person] if since >= 0][:steps]
        assert read.token[read.place == row].tolist() == walk


SEQUENCES = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=6), min_size=1, max_size=12)


def build_sequences(people: list[list[int]]) -> np.ndarray:
    width = max(map(len, people))
    return np.array([[NO_STEP] * (width - len(one)) + one for one in people], dtype=np.int64)


def list_contained(one: list[int], *, gapped: bool) -> set[Steps]:
    lengths = range(1, LONGEST + 1)
    if gapped:
        return {part for length in lengths for part in combinations(one, length)}
    return {tuple(one[at : at + length]) for length in lengths for at in range(len(one) - length + 1)}


@settings(max_examples=200, deadline=None)
@given(SEQUENCES, st.data(), st.integers(1, 4), st.booleans())
def test_patterns_are_counted_as_by_hand(
    people: list[list[int]], data: st.DataObject, least: int, gapped: bool
) -> None:
    converted = np.array(data.draw(st.lists(st.booleans(), min_size=len(people), max_size=len(people))))
    expected: dict[Steps, list[int]] = {}
    for one, bought in zip(people, converted, strict=True):
        for steps in list_contained(one, gapped=gapped):
            expected.setdefault(steps, [0, 0])[0 if bought else 1] += 1
    count = count_gapped if gapped else count_contiguous
    known = {steps: tuple(both) for steps, both in expected.items() if sum(both) >= least}
    assert count(build_sequences(people), converted, least) == known


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=5), min_size=12, max_size=30), st.data())
def test_closed_patterns_have_no_longer_one_in_as_many_persons(people: list[list[int]], data: st.DataObject) -> None:
    converted = np.array(data.draw(st.lists(st.booleans(), min_size=len(people), max_size=len(people))))
    found = find_closed_patterns(build_sequences(people), converted)
    for one in found:
        have = [person for person in people if one.steps in list_contained(person, gapped=one.gapped)]
        assert len(have) == one.converted + one.not_converted < len(people)
        if len(one.steps) < LONGEST:
            for longer in set.intersection(*(list_contained(person, gapped=one.gapped) for person in have)):
                within = list_contained(list(longer), gapped=one.gapped)
                assert longer == one.steps or one.steps not in within


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_fisher_equals_the_library(a: int, b: int, c: int, d: int) -> None:
    expected = fisher_exact([[a, b], [c, d]])[1]
    assert compute_fisher_p(a, a + b, a + c, a + b + c + d) == pytest.approx(float(expected), rel=1e-6)


@settings(max_examples=200, deadline=None)
@given(WALKS, WALKS)
def test_a_flow_keeps_everybody(mine: list[Walk], theirs: list[Walk]) -> None:
    matrix, others = (align_steps(build_walks(side), before=3, after=3)[1] for side in (mine, theirs))
    weights = np.full(len(theirs), 1.0 / len(theirs))
    names = ["product", "a", "b", "purchase"]
    flow = build_flow(matrix, others, weights, names, purchase=PURCHASE, is_after=True)
    first = [node for node in flow.nodes if node.step == 1]
    assert sum(node.viewers for node in first) == len(mine)
    assert sum(node.share_others or 0.0 for node in first) == pytest.approx(1.0)
    for node in flow.nodes:
        assert node.name in (*names, OTHER, END)
        leaving = sum(link.viewers for link in flow.links if (link.step_from, link.name_from) == (node.step, node.name))
        arriving = sum(link.viewers for link in flow.links if (link.step_to, link.name_to) == (node.step, node.name))
        if node.step > 1:
            assert arriving == node.viewers
        if node.step < 3:
            assert leaving == (0 if node.name in (END, "purchase") else node.viewers) or node.name == OTHER
