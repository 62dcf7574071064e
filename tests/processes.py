"""Starts real services as processes, as `kikkake up` does, and ends them."""

import asyncio
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx
import redis

from shared import keys
from shared.log.entry import LoggedMessage, MessageGroup, Messages, decode_entry
from shared.log.partition import PARTITIONS
from shared.snapshot.model import Snapshot, encode_snapshot

PATIENCE_S = 60.0
"""How long to wait for what must come: long, for a machine may be busy, and promises of time are kept in benchmarks."""

NO_TLS = False
"""For `verify` of httpx: nothing is encrypted here, and to read the world's certificates takes 23 ms a request."""

T = TypeVar("T")


def find_free_port(following: int = 0) -> int:
    """Return a port of loopback that was free a moment ago, as were the `following` ones after it.

    None of those that the system gives to clients: one of them would take it before a service does, or while that is
    being started again.
    """
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        try:
            for each in range(port, port + following + 1):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", each))
        except OSError:
            continue
        return port


def wait_for(look: Callable[[], T | None], what: str, deadline_s: float = PATIENCE_S) -> T:
    """Return the first truthy answer of `look`; fails in words past the deadline."""
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError(f"never came: {what}")


async def wait_until(look: Callable[[], Awaitable[T | None]], what: str, deadline_s: float = PATIENCE_S) -> T:
    """Return the first truthy answer of `look`; fails in words past the deadline, even while `look` hangs."""
    async with asyncio.timeout(deadline_s + 5):
        end = time.monotonic() + deadline_s
        while time.monotonic() < end:
            if found := await look():
                return found
            await asyncio.sleep(0.02)
    raise AssertionError(f"never came: {what}")


class Service:
    """One running service."""

    def __init__(self, name: str, environment: dict[str, str], port: int | None = None) -> None:
        self.port = port or find_free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.name = name
        self._environment = {
            **os.environ,
            **environment,
            "KIKKAKE_PORT": str(self.port),
            "KIKKAKE_LOG_LEVEL": "WARNING",
        }
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._running is not None
        return self._running.pid

    def start(self, path: str = "/readyz") -> "Service":
        self._running = subprocess.Popen([sys.executable, "-m", f"services.{self.name}"], env=self._environment)

        def answers() -> bool:
            assert self._running is not None and self._running.poll() is None, f"{self.name} ended"
            try:
                return httpx.get(f"{self.url}{path}", timeout=2, verify=NO_TLS).status_code == 200
            except httpx.HTTPError:
                return False

        wait_for(answers, f"{self.name} ready", PATIENCE_S)
        return self

    def kill(self) -> None:
        """Kill -9."""
        assert self._running is not None
        self._running.kill()
        self._running.wait()

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self._running is not None
        self._running.terminate()
        return self._running.wait(timeout=PATIENCE_S)


@contextmanager
def run_service(name: str, environment: dict[str, str], path: str = "/readyz") -> Iterator[Service]:
    """Run a service for the duration of a block."""
    service = Service(name, environment)
    try:
        yield service.start(path)
    finally:
        service.kill()


def publish_snapshot(valkey_url: str, snapshot: Snapshot) -> None:
    """Publish as the analyzer does."""
    with redis.Redis.from_url(valkey_url) as client:
        client.set(keys.SNAPSHOT, encode_snapshot(snapshot))
        client.set(keys.SNAPSHOT_VERSION, snapshot.version)


def read_log(valkey_url: str) -> list[tuple[MessageGroup, LoggedMessage]]:
    """Return every message in the log with its group, partition by partition."""
    found = []
    with redis.Redis.from_url(valkey_url, protocol=2) as client:
        for partition in range(PARTITIONS):
            for _, fields in client.xrange(keys.log_stream(partition)):
                entry = decode_entry(fields[b"e"])
                assert entry is not None
                if isinstance(entry, Messages):
                    found += [(group, message) for group in entry.groups for message in group.messages]
    return found


def make_environment(valkey_url: str, data_dir: Path, **settings: object) -> dict[str, str]:
    """Return the environment of a service on this Valkey and folder."""
    return {
        "KIKKAKE_VALKEY_URL": valkey_url,
        "KIKKAKE_DATA_DIR": str(data_dir),
        **{f"KIKKAKE_{name.upper()}": str(value) for name, value in settings.items()},
    }
