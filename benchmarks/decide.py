"""Measures the decision: in process (pure), and over HTTP with a real Valkey, 50 running campaigns.

Usage: python -m benchmarks.decide [--seconds 5] [--rate 3000]. Loads only loopback; prints a table and JSON.
"""

import argparse
import asyncio
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
import redis
import uvloop

from benchmarks.load import read_cpu_s
from services.engager.decision.decide import DecisionRequest, decide
from services.engager.decision.ledger import EMPTY_LEDGER
from services.engager.decision.site import compile_site
from services.engager.profiles.person import build_person, take_messages
from services.engager.profiles.profile import Profile, build_profile, decode_profile, encode_profile
from services.engager.profiles.steps import ProfileKey, Unreadable, enrich_group
from services.engager.profiles.store import build_profile_key
from shared import keys
from shared.clock import MINUTE_MS, system_clock
from shared.embedded.valkey import build_valkey_command, wait_until_up
from shared.log.entry import LoggedMessage, MessageGroup
from shared.log.partition import compute_partition
from shared.snapshot.model import Campaign, Site, Snapshot, Variant, encode_snapshot
from shared.wire.decide import Content, Page, When

CAMPAIGNS = 50
VISITORS = 2_000
EVENTS = 30
PORT = 18_790


def build_site() -> Site:
    """Return a site with 50 running campaigns whose audiences mix facts, events and watched stretches."""
    campaigns = []
    for number in range(CAMPAIGNS):
        audience: dict[str, Any] = {
            "all": [
                {"fact": "page.path", "op": "matches", "value": f"^/p{number % 7}"},
                {"fact": "session.page_views", "op": "ge", "value": number % 5},
                {
                    "any": [
                        {"event": "Product Viewed", "within": "7d", "count": {"op": "ge", "value": 40 + number % 3}},
                        {"fact": "cart.value", "op": "gt", "value": 1_000 * number},
                        {"watched": {"video": f"film-{number % 4}", "from": 10, "to": 40}},
                        {"fact": f"traits.plan{number % 3}", "op": "eq", "value": "gold"},
                    ]
                },
                {"not": {"segment": f"s{number % 9}"}},
            ]
        }
        variant = Variant(id="a", kind="popup", content=Content(title="Hello", body="There"))
        campaigns.append(Campaign(id=f"c{number:02}", audience=audience, when=When(), variants=[variant]))
    return Site(id="shop", name="Shop", write_keys=["wk"], secret_key_hashes=[], signing_key="", campaigns=campaigns)


