"""Fixtures of the SDK's browser tests: a real Chromium, a recording site, and a real film.

Must never pass quietly without a browser: then the tests are skipped by name.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.sdk.site import SDK, Site

FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]
FILM_S = 12
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds of a counting test picture with a tone, seekable at each half second."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    pictures = ("-f", "lavfi", "-i", f"testsrc=size=320x180:rate=25:duration={FILM_S}")
    tone = ("-f", "lavfi", "-i", f"sine=frequency=440:duration={FILM_S}")
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "12", "-pix_fmt", "yuv420p", "-c:a", "aac")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", *pictures, *tone, *codecs]
    subprocess.run([*command, "-movflags", "+faststart", str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium. One a module: while Playwright runs, no other event loop can."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        pytest.skip("no Chromium on the path")
    if not (SDK / "kikkake.js").exists():
        pytest.fail("the SDK is not built: npm --prefix sdk run build")
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(film: Path) -> Iterator[Site]:
    """The recording site."""
    site = Site(film)
    site.start()
    yield site
    site.stop()


@pytest.fixture
def site(server: Site) -> Site:
    """The recording site with nothing in memory."""
    server.reset()
    return server


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has never been anywhere."""
    context = browser.new_context(viewport={"width": 1000, "height": 700}, locale="en-US")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab that no exception may have reached when the test is over."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []
