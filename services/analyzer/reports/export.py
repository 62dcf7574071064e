"""Writes stored messages into a Parquet file.

Never a partial file: it appears under its name when it is complete.
"""

from pathlib import Path

import duckdb

from services.analyzer.store.questions import load_question
from shared.clock import Millis
from shared.rules.sql import load_history_sql


def write_export(
    con: "duckdb.DuckDBPyConnection", file: Path, *, site_id: str | None, start: Millis | None, end: Millis | None
) -> int:
    """Write messages of one site (None: all) within [start, end) to `file`; returns how many."""
    # Text of files of our own; values are parameters.
    people = load_question("export_events")
    keys = f"WITH person_events AS ({people}) SELECT key_high, key_low, session_key FROM ({load_history_sql()})"  # noqa: S608
    con.execute(f"CREATE OR REPLACE TEMP TABLE session_keys AS {keys}", {"site": site_id, "to": end})
    partial = file.with_name(f".{file.name}.part")
    question = load_question("export").rstrip().rstrip(";")
    parameters = {"site": site_id, "from": start, "to": end, "file": str(partial)}
    (count,) = con.execute(f"COPY ({question}) TO $file (FORMAT parquet, COMPRESSION zstd)", parameters).fetchall()[0]
    partial.replace(file)
    return int(count)
