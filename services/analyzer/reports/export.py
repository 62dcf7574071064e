"""Writes stored messages into a Parquet file.

Never a partial file: it appears under its name when it is complete.
"""

from pathlib import Path

import duckdb

from services.analyzer.store.questions import load_question
from shared.clock import Millis


def write_export(
    con: "duckdb.DuckDBPyConnection", file: Path, *, site_id: str | None, start: Millis | None, end: Millis | None
) -> int:
    """Write messages of one site (None: all) within [start, end) to `file`; returns how many."""
    partial = file.with_name(f".{file.name}.part")
    question = load_question("export").rstrip().rstrip(";")
    parameters = {"site": site_id, "from": start, "to": end, "file": str(partial)}
    (count,) = con.execute(f"COPY ({question}) TO $file (FORMAT parquet, COMPRESSION zstd)", parameters).fetchall()[0]
    partial.replace(file)
    return int(count)
