"""Rows of an operator's tables as messages: orders, visits, customers, products, events (`docs/imports.md`).

Pure. Never gives a row another id the next time it is imported, whatever the file's format.
"""

import re
from datetime import datetime, tzinfo
from hashlib import blake2b
from typing import Any

import msgspec

from shared.admission.messages import MAX_MESSAGE_ID_CHARACTERS
from shared.admission.times import parse_time
from shared.clock import to_rfc3339
from shared.enrich.money import read_amount_minor, read_currency

KINDS = ("events", "orders", "visits", "customers", "products")
CATALOGUE_ID = "import-products"
"""The visitor of `Product Imported`: nobody, and marked as internal, so that no report counts it."""

Refusal = tuple[str, str, str]
"""The column, a stable code and words."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_IDS = {"order_id", "visit_id", "user_id", "anonymous_id", "store_id", "product_id"}
_WORDS = {"coupon", "currency", "name", "category", "brand", "url", "image", "email", "phone", "zip", "postal_code"}
_TEXTS = frozenset(_IDS | _WORDS)
"""Columns of CSV that stay texts even when they look like numbers."""
_CAMEL = {
    "message_id": "messageId",
    "anonymous_id": "anonymousId",
    "user_id": "userId",
    "previous_id": "previousId",
    "original_timestamp": "originalTimestamp",
}
_OBJECTS = ("properties", "traits", "context")
_STORED_ONLY = ("site_id", "person_id", "received_at", "sentAt", "sent_at")
"""Columns of `kikkake export` that say what the site makes of a message, and the sender's clock: no part of it."""


class _RefusedError(Exception):
    def __init__(self, column: str, code: str, words: str) -> None:
        super().__init__(words)
        self.refusal: Refusal = (column, code, words)


def build_import(kind: str, fields: dict[str, Any], *, is_text: bool, zone: tzinfo) -> bytes | Refusal:
    """Return a row of `kind` (one of `KINDS`) as a message's JSON with its id, or why it is none.

    `is_text`: the values are cells of CSV, where numbers and objects come as texts. `zone`: the site's, for times
    without an offset and for days.
    """
    row = {name: value for name, value in fields.items() if value is not None and value != ""}
    if is_text:
        row = {name: _read_cell(name, text, kind) for name, text in row.items() if text.strip()}
    try:
        message, key = _BUILDERS[kind](row, zone)
    except _RefusedError as error:
        return error.refusal
    if "messageId" not in message:
        key = key or _digest(message)
        message_id = f"{kind}:{key}"
        is_long = len(message_id) > MAX_MESSAGE_ID_CHARACTERS
        message["messageId"] = f"{kind}:{_digest(key)}" if is_long else message_id
    return msgspec.json.encode(message)


def _build_event(row: dict[str, Any], zone: tzinfo) -> tuple[dict[str, Any], str | None]:
    message = {_CAMEL.get(name, name): value for name, value in row.items() if name not in _STORED_ONLY}
    for name in _OBJECTS:
        if isinstance(message.get(name), str):
            message[name] = _decode_object(name, message[name])
    for name in [name for name in message if name.partition(".")[0] in _OBJECTS and "." in name]:
        place, _, key = name.partition(".")
        nested = message.setdefault(place, {})
        if isinstance(nested, dict):
            nested[key] = message.pop(name)
    for name in ("messageId", "anonymousId", "userId", "previousId"):
        if (text := _read_id(message, name)) is not None:
            message[name] = text
    session_id = message.pop("session_id", None)
    if session_id is not None and isinstance(context := message.setdefault("context", {}), dict):
        context.setdefault("sessionId", str(session_id))
    message.setdefault("type", "track")
    # The sender's clock corrects nothing years later: the time that the row names is the time.
    original = message.pop("originalTimestamp", None)
    if (at := _read_time({"timestamp": message.get("timestamp", original)}, zone)) is not None:
        message["timestamp"] = at
    return message, None


def _build_order(row: dict[str, Any], zone: tzinfo) -> tuple[dict[str, Any], str | None]:
    order_id = _need_id(row, "order_id")
    person = _read_person(row)
    currency = row.get("currency")
    if currency is not None and read_currency(currency) is None:
        raise _RefusedError("currency", "invalid_field", "`currency` is three letters (ISO 4217)")
    revenue = row.get("revenue")
    if isinstance(revenue, str) and _NUMBER.fullmatch(revenue.strip()):
        revenue = _read_number(revenue.strip())
    if revenue is None or read_amount_minor(revenue, read_currency(currency) or "USD") is None:
        raise _RefusedError("revenue", "invalid_field", "An order needs `revenue`, a number of at least 0")
    properties = _take_rest(row, "order_id", "revenue")
    products = properties.get("products")
    if isinstance(products, str):
        properties["products"] = _decode_list("products", products)
    properties = {"order_id": order_id, "revenue": revenue, **properties}
    if (store_id := _read_id(row, "store_id")) is not None:
        properties["store_id"] = store_id
    message = {"type": "track", "event": "Order Completed", **person, "timestamp": _need_time(row, zone)}
    return {**message, "properties": properties}, order_id


