"""Fixtures of the SDK's browser tests: a recording site and a real film; the browser is everybody's.

Must never run without the built SDK: a page without it would pass for one that sends nothing.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import pytest

from tests.e2e.sdk.site import SDK, Site

FILM_S = 12


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
def server(film: Path) -> Iterator[Site]:
    """The recording site."""
    if not (SDK / "kikkake.js").exists():
        pytest.fail("the SDK is not built: npm --prefix sdk run build")
    site = Site(film)
    site.start()
    yield site
    site.stop()


@pytest.fixture
def site(server: Site) -> Site:
    """The recording site with nothing in memory."""
    server.reset()
    return server
