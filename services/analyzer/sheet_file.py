"""Reads the column of an operator's sheet that says who somebody is, for `kikkake segment import`.

Never guesses between columns: where the names do not tell, the operator does.
"""

import csv
import io
import re
from pathlib import Path

ENCODINGS = ("utf-8-sig", "cp932")
"""Spreadsheets write UTF-8 with a mark or without; Japanese Excel's CSV is Shift_JIS."""
_NAMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^id$|user.?id|customer|member|client|会員|顧客|ユーザー",
        r"sha.?256|hash|ハッシュ",
        r"e-?mail|メール",
        r"anonymous|visitor|訪問者",
    )
)


class SheetError(Exception):
    """The sheet cannot be used; the message says why and what to do."""


def read_column(file: Path, column: str | None) -> list[str]:
    """Return the cells of one column, by its name or its number from 1; a sheet of one column may have no names."""
    text = _decode(file)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=_find_separator(text)) if any(row)]
    if not rows:
        raise SheetError(f"{file} has no rows")
    names = [name.strip() for name in rows[0]]
    place, begin = _find_column(names, column)
    return [row[place].strip() if place < len(row) else "" for row in rows[begin:]]


def _decode(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise SheetError(f"{file}: {error.strerror}") from error
    # A workbook is an archive, and no text holds a zero byte.
    for encoding in ENCODINGS if b"\x00" not in raw else ():
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError(f"{file} is neither UTF-8 nor Shift_JIS: save the sheet as CSV")


def _find_separator(text: str) -> str:
    line = re.sub(r'"[^"]*"', "", text).partition("\n")[0]
    return max((",", "\t", ";"), key=line.count)


def _find_column(names: list[str], column: str | None) -> tuple[int, int]:
    """Return the place of the column and the first row with a value in it."""
    if column is not None:
        if column in names:
            return names.index(column), 1
        if column.isdecimal() and 1 <= int(column) <= len(names):
            return int(column) - 1, int(any(pattern.search(name) for pattern in _NAMES for name in names))
        raise SheetError(f"there is no column {column!r}; there are {', '.join(names)}")
    for pattern in _NAMES:
        for place, name in enumerate(names):
            # An address in the first row is a value, whatever stands before its @.
            if pattern.search(name) and "@" not in name:
                return place, 1
    if len(names) == 1:
        return 0, 0
    raise SheetError(f"name the column that says who by --column: {', '.join(names)}")
