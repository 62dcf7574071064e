"""`kikkake up`: one installation on one machine, from an empty folder to four addresses.

Never touches a process it did not start.
"""

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from shared.embedded.socket import locate_socket
from shared.embedded.valkey import build_valkey_command, wait_until_up
from shared.settings import SharedSettings
from shared.supervisor.credentials import Credentials, FirstSite, load_or_create_credentials, write_private_file
from shared.supervisor.process import Say, Supervised

READY_S = 60.0
PORT_OFFSETS = {"shop": 0, "collector": 1, "engager": 2, "analyzer": 3}
DEMO_SITE = FirstSite(id="demo", name="Asagiri", currency="JPY", time_zone="Asia/Tokyo")
SERVICES = ("collector", "engager", "analyzer")


class UpError(Exception):
    """The installation cannot be started; the words say what to do."""


@dataclass(frozen=True)
class UpOptions:
    """How to start: see `kikkake up --help`."""

    data_dir: Path
    host: str
    port_base: int
    ready_file: Path | None
    demo: bool


class Installation:
    """The processes of one embedded installation."""

    def __init__(self, options: UpOptions, credentials: Credentials, say: Say) -> None:
        self._options = options
        self._credentials = credentials
        self._say = say
        self._external_valkey = SharedSettings().valkey_url
        self._ready = False
        visible_host = "127.0.0.1" if options.host in ("0.0.0.0", "::") else options.host  # noqa: S104
        names = [*SERVICES, *(["shop"] if options.demo else [])]
        self.urls = {name: f"http://{visible_host}:{options.port_base + PORT_OFFSETS[name]}" for name in names}
        self._processes: dict[str, Supervised] = {}
        if not self._external_valkey:
            self._add("valkey", build_valkey_command(options.data_dir / "valkey", locate_socket(options.data_dir)))
        for name in SERVICES:
            self._add(name, [sys.executable, "-m", f"services.{name}"], self._build_environment(name))
        if options.demo:
            secret = {"KIKKAKE_SHOP_SECRET_KEY": credentials.secret_key}
            self._add("shop", self._build_shop_command(), secret)

    def _add(self, name: str, command: list[str], environment: dict[str, str] | None = None) -> None:
        self._processes[name] = Supervised(
            name=name,
            command=command,
            log_file=self._options.data_dir / "logs" / f"{name}.log",
            say=self._say,
            environment=environment or {},
            on_start=self._note_start,
        )

    def _build_environment(self, name: str) -> dict[str, str]:
        return {
            "KIKKAKE_DATA_DIR": str(self._options.data_dir.resolve()),
            "KIKKAKE_HOST": self._options.host,
            "KIKKAKE_PORT": str(self._options.port_base + PORT_OFFSETS[name]),
            "KIKKAKE_ENGAGER_PUBLIC_URL": self.urls["engager"],
            "KIKKAKE_COLLECTOR_PUBLIC_URL": self.urls["collector"],
            **(
                {
                    "KIKKAKE_ADMIN_KEY": self._credentials.admin_key,
                    "KIKKAKE_CONSOLE_PASSWORD": self._credentials.console_password,
                }
                if name == "analyzer"
                else {}
            ),
        }

    def _build_shop_command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "examples.shop"),
            *("--host", self._options.host),
            *("--port", str(self._options.port_base)),
            *("--collector", self.urls["collector"]),
            *("--engager", self.urls["engager"]),
            *("--analyzer", self.urls["analyzer"]),
            *("--write-key", self._credentials.write_key),
        ]

    async def start(self) -> None:
        """Start everything and return when every service says it is ready. Raises `UpError` in words."""
        self._check_ports()
        if "valkey" in self._processes:
            await self._processes["valkey"].start()
            await wait_until_up(f"unix://{locate_socket(self._options.data_dir)}")
        await asyncio.gather(*(process.start() for name, process in self._processes.items() if name != "valkey"))
        async with httpx.AsyncClient(timeout=2) as client:
            await asyncio.gather(*(self._wait_until_ready(client, name) for name in self.urls))
        self._ready = True
        self._write_ready_file()

    async def stop(self) -> None:
        """Drain: first what visitors reach, then what works behind it, the engine last."""
        self._say("stopping")
        for names in (("shop", "collector", "engager"), ("analyzer",), ("valkey",)):
            await asyncio.gather(*(self._processes[name].stop() for name in names if name in self._processes))
        if self._options.ready_file is not None:
            self._options.ready_file.unlink(missing_ok=True)

    def _check_ports(self) -> None:
        for name in self.urls:
            port = self._options.port_base + PORT_OFFSETS[name]
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((self._options.host, port))
                except OSError as error:
                    raise UpError(
                        f"port {port} for the {name} cannot be used ({error.strerror}):"
                        " choose another base with --port-base"
                    ) from None

    async def _wait_until_ready(self, client: httpx.AsyncClient, name: str) -> None:
        path = "/healthz" if name == "shop" else "/readyz"
        deadline = asyncio.get_running_loop().time() + READY_S
        while asyncio.get_running_loop().time() < deadline:
            try:
                answer = await client.get(f"{self.urls[name]}{path}")
                if answer.status_code == 200 and answer.json().get("status") != "degraded":
                    self._say(f"{name} is ready at {self.urls[name]}")
                    return
            except (httpx.HTTPError, ValueError):
                pass
            await asyncio.sleep(0.05)
        log = self._processes[name].log_file
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log.exists() else ""
        raise UpError(f"the {name} is not ready after {READY_S:g} s; the end of its log {log}:\n{tail}")

    def _note_start(self) -> None:
        if self._ready:
            self._write_ready_file()

    def _write_ready_file(self) -> None:
        if self._options.ready_file is None:
            return
        pids = {"supervisor": os.getpid()} | {
            name: process.pid for name, process in self._processes.items() if process.pid is not None
        }
        body = {
            **{name: self.urls.get(name) for name in ("collector", "engager", "analyzer", "shop")},
            **msgspec.to_builtins(self._credentials),
            "pids": pids,
        }
        del body["site"]
        write_private_file(self._options.ready_file, msgspec.json.format(msgspec.json.encode(body)))


@contextlib.contextmanager
def _hold_folder(data_dir: Path) -> Iterator[None]:
    """Keep a second `up` away from the same folder."""
    data_dir.mkdir(parents=True, exist_ok=True)
    file = os.open(data_dir / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UpError(f"an installation is running already in {data_dir}") from None
        yield
    finally:
        os.close(file)


async def run_installation(options: UpOptions, say: Say) -> None:
    """Run until SIGTERM or SIGINT, then drain and return. Raises `UpError` when it cannot be started."""
    with _hold_folder(options.data_dir):
        if options.ready_file is not None:
            options.ready_file.unlink(missing_ok=True)
        try:
            credentials = load_or_create_credentials(
                options.data_dir / "credentials.json", site=DEMO_SITE if options.demo else FirstSite()
            )
        except msgspec.DecodeError as error:
            raise UpError(f"{options.data_dir / 'credentials.json'} cannot be read: {error}") from None
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        installation = Installation(options, credentials, say)
        starting = asyncio.create_task(installation.start())
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                say(f"ready; Ctrl-C stops it. Keys and password: {options.data_dir / 'credentials.json'}")
                await stopped
        except TimeoutError:
            raise UpError("the embedded Valkey does not answer") from None
        finally:
            starting.cancel()
            stopped.cancel()
            await installation.stop()
