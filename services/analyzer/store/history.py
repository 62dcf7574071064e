"""The relations `history` and `persons`, as the rule language reads them.

Never reads columns that no query of the run names.
"""

import duckdb

from services.analyzer.store.questions import load_question
from shared.rules.sql import load_history_sql, load_persons_sql

PRUNABLE = (
    *("message_id", "anonymous_id", "user_id", "type", "properties", "traits"),
    *("channel", "campaign_source", "campaign_medium", "device_type", "locale"),
    *("page_path", "page_url", "page_title", "page_referrer", "product_id", "product_category"),
    *("order_id", "amount_minor", "currency"),
    *("video_id", "video_session", "video_position", "video_length", "played"),
)
"""Columns that `history` does not have when sessions are cut and no query of the run names them."""


def build_rule_history(con: "duckdb.DuckDBPyConnection", site_id: str, asked: str) -> None:
    """Make the relations `history` and `persons` for queries whose text is `asked`.

    Sessions are cut only for queries that tell one from another. For all others `history` is a view: the store's own
    columns, compressed and met by each query's conditions, are read faster than a copy of them.
    """
    people = load_question("person_events")
    con.execute("SET VARIABLE rule_site = $site", {"site": site_id})
    if "session_key" in asked or "persons.sessions" in asked:
        _cut_sessions(con, people, asked)
        con.execute(f"CREATE OR REPLACE TEMP TABLE persons AS {load_persons_sql()}")
    else:
        # Text of files of our own.
        con.execute(f"CREATE OR REPLACE TEMP VIEW history AS SELECT * EXCLUDE (context_session_id) FROM ({people})")  # noqa: S608
        con.execute(load_question("history_people"))


def _cut_sessions(con: "duckdb.DuckDBPyConnection", people: str, asked: str) -> None:
    """Sessions are cut on a narrow copy that is joined back: sorting all columns by person took five times as long."""
    named = asked + load_persons_sql()
    unused = ", ".join(name for name in PRUNABLE if name not in named)
    kept = f"* EXCLUDE ({unused})" if unused else "*"
    # Text of files of our own.
    gathered = f"SELECT {kept}, row_number() OVER () AS place FROM ({people})"  # noqa: S608
    con.execute(f"CREATE OR REPLACE TEMP TABLE gathered AS {gathered}")
    narrow = "SELECT place, person_id, ts, message_id, context_session_id FROM gathered"
    keys = f"WITH person_events AS ({narrow}) SELECT place, session_key FROM ({load_history_sql()})"  # noqa: S608
    con.execute(f"CREATE OR REPLACE TEMP TABLE session_keys AS {keys}")
    con.execute(load_question("history"))
