"""The relation `history` for scores alone.

Never reads an event that no score counts.
"""

from collections.abc import Iterable

import duckdb

from services.analyzer.store.columns import build_columns
from services.analyzer.store.questions import load_question
from shared.clock import Millis

_FOREVER = 1 << 62


def gather_scored(
    con: "duckdb.DuckDBPyConnection", site_id: str, events: Iterable[str], *, before: Millis = _FOREVER
) -> None:
    """Make the relation `history` of the messages of `events` that happened before `before`."""
    con.register("scored_events", build_columns([(event,) for event in sorted(events)] or [("",)]))
    con.execute(load_question("scored_messages"), {"site": site_id, "before": before})
