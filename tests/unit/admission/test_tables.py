"""Rows of NDJSON and CSV: however the file is cut into parts, the same rows, and a broken one costs only itself."""

import csv
import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.admission.tables import MAX_ROW_BYTES, BrokenRow, CsvRows, JsonRows, NotATableError, Row, choose_rows


def read_all(table: CsvRows | JsonRows, *parts: bytes) -> list[Row | BrokenRow]:
    return [row for part in parts for row in table.feed(part)] + table.finish()


def fields_of(rows: list[Row | BrokenRow]) -> list[object]:
    return [row.fields if isinstance(row, Row) else row.code for row in rows]


CSV = '\ufeffid,note\r\n1,"two\nlines, and a ""quote"""\r\n\r\n2,5" tall\r\n3,日本語'.encode()
CSV_ROWS = [
    {"id": "1", "note": 'two\nlines, and a "quote"'},
    {"id": "2", "note": '5" tall'},
    {"id": "3", "note": "日本語"},
]


@given(st.lists(st.integers(0, len(CSV)), max_size=6))
def test_cuts_make_no_difference(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(CSV)]
    parts = [CSV[begin:end] for begin, end in pairwise(edges)]
    assert fields_of(read_all(CsvRows(), *parts)) == CSV_ROWS


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=5), min_size=2, max_size=2)
    )
)
def test_what_a_csv_writer_writes_is_read_back(records: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["a", "b"], *records])
    kept = [dict(zip(["a", "b"], record, strict=True)) for record in records if any(cell.strip() for cell in record)]
    assert fields_of(read_all(CsvRows(), out.getvalue().encode())) == kept


def test_broken_rows_cost_only_themselves() -> None:
    lines = [b"id,note", b"1,a", b'2,"open', b"3,b", b"4", b"5,\xff", b"6,c", b"7," + b"x" * MAX_ROW_BYTES, b"8,d"]
    rows = read_all(CsvRows(), b"\n".join(lines))
    assert fields_of(rows) == [
        {"id": "1", "note": "a"},
        "not_utf8",
        "row_too_large",
        "not_csv",
        {"id": "3", "note": "b"},
        "wrong_cells",
        {"id": "6", "note": "c"},
        {"id": "8", "note": "d"},
    ]
    assert [row.index for row in rows] == list(range(8))


def test_a_quote_that_is_never_closed_gives_up_within_bounds() -> None:
    lines = [b"id,note", b'1,"open', *[b"%d,fine" % number for number in range(2, 3_000)]]
    rows = read_all(CsvRows(), b"\n".join(lines))
    assert fields_of(rows)[0] == "not_csv"
    assert len(rows) == 2_999 and sum(isinstance(row, Row) for row in rows) == 2_998


def test_a_header_names_each_column_once() -> None:
    shift_jis = "会員,金額\n1,2\n".encode("shift_jis")
    for header in (b"a,a\n", b"a,\n", b'"a\n', shift_jis, b"a" * 70_000 + b"\nb\n"):
        with pytest.raises(NotATableError):
            read_all(CsvRows(), header)


def test_lines_of_json() -> None:
    body = b'\xef\xbb\xbf{"a": 1}\n\n[1]\nnonsense\n{"a": NaN}\n' + b'{"a":' * 40 + b"1" + b"}" * 40 + b'\n{"b": 2}'
    for size in (1, 7, 1000):
        parts = [body[at : at + size] for at in range(0, len(body), size)]
        assert fields_of(read_all(JsonRows(), *parts)) == [
            {"a": 1},
            "not_json",
            "not_json",
            "not_json",
            "too_deep",
            {"b": 2},
        ]


def test_the_kind_of_table_is_told_by_type_or_first_character() -> None:
    assert isinstance(choose_rows("text/csv; charset=utf-8", b"{"), CsvRows)
    assert isinstance(choose_rows("application/x-ndjson", b"a,b"), JsonRows)
    assert isinstance(choose_rows("", b' \n{"a": 1}'), JsonRows)
    assert isinstance(choose_rows("application/octet-stream", b"a,b\n"), CsvRows)
