"""Union and overlap of media ranges against a slow, obvious reference on a grid of quarter seconds."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ranges import Range, measure_overlap, measure_ranges, unite_ranges

_quarter = st.integers(0, 80).map(lambda n: n / 4)
_ranges = st.lists(st.tuples(_quarter, _quarter), max_size=12)


def _cells(ranges: list[Range]) -> set[int]:
    return {cell for start, end in ranges for cell in range(int(start * 4), int(end * 4))}


@settings(deadline=None)
@given(_ranges)
def test_the_union_covers_what_the_parts_cover(ranges: list[Range]) -> None:
    united = unite_ranges(ranges)
    assert measure_ranges(united) == len(_cells(ranges)) / 4
    assert _cells(list(united)) == _cells(ranges)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(united))


@settings(deadline=None)
@given(_ranges, _ranges)
def test_the_union_does_not_depend_on_order_or_grouping(first: list[Range], second: list[Range]) -> None:
    whole = unite_ranges(first + second)
    assert unite_ranges(second + first) == whole
    assert unite_ranges([*unite_ranges(first), *unite_ranges(second)]) == whole


@settings(deadline=None)
@given(_ranges, _quarter, _quarter)
def test_overlap_counts_the_cells_within(ranges: list[Range], start: float, end: float) -> None:
    within = _cells(ranges) & _cells([(start, end)])
    assert measure_overlap(unite_ranges(ranges), start, end) == len(within) / 4
