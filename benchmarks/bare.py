"""The limit for HTTP figures: the least an ASGI app can do on the same server, on the same machine, in the same run."""

from typing import Any

ANSWER = b'{"success":true,"accepted":5,"rejected":0,"errors":[]}'


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Read the body, answer the same bytes."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(ANSWER)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": ANSWER})
