"""What is kept between runs: its file, what is noted of changes, and what makes it useless."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from services.analyzer.store.duck import DuckStore
from services.analyzer.store.kept import KeptRelations
from services.analyzer.store.questions import load_question
from services.analyzer.store.touched import touch_expiring
from shared.clock import DAY_MS
from tests.builders import NOW
from tests.property.test_corrections import add_batch, assert_same, read_reports, simulate_shop

MESSAGES = simulate_shop(Random(8), 150)
KEPT = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'kept' AND table_name LIKE 'k%' ORDER BY ALL"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckStore]:
    store = DuckStore(tmp_path / "events.duckdb", memory_limit_mb=256, threads=2)
    add_batch(store, 0, MESSAGES)
    yield store
    store.close()


def run(store: DuckStore, kept: KeptRelations, now: int = NOW) -> dict[str, Any]:
    with store.cursor() as con, kept.open(con, "shop") as keeping:
        found = read_reports(con, keeping, now)
    with store.cursor() as con:
        assert_same(found, read_reports(con, now=now))
    return found


def list_tables(store: DuckStore) -> list[str]:
    with store.cursor() as con:
        return [name for (name,) in con.execute(KEPT).fetchall()]


def keep_everything(store: DuckStore) -> KeptRelations:
    return KeptRelations(store, fewest_messages=0, most_share=float("inf"))


def test_what_expires_is_taken_out(store: DuckStore) -> None:
    kept = keep_everything(store)
    before = run(store, kept)
    limit = {"site": "shop", "before": NOW - 45 * DAY_MS}
    touch_expiring(store.writer, "shop", before=NOW - 45 * DAY_MS)
    store.writer.execute(load_question("expire_events"), limit)
    store.writer.execute(load_question("expire_decisions"), limit)
    after = run(store, kept)
    assert after["qoe"]["plays"] < before["qoe"]["plays"]


def test_notes_that_nothing_needs_are_forgotten_and_later_ones_are_not_missed(store: DuckStore) -> None:
    kept = keep_everything(store)
    run(store, kept)
    store.writer.execute(load_question("forget_touched"), {"turn": kept.tidy()})
    add_batch(store, len(MESSAGES), [{**MESSAGES[0], "messageId": "new", "event": "Product Viewed", "type": "track"}])
    run(store, kept)
    ((turns,),) = store.writer.execute("SELECT count(DISTINCT turn) FROM touched").fetchall()
    assert turns == 2


def test_an_erased_person_is_not_in_the_file(store: DuckStore, tmp_path: Path) -> None:
    kept = keep_everything(store)
    run(store, kept)
    store.writer.execute("CHECKPOINT kept")
    file = tmp_path / "events.kept"
    assert file.stat().st_mode & 0o777 == 0o600
    tables = list_tables(store)
    assert tables
    add_batch(store, len(MESSAGES), [{"erase": "p7", "is_user": False}])
    kept.drop_erased()
    assert not file.exists() and not list_tables(store)
    run(store, kept)
    assert list_tables(store) == tables
    (views,) = [table for table in tables if table.endswith("_qoe_views")]
    with store.cursor() as con:
        assert con.execute(f"SELECT 1 FROM kept.{views} WHERE person_id = 'p7'").fetchall() == []


def test_a_run_that_fails_leaves_what_was_kept(store: DuckStore) -> None:
    kept = keep_everything(store)
    run(store, kept)
    add_batch(store, len(MESSAGES), [{**MESSAGES[0], "messageId": "new", "event": "Product Viewed", "type": "track"}])
    with store.cursor() as con, pytest.raises(duckdb.Error), kept.open(con, "shop") as keeping:
        read_reports(con, keeping, NOW)
        con.execute("SELECT nothing")
    run(store, kept)


def test_what_no_run_asks_for_is_given_up_after_some_nights(store: DuckStore) -> None:
    kept = keep_everything(store)
    run(store, kept)
    needed = kept.tidy()
    kept.tidy()
    assert list_tables(store)
    assert kept.tidy() > needed and not list_tables(store)
    run(store, kept)


def test_a_small_site_keeps_nothing(store: DuckStore, tmp_path: Path) -> None:
    run(store, KeptRelations(store))
    assert not (tmp_path / "events.kept").exists()


def test_nobody_looks_for_the_messages_of_who_left(store: DuckStore) -> None:
    kept = keep_everything(store)

    def count(chosen: list[str]) -> list[tuple[str, int]]:
        with store.cursor() as con, kept.open(con, "shop") as keeping:
            con.execute("CREATE TEMP TABLE chosen AS SELECT unnest($1) AS person_id", [chosen])

            def make() -> None:
                con.execute(
                    "CREATE TEMP TABLE counted AS"
                    " SELECT person_id, count(*) AS messages FROM people JOIN chosen USING (person_id) GROUP BY ALL"
                )

            keeping.build("counts", make, relations=("counted",), inputs=("chosen",), among="chosen")
            counted = con.execute("FROM counted ORDER BY ALL").fetchall()
            make_again = "SELECT person_id, count(*) FROM people WHERE person_id IN $1 GROUP BY ALL ORDER BY ALL"
            assert counted == con.execute(make_again, [chosen]).fetchall()
            return counted

    with store.cursor() as con:
        names = con.execute("SELECT DISTINCT person_id FROM people ORDER BY ALL LIMIT 3").fetchall()
    left, stayed, came = [name for (name,) in names]
    assert len(count([left, stayed])) == len(count([stayed, came])) == 2
    with store.cursor() as con:
        assert con.execute("FROM kept.message_persons").fetchall() == [(came,)]


def test_a_build_that_missed_a_run_learns_of_all_that_changed_in_what_is_shared(store: DuckStore) -> None:
    kept = keep_everything(store)
    order = {**MESSAGES[0], "type": "track", "event": "Order Completed"}
    order.pop("userId", None)

    def read(*, builds: bool) -> list[tuple[str]]:
        with store.cursor() as con, kept.open(con, "shop") as keeping:

            def find_buyers() -> None:
                con.execute(
                    "CREATE OR REPLACE TEMP TABLE buyers AS SELECT arg_min(person_id, message_id) AS person_id"
                    " FROM people WHERE order_id IN ('own-1', 'own-2') GROUP BY order_id"
                )

            def find_known() -> None:
                con.execute(
                    "CREATE TEMP TABLE known AS SELECT DISTINCT person_id FROM people JOIN buyers USING (person_id)"
                )

            con.execute("CREATE TEMP TABLE buyers (person_id VARCHAR)")  # what stands under its name gives way
            keeping.share("buyers", find_buyers, relation="buyers")
            if builds:
                keeping.build("known", find_known, relations=("known",), inputs=("buyers",))
            return con.execute(f"FROM {'known' if builds else 'buyers'} ORDER BY ALL").fetchall()

    def sell(place: int, message_id: str, person: str, order_id: str) -> None:
        fields = {"messageId": message_id, "anonymousId": person, "properties": {"order_id": order_id}}
        add_batch(store, len(MESSAGES) + place, [{**order, **fields}])

    sell(0, "m5", "buyer1", "own-1")
    sell(1, "m6", "buyer2", "own-2")
    assert read(builds=True) == [("buyer1",), ("buyer2",)]
    sell(
        2, "m3", "buyer3", "own-1"
    )  # an earlier message of the same order: buyer1, of whom nothing came, is its buyer no more
    assert read(builds=False) == [("buyer2",), ("buyer3",)]
    sell(3, "m4", "buyer4", "own-2")
    assert read(builds=True) == [("buyer3",), ("buyer4",)]
