"""The relation `people`: messages of persons, which every report reads.

Never counts bots or the site's own people for a reader that did not ask for them.
"""

import duckdb

from services.analyzer.store.questions import load_question


def define_people(con: "duckdb.DuckDBPyConnection") -> None:
    """Define the relation in the store, as everybody reads it."""
    _define(con, view="VIEW", counts="NOT events.bot AND NOT events.internal")


def include_bots(con: "duckdb.DuckDBPyConnection") -> None:
    """Let this connection alone read bots and the site's own people, too."""
    _define(con, view="TEMP VIEW", counts="true")


def _define(con: "duckdb.DuckDBPyConnection", *, view: str, counts: str) -> None:
    con.execute(load_question("people").replace("{view}", view).replace("{counts}", counts))