def _build_visit(row: dict[str, Any], zone: tzinfo) -> tuple[dict[str, Any], str | None]:
    visit_id, store_id, person = _read_id(row, "visit_id"), _need_id(row, "store_id"), _read_person(row)
    properties = {"store_id": store_id, **_take_rest(row, "visit_id", "store_id")}
    if visit_id is not None:
        properties["visit_id"] = visit_id
    message = {"type": "track", "event": "Store Visited", **person, "timestamp": _need_time(row, zone)}
    return {**message, "properties": properties}, visit_id


def _build_customer(row: dict[str, Any], zone: tzinfo) -> tuple[dict[str, Any], str | None]:
    user_id = _need_id(row, "user_id")
    anonymous_id, at = _read_id(row, "anonymous_id"), _read_time(row, zone)
    message: dict[str, Any] = {"type": "identify", "userId": user_id}
    if anonymous_id is not None:
        message["anonymousId"] = anonymous_id
    if at is not None:
        message["timestamp"] = at
    message["traits"] = _take_rest(row)
    # With its content: the same row again is nothing new, a changed one brings the traits up to date.
    return message, f"{_digest(user_id)}:{_digest(message)}"


def _build_product(row: dict[str, Any], zone: tzinfo) -> tuple[dict[str, Any], str | None]:
    product_id = _need_id(row, "product_id")
    at = _read_time(row, zone)
    message: dict[str, Any] = {"type": "track", "event": "Product Imported", "anonymousId": CATALOGUE_ID}
    if at is not None:
        message["timestamp"] = at
    message["properties"] = {"product_id": product_id, **_take_rest(row, "product_id")}
    message["context"] = {"internal": True}
    return message, f"{_digest(product_id)}:{_digest(message)}"


_BUILDERS = {
    "events": _build_event,
    "orders": _build_order,
    "visits": _build_visit,
    "customers": _build_customer,
    "products": _build_product,
}


def _take_rest(row: dict[str, Any], *taken: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in (*taken, "user_id", "anonymous_id", "timestamp")}


def _read_person(row: dict[str, Any]) -> dict[str, str]:
    ids = {"anonymousId": _read_id(row, "anonymous_id"), "userId": _read_id(row, "user_id")}
    found = {name: value for name, value in ids.items() if value is not None}
    if not found:
        raise _RefusedError("user_id", "missing_id", "A row needs `user_id` or `anonymous_id`")
    return found


def _need_id(row: dict[str, Any], name: str) -> str:
    found = _read_id(row, name)
    if found is None:
        raise _RefusedError(name, "missing_id", f"A row needs `{name}`")
    return found


def _read_id(row: dict[str, Any], name: str) -> str | None:
    """Return an id as text: tables hold many of them as numbers."""
    value = row.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is not None and not isinstance(value, str):
        raise _RefusedError(name, "invalid_field", f"`{name}` is a text or a whole number")
    return (value or "").strip() or None


def _need_time(row: dict[str, Any], zone: tzinfo) -> str:
    at = _read_time(row, zone)
    if at is None:
        raise _RefusedError("timestamp", "invalid_timestamp", "A row needs `timestamp`")
    return at


def _read_time(row: dict[str, Any], zone: tzinfo) -> str | None:
    value = row.get("timestamp")
    if value is None:
        return None
    try:
        text = value.strip() if isinstance(value, str) else ""
        at = datetime.fromisoformat(text) if len(text) >= 16 or _DAY.fullmatch(text) else None
        millis = None if at is None else parse_time((at if at.tzinfo else at.replace(tzinfo=zone)).isoformat())
        if millis is not None:
            return to_rfc3339(millis)
    except (ValueError, OverflowError):
        pass
    words = "`timestamp` is an RFC 3339 time, a time without an offset (the site's time zone) or a day"
    raise _RefusedError("timestamp", "invalid_timestamp", words)


def _read_cell(name: str, text: str, kind: str) -> Any:
    """Return a cell of CSV: a number or a truth value where it is written as one, else the text."""
    text = text.strip()
    if name.rpartition(".")[2] in _TEXTS or name in _CAMEL or (kind == "events" and "." not in name):
        return text
    if _NUMBER.fullmatch(text):
        return _read_number(text)
    return {"true": True, "false": False}.get(text, text)


def _read_number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def _decode_object(name: str, text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise _RefusedError(name, "invalid_field", f"`{name}` is a JSON object") from None


def _decode_list(name: str, text: str) -> list[Any]:
    try:
        return msgspec.json.decode(text, type=list[Any])
    except (msgspec.DecodeError, RecursionError):
        raise _RefusedError(name, "invalid_field", f"`{name}` is a JSON list") from None


def _digest(content: Any) -> str:
    raw = content.encode() if isinstance(content, str) else msgspec.json.encode(content, order="deterministic")
    return blake2b(raw, digest_size=16).hexdigest()
