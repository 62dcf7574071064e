"""Notes whose messages, or whose place among people, change: what is kept about all others can stay.

Never commits: a note stands and falls with the change that it is about.
"""

from collections.abc import Iterable, Sequence

import duckdb

from services.analyzer.store.columns import ANONYMOUS_ID, SITE, USER_ID, build_columns
from services.analyzer.store.port import EventRow
from services.analyzer.store.questions import load_question
from shared.clock import Millis
from shared.log.entry import Erased, LoggedDecision

SiteAndId = tuple[str, str]


def touch(con: "duckdb.DuckDBPyConnection", ids: Iterable[SiteAndId]) -> None:
    """Note ids, whether visitors or users, in the transaction of `con`."""
    rows = sorted(set(ids))
    if rows:
        con.register("incoming", build_columns(rows))
        con.execute(load_question("touch"))
        con.unregister("incoming")


def touch_batch(
    con: "duckdb.DuckDBPyConnection",
    rows: Sequence[EventRow],
    decisions: Sequence[LoggedDecision],
    erased: Sequence[Erased],
) -> None:
    """Note everybody that a batch is about."""
    named = [(row[SITE], row[column]) for row in rows for column in (ANONYMOUS_ID, USER_ID)]
    named += [(one.site_id, name) for one in decisions for name in (one.anonymous_id, one.user_id)]
    named += [(one.site_id, one.person_id) for one in erased]
    touch(con, ((site_id, name) for site_id, name in named if name is not None))


def touch_expiring(
    con: "duckdb.DuckDBPyConnection", site_id: str, *, before: Millis | None = None, received: Millis | None = None
) -> None:
    """Note those of a site who have messages or decisions older than `before`, or received by `received`."""
    con.execute(load_question("touch_expiring"), {"site": site_id, "before": before, "received": received})
