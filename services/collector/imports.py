"""`POST /v1/import/{kind}`: an operator's table, read as it comes in, each chunk durable before the next is read.

Never holds more than a chunk; a bad row never costs its neighbours.
"""

import asyncio
import functools
import math
import time
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from services.collector.ingest import RETRY_AFTER_S, Ingest, Refused
from shared.admission.access import is_loopback, resolve_client_address
from shared.admission.imports import KINDS, build_import
from shared.admission.messages import Envelope, admit_messages, build_group
from shared.admission.tables import AnyRow, CsvRows, JsonRows, NotATableError, Row, choose_rows
from shared.asgi import Handler, HttpRequest, Send, send_answer
from shared.clock import Millis
from shared.errors import PROBLEM_TYPE, build_problem
from shared.ids import NewId
from shared.log.entry import FLAG_IMPORT
from shared.log.messages import build_entries
from shared.log.spool import SpoolFull
from shared.snapshot.model import Site
from shared.wire.messages import ImportAnswer, MessageError

CHUNK_BYTES = 256 * 1024
"""How much of a body becomes durable at once, and with it the memory of an import."""
MAX_ERRORS = 1_000
"""How many refused rows an answer names; the count is complete."""


class BadEncodingError(Exception):
    """The body is not the gzip that it says it is."""


