"""Builds the engager: the hot decide route in front of a small FastAPI app, and the profile worker beside it.

Never reads the event store or the control database; all it knows of sites is the snapshot.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.engager.deciding import Decider
from services.engager.decision.site import CompiledSite, compile_site
from services.engager.decision_log import DecisionLog
from services.engager.metrics import EngagerMetrics
from services.engager.openapi import describe_decide
from services.engager.profiles.lease import Leases
from services.engager.profiles.worker import ProfileWorker
from services.engager.round_trips import Reads, RoundTrips
from services.engager.route import DecideRoute
from shared.admission.access import SiteIndex, parse_networks
from shared.admission.rates import RateLimiter
from shared.asgi import HotRoutes
from shared.clock import Clock, system_clock
from shared.ids import NewId, build_id_source
from shared.log.writer import LogWriter
from shared.problems import install_problem_handlers
from shared.rules.scores import NO_SCORES, SiteScores
from shared.settings import EngagerSettings
from shared.snapshot.client import SnapshotClient
from shared.snapshot.model import Snapshot
from shared.valkey import connect_valkey

logger = logging.getLogger(__name__)

PING_TIMEOUT_S = 0.5


class Engager:
    """The parts of one running engager. Deciding and applying have connections of their own."""

    def __init__(self, settings: EngagerSettings, clock: Clock, new_id: NewId) -> None:
        self.settings = settings
        self.metrics = EngagerMetrics()
        url = settings.resolve_valkey_url()
        self.deciding_client = connect_valkey(url)
        self.working_client = connect_valkey(url)
        self.reads = Reads(self.deciding_client, timeout_s=settings.read_timeout_ms / 1000)
        self.writes = RoundTrips(self.deciding_client, timeout_s=settings.write_timeout_ms / 1000)
        self.log = DecisionLog(LogWriter(self.deciding_client, wait_replicas=settings.wait_replicas))
        self.route = DecideRoute(
            decider=Decider(
                reads=self.reads,
                writes=self.writes,
                writer=LogWriter(self.deciding_client, wait_replicas=settings.wait_replicas),
                log=self.log,
                metrics=self.metrics,
                clock=clock,
                new_id=new_id,
                events_timeout_s=settings.events_timeout_ms / 1000,
            ),
            metrics=self.metrics,
            clock=clock,
            trusted_proxies=parse_networks(settings.trusted_proxies),
            key_rates=RateLimiter(settings.rate_key_per_s),
            address_rates=RateLimiter(settings.rate_address_per_s),
        )
        self.worker = ProfileWorker(
            self.working_client,
            LogWriter(self.working_client, wait_replicas=settings.wait_replicas),
            Leases(self.working_client, new_id()),
            self.metrics,
            site_currency=self.get_currency,
            site_scores=self.get_scores,
            clock=clock,
        )
        self.snapshot = SnapshotClient(
            self.deciding_client, on_change=self._take_snapshot, cache=settings.data_dir / "snapshot-engager.bin"
        )

    def get_currency(self, site_id: str) -> str:
        """Return the currency of a site; one that is unknown yet has the default."""
        compiled = (self.route.compiled or {}).get(site_id)
        return compiled.terms.currency if compiled is not None else "USD"

    def get_scores(self, site_id: str) -> SiteScores:
        """Return the scores of a site; one that is unknown yet has none."""
        compiled = (self.route.compiled or {}).get(site_id)
        return compiled.terms.scores if compiled is not None else NO_SCORES

    def _take_snapshot(self, snapshot: Snapshot) -> None:
        compiled: dict[str, CompiledSite] = {}
        for site in snapshot.sites:
            compiled[site.id] = compile_site(site, snapshot.version)
            for campaign_id, problem in compiled[site.id].problems.items():
                logger.error("campaign %s of site %s never runs, its audience: %s", campaign_id, site.id, problem)
        self.route.compiled = compiled
        self.route.sites = SiteIndex(snapshot)

    @asynccontextmanager
    async def run(self, _: FastAPI) -> AsyncIterator[None]:
        """Follow the snapshot and apply the log while the app serves."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        await self.snapshot.start()
        await self.log.start()
        if self.settings.workers:
            await self.worker.start()
        yield
        if self.settings.workers:
            await self.worker.stop()
        await self.snapshot.stop()
        await self.log.stop()
        await self.reads.stop()
        await self.writes.stop()
        await self.deciding_client.aclose()
        await self.working_client.aclose()

    async def check_store(self) -> bool:
        """Return whether Valkey answers."""
        try:
            await RoundTrips(self.deciding_client, timeout_s=PING_TIMEOUT_S).call("PING")
        except Exception:
            return False
        return True

    async def describe_readiness(self) -> tuple[int, dict[str, Any]]:
        """Return status and body of `/readyz`: degraded while Valkey is away (answers are empty then)."""
        available = await self.check_store()
        no_sites = self.route.sites is None
        status = "unavailable" if no_sites else "ready" if available else "degraded"
        return 503 if no_sites else 200, {
            "status": status,
            "store": "available" if available else "away",
            "snapshot": None if self.route.sites is None else self.route.sites.version,
        }

    async def write_metrics(self) -> bytes:
        """Return the metrics in Prometheus' text format."""
        self.metrics.store_available.set(await self.check_store())
        dropped, self.log.dropped = self.log.dropped, 0
        self.metrics.undelivered.inc(dropped)
        return generate_latest(self.metrics.registry)


def _add_operations(app: FastAPI, engager: Engager) -> None:
    @app.get("/healthz", summary="Liveness", tags=["operations"])
    async def check_health() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", summary="Readiness; `degraded` while Valkey is away", tags=["operations"])
    async def check_readiness() -> Response:
        status, body = await engager.describe_readiness()
        return Response(msgspec.json.encode(body), status, media_type="application/json")

    @app.get("/metrics", summary="Prometheus metrics", tags=["operations"])
    async def read_metrics() -> Response:
        return Response(await engager.write_metrics(), media_type=CONTENT_TYPE_LATEST)


def build_app(settings: EngagerSettings, *, clock: Clock = system_clock, new_id: NewId | None = None) -> HotRoutes:
    """Return the engager as an ASGI app."""
    engager = Engager(settings, clock, new_id or build_id_source(clock))
    app = FastAPI(
        title="Kikkake engager",
        description="Decides which prompt a visitor gets, and when.",
        version="0.1.0",
        docs_url=None,
        redoc_url=None,
        lifespan=engager.run,
    )
    install_problem_handlers(app)
    _add_operations(app, engager)
    framework_openapi = app.openapi
    documented: dict[str, Any] = {}

    def describe() -> dict[str, Any]:
        if not documented:
            documented.update(describe_decide(framework_openapi()))
        return documented

    app.openapi = describe  # type: ignore[method-assign]
    app.state.engager = engager
    return HotRoutes(engager.route.build_handlers(), app)
