"""Makes the shop's film: draws the frames, composes the sound and has ffmpeg join them.

Run as `python -m examples.shop.make_video`. Must never leave a half-made film behind, nor make one twice.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
from PIL import Image

from examples.shop.catalogue import SHOP, Film, Scene, load_film
from examples.shop.film import brush, scenes, sound

FRAMES_PER_SECOND = 24
CROSSFADE_S = 0.5
MEDIA = SHOP / "media"
SOURCES = [Path(__file__), SHOP / "scenes.json", *sorted((SHOP / "film").glob("*.py"))]


def compute_stamp() -> str:
    """Return the hash of everything that the film is made of."""
    digest = hashlib.sha256()
    for source in SOURCES:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def is_made(film: Film, stamp: str) -> bool:
    """Say whether the film and its poster are there, made by these sources."""
    noted = MEDIA / "made.json"
    if not (noted.exists() and (MEDIA / film.file).exists() and (MEDIA / film.poster).exists()):
        return False
    with contextlib.suppress(ValueError, AttributeError):
        return bool(json.loads(noted.read_text()).get("stamp") == stamp)
    return False


def _caption(number: int, count: int, title: str) -> Image.Image:
    text = brush.words(title, 34)
    counter = brush.words(f"{number} / {count}", 20, (225, 230, 220))
    width = max(text.width, counter.width) + 64
    plate = brush.sprite(
        width, 96, lambda canvas, s: canvas.rounded_rectangle((0, 0, width * s, 96 * s), 18 * s, fill=(20, 28, 24, 150))
    )
    plate.paste(counter, (32, 16), counter)
    plate.paste(text, (32, 46), text)
    return plate


def paint_frames(film: Film) -> Iterator[Image.Image]:
    """Paint every frame, each scene fading in over the one before."""
    before: Image.Image | None = None
    for number, scene in enumerate(film.scenes, start=1):
        paint = scenes.BUILDERS[scene.id]()
        caption = _caption(number, len(film.scenes), scene.title["en"])
        frame: Image.Image | None = None
        for index in range(round((scene.end - scene.start) * FRAMES_PER_SECOND)):
            t = index / FRAMES_PER_SECOND
            frame = paint(t)
            shown = brush.ease((t - 0.3) / 0.6) * brush.ease((scene.end - scene.start - t) / 0.5)
            plate = brush.faded(caption, shown)
            frame.paste(plate, (48, brush.HEIGHT - 144), plate)
            if before is not None and t < CROSSFADE_S:
                frame = Image.blend(before, frame, brush.ease(t / CROSSFADE_S))
            yield frame
        before = frame


def _write_sound(path: Path, parts: list[Scene]) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(sound.RATE)
        out.writeframes(sound.compose([(scene.id, scene.end - scene.start) for scene in parts]))


def _encode(film: Film, audio: Path, target: Path, poster: Path) -> None:
    """Feed the frames to ffmpeg; raise with its own words if it fails."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{brush.WIDTH}x{brush.HEIGHT}",
        "-r", str(FRAMES_PER_SECOND), "-i", "-",
        "-i", str(audio),
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "25", "-pix_fmt", "yuv420p", "-g",
        str(FRAMES_PER_SECOND * 2),
        "-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart", "-shortest", str(target),
    ]  # fmt: skip
    total = round(film.duration * FRAMES_PER_SECOND)
    said = 0
    with tempfile.TemporaryFile() as errors, subprocess.Popen(command, stdin=subprocess.PIPE, stderr=errors) as ffmpeg:
        assert ffmpeg.stdin is not None
        try:
            for index, frame in enumerate(paint_frames(film)):
                ffmpeg.stdin.write(frame.tobytes())
                if index == FRAMES_PER_SECOND * 6:
                    frame.save(poster, quality=86)
                if index * 10 // total > said:
                    said = index * 10 // total
                    print(f"film: {said * 10} % drawn", flush=True)
            ffmpeg.stdin.close()
        except BrokenPipeError:
            pass
        if ffmpeg.wait() != 0:
            errors.seek(0)
            raise RuntimeError(f"ffmpeg failed: {errors.read().decode(errors='replace').strip()}")


def make_film(*, anew: bool = False) -> Path:
    """Make the film unless it is there already, and return where it lies."""
    film = load_film()
    target = MEDIA / film.file
    stamp = compute_stamp()
    if not anew and is_made(film, stamp):
        return target
    begun = time.monotonic()
    MEDIA.mkdir(parents=True, exist_ok=True)
    print(f"film: drawing {film.duration:.0f} seconds", flush=True)
    # The same folder, so that replacing is atomic; a name of its own, so that two makers do not meet.
    with tempfile.TemporaryDirectory(dir=MEDIA) as folder:
        made, poster, audio, note = (
            Path(folder) / name for name in ("film.mp4", "poster.jpg", "sound.wav", "made.json")
        )
        _write_sound(audio, film.scenes)
        _encode(film, audio, made, poster)
        note.write_text(json.dumps({"stamp": stamp}) + "\n")
        made.replace(target)
        poster.replace(MEDIA / film.poster)
        note.replace(MEDIA / "made.json")
    size = target.stat().st_size / 1e6
    print(f"film: {target.name}, {size:.1f} MB, made in {time.monotonic() - begun:.0f} s", flush=True)
    return target


def main() -> int:
    """Make the film from the command line."""
    parser = argparse.ArgumentParser(description="Make the demo shop's film.")
    parser.add_argument("--anew", action="store_true", help="make it even if it is there")
    make_film(anew=parser.parse_args().anew)
    return 0


if __name__ == "__main__":
    sys.exit(main())
