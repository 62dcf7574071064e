"""The first look at a body: what is refused, and that hostile bodies cost no more than their length."""

import gzip
import zlib

import pytest

from shared.admission.body import MAX_BODY_BYTES, check_text, inflate_body, replace_lone_surrogates


def test_plain_body_passes_as_it_is() -> None:
    assert inflate_body(b"{}", "") == b"{}"
    assert inflate_body(b"{}", "identity") == b"{}"


def test_gzip_is_inflated() -> None:
    assert inflate_body(gzip.compress(b'{"a":1}'), "gzip") == b'{"a":1}'


def test_the_cap_counts_inflated_bytes() -> None:
    assert inflate_body(b"x" * MAX_BODY_BYTES, "") == b"x" * MAX_BODY_BYTES
    assert inflate_body(b"x" * (MAX_BODY_BYTES + 1), "") == "too_large"
    assert inflate_body(gzip.compress(b"x" * (MAX_BODY_BYTES + 1)), "gzip") == "too_large"


def test_a_gzip_bomb_stops_at_the_cap() -> None:
    layer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(layer.compress(bytes(1 << 20)) for _ in range(256)) + layer.flush()
    assert len(bomb) < MAX_BODY_BYTES
    assert inflate_body(bomb, "gzip") == "too_large"


@pytest.mark.parametrize("body", [b"not gzip", gzip.compress(b"{}")[:-4], b""])
def test_a_body_that_is_no_gzip_is_refused(body: bytes) -> None:
    assert inflate_body(body, "gzip") == "bad_encoding"


def test_other_encodings_are_refused() -> None:
    assert inflate_body(b"{}", "br") == "unsupported_encoding"


def test_invalid_utf8_is_not_json() -> None:
    assert check_text(b'{"a":"\xff"}') == "not_json"


@pytest.mark.parametrize(("depth", "code"), [(32, None), (33, "too_deep"), (10_000, "too_deep")])
def test_depth(depth: int, code: str | None) -> None:
    assert check_text(b"[" * depth + b"]" * depth) == code
    assert check_text(b'{"a":' * depth + b"1" + b"}" * depth) == code


def test_siblings_and_brackets_in_strings_are_no_depth() -> None:
    assert check_text(b"[" + b",".join([b'{"a":[1,{"b":"]}}[[["}]}'] * 500) + b"]") is None
    assert check_text(b'{"a":"' + b"[" * 1000 + b'\\"' + b"{" * 1000 + b'"}') is None


@pytest.mark.parametrize(
    "body",
    [
        b'"' + b'\\"' * 200_000,
        b'"' * 400_001 + b"[" * 40,
        b"[" * 400_000,
        b'{"a":' * 60_000,
        b"\\" * 400_000 + b"[" * 40,
    ],
)
def test_hostile_quoting_is_judged_without_a_stall(body: bytes) -> None:
    assert check_text(body) in ("not_json", "too_deep", None)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        (rb'"cut \ud83d"', rb'"cut \ufffd"'),
        (rb'"\uDE00 alone, \ud83d\ud83d\uDE00"', rb'"\ufffd alone, \ufffd\ud83d\uDE00"'),
        (rb'"\ud83d\ude00"', rb'"\ud83d\ude00"'),
        (rb'"a backslash: \\ud83d, \\\ud83d"', rb'"a backslash: \\ud83d, \\\ufffd"'),
        (rb'"\ud83d\n\u3042"', rb'"\ufffd\n\u3042"'),
    ],
)
def test_half_of_an_emoji_is_replaced(text: bytes, mended: bytes) -> None:
    assert replace_lone_surrogates(text) == mended
