"""A message as a Segment-style client sends it (contract part 2).

Unknown fields are not declared here and never lost: the log keeps the message's own bytes.
"""

from typing import Any, Literal

import msgspec

MessageType = Literal["track", "page", "screen", "identify", "group", "alias"]
MESSAGE_TYPES: tuple[str, ...] = ("track", "page", "screen", "identify", "group", "alias")


class Message(msgspec.Struct, rename="camel", kw_only=True):
    """One message. Null and empty ids are absent; times are RFC 3339."""

    type: MessageType
    event: str | None = None
    message_id: str | None = None
    anonymous_id: str | None = None
    user_id: str | None = None
    previous_id: str | None = None
    timestamp: str | None = None
    original_timestamp: str | None = None
    sent_at: str | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    context: dict[str, Any] | None = None


class Batch(msgspec.Struct, rename="camel", kw_only=True):
    """The envelope of `POST /v1/batch`; each message stays raw so that a bad one costs only itself."""

    write_key: str | None = None
    sent_at: Any = None  # one that is no time costs no message: it only corrects nothing
    batch: list[msgspec.Raw]
    context: msgspec.Raw = msgspec.Raw()  # what a union with None would refuse: Raw alone takes any value


class MessageError(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Why one message was refused; `pointer` is a JSON pointer relative to the request body."""

    index: int
    pointer: str
    code: str
    detail: str


class BatchAnswer(msgspec.Struct, kw_only=True):
    """The answer to an admitted request, sent once every accepted message is durable."""

    success: bool
    accepted: int
    rejected: int
    errors: list[MessageError]


class ImportAnswer(msgspec.Struct, kw_only=True):
    """The answer to an import: every row counted, the first 1,000 refused ones named; `index` is the row's."""

    accepted: int
    rejected: int
    errors: list[MessageError]


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An RFC 9457 problem document; `message` repeats the title for Segment-style clients."""

    title: str
    status: int
    code: str
    message: str
    detail: str | None = None
    errors: list[MessageError] | None = None
