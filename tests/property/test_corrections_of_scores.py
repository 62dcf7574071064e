"""Whatever the order of arrival, the hesitation score and lookalikes equal those of a full rebuild."""

import tempfile
from random import Random
from typing import Any

import duckdb

from services.analyzer.lookalikes.traces import find_traces
from services.analyzer.reports.hesitation import HesitationQuestion, compute_hesitation_report, load_sessions
from services.analyzer.reports.lookalikes import LookalikeQuestion, find_lookalikes
from shared.rules import parse_rule
from tests.builders import NOW
from tests.property.test_corrections import GOAL, SITE, WINDOW, assert_same, cut, fill_store, simulate_shop

BOUGHT = {"fact": "orders.count", "op": "ge", "value": 1}


def read_scores(con: "duckdb.DuckDBPyConnection") -> dict[str, Any]:
    """Return both reports; the seed are the persons who bought."""
    hesitation = HesitationQuestion("shop", WINDOW, GOAL, NOW)
    report, model = compute_hesitation_report(load_sessions(con, SITE, hesitation), hesitation)
    con.execute(
        "INSERT INTO segment_members SELECT DISTINCT 'shop', 'buyers', person_id, is_user, 0 FROM people"
        " WHERE event = 'Order Completed'"
    )
    traces = find_traces(parse_rule(BOUGHT, live=False), {}, goal_event=GOAL.event)
    asked = LookalikeQuestion("shop", SITE, "like", "buyers", 0.3, traces, WINDOW, GOAL, NOW)
    found = find_lookalikes(con, asked)
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
        arrived, rebuilt = (read_scores(store.cursor()) for store in stores)
        for store in stores:
            store.close()
    assert_same(arrived, rebuilt)
    assert rebuilt["hesitation"]["log_loss"] is not None and rebuilt["hesitation"]["sessions"] > 300
    assert rebuilt["lookalikes"]["auc"] is not None and rebuilt["lookalikes"]["auc"] > 0.55, "the keen ones look more"
    assert len(rebuilt["members"]) == rebuilt["lookalikes"]["members"] > 50
