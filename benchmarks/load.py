"""Load on loopback by wrk, and what came back: requests a second and latencies."""

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

_UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


class NoWrkError(Exception):
    """wrk is not installed; `apt-get install wrk` brings it."""


@dataclass(frozen=True)
class LoadResult:
    """One round: requests a second, median and 99th percentile of latency in ms, answers that were no 2xx."""

    requests_per_s: float
    p50_ms: float
    p99_ms: float
    errors: int


def _read_latency(text: str, percentile: str) -> float:
    found = re.search(rf"^\s+{percentile}%\s+([\d.]+)(us|ms|s|m)$", text, re.MULTILINE)
    return float(found.group(1)) * _UNITS_MS[found.group(2)] if found else float("nan")


def run_wrk(url: str, script: str, *, seconds: int = 5, connections: int = 64) -> LoadResult:
    """Load `url` with the Lua `script` for `seconds`. Raises `NoWrkError`."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise NoWrkError("wrk is not on the path: install the package wrk")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "load.lua"
        path.write_text(script)
        command = [wrk, "-t1", f"-c{connections}", f"-d{seconds}", "--latency", "-s", str(path), url]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return LoadResult(
        float(rate.group(1)) if rate else 0.0,
        _read_latency(text, "50"),
        _read_latency(text, "99"),
        int(errors.group(1)) if errors else 0,
    )


def read_cpu_s(pid: int) -> float:
    """Return the processor time a process has used: fair on a machine that is busy with other things too."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
