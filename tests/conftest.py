"""Fixtures that more than one layer uses: a real Valkey of its own for each test that asks."""

import asyncio
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.embedded.valkey import build_valkey_command, wait_until_up


class ValkeyServer:
    """A real server that a test may kill and start again; its files stay."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"unix://{folder.resolve()}/valkey.sock"
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._running is not None
        return self._running.pid

    def start(self) -> None:
        self._running = subprocess.Popen(
            build_valkey_command(self.folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        with asyncio.Runner() as runner:
            runner.run(wait_until_up(self.url))

    def kill(self) -> None:
        """Kill -9."""
        assert self._running is not None
        self._running.kill()
        self._running.wait()
        self._running = None

    def stop(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running.wait()


@pytest.fixture
def valkey_server() -> Iterator[ValkeyServer]:
    """A Valkey of this test's own, fsyncing always. The folder is short: socket paths end at 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="kk", ignore_cleanup_errors=True) as folder:
        server = ValkeyServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def valkey_url(valkey_server: ValkeyServer) -> str:
    """The URL of a Valkey of this test's own."""
    return valkey_server.url
