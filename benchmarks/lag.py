"""Lag from an acknowledged beacon to the profile that knows it, at a fixed rate of beacons.

Each probe sends one beacon, then asks for decisions until one has counted it; the load goes on beside it.
"""

import asyncio
import tempfile
import time
from pathlib import Path

import msgspec

from shared.snapshot.model import Campaign, Variant
from shared.wire.decide import Content, When
from tests.builders import WRITE_KEY, make_message, make_site, make_snapshot
from tests.conftest import ValkeyServer
from tests.processes import make_environment, publish_snapshot, run_service

RATE_PER_S = 1_000
PROBE_EVENT = "Probed"


class _Client:
    """A bare HTTP/1.1 client on one connection: the load must cost less than what it measures."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> "_Client":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def post(self, path: str, body: bytes) -> bytes:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        self._writer.write(head + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        return await self._reader.readexactly(length)

    def close(self) -> None:
        self._writer.close()


def _encode_beacon(visitor: str, message_id: str, event: str) -> bytes:
    message = make_message(anonymousId=visitor, messageId=message_id, event=event, timestamp=None)
    return msgspec.json.encode({"writeKey": WRITE_KEY, "batch": [message]})


async def _load(port: int, seconds: float) -> int:
    free: asyncio.Queue[_Client] = asyncio.Queue()
    for _ in range(32):
        free.put_nowait(await _Client(port).open())
    sent = 0

    async def send(number: int) -> None:
        client = await free.get()
        await client.post("/v1/batch", _encode_beacon(f"load-{number % 500}", f"l-{number}", "Product Viewed"))
        free.put_nowait(client)

    began = time.perf_counter()
    tasks = []
    for number in range(int(seconds * RATE_PER_S)):
        due = began + number / RATE_PER_S
        if (wait_s := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait_s)
        tasks.append(asyncio.create_task(send(number)))
        sent += 1
    await asyncio.gather(*tasks)
    return sent


async def _probe(collector: int, engager: int, lags: list[float], ends: float) -> None:
    beacons, questions = await _Client(collector).open(), await _Client(engager).open()
    number = 0
    while time.perf_counter() < ends:
        number += 1
        visitor = f"probe-{id(beacons)}-{number}"
        question = msgspec.json.encode({"writeKey": WRITE_KEY, "anonymousId": visitor})
        await beacons.post("/v1/batch", _encode_beacon(visitor, f"{visitor}-m", PROBE_EVENT))
        acknowledged = time.perf_counter()
        while b'"campaignId"' not in await questions.post("/v1/decide", question):  # noqa: ASYNC110 - it pushes nothing
            await asyncio.sleep(0.001)
        lags.append((time.perf_counter() - acknowledged) * 1000)
        await asyncio.sleep(0.02)
    beacons.close()
    questions.close()


async def _measure(collector: int, engager: int, seconds: float) -> list[float]:
    lags: list[float] = []
    ends = time.perf_counter() + seconds
    await asyncio.gather(_load(collector, seconds), *(_probe(collector, engager, lags, ends) for _ in range(4)))
    return sorted(lags)


def measure_lag(seconds: float = 8) -> dict[str, float]:
    """Return the lag in ms: median and 99th percentile over all probes."""
    campaign = Campaign(
        id="probe",
        audience={"event": PROBE_EVENT, "within": "1h"},
        when=When(),
        variants=[Variant(id="a", kind="inline", slot="s", content=Content(title="t"))],
    )
    with tempfile.TemporaryDirectory(prefix="kk", ignore_cleanup_errors=True) as folder:
        valkey = ValkeyServer(Path(folder) / "v")
        valkey.start()
        try:
            publish_snapshot(valkey.url, make_snapshot(make_site(campaigns=[campaign])))
            environment = make_environment(valkey.url, Path(folder) / "d", rate_key_per_s=1e9)
            with run_service("collector", environment) as collector, run_service("engager", environment) as engager:
                lags = asyncio.run(_measure(collector.port, engager.port, seconds))
        finally:
            valkey.stop()
    return {
        "beacons_per_s": float(RATE_PER_S),
        "probes": float(len(lags)),
        "p50_ms": lags[len(lags) // 2],
        "p99_ms": lags[int(len(lags) * 0.99)],
    }
