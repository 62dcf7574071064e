"""Rows of a table as they come in: NDJSON or CSV, part by part, in bounded memory.

Pure. Never lets a broken row take its neighbours along: an unclosed quote costs the line it opens on.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from shared.admission.body import check_text, replace_lone_surrogates

MAX_ROW_BYTES = 64 * 1024
"""Longest row; what it becomes is held to a message's own limit besides."""
MAX_ROW_LINES = 1_000
_BOM = b"\xef\xbb\xbf"
_JSON_TYPES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/json"})


class NotATableError(Exception):
    """The whole of it cannot be read as a table; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `index` counts from 0, without the header and blank lines."""

    index: int
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that cannot be read; `text` is how it begins."""

    index: int
    code: str
    detail: str
    text: str


AnyRow = Row | BrokenRow


class _Lines:
    """Cuts parts of a file into lines; a line over the limit is None."""

    def __init__(self) -> None:
        self._rest = b""
        self._is_skipping = False
        self._is_first = True

    def feed(self, part: bytes) -> list[bytes | None]:
        lines = (self._rest + part).split(b"\n")
        self._rest = lines.pop()
        found = [line for line in map(self._close, lines) if line != b""]
        if len(self._rest) > MAX_ROW_BYTES:
            if not self._is_skipping:
                found.append(None)
            self._is_skipping, self._rest = True, b""
        return found

    def finish(self) -> list[bytes | None]:
        rest, self._rest = self._rest, b""
        line = self._close(rest) if rest else b""
        return [line] if line != b"" else []

    def _close(self, line: bytes) -> bytes | None:
        """Return a whole line with its end, None when too long, empty when it is the rest of one that was."""
        if self._is_skipping:
            self._is_skipping = False
            return b""
        if self._is_first:
            self._is_first = False
            line = line.removeprefix(_BOM)
        return line + b"\n" if len(line) <= MAX_ROW_BYTES else None


class JsonRows:
    """NDJSON: an object a line."""

    is_text = False

    def __init__(self) -> None:
        self._lines = _Lines()
        self._count = 0

    def feed(self, part: bytes) -> list[AnyRow]:
        """Return the rows that `part` completes."""
        return [self._read(line) for line in self._lines.feed(part) if line is None or line.strip()]

    def finish(self) -> list[AnyRow]:
        """Return what stands behind the last line's end."""
        return [self._read(line) for line in self._lines.finish() if line is None or line.strip()]

    def _read(self, line: bytes | None) -> AnyRow:
        index = self._count
        self._count += 1
        if line is None:
            return _refuse_length(index)
        text = line.decode("utf-8", "replace").strip()
        if (code := check_text(line)) is not None:
            return BrokenRow(index, code, "This is not UTF-8, or nested deeper than 32 levels", text)
        try:
            return Row(index, msgspec.json.decode(replace_lone_surrogates(line), type=dict[str, Any]))
        except (msgspec.DecodeError, RecursionError) as error:
            return BrokenRow(index, "not_json", f"This line is no JSON object: {error}", text)


class CsvRows:
    """CSV of RFC 4180: a header, then as many cells in each record."""

    is_text = True

    def __init__(self) -> None:
        self.header: list[str] | None = None
        self._lines = _Lines()
        self._pending: list[str] = []
        self._size = 0
        self._count = 0

    def feed(self, part: bytes) -> list[AnyRow]:
        """Return the rows that `part` completes. Raises `NotATableError` for a header that is none."""
        return [row for line in self._lines.feed(part) for row in self._take(line)]

    def finish(self) -> list[AnyRow]:
        """Return what stands behind the last line's end, unclosed quotes refused."""
        rows = [row for line in self._lines.finish() for row in self._take(line)]
        while self._pending:
            rows += self._give_up_first()
        return rows

    def _take(self, line: bytes | None) -> Iterator[AnyRow]:
        if line is None:
            if self.header is None:
                raise NotATableError(f"The header is longer than {MAX_ROW_BYTES} bytes")
            yield _refuse_length(self._next_index())
            return
        try:
            text = line.decode()
        except UnicodeDecodeError:
            if self.header is None:
                raise NotATableError("The header is not UTF-8 text: save the table as CSV UTF-8") from None
            words = line.decode("utf-8", "replace").strip()
            yield BrokenRow(self._next_index(), "not_utf8", "A row is UTF-8 text", words)
            return
        yield from self._add(deque([text]))

    def _add(self, waiting: deque[str]) -> Iterator[AnyRow]:
        while waiting:
            line = waiting.popleft()
            self._pending.append(line)
            self._size += len(line)
            is_too_long = self._size > MAX_ROW_BYTES or len(self._pending) > MAX_ROW_LINES
            # An open quote can only be closed by a line that has one: the others need no look.
            if len(self._pending) > 1 and '"' not in line and not is_too_long:
                continue
            record = None if is_too_long else _parse_record("".join(self._pending))
            if record is None and not is_too_long:
                continue
            first, *rest = self._take_pending()
            if isinstance(record, list):
                if any(cell.strip() for cell in record):
                    yield from self._build(record)
            else:
                yield self._refuse(first, record)
                waiting.extendleft(reversed(rest))

    def _give_up_first(self) -> list[AnyRow]:
        first, *rest = self._take_pending()
        return [self._refuse(first, None), *self._add(deque(rest))]

    def _take_pending(self) -> list[str]:
        pending, self._pending, self._size = self._pending, [], 0
        return pending

    def _refuse(self, line: str, why: str | None) -> BrokenRow:
        words = f"This is not CSV: {why or 'a quote that is opened here is not closed'}"
        if self.header is None:
            raise NotATableError(words)
        return BrokenRow(self._next_index(), "not_csv", words, line.strip())

    def _build(self, record: list[str]) -> Iterator[AnyRow]:
        if self.header is None:
            header = [name.strip() for name in record]
            if len(set(header)) < len(header) or "" in header:
                raise NotATableError("The header names each column, each once")
            self.header = header
        elif len(record) != len(self.header):
            words = f"{len(record)} cells where the header has {len(self.header)}"
            yield BrokenRow(self._next_index(), "wrong_cells", words, ",".join(record))
        else:
            yield Row(self._next_index(), dict(zip(self.header, record, strict=True)))

    def _next_index(self) -> int:
        self._count += 1
        return self._count - 1


def _parse_record(text: str) -> list[str] | str | None:
    """Return the cells of a record, what is wrong with it, or None while a quote in it is open."""
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        return None if "unexpected end" in str(error) else str(error)


def _refuse_length(index: int) -> BrokenRow:
    return BrokenRow(index, "row_too_large", f"A row holds at most {MAX_ROW_BYTES} bytes", "")


def choose_rows(content_type: str, first_bytes: bytes) -> JsonRows | CsvRows:
    """Return the reader for a body: as its type says, else by its first character."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in _JSON_TYPES:
        return JsonRows()
    if kind == "text/csv":
        return CsvRows()
    return JsonRows() if re.match(rb"(\xef\xbb\xbf)?\s*\{", first_bytes) else CsvRows()
