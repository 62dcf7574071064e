"""Medoids are those that comparing everybody with everybody finds."""

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from services.analyzer.stats.medoids import rank_by_distance, sum_distances

rows = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5), st.sampled_from(["a", "b", None])), min_size=1)


@given(rows)
def test_against_all_pairs(members: list[tuple[int, int, str | None]]) -> None:
    numbers = np.array([row[:2] for row in members], dtype=float)
    kinds = [row[2] for row in members]
    spread = numbers.std(axis=0)
    apart = cdist(numbers / np.where(spread > 0, spread, 1), numbers / np.where(spread > 0, spread, 1), "cityblock")
    apart += np.array([[float(one != other) for other in kinds] for one in kinds])
    total = apart.sum(axis=1)
    ranked = rank_by_distance(numbers, [kinds])
    assert sorted(ranked.tolist()) == list(range(len(members)))
    assert np.all(np.diff(total[ranked]) >= -1e-6)


def test_the_medoid_is_a_member_and_nobody_far_out() -> None:
    numbers = np.array([[0.0], [1.0], [2.0], [3.0], [900.0]])
    assert rank_by_distance(numbers)[0] == 2
    assert rank_by_distance(np.empty((0, 3))).tolist() == []


@given(rows, st.randoms(use_true_random=False))
def test_whoever_is_alike_is_as_far_apart_in_whatever_order(
    members: list[tuple[int, int, str | None]], random: Random
) -> None:
    def measure(rows: list[tuple[int, int, str | None]]) -> dict[tuple[int, int, str | None], set[float]]:
        numbers = np.log1p(np.array([row[:2] for row in rows], dtype=float))
        found: dict[tuple[int, int, str | None], set[float]] = {}
        for row, total in zip(rows, sum_distances(numbers, [[row[2] for row in rows]]).tolist(), strict=True):
            found.setdefault(row, set()).add(total)
        return found

    found = measure(members)
    assert all(len(totals) == 1 for totals in found.values())
    assert measure(random.sample(members, len(members))) == found
