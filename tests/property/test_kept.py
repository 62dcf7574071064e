"""Relations that are kept from run to run give the reports that new ones would, whatever comes in between the runs."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analyzer.store.duck import DuckStore
from services.analyzer.store.kept import UNKEPT, Keeping, KeptRelations
from shared.clock import DAY_MS, Millis
from tests.builders import NOW
from tests.property.test_corrections import (
    MESSAGES,
    TIMES,
    Fields,
    add_batch,
    assert_same,
    cut,
    name_messages,
    read_reports,
    simulate_shop,
)

Read = Callable[["duckdb.DuckDBPyConnection", Keeping, Millis], dict[str, Any]]


def compare_runs(batches: list[list[Fields]], times: list[Millis], read: Read = read_reports) -> None:
    """Fail unless kept relations give what a full run gives, after each batch, at these times one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        store = DuckStore(Path(folder) / "events.duckdb", memory_limit_mb=256, threads=2)
        kept = KeptRelations(store, fewest_messages=0, most_share=float("inf"))
        place = 0
        for batch, now in zip(batches, [*sorted(times), *[NOW] * len(batches)], strict=False):
            add_batch(store, place, batch)
            place += len(batch)
            with store.cursor() as con, kept.open(con, "shop") as keeping:
                found = read(con, keeping, now)
            with store.cursor() as con:
                assert_same(found, read(con, UNKEPT, now))
        kept.drop()
        store.close()


CLOCK = st.lists(st.one_of(TIMES, TIMES.map(lambda at: at + 90 * DAY_MS)), max_size=5)
"""Times between those of the messages, and such that the window of 90 days begins between them."""


@settings(max_examples=12, deadline=None)
@given(MESSAGES, CLOCK, st.randoms(use_true_random=False))
def test_each_run_equals_a_full_one(
    drawn: list[tuple[Millis, tuple[str | None, str | None], Fields]], times: list[Millis], rng: Random
) -> None:
    compare_runs(cut(name_messages(drawn), rng, share=0.3), times)


@settings(max_examples=6, deadline=None)
@given(MESSAGES, st.sampled_from([("u1", True), ("u2", True), ("v1", False)]))
def test_a_run_after_an_erasure_equals_a_full_one(
    drawn: list[tuple[Millis, tuple[str | None, str | None], Fields]], erased: tuple[str, bool]
) -> None:
    compare_runs([name_messages(drawn), [{"erase": erased[0], "is_user": erased[1]}]], [])


@pytest.mark.parametrize("seed", [5, 6])
def test_fitted_figures_of_a_shop_that_goes_on(seed: int) -> None:
    rng = Random(seed)
    messages = simulate_shop(rng, 900)
    compare_runs(cut(messages, rng, share=3 / len(messages)), [])
