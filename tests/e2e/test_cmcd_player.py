"""A real player (hls.js) that reports by CMCD v2 to a running installation: its view is in the reports.

Nothing of it is configured beyond where to send.
"""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from examples.shop.broadcasting import PLAYER
from tests.installation import Installation, run_installation
from tests.processes import PATIENCE_S, find_free_port, wait_for

HERE = Path(__file__).parent
MEDIA = PLAYER.parents[3] / "media"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with run_installation(tmp_path_factory.mktemp("cmcd")) as running:
        yield running


@pytest.fixture(scope="module")
def page_server() -> Iterator[str]:
    """Serves the page, the player, and a stream."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            name = path.partition("?")[0].lstrip("/")
            if name == "hls.js":
                return str(PLAYER.parent / "hls.min.js")
            return str((MEDIA if name.startswith("stream/") else HERE) / name)

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
def test_a_real_players_reports(installation: Installation, page_server: str, page: Page) -> None:
    ready = installation.read_ready()
    shared = f"key={ready['write_key']}&collector={ready['collector']}&session=real-cmcd&more=%26anonymousId%3Dann"
    verdicts: list[tuple[int, int]] = []
    page.on(
        "response",
        lambda answer: (
            verdicts.append((answer.status, answer.json()["rejected"]))
            if "/v1/cmcd" in answer.url and answer.request.method == "POST"
            else None
        ),
    )
    page.goto(f"{page_server}/cmcd.html?{shared}")
    page.wait_for_function("document.querySelector('video').currentTime > 4")
    watched = page.evaluate(
        """() => {
          const video = document.querySelector('video');
          video.pause();
          const { played } = video;
          return [...Array(played.length).keys()].reduce((sum, i) => sum + played.end(i) - played.start(i), 0);
        }"""
    )

    def is_in_reports() -> bool:
        # The player tells each second how far it has got, and at last that it was paused.
        installation.run_job("videos")
        seconds = installation.read_report("qoe", video="stream")["watch_seconds"] or 0
        return bool(abs(seconds - watched) < 1)

    wait_for(is_in_reports, "the view in the quality report")
    quality = installation.read_report("qoe", video="stream")
    assert (quality["plays"], quality["persons"]) == (1, 1)
    assert quality["startup_ms"]["n"] == 1 and 0 <= quality["startup_ms"]["p50"] < 1_000 * PATIENCE_S
    assert quality["failures"] == 0
    assert installation.read_report("moments", video="stream")["viewers"] == 1
    assert verdicts and all(verdict == (200, 0) for verdict in verdicts), verdicts
