"""Publishes the snapshot: what the collector and the engager need to know of the control database.

Never publishes an older version over a newer one, and never stops trying while Valkey is away.
"""

import asyncio
import contextlib
import logging
from datetime import datetime
from typing import Any

import msgspec
import redis.asyncio as redis
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from services.analyzer.control import models
from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.lifecycle import read_lifecycle, read_stage_rules
from services.analyzer.control.scores import define_score
from services.analyzer.control.sites import load_keys
from services.analyzer.control.versions import load_snapshot_version, raise_snapshot_version
from services.analyzer.metrics import Metrics
from services.analyzer.reports.allocation_draws import load_all_draws
from services.analyzer.reports.brand_model import load_brand_model
from services.analyzer.reports.hesitation_model import load_hesitation_model
from shared import keys
from shared.allocation.draws import Draws
from shared.clock import Clock, Millis
from shared.rules.scores import ScoreDefinition
from shared.snapshot.model import Campaign, ProductVideo, Site, Snapshot, encode_snapshot
from shared.tasks import end_tasks

logger = logging.getLogger(__name__)

LOOK_S = 0.5
"""How often Valkey is compared with the control database: a snapshot lost there is back within a second."""

PUBLISH_SCRIPT = """
local standing = tonumber(redis.call('GET', KEYS[2]) or '0')
if standing >= tonumber(ARGV[2]) and redis.call('EXISTS', KEYS[1]) == 1 then return standing end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('SET', KEYS[2], ARGV[2])
redis.call('PUBLISH', ARGV[3], ARGV[2])
return tonumber(ARGV[2])
"""


def build_snapshot(session: Session, *, version: int, now: Millis) -> Snapshot:
    """Return everything the other services need to know, as the control database has it."""
    campaigns: dict[str, list[Campaign]] = {}
    draws = load_all_draws(session)
    for row in session.exec(select(models.Campaign).order_by(col(models.Campaign.id))):
        if row.status != "ended":
            learnt = draws.get((row.site_id, row.id)) if row.allocation != "even" else None
            campaigns.setdefault(row.site_id, []).append(_build_campaign(row, learnt))
    segments: dict[str, list[str]] = {}
    for site_id, segment_id in session.exec(select(models.Segment.site_id, models.Segment.id)):
        segments.setdefault(site_id, []).append(segment_id)
    scores: dict[str, list[ScoreDefinition]] = {}
    for score in session.exec(select(models.Score).order_by(col(models.Score.id))):
        scores.setdefault(score.site_id, []).append(define_score(score))
    videos = _load_product_videos(session)
    sites = []
    for site in session.exec(select(models.Site).order_by(col(models.Site.id))):
        write_keys, secret_key_hashes = load_keys(session, site.id)
        sites.append(
            Site(
                id=site.id,
                name=site.name,
                write_keys=write_keys,
                secret_key_hashes=secret_key_hashes,
                signing_key=site.signing_key,
                origins=site.origins,
                time_zone=site.time_zone,
                currency=site.currency,
                rates=site.rates,
                consent="required" if site.consent == "required" else "granted",
                internal_addresses=site.internal_addresses,
                campaigns=campaigns.get(site.id, []),
                segments=sorted(segments.get(site.id, [])),
                hesitation=load_hesitation_model(session, site.id),
                scores=scores.get(site.id, []),
                brands=load_brand_model(session, site.id),
                videos=videos.get(site.id, []) if _shows_related(campaigns.get(site.id, [])) else [],
                lifecycle=read_stage_rules(read_lifecycle(site.lifecycle)),
            )
        )
    return Snapshot(version=version, published_at=now, sites=sites)


def _build_campaign(row: models.Campaign, draws: Draws | None) -> Campaign:
    schedule: dict[str, Any] | None = None
    if row.schedule is not None:
        schedule = dict(row.schedule)
        for end in ("from", "to"):
            if schedule.get(end) is not None:
                schedule[end] = int(datetime.fromisoformat(schedule[end]).timestamp() * 1000)
    fields = {
        "id": row.id,
        "audience": row.audience,
        "when": row.when,
        "variants": [_shape_variant(variant) for variant in row.variants],
        "schedule": schedule,
        "priority": row.priority,
        "frequency": row.frequency,
        "holdout": row.holdout,
        "allocation": row.allocation,
        "goal": row.goal,
        "status": row.status,
    }
    return msgspec.structs.replace(msgspec.convert(fields, Campaign), draws=draws)


