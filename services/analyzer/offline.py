"""Reaches an analyzer for a command: the running one by its address, else one brought up for the command alone.

Never opens files that a running analyzer holds.
"""

import asyncio
import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import msgspec
import typer

from shared.address import read_address
from shared.embedded.socket import locate_socket
from shared.embedded.valkey import build_valkey_command, wait_until_up
from shared.supervisor.credentials import Credentials

START_S = 30.0


class Unreachable(Exception):  # noqa: N818 - reads as the state it is
    """No analyzer can be reached; the message says why and what to do."""


class open_analyzer:  # noqa: N801 - used as a `with` verb
    """A session with an analyzer. `is_own`: it was started for this command and ends with it."""

    def __init__(self, data_dir: Path, *, url: str, key: str) -> None:
        self.is_own = False
        self._own: list[subprocess.Popen[bytes]] = []
        if url:
            if not key:
                raise Unreachable("--url needs --key: the admin key or a site's secret key")
        else:
            url, key = self._find_or_start(data_dir, key)
        self._client = httpx.Client(
            base_url=url.rstrip("/"), headers={"Authorization": f"Bearer {key}"}, timeout=httpx.Timeout(10, read=3_600)
        )

    def __enter__(self) -> "open_analyzer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        self._stop_own()

    def post(self, path: str, body: dict[str, Any], *, site: str | None = None) -> dict[str, Any]:
        """Send and return the answer; a refusal ends the command in words."""
        return self._read(self._call("POST", path, json=body, params=_query(site)))

    def list_all(self, path: str) -> list[dict[str, Any]]:
        """Return the items of all pages."""
        items: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self._read(self._call("GET", path, params={"cursor": cursor, "limit": "1000"}))
            items += page["items"]
            cursor = page["next_cursor"]
        return items

    def download(self, path: str, file: Path, *, query: dict[str, str], site: str | None) -> int:
        """Write the answer to `file`, whole or not at all; returns its size."""
        partial = file.with_name(f".{file.name}.{os.getpid()}.part")
        try:
            with self._client.stream("GET", path, params=query | _query(site)) as answer:
                if answer.status_code != 200:
                    answer.read()
                    self._read(answer)
                with partial.open("wb") as out:
                    for chunk in answer.iter_bytes():
                        out.write(chunk)
            partial.replace(file)
        except (httpx.HTTPError, OSError) as error:
            typer.echo(f"kikkake: {error}", err=True)
            raise typer.Exit(1) from None
        finally:
            partial.unlink(missing_ok=True)
        return file.stat().st_size

    def _stop_own(self) -> None:
        """Stop what was started here, the engine last."""
        for process in reversed(self._own):
            process.terminate()
            process.wait()
        self._own.clear()

    def _start_engine(self, data_dir: Path) -> None:
        """Start the folder's embedded Valkey unless it runs already or another one is used."""
        if os.environ.get("KIKKAKE_VALKEY_URL") or not (data_dir / "valkey").is_dir():
            return
        socket_file = locate_socket(data_dir)
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(socket_file))
            return
        engine = subprocess.Popen(build_valkey_command(data_dir / "valkey", socket_file), stdout=subprocess.DEVNULL)
        self._own.append(engine)
        asyncio.run(wait_until_up(f"unix://{socket_file}"))

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._client.request(method, path, **options)
        except httpx.HTTPError as error:
            typer.echo(f"kikkake: the analyzer does not answer: {error}", err=True)
            raise typer.Exit(1) from None

    def _read(self, answer: httpx.Response) -> dict[str, Any]:
        body: dict[str, Any] = answer.json() if answer.content else {}
        if answer.status_code >= 400:
            words = ": ".join(part for part in (body.get("title"), body.get("detail")) if part)
            typer.echo(f"kikkake: {words or answer.status_code}", err=True)
            raise typer.Exit(1)
        return body

    def _find_or_start(self, data_dir: Path, key: str) -> tuple[str, str]:
        """Return address and key of the analyzer of a data folder, started for this command if none runs."""
        url = read_address(data_dir, "analyzer")
        if url is not None:
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"{url}/healthz", timeout=2)
                return url, key or _load_admin_key(data_dir)
        if not data_dir.is_dir():
            raise Unreachable(f"there is no installation in {data_dir}: name one by --data-dir, or --url and --key")
        return self._start(data_dir)

    def _start(self, data_dir: Path) -> tuple[str, str]:
        self._start_engine(data_dir)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        key = secrets.token_urlsafe(32)
        environment = os.environ | {
            "KIKKAKE_DATA_DIR": str(data_dir.resolve()),
            "KIKKAKE_HOST": "127.0.0.1",
            "KIKKAKE_PORT": str(port),
            "KIKKAKE_ADMIN_KEY": key,
            "KIKKAKE_LOG_LEVEL": "ERROR",
        }
        own = subprocess.Popen([sys.executable, "-m", "services.analyzer"], env=environment)
        self._own.append(own)
        self.is_own = True
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and own.poll() is None:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{url}/readyz", timeout=2).status_code == 200:
                    return url, key
            time.sleep(0.05)
        self._stop_own()
        raise Unreachable(f"an analyzer for {data_dir} could not be started: is another one running on it?")


def _load_admin_key(data_dir: Path) -> str:
    if os.environ.get("KIKKAKE_ADMIN_KEY"):
        return os.environ["KIKKAKE_ADMIN_KEY"]
    try:
        return msgspec.json.decode((data_dir / "credentials.json").read_bytes(), type=Credentials).admin_key
    except (FileNotFoundError, msgspec.DecodeError):
        raise Unreachable(f"there is no key in {data_dir / 'credentials.json'}: give one by --key") from None


def _query(site: str | None) -> dict[str, str]:
    return {} if site is None else {"site": site}
