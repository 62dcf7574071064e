"""Admits the messages of one request, each for itself: a bad one costs only itself.

In the order of the journey: read the envelope, then judge each message. Lengths add up: accepted + refused = sent.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from shared.admission.times import compute_time, parse_time
from shared.clock import Millis
from shared.log.entry import LoggedMessage, MessageGroup
from shared.wire.messages import MESSAGE_TYPES, Batch, Message, MessageError

MAX_MESSAGES = 500
MAX_MESSAGE_BYTES = 32 * 1024
MAX_MESSAGE_ID_CHARACTERS = 100

_batch_decoder = msgspec.json.Decoder(Batch)
_message_decoder = msgspec.json.Decoder(Message)
_object_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_text_decoder = msgspec.json.Decoder(str)
_FIELD_PATH = re.compile(r" - at `\$([^`]*)`$")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request as it was read: raw messages and what they share; `refused` are those that cannot even be read."""

    write_key: str | None
    messages: list[bytes]
    pointers: list[str]
    sent_at: Millis | None = None
    context: bytes | None = None
    refused: tuple[MessageError, ...] = ()


@dataclass(slots=True)
class Admission:
    """The verdicts on one request. `visitors` runs beside `messages`: (anonymous id, user id)."""

    messages: list[LoggedMessage] = field(default_factory=list)
    visitors: list[tuple[str | None, str | None]] = field(default_factory=list)
    errors: list[MessageError] = field(default_factory=list)
    replaced_times: int = 0


def read_batch(body: bytes) -> Envelope | str:
    """Return the envelope of a batch body, or a refusal's code (`not_json`, `wrong_shape`, `too_many_messages`)."""
    try:
        batch = _batch_decoder.decode(body)
    except msgspec.ValidationError:
        return "wrong_shape"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "not_json"
    if len(batch.batch) > MAX_MESSAGES:
        return "too_many_messages"
    context = bytes(batch.context)
    return Envelope(
        write_key=batch.write_key or None,
        messages=[bytes(raw) for raw in batch.batch],
        pointers=[f"/batch/{index}" for index in range(len(batch.batch))],
        sent_at=parse_time(batch.sent_at) if isinstance(batch.sent_at, str) else None,
        context=context if context.startswith(b"{") else None,
    )


def read_single(body: bytes, message_type: str) -> Envelope | str:
    """Return the envelope of a single-message body whose route says its type, or a refusal's code."""
    try:
        fields = _object_decoder.decode(body)
    except msgspec.ValidationError:
        return "wrong_shape"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "not_json"
    key = fields.pop("writeKey", None)
    try:
        write_key = _text_decoder.decode(key) if key is not None and bytes(key) != b"null" else None
    except msgspec.ValidationError:
        return "wrong_shape"
    fields["type"] = msgspec.Raw(msgspec.json.encode(message_type))
    return Envelope(write_key=write_key or None, messages=[msgspec.json.encode(fields)], pointers=[""])


def _describe(error: Exception, pointer: str) -> tuple[str, str]:
    """Return JSON pointer and words of a decoding error, e.g. "Expected `str`, got `int` - at `$.event`"."""
    text = str(error)
    if found := _FIELD_PATH.search(text):
        path = re.sub(r"\[(\d+)\]", r".\1", found.group(1)).replace("[...]", "")
        return pointer + path.replace(".", "/"), text[: found.start()]
    if text.startswith("Object missing required field `type`"):
        return f"{pointer}/type", "`type` is missing"
    return pointer, text


def _judge(
    raw: bytes,
    pointer: str,
    *,
    batch_sent_at: Millis | None,
    received_at: Millis,
    new_id: Callable[[], str],
    exempt: bool,
) -> tuple[LoggedMessage, str | None, str | None] | tuple[str, str, str]:
    """Return the admitted message with its ids, or pointer, code and words of its refusal."""
    if len(raw) > MAX_MESSAGE_BYTES:
        return pointer, "message_too_large", f"A message holds at most {MAX_MESSAGE_BYTES} bytes"
    try:
        message = _message_decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        where, words = _describe(error, pointer)
        if where == f"{pointer}/type":
            words = f"{words}; one of {', '.join(MESSAGE_TYPES)}"
        return where, "invalid_field", words
    anonymous_id, user_id = message.anonymous_id or None, message.user_id or None
    if anonymous_id is None and user_id is None:
        return pointer, "missing_id", "A message needs anonymousId or userId"
    if message.type == "track" and not message.event:
        return f"{pointer}/event", "missing_event", "A track message needs an event name"
    if message.message_id is not None and len(message.message_id) > MAX_MESSAGE_ID_CHARACTERS:
        return (
            f"{pointer}/messageId",
            "message_id_too_long",
            f"messageId has at most {MAX_MESSAGE_ID_CHARACTERS} characters",
        )
    timestamp = parse_time(message.timestamp) if message.timestamp else None
    original = parse_time(message.original_timestamp) if message.original_timestamp else timestamp
    sent_at = parse_time(message.sent_at) if message.sent_at else batch_sent_at
    if (
        (timestamp is None and message.timestamp)
        or (original is None and message.original_timestamp)
        or (sent_at is None and message.sent_at)
    ):
        name = _find_bad_time(message)
        return f"{pointer}/{name}", "invalid_timestamp", f"{name} is not an RFC 3339 time"
    timestamp, claimed = compute_time(original=original, sent_at=sent_at, received_at=received_at, exempt=exempt)
    return LoggedMessage(message.message_id or new_id(), timestamp, claimed, raw), anonymous_id, user_id


def _find_bad_time(message: Message) -> str:
    for name, text in (("timestamp", message.timestamp), ("originalTimestamp", message.original_timestamp)):
        if text and parse_time(text) is None:
            return name
    return "sentAt"


def admit_messages(
    envelope: Envelope, *, received_at: Millis, new_id: Callable[[], str], exempt: bool = False
) -> Admission:
    """Return the verdict on every message of `envelope`.

    `new_id` makes the ids of messages that have none. `exempt`: imports, whose times are taken as they are.
    """
    admission = Admission(errors=list(envelope.refused))
    for index, (raw, pointer) in enumerate(zip(envelope.messages, envelope.pointers, strict=True)):
        verdict = _judge(
            raw,
            pointer,
            batch_sent_at=envelope.sent_at,
            received_at=received_at,
            new_id=new_id,
            exempt=exempt,
        )
        if isinstance(verdict[0], LoggedMessage):
            admission.messages.append(verdict[0])
            admission.visitors.append((verdict[1], verdict[2]))
            admission.replaced_times += verdict[0].claimed is not None
        else:
            where, code, words = verdict[0], str(verdict[1]), str(verdict[2])
            admission.errors.append(MessageError(index=index, pointer=where, code=code, detail=words))
    return admission


def build_group(
    envelope: Envelope, admission: Admission, *, site_id: str, received_at: Millis, user_agent: str | None, flags: int
) -> MessageGroup:
    """Return the admitted messages as the log keeps them."""
    return MessageGroup(site_id, received_at, user_agent, envelope.context, flags, admission.messages)


def read_events(events: Sequence[msgspec.Raw]) -> Envelope | str:
    """Return the envelope of a decide request's `events`, or a refusal's code."""
    if len(events) > MAX_MESSAGES:
        return "too_many_messages"
    return Envelope(
        write_key=None,
        messages=[bytes(raw) for raw in events],
        pointers=[f"/events/{index}" for index in range(len(events))],
    )
