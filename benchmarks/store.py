"""The analyzer: from the log into the store, then jobs and questions over millions of events.

The events are made by SQL inside DuckDB (they cost seconds, not minutes), the jobs run as an operator runs them.
"""

import asyncio
import contextlib
import shutil
import statistics
import tempfile
import threading
import time
from hashlib import blake2b
from pathlib import Path

import duckdb
import httpx

from services.analyzer.store.duck import DuckStore
from shared import keys
from shared.log.entry import LoggedMessage, MessageGroup
from shared.log.messages import build_entries
from shared.log.partition import PARTITIONS
from shared.log.writer import LogWriter
from shared.supervisor.credentials import FirstSite, load_or_create_credentials
from shared.valkey import connect_valkey
from tests.conftest import ValkeyServer
from tests.processes import make_environment, run_service, wait_for

INGESTED_SHARE = 0.01
"""What comes in by the log is the newest one per cent."""
EVENTS_A_VISITOR = 40
VIDEOS = 50
CAMPAIGNS = 20

GENERATE = """
INSERT INTO events BY NAME
SELECT hash(i) AS key_high, hash(i + 1) AS key_low, 'default' AS site_id, 'g-' || i AS message_id,
  CASE WHEN k IN (0, 10, 20) THEN 'page' ELSE 'track' END AS type,
  CASE WHEN k IN (0, 10, 20) THEN 'page' WHEN k BETWEEN 11 AND 17 THEN 'Video Content Playing'
       WHEN k = 39 AND hash(v, 'buys') % 100 < 8 THEN 'Order Completed'
       WHEN k = 5 THEN CASE WHEN hash(v, 'arm') % 10 = 0 THEN 'Prompt Withheld' ELSE 'Prompt Shown' END
       WHEN k = 6 AND hash(v, 'arm') % 10 = 1 THEN 'Prompt Clicked' ELSE 'Product Viewed' END AS event,
  'visitor-' || v AS anonymous_id,
  $now - 80 * 86400000::BIGINT + (hash(v, 'day') % (78 * 86400))::BIGINT * 1000 + k * 15000 AS ts, ts AS received_at,
  'visitor-' || v || '-' || (k // 20) AS session_id,
  CASE WHEN event = 'Product Viewed' THEN '{"product_id":"p-' || (hash(i) % 300) || '","price":1200}' ELSE '{}' END
    AS properties, '{}' AS traits, '{}' AS context,
  CASE WHEN k = 0 THEN 'organic_search' END AS channel, 'mobile' AS device_type, 'ja' AS locale,
  '/p/' || (hash(i) % 300) AS page_path, false AS bot, false AS internal,
  CASE WHEN event = 'Order Completed' THEN 'order-' || v END AS order_id,
  CASE WHEN event = 'Order Completed' THEN 1200 END AS amount_minor,
  CASE WHEN event = 'Video Content Playing' THEN 'video-' || (hash(v, 'video') % $videos) END AS video_id,
  CASE WHEN video_id IS NOT NULL THEN 'view-' || v END AS video_session,
  CASE WHEN video_id IS NOT NULL THEN (k - 10) * 10.0 END AS video_position,
  CASE WHEN video_id IS NOT NULL THEN 70.0 END AS video_length, false AS livestream,
  CASE WHEN video_id IS NOT NULL AND hash(i, 'skip') % 5 > 0 THEN [[(k - 11) * 10.0, (k - 10) * 10.0]] END AS played,
  CASE WHEN event = 'Product Viewed' THEN 'p-' || (hash(i) % 300) END AS product_id,
  CASE WHEN event = 'Product Viewed' THEN 'tea' END AS product_category,
  CASE WHEN event LIKE 'Prompt %' THEN 'campaign-' || (hash(v, 'campaign') % $campaigns) END AS campaign_id,
  CASE WHEN event IN ('Prompt Shown', 'Prompt Clicked') THEN if(hash(v, 'arm') % 2 = 0, 'a', 'b') END AS variant_id,
  CASE WHEN campaign_id IS NOT NULL THEN 'decision-' || v END AS decision_id
FROM (SELECT range AS i, range // $each AS v, range % $each AS k FROM range($events))
-- As it comes in: many visitors at once, not one after the other.
ORDER BY hash(v) % 40, k, v
"""
GENERATE_DECISIONS = """
INSERT INTO decisions BY NAME
SELECT decision_id, site_id, anonymous_id, ts - 1000 AS decided_at, 'page_view' AS trigger_type, page_path,
  1 AS snapshot_version,
  json_array(json_array(
    campaign_id, if(variant_id IS NULL, 'holdout', 'served'), variant_id, if(variant_id IS NULL, 0.1, 0.45)
  )) AS candidates,
  json_object(
    'device.type', 'mobile', 'session.is_first', true, 'channel', 'organic_search', 'time.hour', ts // 3600000 % 24
  ) AS facts
FROM events WHERE event IN ('Prompt Shown', 'Prompt Withheld')
"""
CACHE = Path(__file__).resolve().parent / "results" / "store"
FRESH_S = 4 * 86_400
"""Generated events end two days before their making; reports look back 90 days."""


