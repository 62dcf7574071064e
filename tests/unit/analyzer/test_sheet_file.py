"""Sheets for `kikkake segment import`: encodings, separators, and the column that says who."""

from pathlib import Path

import pytest

from services.analyzer.sheet_file import SheetError, read_column


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "sheet.csv"
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_spreadsheets_of_all_kinds_are_read(tmp_path: Path, encoding: str) -> None:
    file = write(tmp_path, '氏名,会員番号\r\n"山田, 太郎",17\r\n\r\n鈴木,18\r\n佐藤\r\n', encoding)
    assert read_column(file, None) == ["17", "18", ""]
    assert read_column(file, "氏名") == ["山田, 太郎", "鈴木", "佐藤"]
    assert read_column(file, "2") == ["17", "18", ""]


def test_ids_go_before_addresses_and_a_plain_list_needs_no_name(tmp_path: Path) -> None:
    assert read_column(write(tmp_path, "email\tuser_id\na@b.jp\tu1\n"), None) == ["u1"]
    assert read_column(write(tmp_path, "u1\nu2\n"), None) == ["u1", "u2"]
    assert read_column(write(tmp_path, "member@b.jp\nother@b.jp\n"), None) == ["member@b.jp", "other@b.jp"]


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [("", None, "no rows"), ("a,b\n1,2\n", None, "--column: a, b"), ("a,b\n1,2\n", "c", "no column 'c'")],
)
def test_what_cannot_be_used_is_said_in_words(tmp_path: Path, text: str, column: str | None, words: str) -> None:
    with pytest.raises(SheetError, match=words):
        read_column(write(tmp_path, text), column)


@pytest.mark.parametrize("raw", [b"PK\x03\x04\x00\x00", b"\x81\x01"])
def test_a_file_that_is_no_text(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "sheet.csv"
    file.write_bytes(raw)
    with pytest.raises(SheetError, match="neither UTF-8 nor Shift_JIS"):
        read_column(file, None)
