"""A site, a collector and an engager in one small server that remembers every beacon and answers from a test's script.

Must never do anything of the product's: what the SDK does wrong has to show here.
"""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tests.processes import PATIENCE_S

SDK = Path(__file__).parents[3] / "sdk" / "dist"
Message = dict[str, Any]


@dataclass
class Beacon:
    """One request as it arrived."""

    path: str
    method: str
    content_type: str
    origin: str | None
    body: dict[str, Any]
    size: int


@dataclass
class Answer:
    """What the server says: `body` is JSON."""

    status: int = 200
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def accept(beacon: Beacon) -> Answer:
    """Accept every message and show nothing."""
    if beacon.path == "/v1/decide":
        return decide(beacon)
    return Answer(body={"success": True, "accepted": len(beacon.body.get("batch", [])), "rejected": 0, "errors": []})


def decide(beacon: Beacon, **changes: Any) -> Answer:
    """Accept the events of a decision and answer with `changes`."""
    taken = len(beacon.body.get("events", []))
    return Answer(
        body={"decisionId": "d-0", "prompts": [], "holdouts": [], "ttl": 60, "eventsAccepted": taken, **changes}
    )


def name_of(message: Message) -> str:
    """The event of a track message, else the type."""
    return str(message.get("event") or message["type"])


def open_with(page: Page, address: str, module: str) -> None:
    """Open a page; return when this lazy module of the SDK has begun there: what comes before it may be missed."""
    with page.expect_response(lambda answer: f"/sdk/{module}-" in answer.url) as came:
        page.goto(address)
    # Whoever asks for a module that is asked for already is served after the one who came first.
    page.evaluate("url => import(url).then(() => {})", came.value.url)


class Site:
    """The server and what it has heard. Pages are at `url`, beacons go to another origin, `collector`."""

    def __init__(self, film: Path) -> None:
        self.film = film
        self.pages: dict[str, str] = {}
        self.beacons: list[Beacon] = []
        self.answer: Callable[[Beacon], Answer] = accept
        self.consent = "granted"
        self.released = threading.Event()
        self._tests = 0
        self._server = uvicorn.Server(
            uvicorn.Config(self._app(), port=0, log_level="error", timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(target=self._server.run)

    def start(self) -> None:
        """Serve on a free port."""
        self._thread.start()
        self.wait(lambda: self._server.started)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._port = port

    def stop(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self._thread.join()

    def reset(self) -> None:
        """Forget everything: a new test begins. What pages of the one before still say goes to a name of its own."""
        self._tests += 1
        self.collector = f"http://test-{self._tests}.localhost:{self._port}"
        self.pages.clear()
        self.beacons.clear()
        self.answer = accept
        self.consent = "granted"
        self.released.set()

    def tag(self, **attributes: str) -> str:
        """The one-line tag; `consent="required"` adds `data-consent`."""
        given = {"write-key": "wk_test", **attributes}
        told = "".join(f' data-{name.replace("_", "-")}="{value}"' for name, value in given.items())
        return f'<script async src="{self.collector}/sdk/kikkake.js"{told}></script>'

    def put_page(self, body: str = "", *, path: str = "/", head: str | None = None, lang: str = "en") -> str:
        """Put up a page and return its address."""
        tag = self.tag(consent="granted") if head is None else head
        self.pages[path] = (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Page {path}</title>'
            f'<meta name="viewport" content="width=device-width">{tag}</head><body>{body}</body></html>'
        )
        return self.url + path

    def sent_to(self, path: str) -> list[Beacon]:
        """The requests with a body that this route has heard."""
        return [beacon for beacon in self.beacons if beacon.path == path and beacon.method == "POST"]

    def decides(self, trigger: str = "page_view") -> list[dict[str, Any]]:
        """The decisions asked for by this trigger."""
        return [b.body for b in self.sent_to("/v1/decide") if b.body["trigger"]["type"] == trigger]

    def deliveries(self) -> list[Message]:
        """Every message as often as it came, by either road."""
        carried = [b.body.get("batch", b.body.get("events", [])) for b in self.beacons if b.method == "POST"]
        return [message for batch in carried for message in batch]

    def messages(self, name: str = "") -> list[Message]:
        """Every message once, in the order of its time; `name` is how its event, or its type, begins."""
        once = {message["messageId"]: message for message in self.deliveries()}
        ordered = sorted(once.values(), key=lambda message: (message["timestamp"], message["messageId"]))
        return [message for message in ordered if name_of(message).startswith(name)]

    def names(self, name: str = "") -> list[str]:
        """The names of the messages, each once."""
        return [name_of(message) for message in self.messages(name)]

    def wait(self, condition: Callable[[], Any], what: str = "") -> None:
        """Wait until `condition` holds, for a minute at most."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            heard = self.names() if self.beacons else []
            assert time.monotonic() < deadline, f"waited in vain {what}; heard {heard}"
            time.sleep(0.02)

    def wait_for(self, name: str, count: int = 1) -> list[Message]:
        """Wait for messages of this name and return them."""
        self.wait(lambda: len(self.messages(name)) >= count, f"for {count} x {name}")
        return self.messages(name)

    def _app(self) -> Starlette:
        async def record(request: Request) -> Response:
            raw = await request.body()
            headers = request.headers
            if not self.collector.endswith(headers["host"]):
                return Response(status_code=404)
            beacon = Beacon(
                request.url.path,
                request.method,
                headers.get("content-type", ""),
                headers.get("origin"),
                json.loads(raw) if raw else {},
                len(raw),
            )
            self.beacons.append(beacon)
            answer = self.answer(beacon) if request.method == "POST" else Answer()
            allowed = {
                "access-control-allow-origin": beacon.origin or "*",
                "access-control-expose-headers": "retry-after",
            }
            return JSONResponse(answer.body, answer.status, headers={**allowed, **answer.headers})

        async def settings(request: Request) -> Response:
            self.beacons.append(Beacon(request.url.path, "GET", "", request.headers.get("origin"), {}, 0))
            return JSONResponse({"kikkake": {"consent": self.consent}}, headers={"access-control-allow-origin": "*"})

        async def film(_: Request) -> Response:
            return FileResponse(self.film)

        async def slow_film(_: Request) -> Response:
            whole = self.film.read_bytes()

            async def drip() -> AsyncIterator[bytes]:
                yield whole[: len(whole) // 2]
                await asyncio.to_thread(self.released.wait, PATIENCE_S)
                yield whole[len(whole) // 2 :]

            return StreamingResponse(drip(), media_type="video/mp4", headers={"content-length": str(len(whole))})

        async def page(request: Request) -> Response:
            html = self.pages.get(request.url.path)
            return HTMLResponse(html or "nothing here", 200 if html else 404)

        return Starlette(
            routes=[
                Route("/v1/batch", record, methods=["POST", "OPTIONS"]),
                Route("/v1/decide", record, methods=["POST", "OPTIONS"]),
                Route("/v1/projects/{key}/settings", settings),
                Mount("/sdk", CORSMiddleware(StaticFiles(directory=SDK), allow_origins=["*"])),
                Route("/film.mp4", film),
                Route("/slow.mp4", slow_film),
                Route("/{path:path}", page),
            ]
        )
