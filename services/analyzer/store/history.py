"""The relation `history`, as the rule language reads it.

Never reads columns that no query of the run names.
"""

import duckdb

from services.analyzer.store.questions import load_question
from shared.rules.sql import load_history_sql, load_sql

PRUNABLE = {
    "message_id": "VARCHAR",
    "anonymous_id": "VARCHAR",
    "user_id": "VARCHAR",
    "type": "VARCHAR",
    "properties": "JSON",
    "traits": "JSON",
    "channel": "VARCHAR",
    "campaign_source": "VARCHAR",
    "campaign_medium": "VARCHAR",
    "device_type": "VARCHAR",
    "locale": "VARCHAR",
    "page_path": "VARCHAR",
    "page_url": "VARCHAR",
    "page_title": "VARCHAR",
    "page_referrer": "VARCHAR",
    "product_id": "VARCHAR",
    "product_category": "VARCHAR",
    "order_id": "VARCHAR",
    "amount_minor": "BIGINT",
    "currency": "VARCHAR",
    "video_id": "VARCHAR",
    "video_session": "VARCHAR",
    "video_position": "DOUBLE",
    "video_length": "DOUBLE",
    "played": "DOUBLE[][]",
}
"""Columns of `history` that stay empty when no query of the run names them."""


def build_rule_history(con: "duckdb.DuckDBPyConnection", site_id: str, asked: str) -> None:
    """Make the relation `history` for queries whose text is `asked`.

    Sessions are cut only for queries that tell one from another, on a narrow copy that is joined back: sorting all
    columns by person took five times as long.
    """
    # What all persons are told by is a part of each query, and counts their sessions whether that is read or not.
    read = asked.replace(load_sql("persons"), "")
    tells_sessions = "session_key" in read or "persons.sessions" in read
    named = read + " message_id" if tells_sessions else read
    unused = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in PRUNABLE.items() if name not in named)
    columns = f"* REPLACE ({unused})" if unused else "*"
    # Text of files of our own; the site is a parameter.
    people = f"SELECT {columns} FROM ({load_question('person_events')})"  # noqa: S608
    if not tells_sessions:
        history = f"SELECT * EXCLUDE (context_session_id), CAST(NULL AS VARCHAR) AS session_key FROM ({people})"  # noqa: S608
        con.execute(f"CREATE OR REPLACE TEMP TABLE history AS {history}", {"site": site_id})
        return
    numbered = f"SELECT *, row_number() OVER () AS place FROM ({people})"  # noqa: S608
    con.execute(f"CREATE OR REPLACE TEMP TABLE gathered AS {numbered}", {"site": site_id})
    narrow = "SELECT place, person_id, ts, message_id, context_session_id FROM gathered"
    keys = f"WITH person_events AS ({narrow}) SELECT place, session_key FROM ({load_history_sql()})"  # noqa: S608
    con.execute(f"CREATE OR REPLACE TEMP TABLE session_keys AS {keys}")
    con.execute(load_question("history"))
