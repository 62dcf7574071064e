"""Sorts the table of messages by visitor, so that one person's timeline is found without reading everybody's.

Never leaves a half-sorted table: it is swapped in one transaction.
"""

import contextlib

import duckdb

from services.analyzer.store.questions import load_question

FEWEST_EVENTS = 200_000
"""A table smaller than this is read through in no time."""
UNSORTED_SHARE = 0.2


def is_compaction_due(con: "duckdb.DuckDBPyConnection") -> bool:
    """Return whether enough has come in since the table was last sorted, or something in it was erased.

    Deleting marks rows and leaves their text in the file; written anew, it is gone.
    """
    if con.execute(load_question("unswept_erasures")).fetchall()[0][0]:
        return True
    events, sorted_events = con.execute(load_question("unsorted_events")).fetchall()[0]
    # Deleting keeps the order; what is left cannot have been less sorted than before.
    return bool(events >= FEWEST_EVENTS and events - min(sorted_events, events) > UNSORTED_SHARE * events)


def compact_events(con: "duckdb.DuckDBPyConnection") -> int:
    """Sort the table; returns its rows. Only for the connection that writes: nothing comes in meanwhile."""
    create = load_question("events_table").replace("{name}", "events_sorted")
    con.execute("SET preserve_insertion_order = true")
    try:
        con.execute("BEGIN")
        try:
            con.execute(create)
            con.execute(load_question("sort_events"))
            (rows,) = con.execute("SELECT count(*) FROM events_sorted").fetchall()[0]
            con.execute("DROP TABLE events")
            con.execute("ALTER TABLE events_sorted RENAME TO events")
            con.execute("DELETE FROM upkeep")
            con.execute("INSERT INTO upkeep VALUES (?)", [rows])
            con.execute("UPDATE erasures SET is_swept = true")
            con.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(duckdb.Error):  # the first error is the one to tell
                con.execute("ROLLBACK")
            raise
    finally:
        con.execute("SET preserve_insertion_order = false")
    return int(rows)
