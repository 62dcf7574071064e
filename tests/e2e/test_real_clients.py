"""Real Segment-style clients on a running installation: every message once in the store, the video in the report.

Nothing of these clients is configured beyond where to send.
"""

import functools
import http.server
import json
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import rudderstack.analytics.client
import segment.analytics.client
from playwright.sync_api import Page

from tests.installation import KIKKAKE, Installation, run_installation
from tests.npm import CLIENTS, install_packages
from tests.processes import find_free_port, wait_for

VIDEO = "real-client-video"


def tell_steps(prefix: str) -> list[tuple[str, str | None, dict[str, Any]]]:
    """Return one visit: a page view, a whole video session with heartbeats, an order."""
    shared = {"session_id": f"{prefix}-view", "content_asset_id": VIDEO, "title": "Film", "total_length": 30}
    playing = [
        ("track", "Video Content Playing", {**shared, "position": end, "played": [[end - 10, end]]})
        for end in (10, 20, 30)
    ]
    return [
        ("page", None, {"path": "/", "url": "https://shop.example/"}),
        ("track", "Video Playback Started", {**shared, "position": 0}),
        *playing,
        ("track", "Video Playback Completed", {**shared, "position": 30}),
        ("track", "Order Completed", {"order_id": f"{prefix}-order", "revenue": 12.5, "currency": "USD"}),
    ]


def compute_time(number: int) -> datetime:
    """Return when step `number` happened: ten seconds apart, the last ones a moment ago."""
    return datetime.now(UTC) - timedelta(seconds=120 - 10 * number)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with run_installation(tmp_path_factory.mktemp("clients")) as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def _node_packages() -> None:
    install_packages()


def export_messages(installation: Installation, folder: Path) -> list[dict[str, Any]]:
    """Return what the store holds, as an operator exports it."""
    target = folder / "messages.parquet"
    ready = installation.read_ready()
    command = [KIKKAKE, "export", str(target), "--url", ready["analyzer"], "--key", ready["secret_key"]]
    subprocess.run(command, check=True, capture_output=True)
    rows = duckdb.connect().execute("select message_id, type, event, anonymous_id from read_parquet(?)", [str(target)])
    names = [column[0] for column in rows.description or []]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def check_arrival(installation: Installation, folder: Path, visitor: str, steps: list[Any]) -> None:
    """Every step is in the store exactly once, and the visitor is a converted viewer in the report."""
    stored = [row for row in export_messages(installation, folder) if row["anonymous_id"] == visitor]
    expected = Counter(event for kind, event, _ in steps if kind == "track")
    assert Counter(row["event"] for row in stored if row["type"] == "track") == expected
    assert sum(row["type"] == "page" for row in stored) == 1
    assert len({row["message_id"] for row in stored}) == len(stored)
    installation.run_job("moments")
    report = installation.read_report("moments", video=VIDEO)
    assert report["viewers"] >= 1 and report["converters"] == report["viewers"]
    assert all(row["viewers"] == report["viewers"] for row in report["bins"]), "all of it was watched by all of them"


def test_segment_python(installation: Installation, tmp_path: Path) -> None:
    ready = installation.read_ready()
    client = segment.analytics.client.Client(ready["write_key"], host=ready["collector"])
    steps = tell_steps("segment-python")
    for number, (kind, event, properties) in enumerate(steps):
        shared = {"anonymous_id": "segment-python-visitor", "properties": properties, "timestamp": compute_time(number)}
        if kind == "page":
            client.page(**shared)
        else:
            client.track(event=event, **shared)
    client.shutdown()
    check_arrival(installation, tmp_path, "segment-python-visitor", steps)


def test_rudder_python(installation: Installation, tmp_path: Path) -> None:
    ready = installation.read_ready()
    client = rudderstack.analytics.client.Client(ready["write_key"], host=ready["collector"])
    steps = tell_steps("rudder")
    for number, (kind, event, properties) in enumerate(steps):
        shared = {"anonymous_id": "rudder-visitor", "properties": properties, "timestamp": compute_time(number)}
        if kind == "page":
            client.page(**shared)
        else:
            client.track(event=event, **shared)
    client.shutdown()
    check_arrival(installation, tmp_path, "rudder-visitor", steps)


def test_segment_node(installation: Installation, tmp_path: Path) -> None:
    ready = installation.read_ready()
    steps = tell_steps("segment-node")
    node = shutil.which("node")
    assert node is not None, "node is installed by `make setup`"
    command = [node, "node_session.mjs", ready["collector"], ready["write_key"], "segment-node", json.dumps(steps)]
    for _ in range(2):  # a client that sends its session twice, with the same ids, is counted once
        subprocess.run(command, cwd=CLIENTS, check=True, timeout=60)
    check_arrival(installation, tmp_path, "segment-node-visitor", steps)


@pytest.fixture(scope="module")
def page_server() -> Iterator[str]:
    """Serves the page, and analytics.js below /ajs/."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            name = path.partition("?")[0]
            if name.startswith("/ajs/"):
                return str(CLIENTS / "node_modules/@segment/analytics-next/dist/umd" / name.removeprefix("/ajs/"))
            return str(CLIENTS / name.lstrip("/"))

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", find_free_port()), functools.partial(Handler))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.browser
def test_segment_analytics_next(installation: Installation, page_server: str, page: Page, tmp_path: Path) -> None:
    ready = installation.read_ready()
    steps = tell_steps("analytics-next")
    page.goto(f"{page_server}/page.html?key={ready['write_key']}&collector={ready['collector']}")
    visitor = page.evaluate("analytics.user().then((user) => user.anonymousId())")
    for number, (_, event, properties) in enumerate(steps):
        page.evaluate(
            """([event, properties, timestamp]) => event
                ? analytics.track(event, properties, {timestamp})
                : analytics.page("Home", properties, {timestamp})""",
            [event, properties, compute_time(number).isoformat()],
        )

    def has_arrived() -> bool:
        stored = export_messages(installation, tmp_path)
        return [row["anonymous_id"] for row in stored].count(visitor) == len(steps)

    wait_for(has_arrived, "all messages in the store")
    check_arrival(installation, tmp_path, visitor, steps)