async def _fill_log(url: str, site_id: str, count: int) -> None:
    client = connect_valkey(url, timeout_s=20)
    writer = LogWriter(client, timeout_s=20)
    now = time.time_ns() // 1_000_000
    for first in range(0, count, 500):
        raw = (
            b'{"type":"track","event":"Product Viewed","properties":{"product_id":"p-1","price":1200,"name":"Sencha"}}'
        )
        messages = [LoggedMessage(f"b-{first + number}", now, None, raw) for number in range(500)]
        visitors: list[tuple[str | None, str | None]] = [(f"v-{(first + number) // 20}", None) for number in range(500)]
        group = MessageGroup(site_id, now, None, None, 0, messages)
        # The ids of a message are in its own bytes; a bench may put the same ones everywhere.
        named = [
            LoggedMessage(message.message_id, now, None, raw[:-1] + f',"anonymousId":"{visitor}"}}'.encode())
            for message, (visitor, _) in zip(group.messages, visitors, strict=True)
        ]
        await writer.append_all(build_entries(MessageGroup(site_id, now, None, None, 0, named), visitors))
    await client.aclose()


async def _read_log_state(url: str) -> tuple[bool, int]:
    """Return whether the analyzer has stored everything in the log, and the bytes the log takes."""
    client = connect_valkey(url)
    done, size = True, 0
    for partition in range(PARTITIONS):
        newest = await client.xrevrange(keys.log_stream(partition), count=1)
        stored = await client.get(keys.analyzer_checkpoint(partition))
        done = done and (not newest or stored == newest[0][0])
        size += await client.memory_usage(keys.log_stream(partition)) or 0
    await client.aclose()
    return done, size


