"""The analyzer: from the log into the store, then jobs and questions over millions of events.

All but the newest of the traffic is stored before, the newest comes in by the log; jobs run as an operator runs them.
"""

import asyncio
import contextlib
import os
import shutil
import statistics
import tempfile
import threading
import time
from hashlib import blake2b
from pathlib import Path

import duckdb
import httpx

from benchmarks import generated
from benchmarks.generated import CAMPAIGNS, EVENTS_A_VISITOR, Arrival, find_visitors, read_arrivals, write_traffic
from shared import keys
from shared.log.partition import PARTITIONS
from shared.log.writer import LogWriter
from shared.supervisor.credentials import FirstSite, load_or_create_credentials
from shared.valkey import connect_valkey
from tests.conftest import ValkeyServer
from tests.processes import make_environment, run_service, wait_for

AT_ONCE = 500
"""Beacons that share a write to the log."""
LOOK_UPS = 200
CACHE = Path(__file__).resolve().parent / "results" / "store"
FRESH_S = 4 * 86_400
"""Generated events end two days before their making; reports look back 90 days."""


async def _fill_log(url: str, arrivals: list[Arrival]) -> None:
    client = connect_valkey(url, timeout_s=20)
    writer = LogWriter(client, timeout_s=20)
    for first in range(0, len(arrivals), AT_ONCE):
        await asyncio.gather(*(writer.append_all(arrival.entries) for arrival in arrivals[first : first + AT_ONCE]))
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
    visitors = events // EVENTS_A_VISITOR
    figures: dict[str, float] = {"events": float(events), "visitors": float(visitors)}
    stored = _generate(events)
    looked_up = find_visitors(stored, visitors, LOOK_UPS)
    arrivals = read_arrivals(_find_newest(stored), received_at=time.time_ns() // 1_000_000)
    figures["newest_events"] = float(sum(arrival.messages for arrival in arrivals))
    figures["store_bytes_per_event"] = stored.stat().st_size / (events - figures["newest_events"])
    with tempfile.TemporaryDirectory(prefix="kk", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        data_dir = folder / "d"
        credentials = load_or_create_credentials(data_dir / "credentials.json", site=FirstSite())
        shutil.copyfile(stored, data_dir / "events.duckdb")
        figures["raw_scan_s"] = _measure_scan(data_dir / "events.duckdb")
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
                    figures |= _measure_analyzer(client, valkey.url, looked_up, arrivals, analyzer.pid)
                figures["peak_memory_mb"] = peak.mb
        finally:
            valkey.stop()
    figures["again_share"] = figures["all_again_s"] / figures["all_job_s"]
    figures["again_cpu_share"] = figures["all_again_cpu_s"] / figures["all_job_cpu_s"]
    return figures


def _measure_analyzer(
    client: httpx.Client, valkey_url: str, looked_up: list[str], arrivals: list[Arrival], pid: int
) -> dict[str, float]:
    _create_segments(client)
    _create_campaigns(client)
    figures = _run_jobs(client, "job", pid)
    began = time.perf_counter()
    client.post("/v1/jobs/expiry/run", json={"wait": True}).raise_for_status()
    figures["sort_s"] = time.perf_counter() - began
    # All over a table just written: most are read from the disk. Then the same ones once more.
    figures |= _look_up(client, looked_up, "timeline_from_disk")
    figures |= _look_up(client, looked_up, "timeline")
    return figures | _measure_ingest(valkey_url, arrivals) | _run_jobs(client, "again", pid)


def _measure_ingest(valkey_url: str, arrivals: list[Arrival]) -> dict[str, float]:
    """Return the messages stored a second, from the first one's way into the log on, and what one takes there."""
    messages = sum(arrival.messages for arrival in arrivals)
    began = time.perf_counter()
    asyncio.run(_fill_log(valkey_url, arrivals))
    size = asyncio.run(_read_log_state(valkey_url))[1]
    wait_for(lambda: asyncio.run(_read_log_state(valkey_url))[0], "the log in the store", 600)
    return {
        "log_bytes_per_event": size / messages,
        "ingest_to_store_per_s": messages / (time.perf_counter() - began),
    }


def _generate(events: int) -> Path:
    """Return a store of all but the newest of so many events, with those beside it; made once, kept for some days."""
    text = Path(generated.__file__).read_bytes()
    stored = CACHE / f"traffic-{events}-{blake2b(text, digest_size=4).hexdigest()}.duckdb"
    if stored.exists() and time.time() - stored.stat().st_mtime < FRESH_S:
        return stored
    CACHE.mkdir(parents=True, exist_ok=True)
    for old in CACHE.glob(f"traffic-{events}-*"):
        old.unlink()
    print(f"  making {events:,} events", flush=True)
    making, now = stored.with_suffix(".making"), time.time_ns() // 1_000_000
    write_traffic(_find_newest(stored), events, now=now, newest=True)
    write_traffic(making, events, now=now, newest=False)
    return making.rename(stored)


def _find_newest(stored: Path) -> Path:
    return stored.with_suffix(".newest")


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
    # Its members' pages and products before the video are what the lookalike can learn from.
    rule = {"watched": {"video": "video-1", "from": 10, "to": 40}}
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


def _run_jobs(client: httpx.Client, name: str, pid: int) -> dict[str, float]:
    """Run every job but the nightly upkeep; returns the seconds of each and of all, and the CPU time of all.

    CPU time tells more where a machine is slower at one time than at another.
    """
    figures = {}
    before = _read_cpu_s(pid)
    for job in [one["job"] for one in client.get("/v1/jobs").raise_for_status().json()["items"]]:
        if job == "expiry":
            continue
        began = time.perf_counter()
        run = client.post(f"/v1/jobs/{job}/run", json={"wait": True}).raise_for_status().json()
        figures[f"{job}_{name}_s"] = time.perf_counter() - began
        if run["status"] != "succeeded":
            raise RuntimeError(f"job {job}: {run}")
    return figures | {f"all_{name}_s": sum(figures.values()), f"all_{name}_cpu_s": _read_cpu_s(pid) - before}


def _look_up(client: httpx.Client, looked_up: list[str], name: str) -> dict[str, float]:
    lookups = []
    for visitor in looked_up:
        began = time.perf_counter()
        client.get(f"/v1/reports/visitors/{visitor}").raise_for_status()
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
            processes = [self._pid, *_find_children(self._pid)]
            # To count shared pages in parts the kernel walks all of them, and keeps the process from asking for others
            # meanwhile: only where they could come to more than before.
            if sum(map(_read_resident_mb, processes)) > self.mb:
                self.mb = max(self.mb, sum(map(_read_memory_mb, processes)))


def _find_children(pid: int) -> list[int]:
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread is gone
            children += map(int, task.read_text().split())
    return children


def _read_resident_mb(pid: int) -> float:
    """Return what a process takes at most: all its pages, shared ones too."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return 0.0


def _read_cpu_s(pid: int) -> float:
    """Return the CPU time that a process and its children took, those that are gone included."""
    ticks = 0
    for one in (pid, *_find_children(pid)):
        with contextlib.suppress(OSError):
            # After the name: user and system time of its own, then of its children that are gone.
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15] if one == pid else fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _read_memory_mb(pid: int) -> float:
    """Return what a process takes: pages that several of them share (libraries) count in parts, not several times."""
    try:
        memory = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return int(memory.partition("\nPss:")[2].split()[0]) / 1024 if "\nPss:" in memory else 0.0
