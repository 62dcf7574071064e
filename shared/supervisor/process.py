"""One supervised process: started, watched, started again when it dies.

Never gives up; after a second death within a minute it waits, 1 s doubling to 30 s.
"""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

STABLE_S = 60.0
BACKOFF_FIRST_S = 1.0
BACKOFF_MAX_S = 30.0
STOP_S = 15.0
LOG_MAX_BYTES = 10 * 1024 * 1024
_PR_SET_PDEATHSIG = 1

Say = Callable[[str], None]


def compute_backoff(failures: int) -> float:
    """Return the seconds to wait before start number `failures` + 1; the first death is answered at once."""
    return 0.0 if failures <= 1 else min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2.0 ** (failures - 2))


def die_with_parent() -> None:
    """Have the kernel stop this child when the supervisor is killed: no orphan keeps a port or a file."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    # Ctrl-C reaches the whole foreground group; the supervisor alone decides the order of stopping.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@dataclass
class Supervised:
    """A process by name and command; its output goes to `log_file`."""

    name: str
    command: list[str]
    log_file: Path
    say: Say
    environment: dict[str, str] = field(default_factory=dict)
    on_start: Callable[[], None] = lambda: None
    _running: asyncio.subprocess.Process | None = None
    _watching: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Process id, None between two starts."""
        return self._running.pid if self._running is not None else None

    async def start(self) -> None:
        """Start the process and watch it from now on."""
        await self._spawn()
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Ask the process to drain and end; kill it when it does not within 15 s."""
        if self._watching is not None:
            self._watching.cancel()
        running = self._running
        if running is not None and running.returncode is None:
            running.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_S):
                    await running.wait()
            except TimeoutError:
                self.say(f"{self.name} does not stop, killing it")
                running.kill()
                await running.wait()

    async def _spawn(self) -> None:
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_MAX_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        with self.log_file.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment},
                preexec_fn=die_with_parent,
            )
        self.on_start()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            assert self._running is not None
            started = loop.time()
            code = await self._running.wait()
            self._running = None
            failures = 1 if loop.time() - started > STABLE_S else failures + 1
            wait_s = compute_backoff(failures)
            again = "starting it again" if not wait_s else f"starting it again in {wait_s:g} s"
            self.say(f"{self.name} died ({_describe_exit(code)}), {again}; its log: {self.log_file}")
            await asyncio.sleep(wait_s)
            await self._spawn()


def _describe_exit(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