def measure_store(events: int = 20_000_000) -> dict[str, float]:
    """Return seconds and rates of ingest, jobs and questions over `events` events of `events / 40` visitors."""
    figures: dict[str, float] = {"events": float(events), "visitors": float(events // EVENTS_A_VISITOR)}
    generated = _generate(events)
    figures["store_bytes_per_event"] = generated.stat().st_size / events
    with tempfile.TemporaryDirectory(prefix="kk", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        data_dir = folder / "d"
        credentials = load_or_create_credentials(data_dir / "credentials.json", site=FirstSite())
        shutil.copyfile(generated, data_dir / "events.duckdb")
        figures["raw_scan_s"] = _measure_scan(data_dir / "events.duckdb")
        ingested = int(events * INGESTED_SHARE)
        valkey = ValkeyServer(folder / "v")
        valkey.start()
        try:
            environment = {**make_environment(valkey.url, data_dir), "KIKKAKE_SCHEDULE": "false"}
            with run_service("analyzer", environment, "/healthz") as analyzer:
                headers = {"authorization": f"Bearer {credentials.secret_key}"}
                with (
                    PeakMemory(analyzer.pid) as peak,
                    httpx.Client(base_url=analyzer.url, headers=headers, timeout=1_800) as client,
                ):
                    _create_segments(client)
                    _create_campaigns(client)
                    figures |= _run_jobs(client, "job")
                    began = time.perf_counter()
                    client.post("/v1/jobs/expiry/run", json={"wait": True}).raise_for_status()
                    figures["sort_s"] = time.perf_counter() - began
                    # All over a table just written: most are read from the disk. Then the same ones once more.
                    figures |= _look_up(client, events // EVENTS_A_VISITOR, "timeline_from_disk")
                    figures |= _look_up(client, events // EVENTS_A_VISITOR, "timeline")
                    asyncio.run(_fill_log(valkey.url, "default", ingested))
                    figures["log_bytes_per_event"] = asyncio.run(_read_log_state(valkey.url))[1] / ingested
                    began = time.perf_counter()
                    wait_for(lambda: asyncio.run(_read_log_state(valkey.url))[0], "the log in the store", 600)
                    figures["ingest_to_store_per_s"] = ingested / (time.perf_counter() - began)
                    figures |= _run_jobs(client, "again")
                figures["peak_memory_mb"] = peak.mb
        finally:
            valkey.stop()
    figures["again_share"] = figures["all_again_s"] / figures["all_job_s"]
    return figures


def _generate(events: int) -> Path:
    """Return a store of so many events, made once and kept for some days."""
    version = blake2b((GENERATE + GENERATE_DECISIONS).encode(), digest_size=4).hexdigest()
    file = CACHE / f"{events}-{version}.duckdb"
    if file.exists() and time.time() - file.stat().st_mtime < FRESH_S:
        return file
    CACHE.mkdir(parents=True, exist_ok=True)
    for old in CACHE.glob(f"{events}-*"):
        old.unlink()
    print(f"  making {events:,} events", flush=True)
    making = file.with_suffix(".making")
    store = DuckStore(making)
    store.writer.execute("SET preserve_insertion_order = true")
    parameters = {"videos": VIDEOS, "campaigns": CAMPAIGNS, "each": EVENTS_A_VISITOR, "events": events}
    store.writer.execute(GENERATE, parameters | {"now": time.time_ns() // 1_000_000})
    store.writer.execute(GENERATE_DECISIONS)
    store.close()
    return making.rename(file)


def _measure_scan(file: Path) -> float:
    """Return the seconds of the plainest pass over what the moments read: the limit of this engine."""
    with duckdb.connect(str(file), read_only=True) as con:
        began = time.perf_counter()
        con.execute(
            "SELECT video_id, anonymous_id, min(ts), max(video_position), sum(len(played)) FROM events"
            " WHERE video_id IS NOT NULL GROUP BY ALL"
        ).fetchall()
        return time.perf_counter() - began


def _create_segments(client: httpx.Client) -> None:
    rule = {
        "all": [
            {"event": "Product Viewed", "count": {"op": "ge", "value": 5}, "within": "90d"},
            {"watched": {"video": "video-1", "from": 10, "to": 40}},
        ]
    }
    for segment in (
        {"id": "fans", "name": "Fans", "kind": "rule", "rule": rule},
        {"id": "like-fans", "name": "Like fans", "kind": "lookalike", "seed": "fans", "size": 0.05},
    ):
        client.post("/v1/segments", json=segment).raise_for_status()


def _create_campaigns(client: httpx.Client) -> None:
    variants = [{"id": arm, "kind": "popup", "content": {"title": "Tea", "body": "Fresh"}} for arm in "ab"]
    for number in range(CAMPAIGNS):
        fields = {"status": "running", "holdout": 0.1, "allocation": ("even", "thompson", "contextual")[number % 3]}
        campaign = {"id": f"campaign-{number}", "name": f"Campaign {number}", "variants": variants, **fields}
        client.post("/v1/campaigns", json=campaign).raise_for_status()


def _run_jobs(client: httpx.Client, name: str) -> dict[str, float]:
    """Run every job but the nightly upkeep; returns the seconds of each and of all."""
    figures = {}
    for job in [one["job"] for one in client.get("/v1/jobs").raise_for_status().json()["items"]]:
        if job == "expiry":
            continue
        began = time.perf_counter()
        run = client.post(f"/v1/jobs/{job}/run", json={"wait": True}).raise_for_status().json()
        figures[f"{job}_{name}_s"] = time.perf_counter() - began
        if run["status"] != "succeeded":
            raise RuntimeError(f"job {job}: {run}")
    return figures | {f"all_{name}_s": sum(figures.values())}


def _look_up(client: httpx.Client, visitors: int, name: str) -> dict[str, float]:
    lookups = []
    for number in range(200):
        began = time.perf_counter()
        client.get(f"/v1/reports/visitors/visitor-{number * 2_477 % visitors}").raise_for_status()
        lookups.append((time.perf_counter() - began) * 1000)
    return {f"{name}_p50_ms": statistics.median(lookups), f"{name}_p99_ms": sorted(lookups)[-2]}


class PeakMemory:
    """Watches the memory of a process and its children, four times a second."""

    def __init__(self, pid: int) -> None:
        self.mb = 0.0
        self._pid = pid
        self._done = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watching.join()

    def _watch(self) -> None:
        while not self._done.wait(0.25):
            self.mb = max(self.mb, sum(map(_read_memory_mb, [self._pid, *_find_children(self._pid)])))


def _find_children(pid: int) -> list[int]:
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread is gone
            children += map(int, task.read_text().split())
    return children


def _read_memory_mb(pid: int) -> float:
    """Return what a process takes: pages that several of them share (libraries) count in parts, not several times."""
    try:
        memory = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return int(memory.partition("\nPss:")[2].split()[0]) / 1024 if "\nPss:" in memory else 0.0
