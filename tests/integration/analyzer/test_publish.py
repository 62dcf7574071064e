"""The snapshot: on every change, at start, when it is lost, after an outage; its version only grows."""

import asyncio
from pathlib import Path
from typing import Any

import redis.asyncio as redis

from services.analyzer.control.database import write_session
from services.analyzer.control.models import SnapshotVersion
from shared import keys
from shared.settings import AnalyzerSettings
from shared.snapshot.model import Snapshot, decode_snapshot
from tests.conftest import ValkeyServer
from tests.integration.analyzer.conftest import Analyzer, build_settings, open_test_analyzer
from tests.integration.analyzer.test_admin import VARIANT
from tests.processes import wait_until


async def load_snapshot(client: "redis.Redis") -> Snapshot | None:
    try:
        found: list[Any] = await client.mget(keys.SNAPSHOT, keys.SNAPSHOT_VERSION)
    except (redis.RedisError, OSError):
        return None
    raw, version = found
    if raw is None:
        return None
    snapshot = decode_snapshot(raw)
    assert int(version) == snapshot.version
    return snapshot


async def wait_for_campaign(client: "redis.Redis", name: str) -> Snapshot:
    found: list[Snapshot] = []

    async def has_it() -> bool:
        snapshot = await load_snapshot(client)
        if snapshot is None or not any(c.id == name for site in snapshot.sites for c in site.campaigns):
            return False
        found.append(snapshot)
        return True

    await wait_until(has_it, f"campaign {name} in the snapshot")
    return found[-1]


async def test_every_change_reaches_valkey(analyzer: Analyzer) -> None:
    site = await analyzer.create_site(currency="JPY", origins=["https://shop.example"])
    client = analyzer.state.client
    schedule = {"from": "2026-01-01T00:00:00+09:00", "hours": {"from": 9, "to": 18}}
    body = {"id": "c1", "name": "C", "variants": [VARIANT], "status": "running", "schedule": schedule, "holdout": 0.1}
    body |= {
        "when": {"type": "video_time", "video": "v", "at": 12.5},
        "frequency": {"per_visitor": {"count": 2, "days": 7}},
    }
    await analyzer.post("/v1/campaigns", body)
    snapshot = await wait_for_campaign(client, "c1")
    (published,) = snapshot.sites
    assert published.write_keys == [site["write_key"]] and published.currency == "JPY"
    (campaign,) = published.campaigns
    assert campaign.schedule is not None and campaign.schedule.from_ == 1_767_193_200_000
    assert campaign.schedule.hours is not None and campaign.schedule.hours.to == 18
    assert campaign.when.at == 12.5 and campaign.variants[0].content.title == "Hello"
    assert campaign.frequency.per_visitor is not None and campaign.frequency.per_visitor.count == 2
    await analyzer.call("PATCH", "/v1/campaigns/c1", {"version": 1, "status": "ended"})

    async def is_gone() -> bool:
        newer = await load_snapshot(client)
        return newer is not None and newer.version > snapshot.version and not newer.sites[0].campaigns

    await wait_until(is_gone, "the ended campaign leaves the snapshot")


async def test_videos_of_products_are_published_for_a_variant_that_leaves_its_video_open(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    pouring = {"id": "pouring", "title": "Pouring", "src": "/pouring.mp4", "products": ["pot"]}
    no_address, no_products = {**pouring, "id": "one", "src": None}, {**pouring, "id": "other", "products": []}
    for video in (pouring, no_address, no_products):
        await analyzer.post("/v1/videos", video)
    await analyzer.post("/v1/campaigns", {"id": "plain", "name": "P", "variants": [VARIANT]})
    client = analyzer.state.client
    assert (await wait_for_campaign(client, "plain")).sites[0].videos == [], "nobody asks for them"
    left_open = {"related": True, "start_at": 5}
    variant = {**VARIANT, "kind": "video", "content": {"title": "Seen this?", "video": left_open}}
    body = {"id": "again", "name": "A", "variants": [variant, {**VARIANT, "id": "b"}]}
    shown = await analyzer.post("/v1/campaigns", body)
    assert shown["variants"][0]["content"]["video"] == left_open
    (site,) = (await wait_for_campaign(client, "again")).sites
    assert [(one.id, one.src, one.products) for one in site.videos] == [("pouring", "/pouring.mp4", ["pot"])]
    campaign = next(one for one in site.campaigns if one.id == "again")
    assert [one.related_video for one in campaign.variants] == [True, False]
    published = campaign.variants[0].content.video
    assert published is not None and (published.id, published.start_at) == ("", 5)


async def test_a_lost_snapshot_is_back_within_a_second(analyzer: Analyzer) -> None:
    await analyzer.create_site()
    await analyzer.post("/v1/campaigns", {"id": "c1", "name": "C", "variants": [VARIANT]})
    await wait_for_campaign(analyzer.state.client, "c1")
    await analyzer.state.client.delete(keys.SNAPSHOT, keys.SNAPSHOT_VERSION)
    await wait_for_campaign(analyzer.state.client, "c1")


async def test_a_change_made_while_valkey_is_away_arrives_when_it_is_back(
    valkey_server: ValkeyServer, tmp_path: Path
) -> None:
    async with open_test_analyzer(build_settings(tmp_path, valkey_server.url)) as analyzer:
        await analyzer.create_site()
        valkey_server.kill()
        await analyzer.post("/v1/campaigns", {"id": "away", "name": "C", "variants": [VARIANT]})
        await asyncio.to_thread(valkey_server.start)
        await wait_for_campaign(analyzer.state.client, "away")


async def test_the_version_grows_across_restarts_and_a_restored_database(settings: AnalyzerSettings) -> None:
    async with open_test_analyzer(settings) as first:
        await first.create_site()
        await first.post("/v1/campaigns", {"id": "c1", "name": "C", "variants": [VARIANT]})
        before = await wait_for_campaign(first.state.client, "c1")
        with write_session(first.state.database) as session:
            session.merge(SnapshotVersion(id=1, version=1))
    async with open_test_analyzer(settings) as second:

        async def is_newer() -> bool:
            snapshot = await load_snapshot(second.state.client)
            return snapshot is not None and snapshot.version > before.version

        await wait_until(is_newer, "a newer snapshot than before")
