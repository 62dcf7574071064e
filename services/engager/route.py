"""The hot route: `POST /v1/decide` from bytes to an answer, with the same admission as the collector's.

Never answers an error for what the store does; only for what the client did.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from services.engager.deciding import Decider, Question
from services.engager.decision.decide import DecisionRequest
from services.engager.decision.site import CompiledSite
from services.engager.metrics import EngagerMetrics
from services.engager.user_token import verify_user_token
from shared.admission.access import Network, SiteIndex, is_loopback, resolve_client_address
from shared.admission.body import MAX_BODY_BYTES, check_text, inflate_body, replace_lone_surrogates
from shared.admission.cors import Headers, build_cors_headers, build_preflight_headers
from shared.admission.messages import MAX_MESSAGE_BYTES
from shared.admission.rates import RateLimiter
from shared.asgi import Handler, HttpRequest, Send, send_answer
from shared.clock import Clock
from shared.errors import PROBLEM_TYPE, build_problem
from shared.log.entry import FLAG_INTERNAL, FLAG_PREFETCH
from shared.snapshot.model import Site
from shared.wire.decide import DecideAnswer, DecideRequest, Trigger

PATH = "/v1/decide"
MOST_ID_CHARACTERS = MAX_MESSAGE_BYTES
"""Whatever id a message can carry may ask for a decision."""

_decoder = msgspec.json.Decoder(DecideRequest)
_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that ends here; `cors` whether the page may read why."""

    code: str
    detail: str | None = None
    headers: Headers | None = None
    cors: bool = True


@dataclass(slots=True)
class DecideRoute:
    """What the route needs. `sites` and `compiled` are replaced when a new snapshot arrives, None before the first."""

    decider: Decider
    metrics: EngagerMetrics
    clock: Clock
    trusted_proxies: Sequence[Network]
    key_rates: RateLimiter
    address_rates: RateLimiter
    sites: SiteIndex | None = None
    compiled: dict[str, CompiledSite] | None = None

    def build_handlers(self) -> dict[str, Handler]:
        """Return the path with its handler."""
        return {PATH: self.handle}

    async def handle(self, request: HttpRequest, send: Send) -> None:
        """Serve one request."""
        if request.method == "OPTIONS":
            await send_answer(send, 204, b"", build_preflight_headers(request.origin))
            return
        started = time.perf_counter()
        outcome = await self._receive(request)
        cors = build_cors_headers(request.origin) if not isinstance(outcome, Refused) or outcome.cors else []
        if isinstance(outcome, Refused):
            status, body = build_problem(outcome.code, detail=outcome.detail)
            headers = [*cors, *(outcome.headers or [])]
            await send_answer(send, status, body, headers, content_type=PROBLEM_TYPE.encode())
        else:
            status = 200
            await send_answer(send, status, _encoder.encode(outcome), [*cors, (b"cache-control", b"no-store")])
            self.metrics.decide_seconds.observe(time.perf_counter() - started)
        self.metrics.count(self.metrics.requests, str(status))

    async def _receive(self, request: HttpRequest) -> DecideAnswer | Refused:
        """Return the answer to one request; the steps in the order of the journey."""
        if request.method != "POST":
            return Refused("method_not_allowed", headers=[(b"allow", b"POST, OPTIONS")])
        address = resolve_client_address(
            request.peer, request.get_header(b"x-forwarded-for") or "", self.trusted_proxies
        )
        if not is_loopback(address) and (wait_s := self.address_rates.take(address, now_s=time.monotonic())):
            return _refuse_rate(wait_s)
        asked = await self._read(request)
        if isinstance(asked, Refused):
            return asked
        site = self._find_site(request, asked)
        if isinstance(site, Refused):
            return site
        if wait_s := self.key_rates.take(site.id, now_s=time.monotonic()):
            return _refuse_rate(wait_s)
        question = self._build_question(request, asked, site, address)
        return question if isinstance(question, Refused) else await self.decider.answer(question)

    async def _read(self, request: HttpRequest) -> DecideRequest | Refused:
        body = await request.read_body(MAX_BODY_BYTES)
        if body is None:
            return Refused("too_large")
        inflated = inflate_body(body, (request.get_header(b"content-encoding") or "").strip().lower())
        if isinstance(inflated, str):
            return Refused(inflated)
        if (code := check_text(inflated)) is not None:
            return Refused(code)
        try:
            return _decoder.decode(replace_lone_surrogates(inflated))
        except msgspec.ValidationError as error:
            return Refused("wrong_shape", detail=str(error))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return Refused("not_json")

    def _find_site(self, request: HttpRequest, asked: DecideRequest) -> Site | Refused:
        if self.sites is None or self.compiled is None:
            return Refused("not_ready", headers=_retry_after(1))
        site = self.sites.find_by_write_key(asked.write_key or request.get_basic_user())
        if site is None:
            return Refused("unknown_key")
        if not self.sites.allows_origin(site, request.origin):
            return Refused("origin_not_allowed", cors=False)
        return site

    def _build_question(
        self, request: HttpRequest, asked: DecideRequest, site: Site, address: str
    ) -> Question | Refused:
        verified, token_state = None, None
        user_id = asked.user_id or None
        if asked.user_token:
            verified, token_state = verify_user_token(asked.user_token, site.signing_key, user_id, self.clock())
            user_id = user_id or verified
        visitor_id = asked.anonymous_id or user_id
        if visitor_id is None:
            return Refused("bad_request", detail="A decide needs anonymousId")
        if max(len(visitor_id), len(user_id or "")) > MOST_ID_CHARACTERS:
            return Refused("bad_request", detail=f"An id has at most {MOST_ID_CHARACTERS} characters")
        flags = 0
        if self.sites is not None and self.sites.is_internal(site, address):
            flags |= FLAG_INTERNAL
        if (request.get_header(b"sec-purpose") or request.get_header(b"purpose") or "").startswith("prefetch"):
            flags |= FLAG_PREFETCH
        assert self.compiled is not None
        return Question(
            site=self.compiled[site.id],
            request=DecisionRequest(
                visitor_id=visitor_id.replace("\x00", "\ufffd"),
                user_id=user_id.replace("\x00", "\ufffd") if user_id else None,
                verified_user=verified,
                session_id=asked.session_id or None,
                page=asked.page,
                trigger=asked.trigger or Trigger(),
                slots=frozenset(asked.slots) if asked.slots is not None else None,
            ),
            events=asked.events,
            preview=asked.preview or None,
            token_state=token_state,
            user_agent=request.get_header(b"user-agent") if request.origin is not None else None,
            flags=flags,
        )


def _retry_after(seconds: float) -> Headers:
    return [(b"retry-after", str(max(1, math.ceil(seconds))).encode())]


def _refuse_rate(wait_s: float) -> Refused:
    return Refused("rate_limited", headers=_retry_after(wait_s))
