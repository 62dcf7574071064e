"""The benchmark's newest traffic comes in by the log and is stored as it was generated."""

from pathlib import Path
from typing import Any

import duckdb

from benchmarks.generated import EVENTS_A_VISITOR, read_arrivals, write_traffic
from services.analyzer.store.columns import EVENT_COLUMNS
from shared.clock import system_clock
from tests.integration.analyzer.conftest import Analyzer

EVENTS = 200_000
AS_IT_CAME = {"received_at", "properties", "traits", "context", "page_url", "page_referrer", "livestream"}
"""The generator leaves out what has columns of its own and the shop's address, and calls nothing at all live."""
MESSAGES = (
    f"SELECT {', '.join(name for name, _ in EVENT_COLUMNS if name not in AS_IT_CAME)}, coalesce(livestream, false),"
    " properties ->> 'product_id', properties ->> 'price' FROM events ORDER BY message_id"
)
DECISIONS = "SELECT * FROM decisions ORDER BY decision_id"


def ask(file: Path, question: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(question).fetchall()


async def test_the_newest_is_stored_as_it_was_generated(analyzer: Analyzer, tmp_path: Path) -> None:
    newest, now = tmp_path / "newest.duckdb", system_clock()
    write_traffic(newest, EVENTS, now=now, newest=True)
    arrivals = read_arrivals(newest, received_at=now)
    assert [arrival.at for arrival in arrivals] == sorted(arrival.at for arrival in arrivals)
    await analyzer.create_site("default")
    for arrival in arrivals:
        for partition, entry in arrival.entries:
            analyzer.log.append(partition, entry)
    await analyzer.catch_up()
    reader = analyzer.state.get_active().reader
    generated = ask(newest, MESSAGES)
    assert len(generated) == sum(arrival.messages for arrival in arrivals)
    assert await reader.read(lambda con: con.execute(MESSAGES).fetchall()) == generated
    assert await reader.read(lambda con: con.execute(DECISIONS).fetchall()) == ask(newest, DECISIONS)


def test_the_newest_is_one_per_cent_and_some_of_it_of_visitors_seen_before(tmp_path: Path) -> None:
    stored, newest, now = tmp_path / "stored.duckdb", tmp_path / "newest.duckdb", system_clock()
    write_traffic(stored, EVENTS, now=now, newest=False)
    write_traffic(newest, EVENTS, now=now, newest=True)
    visitors = {visitor for (visitor,) in ask(stored, "SELECT DISTINCT anonymous_id FROM events")}
    arrived = ask(newest, "SELECT anonymous_id, event, ts FROM events")
    ((before, last),) = ask(stored, "SELECT count(*), max(ts) FROM events")
    assert before + len(arrived) == EVENTS
    assert 0.005 * EVENTS < len(arrived) < 0.015 * EVENTS
    assert last - min(ts for _, _, ts in arrived) < EVENTS_A_VISITOR * 15_000
    returned = [(visitor, event) for visitor, event, _ in arrived if visitor in visitors]
    assert 0.02 * len(arrived) < len(returned) < 0.25 * len(arrived)
    assert {event for _, event in returned} - {"Order Completed"} == {"page", "Product Viewed", "Video Content Playing"}
    assert {event for _, event, _ in arrived} > {"Prompt Shown", "Prompt Withheld", "Order Completed"}
