"""Builds the analyzer's HTTP app and brings its parts up and down in order.

Never holds a global: everything is in `app.state.analyzer`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import redis.asyncio as redis
from fastapi import FastAPI
from sqlalchemy import Engine

from services.analyzer.activation import Activation
from services.analyzer.api import (
    behaviours,
    campaigns,
    console,
    decisions,
    export,
    facts,
    forget,
    goals,
    health,
    jobs,
    live,
    questions,
    reports,
    scores,
    segment_export,
    segment_match,
    segment_members,
    segments,
    sites,
    videos,
    webhooks,
)
from services.analyzer.api.schemas.common import ProblemShown
from services.analyzer.control.database import open_database, write_session
from services.analyzer.control.sites import SiteKeys, ensure_site
from services.analyzer.metrics import Metrics
from services.analyzer.problems import BodyLimit, install_problem_handlers
from services.analyzer.publish import Publisher
from services.analyzer.state import AnalyzerState
from shared.clock import Clock, Millis, system_clock
from shared.settings import AnalyzerSettings
from shared.supervisor.credentials import Credentials
from shared.valkey import connect_valkey

logger = logging.getLogger(__name__)

ROUTERS = (
    health.router,
    forget.router,
    sites.router,
    goals.router,
    questions.router,
    behaviours.router,
    scores.router,
    segment_export.router,
    segment_match.router,
    segment_members.router,
    segments.router,
    campaigns.router,
    videos.router,
    webhooks.router,
    facts.router,
    jobs.router,
    live.router,
    reports.router,
    decisions.router,
    export.router,
    console.router,
)


_PROBLEM: dict[str, Any] = {
    "model": ProblemShown,
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemShown"}}},
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {**_PROBLEM, "description": "The key is missing or unknown"},
    404: {**_PROBLEM, "description": "Nothing here by this name, or it is another site's"},
    409: {**_PROBLEM, "description": "Taken, in use, or changed by somebody else in the meantime"},
    422: {**_PROBLEM, "description": "A field has a value that is not possible; `errors` names it"},
    428: {**_PROBLEM, "description": "A change needs the version it was based on"},
    503: {**_PROBLEM, "description": "Starting, on standby, or too slow"},
}


def build_app(
    settings: AnalyzerSettings,
    *,
    clock: Clock = system_clock,
    connect: Callable[[str], "redis.Redis"] = connect_valkey,
) -> FastAPI:
    """Return the analyzer's app; its lifespan opens the databases and follows the log."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = await asyncio.to_thread(open_database, settings.resolve_database_url())
        await asyncio.to_thread(_ensure_first_site, database, settings.data_dir, clock())
        client = connect(settings.resolve_valkey_url())
        metrics = Metrics()
        publisher = Publisher(database, client, clock=clock, metrics=metrics)
        state = AnalyzerState(settings, clock, database, client, metrics, publisher.publish_soon, publisher)
        app.state.analyzer = state
        activation = Activation(state)
        publisher.start()
        activation.start()
        try:
            yield
        finally:
            await activation.stop()
            await publisher.stop()
            await client.aclose()
            database.dispose()

    app = FastAPI(
        title="Kikkake analyzer",
        version="0.1.0",
        summary="Sites, goals, segments, campaigns, videos; jobs and reports.",
        lifespan=lifespan,
        separate_input_output_schemas=False,
    )
    install_problem_handlers(app)
    app.add_middleware(BodyLimit)
    for router in ROUTERS:
        app.include_router(router, responses={} if router is health.router else PROBLEMS)
    return app


def _ensure_first_site(database: Engine, data_dir: Path, now: Millis) -> None:
    """Create the site of an embedded installation at its first start, with the keys it generated."""
    file = data_dir / "credentials.json"
    if not file.exists():
        return
    credentials = msgspec.json.decode(file.read_bytes(), type=Credentials)
    keys = SiteKeys(credentials.write_key, credentials.secret_key, credentials.signing_key)
    with write_session(database) as session:
        site = credentials.site
        if ensure_site(
            session,
            site_id=credentials.site_id,
            name=site.name,
            keys=keys,
            now=now,
            currency=site.currency,
            time_zone=site.time_zone,
        ):
            logger.info("created the site %r", credentials.site_id)
