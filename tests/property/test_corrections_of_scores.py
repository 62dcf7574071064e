"""Whatever the order of arrival, the hesitation score and lookalikes equal those of a full rebuild."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from services.analyzer.lookalikes.traces import BEST_CUSTOMERS, MOST_ENGAGED, find_built_in_traces, find_traces
from services.analyzer.reports.hesitation import HesitationQuestion, compute_hesitation_report, load_sessions
from services.analyzer.reports.lookalikes import LookalikeQuestion, find_lookalikes
from services.analyzer.store.duck import DuckStore
from services.analyzer.store.kept import UNKEPT, Keeping, KeptRelations
from shared.rules import parse_rule
from tests.builders import NOW
from tests.property.test_corrections import GOAL, SITE, WINDOW, add_batch, assert_same, cut, fill_store, simulate_shop

BOUGHT = {"fact": "orders.count", "op": "ge", "value": 1}


def join_buyers(con: "duckdb.DuckDBPyConnection") -> None:
    """Make the persons who bought the seed."""
    con.execute("DELETE FROM segment_members")
    con.execute(
        "INSERT INTO segment_members SELECT DISTINCT 'shop', 'buyers', person_id, is_user, 0 FROM people"
        " WHERE event = 'Order Completed'"
    )


def read_scores(con: "duckdb.DuckDBPyConnection", keeping: Keeping = UNKEPT) -> dict[str, Any]:
    """Return both reports; the seed are those of `join_buyers`."""
    hesitation = HesitationQuestion("shop", WINDOW, GOAL, NOW)
    report, model = compute_hesitation_report(load_sessions(con, SITE, hesitation, keeping), hesitation)
    traces = find_traces(parse_rule(BOUGHT, live=False), {}, goal_event=GOAL.event)
    asked = LookalikeQuestion("shop", SITE, "like", "buyers", 0.3, traces, WINDOW, GOAL, NOW)
    found = find_lookalikes(con, asked, keeping)
    if keeping is UNKEPT:
        some = find_lookalikes(con, asked, most_members=100)
        assert some.report["members_learnt_from"] == 100 and some.report["others_learnt_from"] == 400
    fitted = None if model is None else [model.intercept, *model.weights]
    return {"hesitation": report, "model": fitted, "lookalikes": found.report, "members": sorted(found.members.items())}


def test_scores_do_not_hang_on_the_order_of_arrival() -> None:
    rng = Random(6)
    messages = simulate_shop(rng, 1_500)
    with tempfile.TemporaryDirectory() as folder:
        stores = (
            fill_store(folder, "arrived", cut(messages, rng, share=0.005)),
            fill_store(folder, "rebuilt", [messages]),
        )
        for store in stores:
            join_buyers(store.writer)
        arrived, rebuilt = (read_scores(store.cursor()) for store in stores)
        for store in stores:
            store.close()
    assert_same(arrived, rebuilt)
    assert rebuilt["hesitation"]["log_loss"] is not None and rebuilt["hesitation"]["sessions"] > 300
    assert rebuilt["lookalikes"]["auc"] is not None and rebuilt["lookalikes"]["auc"] > 0.55, "the keen ones look more"
    assert len(rebuilt["members"]) == rebuilt["lookalikes"]["members"] > 50


def compare_runs(read: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Return what a shop that goes on comes to; what was kept of the runs before has to give what a full run gives."""
    messages = simulate_shop(Random(7), 1_200)
    with tempfile.TemporaryDirectory() as folder:
        store = DuckStore(Path(folder) / "events.duckdb", memory_limit_mb=256, threads=2)
        kept = KeptRelations(store, fewest_messages=0, most_share=float("inf"))
        for first, last in ((0, 6_000), (6_000, 6_100), (6_100, len(messages))):
            add_batch(store, first, messages[first:last])
            join_buyers(store.writer)
            with store.cursor() as con, kept.open(con, "shop") as keeping:
                found = read(con, keeping)
            with store.cursor() as con:
                assert_same(found, read(con))
        kept.drop()
        store.close()
    return found


def test_scores_of_a_shop_that_goes_on() -> None:
    assert compare_runs(read_scores)["lookalikes"]["auc"] is not None


def read_lookalikes(con: "duckdb.DuckDBPyConnection", keeping: Keeping = UNKEPT) -> dict[str, Any]:
    """Return who resembles several seeds, asked one after the other as the job asks; one has no members."""
    traces = dict.fromkeys(("buyers", "nobody"), find_traces(parse_rule(BOUGHT, live=False), {}, goal_event=GOAL.event))
    for seed in (BEST_CUSTOMERS, MOST_ENGAGED):
        traces[seed] = find_built_in_traces(seed, goal_event=GOAL.event)
    found = {
        seed: find_lookalikes(con, LookalikeQuestion("shop", SITE, seed, seed, 0.3, own, WINDOW, GOAL, NOW), keeping)
        for seed, own in sorted(traces.items())
    }
    return {seed: {"report": one.report, "members": sorted(one.members.items())} for seed, one in found.items()}


def test_several_lookalikes_of_a_shop_that_goes_on() -> None:
    found = compare_runs(read_lookalikes)
    assert all(one["members"] for seed, one in found.items() if seed != "nobody") and not found["nobody"]["members"]
