"""A whole installation, started as an operator does: `kikkake up`."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.processes import NO_TLS, PATIENCE_S, find_free_port, wait_for

START_S = 3 * PATIENCE_S
"""Four processes start, and each reads much before it serves."""
PATIENT = {f"KIKKAKE_{name}_TIMEOUT_MS": "30000" for name in ("READ", "WRITE", "EVENTS")}
"""On a machine that browsers keep busy a decision may come late; it must not come empty for that."""
KIKKAKE = str(Path(sys.executable).parent / "kikkake")
"""The operator's command as it was installed."""


class Installation:
    """One `kikkake up` on a folder; may be stopped and started again."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.data_dir = folder / "data"
        self.ready_file = folder / "ready.json"
        self.output = folder / "up.txt"
        self._arguments = arguments
        self._port_base = find_free_port(following=3)
        self._up: subprocess.Popen[bytes] | None = None

    def start(self) -> "Installation":
        """Start and return when the ready file stands."""
        command = [KIKKAKE, "up"]
        options = ["--data-dir", str(self.data_dir), "--port-base", str(self._port_base)]
        self.ready_file.unlink(missing_ok=True)  # one that a killed supervisor left behind says nothing
        with self.output.open("ab") as output:
            self._up = subprocess.Popen(
                [*command, *options, "--ready-file", str(self.ready_file), *self._arguments],
                stdout=output,
                stderr=subprocess.STDOUT,
                # Tests ask for the runs they look at; others would only take the machine from the browsers.
                env={**os.environ, **PATIENT, "KIKKAKE_SCHEDULE": "false"},
            )

        def stands() -> bool:
            assert self._up is not None
            assert self._up.poll() is None, self.output.read_text()
            return self.ready_file.exists()

        wait_for(stands, "the ready file", START_S)
        return self

    def read_ready(self) -> dict[str, Any]:
        """Return the ready file as it is now."""
        ready: dict[str, Any] = json.loads(self.ready_file.read_text())
        return ready

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self._up is not None
        if self._up.poll() is None:
            self._up.terminate()
        return self._up.wait(timeout=PATIENCE_S)

    def connect_admin(self) -> httpx.Client:
        """Return a client of the admin API with the site's secret key."""
        ready = self.read_ready()
        return httpx.Client(
            base_url=ready["analyzer"],
            headers={"authorization": f"Bearer {ready['secret_key']}"},
            timeout=PATIENCE_S,
            verify=NO_TLS,
        )

    def create(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST to the admin API; the thing must be created."""
        with self.connect_admin() as admin:
            answer = admin.post(path, json=body)
            assert answer.status_code == 201, answer.text
            created: dict[str, Any] = answer.json()
            return created

    def run_job(self, name: str) -> dict[str, Any]:
        """Run a job and wait; it must succeed."""
        with self.connect_admin() as admin:
            answer = admin.post(f"/v1/jobs/{name}/run", json={"wait": True}, timeout=300)
            assert answer.status_code == 200, answer.text
            run: dict[str, Any] = answer.json()
            assert run["status"] == "succeeded", run
            return run

    def read_report(self, path: str, **params: Any) -> dict[str, Any]:
        """GET a report."""
        with self.connect_admin() as admin:
            answer = admin.get(f"/v1/reports/{path}", params=params)
            assert answer.status_code == 200, answer.text
            report: dict[str, Any] = answer.json()
            return report

    def send(self, *messages: dict[str, Any]) -> dict[str, Any]:
        """Send one batch; the collector must take it."""
        ready = self.read_ready()
        body = {"writeKey": ready["write_key"], "batch": list(messages)}
        answer = httpx.post(f"{ready['collector']}/v1/batch", json=body, timeout=PATIENCE_S, verify=NO_TLS)
        assert answer.status_code == 200, answer.text
        verdict: dict[str, Any] = answer.json()
        return verdict

    def decide(self, anonymous_id: str, **fields: Any) -> dict[str, Any]:
        """Ask for a decision."""
        ready = self.read_ready()
        body = {"writeKey": ready["write_key"], "anonymousId": anonymous_id, **fields}
        answer = httpx.post(f"{ready['engager']}/v1/decide", json=body, timeout=PATIENCE_S, verify=NO_TLS)
        assert answer.status_code == 200, answer.text
        decision: dict[str, Any] = answer.json()
        return decision

    def wait_for_prompts(self, anonymous_id: str) -> list[dict[str, Any]]:
        """Ask on a page's view until there are prompts: a campaign just made is not known yet."""
        return wait_for(lambda: self.decide(anonymous_id, trigger={"type": "page_view"})["prompts"], "prompts")


@contextmanager
def run_installation(folder: Path, *arguments: str) -> Iterator[Installation]:
    """Run an installation for the duration of a block."""
    installation = Installation(folder, *arguments)
    try:
        yield installation.start()
    finally:
        installation.stop()


def is_alive(pid: int) -> bool:
    """Return whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_serving(url: str, deadline_s: float = PATIENCE_S, *, path: str = "/healthz") -> None:
    """Return when the service at `url` answers; for `/readyz` an analyzer has opened its store."""

    def answers() -> bool:
        try:
            return httpx.get(f"{url}{path}", timeout=1, verify=NO_TLS).status_code == 200
        except httpx.HTTPError:
            return False

    wait_for(answers, f"{url} serving", deadline_s)
