"""Builds the collector: the hot ingest routes in front of a small FastAPI app for everything else.

Never reads a database; all it knows of sites is the snapshot.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.collector.durable import DurableLog
from services.collector.imports import Imports
from services.collector.ingest import Ingest
from services.collector.metrics import CollectorMetrics
from services.collector.openapi import describe_ingest
from shared.address import write_address
from shared.admission.access import SiteIndex, parse_networks, resolve_client_address
from shared.admission.cors import Headers, build_cors_headers, build_preflight_headers
from shared.admission.imports import KINDS
from shared.admission.rates import RateLimiter
from shared.asgi import HotRoutes
from shared.clock import Clock, system_clock
from shared.ids import NewId, build_id_source
from shared.log.spool import Spool
from shared.log.writer import LogWriter
from shared.problems import build_response, install_problem_handlers
from shared.settings import CollectorSettings
from shared.snapshot.client import SnapshotClient
from shared.snapshot.model import Snapshot
from shared.static_files import load_built_files
from shared.valkey import connect_valkey

SETTINGS_CACHE = "public, max-age=60"
SDK_CORE = "kikkake.js"
SDK_CORE_CACHE = b"public, max-age=300"
ANY_PAGE: Headers = [(b"access-control-allow-origin", b"*"), (b"cross-origin-resource-policy", b"cross-origin")]


class Collector:
    """The parts of one running collector."""

    def __init__(self, settings: CollectorSettings, clock: Clock, new_id: NewId) -> None:
        self.settings = settings
        self.metrics = CollectorMetrics()
        self.client = connect_valkey(settings.resolve_valkey_url())
        self.spool = Spool(settings.data_dir / "spool", max_bytes=settings.spool_max_bytes, new_id=new_id)
        self.durable = DurableLog(
            self.client,
            LogWriter(self.client, wait_replicas=settings.wait_replicas),
            self.spool,
            log_max_bytes=settings.log_max_bytes,
        )
        self.trusted_proxies = parse_networks(settings.trusted_proxies)
        self.ingest = Ingest(
            durable=self.durable,
            metrics=self.metrics,
            clock=clock,
            new_id=new_id,
            trusted_proxies=self.trusted_proxies,
            key_rates=RateLimiter(settings.rate_key_per_s),
            address_rates=RateLimiter(settings.rate_address_per_s),
        )
        self.snapshot = SnapshotClient(
            self.client, on_change=self._take_snapshot, cache=settings.data_dir / "snapshot-collector.bin"
        )
        self.sdk_files = load_built_files(settings.sdk_dir, mutable={SDK_CORE: SDK_CORE_CACHE})

    def _take_snapshot(self, snapshot: Snapshot) -> None:
        self.ingest.sites = SiteIndex(snapshot)

    @asynccontextmanager
    async def run(self, _: FastAPI) -> AsyncIterator[None]:
        """Follow the snapshot and the log while the app serves."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        await self.snapshot.start()
        await self.durable.start()
        write_address(self.settings, "collector")
        yield
        await self.snapshot.stop()
        await self.durable.stop()
        await self.client.aclose()

    def describe_readiness(self) -> tuple[int, dict[str, Any]]:
        """Return status and body of `/readyz`: degraded while messages go to the spool."""
        full = self.durable.log_away is not None and self.durable.spool_bytes >= self.settings.spool_max_bytes
        no_sites = self.ingest.sites is None
        status = "unavailable" if full or no_sites else "degraded" if self.durable.log_away else "ready"
        return 503 if status == "unavailable" else 200, {
            "status": status,
            "log": self.durable.log_away or "available",
            "log_bytes": self.durable.log_bytes,
            "spool_bytes": self.durable.spool_bytes,
            "snapshot": None if self.ingest.sites is None else self.ingest.sites.version,
            "sdk": "built" if self.sdk_files else "not built: run `make setup`",
        }

    def write_metrics(self) -> bytes:
        """Return the metrics in Prometheus' text format."""
        self.metrics.spool_bytes.set(self.durable.spool_bytes)
        self.metrics.log_bytes.set(self.durable.log_bytes)
        self.metrics.log_available.set(self.durable.log_away is None)
        self.metrics.spooled_entries.inc(self.spool.take_spooled())
        self.metrics.drained_entries.inc(self.spool.take_drained())
        return generate_latest(self.metrics.registry)


def _apply(response: Response, headers: Headers) -> Response:
    for name, value in headers:
        response.headers[name.decode()] = value.decode("latin-1")
    return response


def _add_operations(app: FastAPI, collector: Collector) -> None:
    @app.get("/healthz", summary="Liveness", tags=["operations"])
    async def check_health() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", summary="Readiness; `degraded` while messages are spooled", tags=["operations"])
    async def check_readiness() -> Response:
        status, body = collector.describe_readiness()
        return Response(msgspec.json.encode(body), status, media_type="application/json")

    @app.get("/metrics", summary="Prometheus metrics", tags=["operations"])
    async def read_metrics() -> Response:
        return Response(collector.write_metrics(), media_type=CONTENT_TYPE_LATEST)


def _add_sdk(app: FastAPI, collector: Collector) -> None:
    @app.get("/sdk/{name}", summary="A file of the browser SDK", tags=["browser"])
    @app.head("/sdk/{name}", include_in_schema=False)
    async def read_sdk(name: str, request: Request) -> Response:
        file = collector.sdk_files.get(name)
        if file is None:
            return _apply(build_response("not_found", f"The SDK has no file {name[:80]}"), ANY_PAGE)
        status, body, headers = file.choose(
            request.headers.get("accept-encoding", ""), request.headers.get("if-none-match", "")
        )
        return _apply(Response(body, status, media_type=file.media_type), [*headers, *ANY_PAGE])


def _add_client_settings(app: FastAPI, collector: Collector) -> None:
    @app.options("/v1/projects/{write_key}/settings", include_in_schema=False)
    async def preflight_settings(request: Request) -> Response:
        return _apply(Response(status_code=204), build_preflight_headers(request.headers.get("origin")))

    @app.get("/v1/projects/{write_key}/settings", summary="What a Segment-style client asks first", tags=["browser"])
    async def read_settings(write_key: str, request: Request) -> Response:
        origin = request.headers.get("origin")
        sites = collector.ingest.sites
        site = sites.find_by_write_key(write_key) if sites is not None else None
        if sites is None or site is None:
            refusal = build_response("not_ready" if sites is None else "unknown_key")
            return _apply(refusal, build_cors_headers(origin))
        if not sites.allows_origin(site, origin):
            return build_response("origin_not_allowed")
        peer = request.client.host if request.client else ""
        proxied = resolve_client_address(peer, "0.0.0.0", collector.trusted_proxies) != peer  # noqa: S104
        scheme = request.headers.get("x-forwarded-proto", request.url.scheme) if proxied else request.url.scheme
        host = request.headers.get("x-forwarded-host", request.url.netloc) if proxied else request.url.netloc
        body = {
            "integrations": {
                "Segment.io": {
                    "apiKey": write_key,
                    "apiHost": f"{host}/v1",
                    "protocol": scheme,
                    "unbundledIntegrations": [],
                    "addBundledMetadata": True,
                }
            },
            "plan": {"track": {"__default": {"enabled": True, "integrations": {}}}},
            "edgeFunction": {},
            "analyticsNextEnabled": True,
            "middlewareSettings": {},
            "enabledMiddleware": {},
            "metrics": {"sampleRate": 0},
            "legacyVideoPluginsEnabled": False,
            "remotePlugins": [],
            "kikkake": {"consent": site.consent, "engager": collector.settings.engager_public_url or None},
        }
        response = Response(msgspec.json.encode(body), media_type="application/json")
        response.headers["cache-control"] = SETTINGS_CACHE
        return _apply(response, build_cors_headers(origin))


def _add_unknown_import(app: FastAPI) -> None:
    @app.post("/v1/import/{kind}", include_in_schema=False)
    async def refuse_kind(kind: str) -> Response:
        return build_response("not_found", f"There is no import of {kind[:80]!r}: one of {', '.join(KINDS)}")


def build_app(settings: CollectorSettings, *, clock: Clock = system_clock, new_id: NewId | None = None) -> HotRoutes:
    """Return the collector as an ASGI app."""
    collector = Collector(settings, clock, new_id or build_id_source(clock))
    app = FastAPI(
        title="Kikkake collector",
        description="Receives beacons from the site tag, the video player and Segment-style clients.",
        version="0.1.0",
        docs_url=None,
        redoc_url=None,
        lifespan=collector.run,
    )
    install_problem_handlers(app)
    _add_operations(app, collector)
    _add_sdk(app, collector)
    _add_client_settings(app, collector)
    _add_unknown_import(app)
    framework_openapi = app.openapi
    documented: dict[str, Any] = {}

    def describe() -> dict[str, Any]:
        if not documented:
            documented.update(describe_ingest(framework_openapi()))
        return documented

    app.openapi = describe  # type: ignore[method-assign]
    app.state.collector = collector
    return HotRoutes({**collector.ingest.build_handlers(), **Imports(collector.ingest).build_handlers()}, app)
