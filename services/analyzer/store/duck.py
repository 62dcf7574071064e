"""The event store in DuckDB: rows, decisions and log offsets in one transaction.

Never opened by two processes: DuckDB locks the file, and the second one waits as standby.
"""

import contextlib
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import numpy as np

from services.analyzer.store import identity_writer
from services.analyzer.store.columns import EVENT_COLUMNS, MESSAGE_ID, SITE, build_columns
from services.analyzer.store.erasure import Erasures
from services.analyzer.store.people import define_people
from services.analyzer.store.port import Appended, Batch, EventRow, StoreBrokenError, StoreHeldError, dedupe_key
from services.analyzer.store.questions import load_question
from services.analyzer.store.touched import touch_batch
from shared.log.entry import LoggedDecision

logger = logging.getLogger(__name__)

_TYPES = [kind for _, kind in EVENT_COLUMNS]
_CASTS = ", ".join(
    f"CAST(CAST(c{index} AS JSON) AS {kind})" if kind.endswith("[]") else f"CAST(c{index} AS {kind})"
    for index, kind in enumerate(_TYPES)
)
_NAMES = ", ".join(name for name, _ in EVENT_COLUMNS)
# Identifiers and types of our own table above; no value is ever part of the text.
_INSERT = f"INSERT INTO events (key_high, key_low, {_NAMES}) SELECT key_high, key_low, {_CASTS} FROM incoming"  # noqa: S608
_PROBE = f"CREATE OR REPLACE TEMP TABLE probe AS SELECT {_CASTS} FROM incoming"  # noqa: S608