@dataclass(slots=True)
class Chunk:
    """What the rows of a chunk have become."""

    entries: list[tuple[int, bytes]] = field(default_factory=list)
    accepted: int = 0
    errors: list[MessageError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Imports:
    """What the import routes need: the parts of the ingest routes."""

    ingest: Ingest

    def build_handlers(self) -> dict[str, Handler]:
        """Return every import path with its handler."""
        return {f"/v1/import/{kind}": functools.partial(self.handle, kind) for kind in KINDS}

    async def handle(self, kind: str, request: HttpRequest, send: Send) -> None:
        """Serve one import."""
        site = self._find_site(request)
        if isinstance(site, Refused):
            outcome: ImportAnswer | Refused = site
            await request.discard_body()
        else:
            outcome = await self._import(kind, request, site)
        if isinstance(outcome, Refused):
            status, body = build_problem(outcome.code, detail=outcome.detail)
            headers = outcome.headers or []
            await send_answer(send, status, body, headers, content_type=PROBLEM_TYPE.encode())
        else:
            status = 200
            await send_answer(send, status, msgspec.json.encode(outcome), [])
        self.ingest.metrics.count_request("import", status)

    def _find_site(self, request: HttpRequest) -> Site | Refused:
        ingest = self.ingest
        if request.method != "POST":
            return Refused("method_not_allowed", headers=[(b"allow", b"POST")])
        forwarded = request.get_header(b"x-forwarded-for")
        address = resolve_client_address(request.peer, forwarded, ingest.trusted_proxies)
        now_s = time.monotonic()
        if not is_loopback(address) and (wait_s := ingest.address_rates.take(address, now_s=now_s)):
            return Refused("rate_limited", headers=_retry_after(wait_s))
        if ingest.sites is None:
            return Refused("not_ready", headers=_retry_after(1))
        key = request.get_bearer()
        site = ingest.sites.find_by_secret_key(key) if key else None
        if site is None:
            is_write_key = ingest.sites.find_by_write_key(key) is not None
            words = "An import needs `Authorization: Bearer` with the site's secret key"
            return Refused("unknown_key", detail=f"{words}; this is a write key" if is_write_key else words)
        wanted = request.read_query().get("site")
        if wanted is not None and wanted != site.id:
            return Refused("not_found", detail="This key is not the secret key of that site")
        if wait_s := ingest.key_rates.take(site.id, now_s=now_s):
            return Refused("rate_limited", headers=_retry_after(wait_s))
        encoding = (request.get_header(b"content-encoding") or "").strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            return Refused("unsupported_encoding")
        return site

    async def _import(self, kind: str, request: HttpRequest, site: Site) -> ImportAnswer | Refused:
        answer = ImportAnswer(accepted=0, rejected=0, errors=[])
        table: JsonRows | CsvRows | None = None
        refusal: Refused | None = None
        try:
            async for part in _read_chunks(request):
                if table is None:
                    table = choose_rows(request.get_header(b"content-type") or "", part)
                await self._store(await asyncio.to_thread(self._read, kind, site, table, part), answer)
            if table is not None:
                await self._store(await asyncio.to_thread(self._read, kind, site, table, None), answer)
            return answer
        except NotATableError as error:
            refusal = Refused("bad_request", detail=str(error))
        except BadEncodingError:
            refusal = Refused("bad_encoding")
        except SpoolFull:
            refusal = Refused("store_unavailable", headers=_retry_after(RETRY_AFTER_S))
        await request.discard_body()
        return refusal

    def _read(self, kind: str, site: Site, table: JsonRows | CsvRows, part: bytes | None) -> Chunk:
        """Return what the next part of a table becomes; None for its end. Runs in a thread: it is slow work."""
        rows = table.finish() if part is None else table.feed(part)
        received_at, new_id = self.ingest.clock(), self.ingest.new_id
        return build_chunk(kind, site, rows, is_text=table.is_text, received_at=received_at, new_id=new_id)

    async def _store(self, chunk: Chunk, answer: ImportAnswer) -> None:
        if chunk.entries:
            started = time.perf_counter()
            await self.ingest.durable.store(chunk.entries)
            self.ingest.metrics.store_seconds.observe(time.perf_counter() - started)
            self.ingest.metrics.count_messages("accepted", chunk.accepted)
        for error in chunk.errors:
            self.ingest.metrics.count_messages(error.code, 1)
        answer.accepted += chunk.accepted
        answer.rejected += len(chunk.errors)
        answer.errors += chunk.errors[: MAX_ERRORS - len(answer.errors)]


def build_chunk(
    kind: str, site: Site, rows: list[AnyRow], *, is_text: bool, received_at: Millis, new_id: NewId
) -> Chunk:
    """Return the log entries of `rows`, and why each of the others is refused, in the order of the rows."""
    zone = _load_zone(site.time_zone)
    chunk = Chunk()
    raws: list[bytes] = []
    indexes: list[int] = []
    for row in rows:
        if not isinstance(row, Row):
            chunk.errors.append(
                MessageError(index=row.index, pointer=f"/{row.index}", code=row.code, detail=row.detail)
            )
            continue
        built = build_import(kind, row.fields, is_text=is_text, zone=zone)
        if isinstance(built, bytes):
            raws.append(built)
            indexes.append(row.index)
        else:
            column, code, words = built
            pointer = f"/{row.index}/{column}"
            chunk.errors.append(MessageError(index=row.index, pointer=pointer, code=code, detail=words))
    envelope = Envelope(None, raws, [f"/{index}" for index in indexes])
    admission = admit_messages(envelope, received_at=received_at, new_id=new_id, exempt=True)
    chunk.errors += [msgspec.structs.replace(error, index=indexes[error.index]) for error in admission.errors]
    chunk.errors.sort(key=lambda error: error.index)
    chunk.accepted = len(admission.messages)
    if admission.messages:
        group = build_group(
            envelope, admission, site_id=site.id, received_at=received_at, user_agent=None, flags=FLAG_IMPORT
        )
        chunk.entries = build_entries(group, admission.visitors)
    return chunk


async def _read_chunks(request: HttpRequest) -> AsyncIterator[bytes]:
    """Yield the inflated body in chunks; the next part is only taken from the network when asked for."""
    is_gzip = (request.get_header(b"content-encoding") or "").strip().lower() in ("gzip", "x-gzip")
    inflater = zlib.decompressobj(wbits=31) if is_gzip else None
    gathered = bytearray()
    async for part in request.read_parts():
        for piece in [part] if inflater is None else _inflate(inflater, part):
            gathered += piece
            if len(gathered) >= CHUNK_BYTES:
                yield bytes(gathered)
                gathered.clear()
    if inflater is not None and not inflater.eof:
        raise BadEncodingError
    if gathered:
        yield bytes(gathered)


def _inflate(inflater: "zlib._Decompress", part: bytes) -> Iterator[bytes]:
    """Yield what `part` inflates to, a bounded piece at a time."""
    while part:
        try:
            yield inflater.decompress(part, CHUNK_BYTES)
        except zlib.error:
            raise BadEncodingError from None
        if inflater.unused_data:
            raise BadEncodingError
        part = inflater.unconsumed_tail


@functools.lru_cache(maxsize=64)
def _load_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _retry_after(seconds: float) -> list[tuple[bytes, bytes]]:
    return [(b"retry-after", str(max(1, math.ceil(seconds))).encode())]
