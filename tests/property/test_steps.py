"""Walks cut out of everybody's steps are those that a loop over one person after another finds."""

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.analyzer.journeys.steps import (
    Around,
    Steps,
    anchor_at,
    cut_around,
    draw_persons,
    find_first_views,
    gather_persons,
    index_steps,
)

VIDEO, ELSEWHERE, CHANNEL = 1, 9, 5
Row = tuple[int, int, int]

rows = st.lists(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 6), st.integers(0, 2)), max_size=8), min_size=1, max_size=6
)


def build(people: list[list[Row]]) -> tuple[Steps, list[list[tuple[int, int, int, int]]]]:
    """Return the columns, and each person's (turn, ts, token, thing) in order."""
    listed = [
        [(turn, *row) for turn, row in enumerate(sorted(own, key=lambda step: step[0]), start=1)] for own in people
    ]
    flat = [(person, *step) for person, own in enumerate(listed) for step in own]
    columns = list(zip(*flat, strict=True)) or [()] * 5
    person = np.array(columns[0], dtype=np.int64)
    steps = Steps(
        np.searchsorted(person, np.arange(len(people) + 1)),
        np.array(columns[1], dtype=np.int32),
        np.array(columns[2], dtype=np.int64),
        np.array(columns[3], dtype=np.int16),
        np.array(columns[4], dtype=np.uint64),
    )
    return steps, listed


@given(rows, st.integers(0, 2), st.integers(0, 20), st.integers(0, 20))
def test_walks_around_a_view(people: list[list[Row]], thing: int, lookback: int, window: int) -> None:
    steps, listed = build(people)
    asked = [(person, own[len(own) // 2][1]) for person, own in enumerate(listed) if own]
    person, t0 = (np.array(column, dtype=np.int64) for column in (zip(*asked, strict=True) if asked else ((), ())))
    index = index_steps(steps, view=VIDEO, first_channel=CHANNEL)
    anchors = anchor_at(steps, index.find_views(thing), index.opening, person=person, t0=t0)
    around = Around(VIDEO, thing, ELSEWHERE, lookback, window)
    walks = cut_around(steps, anchors, around)
    expected_anchors: list[tuple[int, ...]] = []
    expected: list[tuple[int, ...]] = []
    for number, at in asked:
        views = [turn for turn, ts, token, what in listed[number] if (ts, token, what) == (at, VIDEO, thing)]
        if not views:
            continue
        opened = [turn for turn, _, token, _ in listed[number] if token >= CHANNEL and turn < views[0]]
        place = len(expected_anchors)
        expected_anchors.append((number, at, views[0], (views[0] - opened[-1]) // 2 if opened else 0))
        for turn, ts, token, what in listed[number]:
            if turn != views[0] and at - lookback <= ts <= at + window:
                told = ELSEWHERE if token == VIDEO and what != thing else token
                expected.append((place, told, ts - at, what, turn > views[0]))
    columns = (anchors.person, anchors.t0, anchors.turn, anchors.visit_step)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == expected_anchors
    found = (walks.place, walks.token, walks.since_ms, walks.product, walks.after)
    assert list(zip(*(column.tolist() for column in found), strict=True)) == expected


@given(rows, st.integers(0, 2), st.integers(0, 40))
def test_first_views(people: list[list[Row]], thing: int, since: int) -> None:
    steps, listed = build(people)
    index = index_steps(steps, view=VIDEO, first_channel=CHANNEL)
    persons, turns = find_first_views(steps, index.find_views(thing), since=since)
    expected = {}
    for person, own in enumerate(listed):
        views = [turn for turn, ts, token, what in own if token == VIDEO and what == thing and ts >= since]
        if views:
            expected[person] = views[0]
    assert dict(zip(persons.tolist(), turns.tolist(), strict=True)) == expected


@given(st.lists(st.integers(0, 2**64 - 1), unique=True), st.integers(1, 12))
def test_the_smallest_lots_are_drawn(drawn: list[int], most: int) -> None:
    places = draw_persons(np.array(drawn, dtype=np.uint64), most)
    assert [drawn[place] for place in places] == sorted(drawn)[:most]


@given(st.lists(st.lists(st.integers(1, 4), max_size=3), max_size=6), st.randoms(use_true_random=False))
def test_rows_stored_in_pieces_come_together(pieces: list[list[int]], random: Random) -> None:
    stored = []
    for person, lengths in enumerate(pieces):
        turns = iter(range(1, sum(lengths) + 1))
        stored += [[(person + 7, next(turns)) for _ in range(length)] for length in lengths]
    random.shuffle(stored)
    rows = [row for piece in stored for row in piece]
    lots, turn = np.array([lot for lot, _ in rows], dtype=np.uint64), np.array([at for _, at in rows], dtype=np.int32)
    found = gather_persons(lots, turn)
    gathered = list(zip(found.take(lots).tolist(), found.take(turn).tolist(), strict=True))
    assert sorted(found.lots) == sorted({lot for lot, _ in rows})
    for number, person in enumerate(found.lots.tolist()):
        own = gathered[found.first[number] : found.first[number + 1]]
        assert own == [(person, place) for place in range(1, sum(pieces[person - 7]) + 1)]
    assert found.first[-1] == len(gathered) == len(rows)