class DuckStore:
    """An open DuckDB file; see `services.analyzer.store.port.EventStore` for the promises."""

    def __init__(self, file: Path, *, memory_limit_mb: int = 2_048, threads: int | None = None) -> None:
        """Open or create `file`; raises `StoreHeldError` while another process has it."""
        self.file = file
        self.erasures = 0
        """How many batches with an erasure went in since the store was opened."""
        file.parent.mkdir(parents=True, exist_ok=True)
        config: dict[str, Any] = {
            "memory_limit": f"{memory_limit_mb}MB",
            "temp_directory": str(file.with_suffix(".spill")),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
        }
        if threads is not None:
            config["threads"] = threads
        try:
            self._root = duckdb.connect(str(file), config=config)
        except duckdb.IOException as error:
            if "lock" in str(error).lower():
                raise StoreHeldError(str(error)) from error
            raise
        file.chmod(0o600)
        self._root.execute("SET GLOBAL TimeZone = 'UTC'")
        self._writer = self._root.cursor()
        self._writer.execute(load_question("events_table").replace("{name}", "events"))
        self._writer.execute(load_question("schema"))
        self._writer.execute("DELETE FROM touched")  # what was kept went with the process
        define_people(self._writer)
        self._erasures = Erasures.load(self._writer)

    def cursor(self) -> "duckdb.DuckDBPyConnection":
        """Return a connection of one's own, for a thread that reads or has tables of its own to make."""
        return self._root.cursor()

    @property
    def writer(self) -> "duckdb.DuckDBPyConnection":
        """The one connection that writes; only for the writing thread."""
        return self._writer

    def load_offsets(self) -> dict[int, bytes]:
        """Return the last log id stored, by partition."""
        rows = self._writer.execute("SELECT log_partition, last_id FROM log_offsets").fetchall()
        return {partition: last_id.encode() for partition, last_id in rows}

    def append(self, batch: Batch) -> Appended:
        """Store a batch and its offsets in one transaction.

        A row that DuckDB cannot hold is set aside and returned as refused; the rest goes in.
        """
        try:
            return self._append(batch, [])
        except duckdb.FatalException as error:
            raise StoreBrokenError(str(error)) from error
        except (duckdb.Error, UnicodeError):
            refused = list(self._find_refused(batch.rows))
            if not refused:
                raise
            bad = {id(row) for row, _ in refused}
            rest = Batch(
                [row for row in batch.rows if id(row) not in bad], batch.decisions, batch.erased, batch.offsets
            )
            return self._append(rest, refused)

    def ask(self, question: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows that answer the question in `sql/<question>.sql`."""
        with self.cursor() as cursor:
            return cursor.execute(load_question(question), parameters).fetchall()

    def close(self) -> None:
        """Fold the write-ahead log into the file and release it."""
        try:
            self._writer.execute("CHECKPOINT")
        except duckdb.Error as error:
            logger.warning("the store was closed without a checkpoint: %s", error)
        self._writer.close()
        self._root.close()

    def _append(self, batch: Batch, refused: list[tuple[EventRow, str]]) -> Appended:
        con = self._writer
        con.execute("BEGIN")
        try:
            rows, kept_decisions = self._erasures.leave_out(batch.rows, batch.decisions)
            fresh = self._insert_rows(rows)
            identity_writer.save_identities(con, fresh)
            decisions = _insert_decisions(con, kept_decisions)
            touch_batch(con, fresh, kept_decisions, batch.erased)
            for erased in batch.erased:
                self._erasures.erase(con, erased)
            for partition, last_id in batch.offsets.items():
                con.execute("INSERT OR REPLACE INTO log_offsets VALUES (?, ?)", [partition, last_id.decode()])
            con.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(duckdb.Error):  # the first error is the one to tell
                con.execute("ROLLBACK")
            raise
        self._erasures.remember(batch.erased)
        self.erasures += bool(batch.erased)
        return Appended(len(fresh), len(batch.rows) - len(fresh), decisions, refused)

    def _insert_rows(self, rows: list[EventRow]) -> list[EventRow]:
        """Insert those rows whose message is not stored yet and return them; of several the first wins."""
        by_key: dict[bytes, EventRow] = {}
        for row in rows:
            by_key.setdefault(dedupe_key(row[SITE], row[MESSAGE_ID]), row)
        if not by_key:
            return []
        con = self._writer
        con.register("incoming_keys", {**_split_keys(by_key), "place": np.arange(len(by_key), dtype=np.int64)})
        known = {place for (place,) in con.execute(load_question("known_messages")).fetchall()}
        con.unregister("incoming_keys")
        fresh = {key: row for place, (key, row) in enumerate(by_key.items()) if place not in known}
        if fresh:
            con.register("incoming", {**_split_keys(fresh), **build_columns(list(fresh.values()))})
            try:
                con.execute(_INSERT)
            finally:
                con.unregister("incoming")
        return list(fresh.values())

    def _find_refused(self, rows: list[EventRow]) -> Iterable[tuple[EventRow, str]]:
        """Yield the rows that cannot be converted, by halving: log2(n) tries for each."""
        if not rows:
            return
        con = self._writer
        try:
            con.register("incoming", build_columns(rows))
            con.execute(_PROBE)
        except (duckdb.Error, UnicodeError) as error:
            if len(rows) == 1:
                yield rows[0], str(error)[:500]
                return
            middle = len(rows) // 2
            yield from self._find_refused(rows[:middle])
            yield from self._find_refused(rows[middle:])


def _split_keys(by_key: dict[bytes, EventRow]) -> dict[str, "np.ndarray[Any, Any]"]:
    halves = np.frombuffer(b"".join(by_key), dtype="<u8").reshape(-1, 2)
    return {"key_high": np.ascontiguousarray(halves[:, 0]), "key_low": np.ascontiguousarray(halves[:, 1])}


def _insert_decisions(con: "duckdb.DuckDBPyConnection", decisions: list[LoggedDecision]) -> int:
    by_id = {(one.site_id, one.decision_id): one for one in reversed(decisions)}
    if not by_id:
        return 0
    rows = [
        (
            one.decision_id,
            one.site_id,
            one.anonymous_id,
            one.user_id,
            one.session_id,
            one.at,
            one.trigger,
            one.page_path,
            one.snapshot_version,
            msgspec.json.encode(one.candidates).decode(),
            msgspec.json.encode(one.facts).decode(),
        )
        for one in by_id.values()
    ]
    con.register("incoming", build_columns(rows))
    try:
        (count,) = con.execute(load_question("insert_decisions")).fetchall()[0]
    finally:
        con.unregister("incoming")
    return int(count)


__all__ = ["DuckStore"]
