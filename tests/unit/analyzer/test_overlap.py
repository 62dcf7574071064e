"""Who is comparable: both sides of one kind are, and a kind that is always on one side is not."""

import numpy as np

from services.analyzer.stats.overlap import find_comparable


def test_a_kind_that_is_always_on_one_side_is_left_out() -> None:
    generator = np.random.default_rng(3)
    kind = np.arange(3_000) % 3
    treated = np.where(kind == 0, True, np.where(kind == 1, False, generator.random(3_000) < 0.5))
    features = np.column_stack([kind == 0, kind == 1]).astype(np.float64)
    kept = find_comparable(treated, features, np.arange(3_000) % 4)
    assert kept[kind == 2].all() and not kept[kind != 2].any()


def test_everybody_is_kept_where_nothing_tells_them_apart() -> None:
    features = np.ones((10, 1))
    assert find_comparable(np.ones(10, dtype=bool), features, np.arange(10) % 2).all()
    assert len(find_comparable(np.empty(0, dtype=bool), np.empty((0, 2)), np.empty(0, dtype=np.int64))) == 0
