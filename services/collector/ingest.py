"""The hot route: a request's journey from bytes to a durable acknowledgement, step by step.

Never answers 200 before every accepted message is durable; one bad message never costs its neighbours.
"""

import asyncio
import functools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from services.collector.durable import DurableLog
from services.collector.metrics import CollectorMetrics
from shared.admission.access import Network, SiteIndex, is_loopback, resolve_client_address
from shared.admission.body import MAX_BODY_BYTES, check_text, inflate_body, replace_lone_surrogates
from shared.admission.cmcd import Sender, read_reports
from shared.admission.cors import Headers, build_cors_headers, build_preflight_headers
from shared.admission.messages import Envelope, admit_messages, build_group, read_batch, read_single
from shared.admission.rates import RateLimiter
from shared.asgi import Handler, HttpRequest, Send, send_answer
from shared.clock import Clock
from shared.errors import PROBLEM_TYPE, build_problem
from shared.ids import NewId
from shared.log.entry import FLAG_INTERNAL, FLAG_PREFETCH
from shared.log.messages import build_entries
from shared.log.spool import SpoolFull
from shared.snapshot.model import Site
from shared.wire.messages import BatchAnswer, MessageError

RETRY_AFTER_S = 5
SINGLE_ROUTES = {
    "track": ("/v1/track", "/v1/t"),
    "page": ("/v1/page", "/v1/p"),
    "screen": ("/v1/screen", "/v1/s"),
    "identify": ("/v1/identify", "/v1/i"),
    "group": ("/v1/group", "/v1/g"),
    "alias": ("/v1/alias", "/v1/a"),
}
BATCH_ROUTES = ("/v1/batch", "/v1/b")
CMCD_ROUTE, CMCD = "/v1/cmcd", "cmcd"
CMCD_AT_ONCE_BYTES = 16 * 1024
"""A longer body of reports is read in a thread."""

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that ends here; `headers` beyond CORS, `cors` whether the page may read why."""

    code: str
    detail: str | None = None
    errors: list[MessageError] | None = None
    headers: Headers | None = None
    cors: bool = True


@dataclass(slots=True)
class Ingest:
    """What the ingest routes need. `sites` is replaced when a new snapshot arrives, None before the first."""

    durable: DurableLog
    metrics: CollectorMetrics
    clock: Clock
    new_id: NewId
    trusted_proxies: Sequence[Network]
    key_rates: RateLimiter
    address_rates: RateLimiter
    sites: SiteIndex | None = None

    def build_handlers(self) -> dict[str, Handler]:
        """Return every ingest path with its handler."""
        handlers: dict[str, Handler] = {path: functools.partial(self.handle, None) for path in BATCH_ROUTES}
        for message_type, paths in SINGLE_ROUTES.items():
            handlers.update({path: functools.partial(self.handle, message_type) for path in paths})
        handlers[CMCD_ROUTE] = functools.partial(self.handle, CMCD)
        return handlers

    async def handle(self, message_type: str | None, request: HttpRequest, send: Send) -> None:
        """Serve one request; `message_type` is what a single-message route says, None for a batch, or `cmcd`."""
        if request.method == "OPTIONS":
            await send_answer(send, 204, b"", build_preflight_headers(request.origin))
            return
        outcome = await self._receive(request, message_type)
        cors = build_cors_headers(request.origin) if not isinstance(outcome, Refused) or outcome.cors else []
        if isinstance(outcome, Refused):
            status, body = build_problem(outcome.code, detail=outcome.detail, errors=outcome.errors)
            headers = [*cors, *(outcome.headers or [])]
            await send_answer(send, status, body, headers, content_type=PROBLEM_TYPE.encode())
        else:
            status = 200
            await send_answer(send, status, _encoder.encode(outcome), cors)
        self.metrics.count_request(message_type or "batch", status)

    async def _receive(self, request: HttpRequest, message_type: str | None) -> BatchAnswer | Refused:
        """Return the answer to one request; the steps in the order of the journey."""
        if request.method != "POST":
            return Refused("method_not_allowed", headers=[(b"allow", b"POST, OPTIONS")])
        address = resolve_client_address(request.peer, request.get_header(b"x-forwarded-for"), self.trusted_proxies)
        if not is_loopback(address) and (wait_s := self.address_rates.take(address, now_s=time.monotonic())):
            return _refuse_rate(wait_s)
        envelope = await self._read(request, message_type, address)
        if isinstance(envelope, Refused):
            return envelope
        site = self._find_site(request, envelope)
        if isinstance(site, Refused):
            return site
        if wait_s := self.key_rates.take(site.id, now_s=time.monotonic()):
            return _refuse_rate(wait_s)
        return await self._admit(request, envelope, site, address)

    async def _read(self, request: HttpRequest, message_type: str | None, address: str) -> Envelope | Refused:
        body = await request.read_body(MAX_BODY_BYTES)
        if body is None:
            return Refused("too_large")
        inflated = inflate_body(body, (request.get_header(b"content-encoding") or "").strip().lower())
        if isinstance(inflated, str):
            return Refused(inflated)
        if message_type == CMCD:
            reports = await self._read_reports(inflated, self._read_sender(request, address))
            return Refused(reports) if isinstance(reports, str) else reports
        if (code := check_text(inflated)) is not None:
            return Refused(code)
        text = replace_lone_surrogates(inflated)
        envelope = read_batch(text) if message_type is None else read_single(text, message_type)
        return Refused(envelope) if isinstance(envelope, str) else envelope

    async def _read_reports(self, body: bytes, sender: Sender) -> Envelope | str:
        """Read lines in Python, which is slow: a long body must not keep other requests waiting."""
        if len(body) <= CMCD_AT_ONCE_BYTES:
            return read_reports(body, sender)
        return await asyncio.to_thread(read_reports, body, sender)

    def _read_sender(self, request: HttpRequest, address: str) -> Sender:
        """Return who sends CMCD reports: their lines have no place for a key."""
        query = request.read_query()
        write_key = query.get("writeKey") or request.get_basic_user()
        site = self.sites.find_by_write_key(write_key) if self.sites is not None else None
        is_internal = site is not None and self.sites is not None and self.sites.is_internal(site, address)
        return Sender(write_key, query.get("anonymousId"), request.get_header(b"user-agent"), is_internal)

    def _find_site(self, request: HttpRequest, envelope: Envelope) -> Site | Refused:
        if self.sites is None:
            return Refused("not_ready", headers=_retry_after(1))
        site = self.sites.find_by_write_key(envelope.write_key or request.get_basic_user())
        if site is None:
            return Refused("unknown_key")
        if not self.sites.allows_origin(site, request.origin):
            return Refused("origin_not_allowed", cors=False)
        return site

    async def _admit(self, request: HttpRequest, envelope: Envelope, site: Site, address: str) -> BatchAnswer | Refused:
        received_at = self.clock()
        admission = admit_messages(envelope, received_at=received_at, new_id=self.new_id)
        for error in admission.errors:
            self.metrics.count_messages(error.code, 1)
        if admission.errors and not admission.messages:
            return Refused("all_rejected", detail=admission.errors[0].detail, errors=admission.errors)
        if admission.messages:
            group = build_group(
                envelope,
                admission,
                site_id=site.id,
                received_at=received_at,
                user_agent=request.get_header(b"user-agent") if request.origin is not None else None,
                flags=self._judge_request(request, site, address),
            )
            started = time.perf_counter()
            try:
                await self.durable.store(build_entries(group, admission.visitors))
            except SpoolFull:
                return Refused("store_unavailable", headers=_retry_after(RETRY_AFTER_S))
            self.metrics.store_seconds.observe(time.perf_counter() - started)
            self.metrics.count_messages("accepted", len(admission.messages))
            if admission.replaced_times:
                self.metrics.replaced_times.inc(admission.replaced_times)
        return BatchAnswer(
            success=True,
            accepted=len(admission.messages),
            rejected=len(admission.errors),
            errors=admission.errors,
        )

    def _judge_request(self, request: HttpRequest, site: Site, address: str) -> int:
        flags = 0
        if self.sites is not None and self.sites.is_internal(site, address):
            flags |= FLAG_INTERNAL
        purpose = request.get_header(b"sec-purpose") or request.get_header(b"purpose") or ""
        if purpose.startswith("prefetch"):
            flags |= FLAG_PREFETCH
        return flags


def _retry_after(seconds: float) -> Headers:
    return [(b"retry-after", str(max(1, math.ceil(seconds))).encode())]


def _refuse_rate(wait_s: float) -> Refused:
    return Refused("rate_limited", headers=_retry_after(wait_s))
