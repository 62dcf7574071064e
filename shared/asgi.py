"""The thin shell of the hot routes: headers in, a capped body in, one answer out, on plain ASGI.

Never parses a body; never holds more of one than the cap.
"""

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from shared.admission.cors import Headers

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Handler = Callable[["HttpRequest", Send], Awaitable[None]]

BODY_STALL_S = 20.0
"""A body that takes longer to arrive is given up."""
MAX_DRAINED_BYTES = 32 * 1024 * 1024
"""What a refused large body may still send before the connection is cut, so that its client can read the answer."""


class ClientGone(Exception):  # noqa: N818 - reads as the state it is
    """The client left or stalled before its body was complete: there is nobody to answer."""


class HttpRequest:
    """One request of a hot route."""

    __slots__ = ("_receive", "headers", "is_complete", "method", "path", "query", "scope")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self._receive = receive
        self.is_complete = False
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])

    def get_header(self, name: bytes) -> str | None:
        """Return a header (lower-case name), None when absent."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    def read_query(self) -> dict[str, str]:
        """Return the fields of the query, at most 50; empty ones are absent, of several by one name the last counts."""
        try:
            return dict(parse_qsl(self.query.decode("latin-1"), max_num_fields=50))
        except ValueError:
            return {}

    @property
    def origin(self) -> str | None:
        """The `Origin` header."""
        return self.get_header(b"origin")

    @property
    def peer(self) -> str:
        """The address of the other end of the connection; empty on a Unix socket."""
        client = self.scope.get("client")
        return client[0] if client else ""

    def get_basic_user(self) -> str | None:
        """Return the user name of HTTP Basic authorization, None when absent or unreadable."""
        scheme, _, credentials = (self.get_header(b"authorization") or "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            return base64.b64decode(credentials, validate=True).decode().partition(":")[0] or None
        except (binascii.Error, UnicodeDecodeError):
            return None

    def get_bearer(self) -> str | None:
        """Return the token of `Authorization: Bearer`, None when absent."""
        scheme, _, token = (self.get_header(b"authorization") or "").partition(" ")
        return token.strip() or None if scheme.lower() == "bearer" else None

    async def read_body(self, max_bytes: int) -> bytes | None:
        """Return the body, or None when it is larger than `max_bytes` (the rest is read and thrown away).

        Raises `ClientGone` when it never completes.
        """
        message = await self._receive_part()
        body: bytes = message.get("body", b"")
        if not message.get("more_body", False):
            return body if len(body) <= max_bytes else None
        # Only a body in parts sets a timer: a timer costs a tenth of the usual request.
        try:
            async with asyncio.timeout(BODY_STALL_S):
                return await self._read_rest(body, max_bytes)
        except TimeoutError:
            raise ClientGone from None

    async def read_parts(self) -> AsyncIterator[bytes]:
        """Yield the body part by part, as much as comes; raises `ClientGone` when the next one stays away."""
        while not self.is_complete:
            try:
                async with asyncio.timeout(BODY_STALL_S):
                    message = await self._receive_part()
            except TimeoutError:
                raise ClientGone from None
            yield message.get("body", b"")

    async def discard_body(self) -> None:
        """Read what is left of the body and throw it away, so that its client comes to read a refusal."""
        if not self.is_complete:
            await self.read_body(0)

    async def _read_rest(self, first: bytes, max_bytes: int) -> bytes | None:
        chunks = [first]
        size = len(first)
        more = True
        while more:
            message = await self._receive_part()
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            if size <= max_bytes:
                chunks.append(chunk)
            elif size > MAX_DRAINED_BYTES:
                return None
            more = message.get("more_body", False)
        return b"".join(chunks) if size <= max_bytes else None

    async def _receive_part(self) -> MutableMapping[str, Any]:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        self.is_complete = not message.get("more_body", False)
        return message


async def send_answer(
    send: Send, status: int, body: bytes, headers: Headers, *, content_type: bytes = b"application/json"
) -> None:
    """Send one whole answer."""
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", content_type),
                (b"content-length", str(len(body)).encode()),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})


class HotRoutes:
    """An ASGI app that serves a few paths by itself and leaves the rest to the framework's app.

    `exact` maps a path to its handler; a handler answers every method of its path.
    """

    def __init__(self, exact: dict[str, Handler], rest: Any) -> None:
        self.exact = exact
        self.rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (handler := self.exact.get(scope["path"])) is not None:
            try:
                await handler(HttpRequest(scope, receive), send)
            except ClientGone:
                return
            return
        await self.rest(scope, receive, send)