def _shape_variant(variant: dict[str, Any]) -> dict[str, Any]:
    """Return a variant as the snapshot has it: that its video is left open is said beside its content."""
    content = variant["content"]
    video = content.get("video")
    if not video or not video.get("related"):
        return variant
    left_open = {**video, "id": ""}
    del left_open["related"]
    return {**variant, "content": {**content, "video": left_open}, "related_video": True}


def _shows_related(campaigns: list[Campaign]) -> bool:
    return any(variant.related_video for campaign in campaigns for variant in campaign.variants)


def _load_product_videos(session: Session) -> dict[str, list[ProductVideo]]:
    """Return by site the videos that can be shown for a product: approved, with an address and products."""
    found: dict[str, list[ProductVideo]] = {}
    approved = select(models.Video).where(col(models.Video.approved).is_(True))
    for row in session.exec(approved.order_by(col(models.Video.id))):
        if row.src and row.products:
            found.setdefault(row.site_id, []).append(ProductVideo(id=row.id, src=row.src, products=row.products))
    return found


class Publisher:
    """Keeps Valkey's snapshot equal to the control database."""

    def __init__(self, database: Engine, client: "redis.Redis", *, clock: Clock, metrics: Metrics) -> None:
        self._database = database
        self._client = client
        self._clock = clock
        self._metrics = metrics
        self._wanted = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to publish, and to look whether the snapshot still stands."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop publishing."""
        await end_tasks([self._task] if self._task is not None else [])

    def publish_soon(self) -> None:
        """Ask for the present state to be published at once; may be called from any thread."""
        self._loop.call_soon_threadsafe(self._wanted.set)

    async def publish(self) -> int:
        """Publish unless the present version stands already; returns the version that stands.

        Raises `redis.RedisError` or `OSError` when Valkey does not answer.
        """
        version = await asyncio.to_thread(self._load_version)
        standing_raw, there = await self._look()
        standing = int(standing_raw or 0)
        if there and standing == version:
            return version
        if standing > version:
            # Another analyzer was quicker, or the database is older than what was published: look again first.
            version = await asyncio.to_thread(self._load_version)
            if standing > version:
                version = await asyncio.to_thread(self._jump, standing)
        raw = await asyncio.to_thread(self._build)
        published = await self._client.eval(
            PUBLISH_SCRIPT, 2, keys.SNAPSHOT, keys.SNAPSHOT_VERSION, raw[1], str(raw[0]), keys.SNAPSHOT_CHANNEL
        )
        self._metrics.snapshot_version.set(float(published))
        return int(published)

    async def _look(self) -> tuple[bytes | None, bool]:
        pipe = self._client.pipeline(transaction=False)
        pipe.get(keys.SNAPSHOT_VERSION)
        pipe.exists(keys.SNAPSHOT)
        standing, there = await pipe.execute()
        return standing, bool(there)

    async def _run(self) -> None:
        while True:
            self._wanted.clear()
            try:
                async with asyncio.timeout(5):
                    await self.publish()
            except (redis.RedisError, OSError, TimeoutError) as error:
                logger.warning("snapshot not published, trying again: %s", error)
            except Exception:
                logger.exception("snapshot not published, trying again")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._wanted.wait()

    def _load_version(self) -> int:
        with read_session(self._database) as session:
            version = load_snapshot_version(session)
        return version or self._jump(0)

    def _jump(self, beyond: int) -> int:
        with write_session(self._database) as session:
            return raise_snapshot_version(session, beyond=beyond)

    def _build(self) -> tuple[int, bytes]:
        with read_session(self._database) as session:
            version = load_snapshot_version(session)
            return version, encode_snapshot(build_snapshot(session, version=version, now=self._clock()))
