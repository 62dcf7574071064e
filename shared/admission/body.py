"""The first look at a request's body: inflate, UTF-8, depth. Everything after it may trust the bytes.

Never builds a large object from a small body: inflating stops at the cap.
"""

import re
import zlib

MAX_BODY_BYTES = 500 * 1024
"""Largest body, inflated."""
MAX_DEPTH = 32

# A JSON string, or an unclosed one to the end of the body; possessive, so that hostile quoting stays linear.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
# A whole surrogate pair, any other surrogate (the group), or any other escape; in this order, so that what follows an
# escaped backslash is never taken for an escape.
_ESCAPE = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))


def inflate_body(body: bytes, content_encoding: str) -> bytes | str:
    """Return the inflated body, or the code of the refusal (`too_large`, `bad_encoding`, `unsupported_encoding`)."""
    if content_encoding in ("", "identity"):
        return body if len(body) <= MAX_BODY_BYTES else "too_large"
    if content_encoding not in ("gzip", "x-gzip"):
        return "unsupported_encoding"
    inflater = zlib.decompressobj(wbits=31)
    try:
        inflated = inflater.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error:
        return "bad_encoding"
    if len(inflated) > MAX_BODY_BYTES:
        return "too_large"
    return inflated if inflater.eof else "bad_encoding"


def check_text(body: bytes) -> str | None:
    """Return `not_json` when `body` is not UTF-8, `too_deep` when nested deeper than 32, else None. Linear time."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return "not_json"
    if body.count(b"{") + body.count(b"[") <= MAX_DEPTH:
        return None
    brackets = _STRING.sub(b"", body).translate(None, _NOT_BRACKETS)
    for _ in range(MAX_DEPTH):
        # Each pass takes the innermost level away; siblings go with it.
        peeled = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if not peeled:
            return None
        if peeled == brackets:
            return "not_json"
        brackets = peeled
    return "too_deep"


def replace_lone_surrogates(body: bytes) -> bytes:
    """Return `body` with each escaped half of a surrogate pair replaced by U+FFFD.

    A page that cuts a text in the middle of an emoji sends such a half: JSON allows it, and no store can hold it.
    """
    if b"\\ud" not in body and b"\\uD" not in body:
        return body
    return _ESCAPE.sub(lambda found: b"\\ufffd" if found[1] else found[0], body)