def build_visitor() -> Profile:
    """Return a profile with 30 events of the last half hour."""
    now = system_clock()
    messages = []
    for number in range(EVENTS):
        body = {
            "type": "page" if number % 3 == 0 else "track",
            "event": None if number % 3 == 0 else "Product Viewed",
            "anonymousId": "v",
            "properties": {"product_id": f"p{number % 6}", "category": "tea", "price": 1_200, "name": "Sencha"},
            "context": {"page": {"path": "/p1", "url": "https://shop.example/p1"}, "sessionId": "s1", "locale": "ja"},
        }
        raw = msgspec.json.encode(body)
        messages.append(LoggedMessage(f"m{number}", now - (EVENTS - number) * MINUTE_MS // 2, None, raw))
    group = MessageGroup("shop", now, None, None, 0, messages)
    profile = build_profile()
    take_messages(profile, [one for one in enrich_group(group, "USD") if not isinstance(one, Unreadable)])
    return profile


def measure_pure(seconds: float) -> dict[str, float]:
    """Return microseconds of one decision: decoding the profile, evaluating, choosing."""
    site, raw = compile_site(build_site()), encode_profile(build_visitor())
    request = DecisionRequest(visitor_id="v", session_id="s1", page=Page(path="/p1"))
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        person = build_person("v", decode_profile(raw), [], None)
        decide(site, person, EMPTY_LEDGER, request, now=system_clock(), decision_id="d")
        times.append(time.perf_counter() - began)
    times.sort()
    return {
        "decide_us_median": round(statistics.median(times) * 1e6, 1),
        "decide_us_p99": round(times[int(len(times) * 0.99)] * 1e6, 1),
        "profile_bytes": float(len(raw)),
    }


class Connection:
    """A bare HTTP/1.1 client on one connection: the load must cost less than what it measures."""

    def __init__(self) -> None:
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def open(self) -> "Connection":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", PORT)
        return self

    async def ask(self, visitor: int) -> bytes:
        body = f'{{"writeKey":"wk","anonymousId":"v{visitor}","sessionId":"s1","page":{{"path":"/p1"}}}}'.encode()
        head = f"POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        self._writer.write(head + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await self._reader.readexactly(length)
        return answer

    def close(self) -> None:
        self._writer.close()


async def measure_closed(seconds: float, connections: int) -> dict[str, float]:
    """Return requests a second with every connection asking as fast as it is answered."""
    times: list[float] = []
    end = time.perf_counter() + seconds

    async def run(number: int) -> None:
        connection = await Connection().open()
        visitor = number
        while time.perf_counter() < end:
            began = time.perf_counter()
            await connection.ask(visitor % VISITORS)
            times.append(time.perf_counter() - began)
            visitor += connections
        connection.close()

    await asyncio.gather(*(run(number) for number in range(connections)))
    times.sort()
    return {
        "closed_loop_per_s": round(len(times) / seconds),
        "closed_loop_p99_ms": round(times[int(len(times) * 0.99)] * 1e3, 2),
    }


async def measure_open(seconds: float, rate: float, connections: int = 32) -> dict[str, float]:
    """Return latencies at a fixed rate, each measured from when it should have been sent."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(connections):
        free.put_nowait(await Connection().open())
    times: list[float] = []

    async def ask(visitor: int, due: float) -> None:
        connection = await free.get()
        await connection.ask(visitor % VISITORS)
        times.append(time.perf_counter() - due)
        free.put_nowait(connection)

    # A collection of the load's own garbage would hold up requests that wait for nothing else.
    gc.collect()
    gc.disable()
    began = time.perf_counter()
    tasks = []
    for number in range(int(seconds * rate)):
        due = began + number / rate
        if (wait_s := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait_s)
        tasks.append(asyncio.create_task(ask(number, due)))
    await asyncio.gather(*tasks)
    gc.enable()
    times.sort()
    return {
        f"open_{rate:.0f}_p50_ms": round(times[len(times) // 2] * 1e3, 2),
        f"open_{rate:.0f}_p99_ms": round(times[int(len(times) * 0.99)] * 1e3, 2),
    }


def measure_http(seconds: float, rate: float) -> dict[str, float]:
    """Return throughput and latency of a real engager on a real Valkey; no campaign fits, so nothing is reserved."""
    with tempfile.TemporaryDirectory(prefix="kk", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        url = f"unix://{folder}/valkey.sock"
        valkey = subprocess.Popen(build_valkey_command(folder), stdout=subprocess.DEVNULL)
        asyncio.run(wait_until_up(url))
        with redis.Redis.from_url(url) as client:
            client.set(keys.SNAPSHOT, encode_snapshot(Snapshot(version=1, published_at=0, sites=[build_site()])))
            client.set(keys.SNAPSHOT_VERSION, 1)
            raw = encode_profile(build_visitor())
            for number in range(VISITORS):
                visitor_id = f"v{number}"
                place = compute_partition("shop", visitor_id, None)
                client.set(build_profile_key(place, ProfileKey("shop", False, visitor_id)), raw)
        environment = {
            **os.environ,
            "KIKKAKE_VALKEY_URL": url,
            "KIKKAKE_DATA_DIR": name,
            "KIKKAKE_PORT": str(PORT),
            "KIKKAKE_RATE_KEY_PER_S": "1000000",
            "KIKKAKE_LOG_LEVEL": "WARNING",
        }
        engager = subprocess.Popen([sys.executable, "-m", "services.engager"], env=environment)
        try:
            uvloop.run(_wait_until_serving())
            used_s = read_cpu_s(engager.pid)
            closed = uvloop.run(measure_closed(seconds, 32))
            used_s = read_cpu_s(engager.pid) - used_s
            served = closed["closed_loop_per_s"] * seconds
            cost = {"engager_cpu_us": round(used_s / served * 1e6, 1), "per_core_s": round(served / used_s)}
            return {**closed, **cost, **uvloop.run(measure_open(seconds, rate))}
        finally:
            engager.terminate()
            engager.wait(10)
            valkey.kill()
            valkey.wait()


async def _wait_until_serving() -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                connection = await Connection().open()
                if (await connection.ask(0)).startswith(b"HTTP/1.1 200"):
                    return
            except OSError:
                pass
            await asyncio.sleep(0.1)


def main() -> None:
    """Run both measurements and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rate", type=float, default=3_000.0)
    chosen = parser.parse_args()
    figures = {**measure_pure(chosen.seconds / 2), **measure_http(chosen.seconds, chosen.rate)}
    for name, value in figures.items():
        print(f"{name:24} {value:>12}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
