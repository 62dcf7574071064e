"""docker-compose.yml, tried without Docker: its schema, its rules, and every service as it is written there.

Only host names, ports and volume paths are replaced; PostgreSQL and Valkey are real.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema.validators
import pytest
import yaml

from shared.embedded.valkey import find_valkey
from tests.npm import install_packages
from tests.postgres import run_postgres
from tests.processes import find_free_port, wait_for

ROOT = Path(__file__).resolve().parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = ("collector", "engager", "analyzer")
SECRETS = {
    "KIKKAKE_VALKEY_PASSWORD": "valkey-secret",
    "KIKKAKE_DATABASE_PASSWORD": "database-secret",
    "KIKKAKE_ADMIN_KEY": "admin-secret",
}


def interpolate(text: str, values: dict[str, str]) -> str:
    """Return `text` with Compose's `${NAME}`, `${NAME:-default}` and `${NAME:?words}` filled, `$$` as `$`."""

    def fill(found: re.Match[str]) -> str:
        if found.group(0) == "$$":
            return "$"
        name, operator, rest = found.group("name"), found.group("operator"), found.group("rest")
        if values.get(name):
            return values[name]
        if operator == ":?":
            raise KeyError(f"{name}: {rest}")
        return rest or ""

    return re.sub(r"\$\$|\$\{(?P<name>\w+)(?:(?P<operator>:-|:\?)(?P<rest>[^}]*))?\}", fill, text)


def test_the_file_follows_the_compose_specification() -> None:
    schema = json.loads((install_packages() / "dclint" / "schemas" / "compose.schema.json").read_text())
    schema.pop("$schema")
    problems = list(jsonschema.validators.Draft7Validator(schema).iter_errors(COMPOSE))
    assert [f"{problem.json_path}: {problem.message}" for problem in problems] == []


def test_no_secret_is_baked_in_and_nothing_starts_without_them() -> None:
    for name, service in COMPOSE["services"].items():
        for key, value in service.get("environment", {}).items():
            if "PASSWORD" in key or "KEY" in key or "DATABASE_URL" in key or "VALKEY_URL" in key:
                assert "${" in str(value), f"{name}.{key} carries a value"
    for secret in SECRETS:
        with pytest.raises(KeyError, match=secret):
            interpolate((ROOT / "docker-compose.yml").read_text(), {**SECRETS, secret: ""})


@pytest.mark.parametrize("name", OURS)
def test_our_services_run_without_rights(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["user"] == "10001:10001" and service["read_only"] is True
    assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"]
    assert service["healthcheck"]["test"] == ["CMD", "python", "-m", "shared.healthcheck"]
    if name != "analyzer":
        assert "ports" not in service and "container_name" not in service, "it can be scaled"


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Valkey by the command of the file, PostgreSQL; returns what replaces their addresses."""
    valkey_port = find_free_port()
    written = COMPOSE["services"]["valkey"]
    folder = tmp_path_factory.mktemp("valkey")
    line = interpolate(written["command"][2], SECRETS)
    line = line.replace("--dir /data", f"--dir {folder} --port {valkey_port} --bind 127.0.0.1")
    line = line.replace("exec valkey-server", f"exec {shlex.quote(str(find_valkey()))}")
    environment = {key: interpolate(value, SECRETS) for key, value in written["environment"].items()}
    valkey = subprocess.Popen(["sh", "-c", line], env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        with run_postgres() as postgres_port:
            yield {
                "valkey:6379": f"127.0.0.1:{valkey_port}",
                "postgres:5432/kikkake": f"127.0.0.1:{postgres_port}/postgres",
            }
    finally:
        valkey.kill()
        valkey.wait()


@pytest.fixture(scope="module")
def services(engines: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Each of our services by its command and environment in the file; returns their addresses."""
    running: list[subprocess.Popen[bytes]] = []
    urls = {}
    try:
        for name in OURS:
            written = COMPOSE["services"][name]
            environment = {key: interpolate(str(value), SECRETS) for key, value in written["environment"].items()}
            for theirs, ours in engines.items():
                environment = {key: value.replace(theirs, ours) for key, value in environment.items()}
            port = find_free_port()
            environment |= {"KIKKAKE_PORT": str(port), "KIKKAKE_HOST": "127.0.0.1"}
            environment["KIKKAKE_DATA_DIR"] = str(tmp_path_factory.mktemp(name))
            command = [str(Path(sys.executable).parent / written["command"][0]), *written["command"][1:]]
            running.append(subprocess.Popen(command, env={**os.environ, **environment}))
            urls[name] = f"http://127.0.0.1:{port}"
        yield urls
    finally:
        for process in running:
            process.terminate()
        assert [process.wait(timeout=30) for process in running] == [0] * len(running), "SIGTERM drains, exit code 0"


def answers(url: str, status: int) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=2).status_code == status
    except httpx.HTTPError:
        return False


def test_the_services_work_together_as_the_file_starts_them(services: dict[str, str]) -> None:
    wait_for(lambda: answers(services["analyzer"], 200), "the analyzer ready", 40)
    admin = {"authorization": f"Bearer {SECRETS['KIKKAKE_ADMIN_KEY']}"}
    created = httpx.post(f"{services['analyzer']}/v1/sites", json={"id": "shop", "name": "Shop"}, headers=admin)
    assert created.status_code == 201, created.text
    keys = created.json()
    for name in ("collector", "engager"):
        wait_for(lambda name=name: answers(services[name], 200), f"the {name} ready")  # type: ignore[misc]
    message = {"type": "track", "event": "Product Viewed", "anonymousId": "v", "messageId": "m-1"}
    body = {"writeKey": keys["write_key"], "batch": [message]}
    question = {"writeKey": keys["write_key"], "anonymousId": "v"}
    # A new site reaches both within a second.
    for url, sent in ((f"{services['collector']}/v1/batch", body), (f"{services['engager']}/v1/decide", question)):
        wait_for(
            lambda url=url, sent=sent: httpx.post(url, json=sent).status_code == 200,  # type: ignore[misc]
            f"the new site at {url}",
            5,
        )
    secret = {"authorization": f"Bearer {keys['secret_key']}"}
    run = httpx.post(
        f"{services['analyzer']}/v1/jobs/segments/run", json={"wait": True}, headers=secret, timeout=60
    ).json()
    assert run["status"] == "succeeded"
    seen = httpx.get(f"{services['analyzer']}/v1/reports/visitors/v", headers=secret)
    assert seen.status_code == 200 and seen.json()["profile"]["events"] == 1


def test_the_healthcheck_of_the_file_answers(services: dict[str, str]) -> None:
    wait_for(lambda: answers(services["analyzer"], 200), "the analyzer ready", 40)
    command = [sys.executable, *COMPOSE["services"]["analyzer"]["healthcheck"]["test"][2:]]
    port = services["analyzer"].rsplit(":", 1)[1]
    assert subprocess.run(command, env={**os.environ, "KIKKAKE_PORT": port}).returncode == 0
    assert subprocess.run(command, env={**os.environ, "KIKKAKE_PORT": str(find_free_port())}).returncode == 1
