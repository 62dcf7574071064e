"""The relation `people`: messages of persons, which every report reads.

Never counts bots or the site's own people for a reader that did not ask for them.
"""

import duckdb

from services.analyzer.store.questions import load_question

_COUNTS = "NOT events.bot AND NOT events.internal"


def define_people(con: "duckdb.DuckDBPyConnection") -> None:
    """Define the relation in the store, as everybody reads it."""
    _define(con, view="VIEW", counts=_COUNTS)


def include_bots(con: "duckdb.DuckDBPyConnection") -> None:
    """Let this connection alone read bots and the site's own people, too."""
    _define(con, view="TEMP VIEW", counts="true")


def narrow_people(con: "duckdb.DuckDBPyConnection", events: str) -> None:
    """Let this connection alone read only the messages in the table `events`."""
    _define(con, view="TEMP VIEW", counts=_COUNTS, events=events)


def _define(con: "duckdb.DuckDBPyConnection", *, view: str, counts: str, events: str = "events") -> None:
    text = load_question("people").replace("{view}", view).replace("{counts}", counts)
    con.execute(text.replace("{events}", events))
