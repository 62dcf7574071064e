"""An operator's file as bodies for the import route: CSV, NDJSON or Parquet, a bounded number of rows at a time.

Never reads a file whole. What cannot be read as a row is handed on as such, and not sent.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import duckdb
import msgspec

from shared.admission.tables import AnyRow, BrokenRow, CsvRows, JsonRows, Row, choose_rows

ROWS_A_REQUEST = 1_000
"""No more than an answer names refused rows, so that none stays unnamed."""
_PART_BYTES = 256 * 1024
_BLOCK_BYTES = 4 * 1024 * 1024
REJECTED_COLUMNS = ("rejected_row", "rejected_column", "rejected_code", "rejected_reason", "rejected_text")
"""What is added to rejected rows, and passed over when they are imported again."""


Format = Literal["csv", "ndjson", "parquet"]


class NotReadableError(Exception):
    """The file is no table of a known kind; the message says why."""


@dataclass(slots=True)
class Block:
    """Rows to send together, those that cannot be sent, and which bytes of the file they come from."""

    begin_bytes: int = 0
    done_bytes: int = 0
    rows: list[Row] = field(default_factory=list)
    broken: list[BrokenRow] = field(default_factory=list)

    def add(self, row: AnyRow) -> None:
        """Put a row where it belongs; one without any content of its own is none."""
        if isinstance(row, BrokenRow):
            self.broken.append(row)
        elif any(_has_content(name, value) for name, value in row.fields.items()) or not row.fields:
            self.rows.append(row)

    @property
    def is_full(self) -> bool:
        """Whether it is to be sent."""
        is_long = self.done_bytes - self.begin_bytes >= _BLOCK_BYTES
        return is_long or len(self.rows) + len(self.broken) >= ROWS_A_REQUEST


def _has_content(name: str, value: Any) -> bool:
    return name not in REJECTED_COLUMNS and not (isinstance(value, str) and not value.strip())


def find_format(file: Path) -> Format:
    """Return what `file` is: by its name's end, else by its first bytes."""
    ends: dict[str, Format] = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson"}
    with file.open("rb") as source:
        head = source.read(256)
    if head.startswith(b"PAR1"):
        return "parquet"
    return ends.get(file.suffix.lower()) or ("csv" if choose_rows("", head).is_text else "ndjson")


def read_blocks(file: Path, kind: Format) -> Iterator[Block]:
    """Yield the file's rows block by block. Raises `NotReadableError` and `NotATableError` in words."""
    block = Block()
    for done_bytes, row in _read_parquet(file) if kind == "parquet" else _read_text(file, kind):
        block.add(row)
        block.done_bytes = done_bytes
        if block.is_full:
            yield block
            block = Block(done_bytes, done_bytes)
    yield block


def _read_text(file: Path, kind: Format) -> Iterator[tuple[int, AnyRow]]:
    table = CsvRows() if kind == "csv" else JsonRows()
    done_bytes = 0
    with file.open("rb") as source:
        while part := source.read(_PART_BYTES):
            done_bytes += len(part)
            for row in table.feed(part):
                yield done_bytes, row
    for row in table.finish():
        yield done_bytes, row


def _read_parquet(file: Path) -> Iterator[tuple[int, AnyRow]]:
    size_bytes = file.stat().st_size
    try:
        with duckdb.connect() as con:
            con.execute("SET threads = 1")
            counted = con.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchall()
            total = max(1, int(counted[0][0]))
            found = con.execute(f"SELECT {_list_columns(con, file)} FROM read_parquet(?)", [str(file)])  # noqa: S608
            names = [column[0] for column in found.description or []]
            index = 0
            while rows := found.fetchmany(ROWS_A_REQUEST):
                for values in rows:
                    yield size_bytes * (index + 1) // total, Row(index, dict(zip(names, values, strict=True)))
                    index += 1
    except duckdb.Error as error:
        raise NotReadableError(f"{file} cannot be read as Parquet: {error}") from None


def _list_columns(con: "duckdb.DuckDBPyConnection", file: Path) -> str:
    """Return the select list; times with an offset become texts in UTC, for no zone of this machine may change them."""
    columns = []
    for name, kind, *_ in con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(file)]).fetchall():
        quoted = '"' + name.replace('"', '""') + '"'
        in_utc = f"strftime(make_timestamp(epoch_us({quoted})), '%Y-%m-%dT%H:%M:%S.%fZ') AS {quoted}"
        columns.append(in_utc if kind == "TIMESTAMP WITH TIME ZONE" else quoted)
    return ", ".join(columns)


def write_body(block: Block, names: Mapping[str, str], kind: Format) -> tuple[bytes, str]:
    """Return the body for a block's rows and its type; `names` says what the file's columns are to be called.

    Cells of CSV go on as CSV: what they mean is the collector's to say.
    """
    rows = [_rename(row.fields, names) for row in block.rows]
    if kind != "csv":
        return b"".join(msgspec.json.encode(row, enc_hook=str) + b"\n" for row in rows), "application/x-ndjson"
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(), "text/csv"


def _rename(fields: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return a row by our names; a column that is renamed stands in for one that had the name."""
    kept = {name: value for name, value in fields.items() if name not in names and name not in REJECTED_COLUMNS}
    return kept | {names[name]: value for name, value in fields.items() if name in names}


class RejectedRows:
    """The file of rejected rows, written when there is the first one: why, then the row's own columns.

    Rows without columns of their own (NDJSON, broken lines) stand as they came in the last of ours.
    """

    def __init__(self, file: Path) -> None:
        self.file = file.with_name(f"{file.name}.rejected.csv")
        self.file.unlink(missing_ok=True)  # what an earlier import has left says nothing of this one
        self._out: io.TextIOWrapper | None = None

    def write(self, why: tuple[int, str, str, str], columns: list[str], fields: Mapping[str, Any], text: str) -> None:
        """Write one row: `why` is its number, the column, a code and words."""
        if self._out is None:
            self._out = self.file.open("w", newline="", encoding="utf-8")
            csv.writer(self._out).writerow([*REJECTED_COLUMNS, *columns])
        row, *reason = why
        cells = [_write_cell(fields.get(name)) for name in columns]
        csv.writer(self._out).writerow([str(row + 1), *reason, text, *cells])

    def close(self) -> None:
        """Finish the file."""
        if self._out is not None:
            self._out.close()


def _write_cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=str).decode().strip('"')
