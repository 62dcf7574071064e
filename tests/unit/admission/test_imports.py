"""What makes a row the same row again, and what makes it none."""

from datetime import UTC
from typing import Any

import msgspec
import pytest

from shared.admission.imports import build_import

ORDER = {"order_id": "1", "user_id": "u", "timestamp": "2026-01-01T00:00:00Z", "revenue": "10"}


def build(kind: str, row: dict[str, Any], *, is_text: bool = True) -> dict[str, Any]:
    built = build_import(kind, row, is_text=is_text, zone=UTC)
    assert isinstance(built, bytes), built
    message: dict[str, Any] = msgspec.json.decode(built)
    return message


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("visits", {"user_id": "u", "store_id": "s", "timestamp": "2026-01-01T00:00:00Z", "amount": "5"}),
        ("customers", {"user_id": "u", "rank": "gold", "age": "5"}),
        ("products", {"product_id": "p", "price": "5"}),
        ("events", {"event": "E", "userId": "u", "timestamp": "2026-01-01T00:00:00Z"}),
    ],
)
def test_a_row_without_an_id_of_its_own_is_known_again_by_its_content(kind: str, row: dict[str, Any]) -> None:
    first = build(kind, row)["messageId"]
    assert build(kind, dict(reversed(row.items())))["messageId"] == first, "the order of columns says nothing"
    typed = {name: int(value) if value == "5" else value for name, value in row.items()}
    assert build(kind, typed, is_text=False)["messageId"] == first, "nor does the file's format"
    assert build(kind, {**row, "more": "x"})["messageId"] != first
    assert len(first) <= 100


def test_a_long_id_is_shortened_and_stays_its_own() -> None:
    ids = {build("orders", {**ORDER, "order_id": "o" * 200 + end})["messageId"] for end in "ab"}
    assert len(ids) == 2 and all(len(one) <= 100 for one in ids)


@pytest.mark.parametrize(
    ("kind", "changed", "column", "code"),
    [
        ("orders", {"order_id": " "}, "order_id", "missing_id"),
        ("orders", {"order_id": True}, "order_id", "invalid_field"),
        ("orders", {"user_id": None}, "user_id", "missing_id"),
        ("orders", {"timestamp": ""}, "timestamp", "invalid_timestamp"),
        ("orders", {"timestamp": "yesterday"}, "timestamp", "invalid_timestamp"),
        ("orders", {"timestamp": 5}, "timestamp", "invalid_timestamp"),
        ("orders", {"timestamp": "9999-12-31T23:59:59.9999-23:00"}, "timestamp", "invalid_timestamp"),
        ("orders", {"revenue": "1,000"}, "revenue", "invalid_field"),
        ("orders", {"revenue": -1}, "revenue", "invalid_field"),
        ("orders", {"revenue": None}, "revenue", "invalid_field"),
        ("orders", {"currency": "Yen!"}, "currency", "invalid_field"),
        ("orders", {"products": "tea"}, "products", "invalid_field"),
        ("visits", {"user_id": "u"}, "store_id", "missing_id"),
        ("customers", {"user_id": None}, "user_id", "missing_id"),
        ("products", {"price": 5}, "product_id", "missing_id"),
        ("events", {"properties": "{"}, "properties", "invalid_field"),
    ],
)
def test_refusals_name_the_column(kind: str, changed: dict[str, Any], column: str, code: str) -> None:
    refused = build_import(kind, {**ORDER, **changed}, is_text=False, zone=UTC)
    assert not isinstance(refused, bytes) and refused[:2] == (column, code)


def test_an_event_keeps_its_time_whatever_the_senders_clock_said() -> None:
    row = {"event": "E", "userId": "u", "timestamp": "2001-01-01T00:00:00Z", "sentAt": "2001-01-02T00:00:00Z"}
    message = build("events", row, is_text=False)
    assert message["timestamp"] == "2001-01-01T00:00:00.000Z" and "sentAt" not in message
