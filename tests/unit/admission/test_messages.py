"""Verdicts on messages: one bad message costs only itself, and every refusal names its place."""

import itertools
from typing import Any

import msgspec
import pytest

from shared.admission.messages import Admission, Envelope, admit_messages, read_batch, read_single
from shared.clock import DAY_MS, HOUR_MS, to_rfc3339
from tests.builders import NOW, make_message


def admit(*messages: Any, now: int = NOW, **envelope: Any) -> Admission:
    body = msgspec.json.encode({"writeKey": "k", "batch": list(messages), **envelope})
    read = read_batch(body)
    assert isinstance(read, Envelope)
    ids = itertools.count(1)
    return admit_messages(read, received_at=now, new_id=lambda: f"made-{next(ids)}")


def test_a_good_message_is_admitted_with_its_own_bytes() -> None:
    message = make_message(unknown_field={"kept": [1, 2]})
    admission = admit(message)
    assert admission.errors == []
    (logged,) = admission.messages
    assert (logged.message_id, logged.timestamp, logged.claimed) == ("m-1", NOW, None)
    assert msgspec.json.decode(logged.raw) == message
    assert admission.visitors == [("visitor-1", None)]


@pytest.mark.parametrize(
    ("message", "pointer", "code"),
    [
        (make_message(type=None), "/batch/1/type", "invalid_field"),
        (make_message(type="purchase"), "/batch/1/type", "invalid_field"),
        (make_message(event=None), "/batch/1/event", "missing_event"),
        (make_message(event=""), "/batch/1/event", "missing_event"),
        (make_message(event=5), "/batch/1/event", "invalid_field"),
        (make_message(anonymousId=None), "/batch/1", "missing_id"),
        (make_message(anonymousId="", userId=""), "/batch/1", "missing_id"),
        (make_message(anonymousId=7), "/batch/1/anonymousId", "invalid_field"),
        (make_message(properties=[1]), "/batch/1/properties", "invalid_field"),
        (make_message(messageId="x" * 101), "/batch/1/messageId", "message_id_too_long"),
        (make_message(timestamp="yesterday"), "/batch/1/timestamp", "invalid_timestamp"),
        (make_message(timestamp="2026-02-30T00:00:00Z"), "/batch/1/timestamp", "invalid_timestamp"),
        (make_message(timestamp=1_790_000_000), "/batch/1/timestamp", "invalid_field"),
        (make_message(sentAt="soon"), "/batch/1/sentAt", "invalid_timestamp"),
        (make_message(properties={"text": "x" * 40_000}), "/batch/1", "message_too_large"),
        (5, "/batch/1", "invalid_field"),
        (None, "/batch/1", "invalid_field"),
        ([], "/batch/1", "invalid_field"),
        ("text", "/batch/1", "invalid_field"),
    ],
)
def test_a_bad_message_costs_only_itself(message: Any, pointer: str, code: str) -> None:
    admission = admit(make_message(messageId="a"), message, make_message(messageId="b"))
    assert [logged.message_id for logged in admission.messages] == ["a", "b"]
    (error,) = admission.errors
    assert (error.index, error.pointer, error.code) == (1, pointer, code)
    assert error.detail


def test_null_ids_are_absent_and_an_id_is_made() -> None:
    admission = admit({**make_message(messageId=None), "userId": None, "messageId": None})
    assert admission.visitors == [("visitor-1", None)]
    assert admission.messages[0].message_id == "made-1"
    assert admit(make_message(messageId="")).messages[0].message_id == "made-1"


def test_clock_skew_is_corrected_by_the_batch_and_a_message_beats_it() -> None:
    slow = NOW - HOUR_MS
    batch = admit(
        make_message(timestamp=to_rfc3339(slow - 5_000)),
        make_message(messageId="m-2", timestamp=to_rfc3339(slow - 5_000), sentAt=to_rfc3339(slow - 4_000)),
        make_message(messageId="m-3", timestamp=to_rfc3339(NOW), originalTimestamp=to_rfc3339(slow - 9_000)),
        sentAt=to_rfc3339(slow),
    )
    assert [logged.timestamp for logged in batch.messages] == [NOW - 5_000, NOW - 1_000, NOW - 9_000]


def test_without_sent_at_there_is_no_correction_and_without_timestamp_received_time() -> None:
    batch = admit(make_message(timestamp=to_rfc3339(NOW - 7_000)), make_message(messageId="b", timestamp=None))
    assert [logged.timestamp for logged in batch.messages] == [NOW - 7_000, NOW]


@pytest.mark.parametrize("claimed", ["1970-01-01T00:00:00Z", "2050-01-01T00:00:00Z"])
def test_an_impossible_time_becomes_received_time_and_the_claim_is_kept(claimed: str) -> None:
    admission = admit(make_message(timestamp=claimed))
    (logged,) = admission.messages
    assert logged.timestamp == NOW
    assert logged.claimed is not None and to_rfc3339(logged.claimed)[:10] == claimed[:10]
    assert admission.replaced_times == 1


@pytest.mark.parametrize(
    ("offset", "kept"), [(HOUR_MS, True), (HOUR_MS + 1, False), (-400 * DAY_MS, True), (-400 * DAY_MS - 1, False)]
)
def test_the_time_bounds_are_inclusive(offset: int, kept: bool) -> None:
    (logged,) = admit(make_message(timestamp=to_rfc3339(NOW + offset))).messages
    assert (logged.timestamp, logged.claimed) == ((NOW + offset, None) if kept else (NOW, NOW + offset))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b'{"batch": [NaN]}', "not_json"),
        (b"[]", "wrong_shape"),
        (b'"text"', "wrong_shape"),
        (b'{"batch": 5}', "wrong_shape"),
        (b'{"writeKey": "k"}', "wrong_shape"),
        (b'{"batch": [' + b"{}," * 500 + b"{}]}", "too_many_messages"),
    ],
)
def test_a_body_without_a_readable_envelope_is_refused(body: bytes, code: str) -> None:
    assert read_batch(body) == code


def test_a_bad_sent_at_of_the_batch_costs_nothing() -> None:
    wrong: list[Any] = ["soon", 5, None, {}]
    for sent_at in wrong:
        assert admit(make_message(), sentAt=sent_at).messages[0].timestamp == NOW


def test_a_single_route_says_the_type() -> None:
    read = read_single(b'{"writeKey":"k","userId":"u","traits":{"plan":"pro"}}', "identify")
    assert isinstance(read, Envelope) and read.write_key == "k" and read.pointers == [""]
    assert msgspec.json.decode(read.messages[0]) == {"userId": "u", "traits": {"plan": "pro"}, "type": "identify"}
    assert read_single(b"[1]", "track") == "wrong_shape"
    assert read_single(b"nope", "track") == "not_json"
