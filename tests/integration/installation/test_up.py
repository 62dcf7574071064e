"""`kikkake up` as the contract says: ready file, credentials, restarts, drain."""

import os
import signal
import stat
import subprocess
from pathlib import Path

import httpx
import pytest

from shared.supervisor.process import compute_backoff
from tests.installation import KIKKAKE, Installation, is_alive, run_installation, wait_until_serving
from tests.processes import wait_for

pytestmark = pytest.mark.crash


def run_up(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [KIKKAKE, "up", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_ready_file_credentials_and_drain(tmp_path: Path) -> None:
    installation = Installation(tmp_path).start()
    ready = installation.read_ready()
    assert set(ready["pids"]) == {"supervisor", "collector", "engager", "analyzer", "valkey"}
    assert ready["shop"] is None and ready["site_id"] == "default"
    for name in ("collector", "engager", "analyzer"):
        assert httpx.get(f"{ready[name]}/readyz").status_code == 200
        assert httpx.get(f"{ready[name]}/metrics").status_code == 200
        assert httpx.get(f"{ready[name]}/openapi.json").json()["openapi"].startswith("3.")
    credentials = installation.data_dir / "credentials.json"
    assert stat.S_IMODE(credentials.stat().st_mode) == 0o600
    kept = credentials.read_text()
    assert installation.stop() == 0
    assert not any(is_alive(pid) for pid in ready["pids"].values()), "SIGTERM stops every process it started"
    installation.start()
    assert credentials.read_text() == kept
    again = installation.read_ready()
    assert {name: again[name] for name in ("write_key", "secret_key", "signing_key", "admin_key")} == {
        name: ready[name] for name in ("write_key", "secret_key", "signing_key", "admin_key")
    }
    assert installation.stop() == 0


def test_a_killed_process_is_back_within_five_seconds_and_the_ready_file_says_so(tmp_path: Path) -> None:
    with run_installation(tmp_path) as installation:
        before = installation.read_ready()
        for name in ("collector", "engager", "analyzer", "valkey"):
            os.kill(before["pids"][name], signal.SIGKILL)

            def is_replaced(name: str = name) -> bool:
                pid = installation.read_ready()["pids"].get(name)
                return pid is not None and pid != before["pids"][name]

            wait_for(is_replaced, f"a new {name}")
            if name != "valkey":
                wait_until_serving(before[name])
        assert installation.send({"type": "page", "anonymousId": "v"})["accepted"] == 1
        assert "collector died (SIGKILL), starting it again" in installation.output.read_text()


def test_the_children_of_a_killed_supervisor_end(tmp_path: Path) -> None:
    installation = Installation(tmp_path).start()
    ready = installation.read_ready()
    os.kill(ready["pids"]["supervisor"], signal.SIGKILL)
    installation.stop()
    wait_for(lambda: not any(is_alive(pid) for pid in ready["pids"].values()), "no orphans")
    installation.start()
    assert installation.stop() == 0


def test_two_on_one_folder_or_port_are_refused_in_words(tmp_path: Path) -> None:
    with run_installation(tmp_path) as installation:
        second = run_up("--data-dir", str(installation.data_dir), "--port-base", "1")
        assert second.returncode == 1 and "running already" in second.stderr
        port = installation.read_ready()["collector"].rsplit(":", 1)[1]
        third = run_up("--data-dir", str(tmp_path / "other"), "--port-base", str(int(port) - 1))
        assert third.returncode == 1 and "--port-base" in third.stderr


@pytest.mark.parametrize(("failures", "wait_s"), [(1, 0), (2, 1), (3, 2), (4, 4), (6, 16), (7, 30), (40, 30)])
def test_backoff(failures: int, wait_s: float) -> None:
    assert compute_backoff(failures) == wait_s
