"""Shares of persons: against another library, and at the ends where nobody or everybody did it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from services.analyzer.stats.proportions import compare_shares, find_wilson

COUNTS = st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@settings(deadline=None)
@given(COUNTS)
def test_the_interval_of_a_share_is_wilsons(counted: tuple[int, int]) -> None:
    assert find_wilson(*counted) == pytest.approx(proportion_confint(*counted, method="wilson"), abs=1e-9)


@settings(deadline=None)
@given(COUNTS, COUNTS)
def test_two_shares_are_compared_as_another_library_does(one: tuple[int, int], other: tuple[int, int]) -> None:
    found = compare_shares(*one, *other)
    assert (found.low, found.high) == pytest.approx(
        confint_proportions_2indep(*one, *other, method="newcomb", compare="diff"), abs=1e-9
    )
    assert found.low <= found.difference <= found.high
    if found.p_value is None:
        assert one[0] + other[0] in (0, one[1] + other[1])
    else:
        table = [[one[0], one[1] - one[0]], [other[0], other[1] - other[0]]]
        assert found.p_value == pytest.approx(fisher_exact(table)[1])


def test_there_is_no_ratio_to_nobody() -> None:
    assert compare_shares(3, 10, 0, 10).ratio is None
    assert compare_shares(6, 10, 2, 10).ratio == pytest.approx(3)
