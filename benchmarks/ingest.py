"""Ingest with fsync: one collector process, 5 events a request, beside bare ASGI with the same load, round about."""

import socket
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.load import LoadResult, read_cpu_s, run_wrk
from tests.builders import WRITE_KEY, make_snapshot
from tests.conftest import ValkeyServer
from tests.processes import find_free_port, make_environment, publish_snapshot, run_service, wait_for

ROUNDS = 3
EVENTS_A_REQUEST = 5

SCRIPT = """
local events = {}
for i = 1, 5 do
  events[i] = '{"type":"track","event":"Product Viewed","messageId":"%s-' .. i .. '","anonymousId":"visitor-%d",'
    .. '"timestamp":"2026-11-22T00:00:00.000Z","properties":{"product_id":"p-' .. i .. '","name":"Sencha",'
    .. '"price":1200,"currency":"JPY","category":"tea"},"context":{"sessionId":"s-1","locale":"ja",'
    .. '"page":{"url":"https://shop.example/p/1","path":"/p/1","title":"Sencha","referrer":""}}}'
end
local body = '{"writeKey":"WRITE_KEY","batch":[' .. table.concat(events, ",") .. ']}'
-- Bodies are made before the load begins: the generator must not be what is measured.
local requests = {}
local headers = {["Content-Type"] = "text/plain;charset=UTF-8"}
for n = 1, 5000 do
  local id = string.format("%d-%d", os.time(), n)
  local v = n % 1000
  requests[n] = wrk.format("POST", "/v1/batch", headers, string.format(body, id, v, id, v, id, v, id, v, id, v))
end
local n = 0
request = function() n = n % 5000 + 1; return requests[n] end
"""


def measure_ingest(seconds: int = 5) -> dict[str, float]:
    """Return the medians over the rounds: requests/s bare and of the collector, their ratio, events/s, p99."""
    script = SCRIPT.replace("WRITE_KEY", WRITE_KEY)
    bare: list[LoadResult] = []
    ingest: list[LoadResult] = []
    bare_us: list[float] = []
    ingest_us: list[float] = []
    with tempfile.TemporaryDirectory(prefix="kk") as folder:
        valkey = ValkeyServer(Path(folder) / "v")
        valkey.start()
        port = find_free_port()
        command = [sys.executable, "-m", "uvicorn", "benchmarks.bare:app", "--port", str(port)]
        options = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "error"]
        limit = subprocess.Popen([*command, *options])
        try:
            publish_snapshot(valkey.url, make_snapshot())
            environment = make_environment(valkey.url, Path(folder) / "d", rate_key_per_s=1e9)
            with run_service("collector", environment) as collector:
                wait_for(lambda: _answers(port), "bare ASGI")
                for _ in range(ROUNDS):
                    used_s = read_cpu_s(limit.pid)
                    bare.append(run_wrk(f"http://127.0.0.1:{port}", script, seconds=seconds))
                    bare_us.append((read_cpu_s(limit.pid) - used_s) / bare[-1].requests_per_s / seconds * 1e6)
                    used_s = read_cpu_s(collector.pid)
                    ingest.append(run_wrk(collector.url, script, seconds=seconds))
                    ingest_us.append((read_cpu_s(collector.pid) - used_s) / ingest[-1].requests_per_s / seconds * 1e6)
        finally:
            limit.kill()
            limit.wait()
            valkey.stop()
    bare_rate = statistics.median(row.requests_per_s for row in bare)
    rate = statistics.median(row.requests_per_s for row in ingest)
    return {
        "bare_requests_per_s": bare_rate,
        "requests_per_s": rate,
        "ratio": rate / bare_rate,
        "bare_cpu_us": statistics.median(bare_us),
        "cpu_us": statistics.median(ingest_us),
        "cpu_ratio": statistics.median(bare_us) / statistics.median(ingest_us),
        "events_per_s": rate * EVENTS_A_REQUEST,
        "p99_ms": statistics.median(row.p99_ms for row in ingest),
        "errors": float(sum(row.errors for row in ingest)),
    }


def _answers(port: int) -> bool:

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
