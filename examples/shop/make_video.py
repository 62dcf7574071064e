"""Makes the shop's film, its vertical clips and its stream: draws the frames, composes the sound, has ffmpeg join them.

Run as `python -m examples.shop.make_video`. Must never leave a half-made film behind, nor make one twice.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
from PIL import Image

from examples.shop.catalogue import SHOP, Clip, Film, load_clips, load_film
from examples.shop.film import brush, clips, scenes, sound
from examples.shop.stream import QUALITIES, Quality

FRAMES_PER_SECOND = 24
CROSSFADE_S = 0.5
SEGMENT_S = 2
MEDIA = SHOP / "media"
STREAM = "stream"
"""Folder of the film cut into segments, one folder within for each quality."""
SOURCES = [
    Path(__file__),
    *(SHOP / name for name in ("scenes.json", "clips.json", "stream.py")),
    *sorted((SHOP / "film").glob("*.py")),
]


_SMALL = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "28", "-bf", "0", "-sc_threshold", "0")


@dataclass(frozen=True)
class Job:
    """One file to be made from frames and sound."""

    name: str
    frames: Iterator[Image.Image]
    size: tuple[int, int]
    duration: float
    sound: bytes
    poster_at: float


def compute_stamp() -> str:
    """Return the hash of everything that the media are made of."""
    digest = hashlib.sha256()
    for source in SOURCES:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def list_media(film: Film, vertical: list[Clip]) -> list[str]:
    """Return the names in the media folder that must be there."""
    files = [film.file, film.poster, *(name for clip in vertical for name in (clip.file, clip.poster))]
    return [*files, *(f"{STREAM}/{quality.name}/index.m3u8" for quality in QUALITIES)]


def is_made(film: Film, vertical: list[Clip], stamp: str) -> bool:
    """Say whether everything is there, made by these sources."""
    noted = MEDIA / "made.json"
    if not all(path.exists() for path in (noted, *(MEDIA / name for name in list_media(film, vertical)))):
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


def paint_clip(clip: Clip) -> Iterator[Image.Image]:
    """Paint every frame of a vertical clip; it fades out where it will begin again."""
    paint = clips.BUILDERS[clip.scene]()
    first = paint(0.0)
    for index in range(round(clip.duration * FRAMES_PER_SECOND)):
        t = index / FRAMES_PER_SECOND
        left = clip.duration - t
        yield paint(t) if left > CROSSFADE_S else Image.blend(first, paint(t), brush.ease(left / CROSSFADE_S))


def _list_jobs(film: Film, vertical: list[Clip]) -> list[Job]:
    whole = sound.compose([(scene.id, scene.end - scene.start) for scene in film.scenes])
    jobs = [Job(film.file, paint_frames(film), (brush.WIDTH, brush.HEIGHT), film.duration, whole, 6)]
    for clip in vertical:
        alone = sound.compose([(clip.scene, clip.duration)])
        jobs.append(Job(clip.file, paint_clip(clip), clips.SIZE, clip.duration, alone, clip.poster_at))
    return jobs


def _write_sound(path: Path, samples: bytes) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(sound.RATE)
        out.writeframes(samples)


def _encode(job: Job, folder: Path) -> None:
    """Feed the frames to ffmpeg; raise with its own words if it fails."""
    target = folder / job.name
    audio = target.with_suffix(".wav")
    _write_sound(audio, job.sound)
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{job.size[0]}x{job.size[1]}",
        "-r", str(FRAMES_PER_SECOND), "-i", "-",
        "-i", str(audio),
        # A key frame every two seconds and nowhere else, and no frame out of order: the stream is cut there.
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "25", "-pix_fmt", "yuv420p",
        "-g", str(FRAMES_PER_SECOND * SEGMENT_S), "-sc_threshold", "0", "-bf", "0",
        "-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart", "-shortest", str(target),
    ]  # fmt: skip
    total = round(job.duration * FRAMES_PER_SECOND)
    said = 0
    with tempfile.TemporaryFile() as errors, subprocess.Popen(command, stdin=subprocess.PIPE, stderr=errors) as ffmpeg:
        assert ffmpeg.stdin is not None
        try:
            for index, frame in enumerate(job.frames):
                ffmpeg.stdin.write(frame.tobytes())
                if index == round(job.poster_at * FRAMES_PER_SECOND):
                    frame.save(target.with_suffix(".jpg"), quality=86)
                if index * 4 // total > said:
                    said = index * 4 // total
                    print(f"film: {target.stem} {said * 25} % drawn", flush=True)
            ffmpeg.stdin.close()
        except BrokenPipeError:
            pass
        if ffmpeg.wait() != 0:
            errors.seek(0)
            raise RuntimeError(f"ffmpeg failed: {errors.read().decode(errors='replace').strip()}")
    audio.unlink()


def _cut(film: Path, quality: Quality, folder: Path) -> None:
    """Cut the film into segments of one quality, each beginning with a key frame."""
    target = folder / STREAM / quality.name
    target.mkdir(parents=True)
    size, keys = f"scale={quality.width}:{quality.height}", str(FRAMES_PER_SECOND * SEGMENT_S)
    smaller = ["-vf", size, *_SMALL, "-g", keys, "-c:a", "aac", "-b:a", "64k"]
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-i", str(film),
        *(["-c", "copy"] if quality.height == brush.HEIGHT else smaller),
        "-f", "hls", "-hls_time", str(SEGMENT_S), "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4",
        "-hls_segment_filename", "%d.m4s", "-hls_fmp4_init_filename", "init.mp4", "index.m3u8",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=target, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"ffmpeg failed: {done.stderr.decode(errors='replace').strip()}")


def make_film(*, anew: bool = False) -> Path:
    """Make the film, the clips and the stream unless they are there already; returns where the film lies."""
    film, vertical = load_film(), load_clips()
    target = MEDIA / film.file
    stamp = compute_stamp()
    if not anew and is_made(film, vertical, stamp):
        return target
    begun = time.monotonic()
    MEDIA.mkdir(parents=True, exist_ok=True)
    print(f"film: drawing {film.duration + sum(clip.duration for clip in vertical):.0f} seconds", flush=True)
    # The same folder, so that replacing is atomic; a name of its own, so that two makers do not meet.
    with tempfile.TemporaryDirectory(dir=MEDIA) as name:
        folder = Path(name)
        # Two at a time: while one is encoded by ffmpeg, another is drawn.
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda job: _encode(job, folder), _list_jobs(film, vertical)))
            list(pool.map(lambda quality: _cut(folder / film.file, quality, folder), QUALITIES))
        (MEDIA / "made.json").unlink(missing_ok=True)
        shutil.rmtree(MEDIA / STREAM, ignore_errors=True)
        for made in sorted(folder.iterdir()):
            made.replace(MEDIA / made.name)
        note = folder / "made.json"
        note.write_text(json.dumps({"stamp": stamp}) + "\n")
        note.replace(MEDIA / note.name)
    size = sum(path.stat().st_size for path in MEDIA.rglob("*") if path.is_file()) / 1e6
    print(f"film: {size:.1f} MB, made in {time.monotonic() - begun:.0f} s", flush=True)
    return target


def main() -> int:
    """Make the film from the command line."""
    parser = argparse.ArgumentParser(description="Make the demo shop's film, clips and stream.")
    parser.add_argument("--anew", action="store_true", help="make them even if they are there")
    make_film(anew=parser.parse_args().anew)
    return 0


if __name__ == "__main__":
    sys.exit(main())
