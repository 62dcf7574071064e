"""`make demo`: the whole loop on this machine, with a shop, its visitors of a month, and what to try.

Uses only what an outsider could use: `kikkake up`, the collector's and the analyzer's public addresses.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from examples.shop.catalogue import load_broadcast, load_clips, load_film
from examples.shop.visitors.__main__ import send_month
from examples.shop.visitors.catalog import load_catalog
from examples.shop.visitors.deliver import DeliveryError
from examples.shop.visitors.live import send_live
from shared.supervisor.process import die_with_parent

SHOP = Path(__file__).resolve().parent
START_S = 90.0
JOBS = ("videos", "segments", "moments", "lookalike")
"""What the console shows at once; the rest is computed when it is asked for, or on its schedule."""
FOUND_Q = 0.05
"""A moment stands out from chance when its q-value is at most this."""


class DemoError(Exception):
    """The demo cannot go on; the words say why."""


def _wait_for_ready(up: subprocess.Popen[bytes], ready_file: Path) -> dict[str, Any]:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if up.poll() is not None:
            raise DemoError("kikkake up ended before it was ready")
        if ready_file.exists():
            ready: dict[str, Any] = json.loads(ready_file.read_text())
            return ready
        time.sleep(0.1)
    raise DemoError(f"not ready after {START_S:g} s")


def _create(client: httpx.Client, path: str, body: dict[str, Any]) -> None:
    """Create a thing unless it is there already: the demo may be started again."""
    answer = client.post(path, json=body)
    if answer.status_code not in (201, 409):
        raise DemoError(f"POST {path}: {answer.text}")


def _run_job(client: httpx.Client, name: str) -> None:
    answer = client.post(f"/v1/jobs/{name}/run", json={"wait": True}, timeout=600)
    answer.raise_for_status()
    run = answer.json()
    if run["status"] != "succeeded":
        raise DemoError(f"job {name}: {run['status']}: {run.get('detail')}")


def describe_videos(shop: str) -> list[dict[str, Any]]:
    """Return the shop's videos as the analyzer keeps them, with sources that the console can play."""
    film, broadcast, clips = load_film(), load_broadcast(), load_clips()

    def describe(video: str, title: dict[str, str], file: str, duration: float, kind: str) -> dict[str, Any]:
        src = f"{shop}/media/{file}"
        return {"id": video, "title": title["ja"], "src": src, "duration": duration, "kind": kind}

    return [
        describe(film.video, film.title, film.file, film.duration, "film") | {"livestream": False},
        # The broadcast's seconds are the film's, so the film stands for both it and its recording.
        describe(broadcast.video, broadcast.title, film.file, film.duration, "broadcast") | {"livestream": True},
        *(
            describe(clip.video, clip.title, clip.file, clip.duration, "clip")
            | {"livestream": False, "products": [clip.product]}
            for clip in clips
        ),
    ]


def load_demo(ready: dict[str, Any], *, visitors: int, marker: Path) -> None:
    """Create the ready campaigns and segments, send the month once, and run the jobs."""
    headers = {"authorization": f"Bearer {ready['secret_key']}"}
    with httpx.Client(base_url=ready["analyzer"], headers=headers, timeout=60) as client:
        for campaign in json.loads((SHOP / "campaigns.json").read_text()):
            _create(client, "/v1/campaigns", campaign)
        for segment in json.loads((SHOP / "segments.json").read_text()):
            _create(client, "/v1/segments", segment)
        for video in describe_videos(ready["shop"]):
            _create(client, "/v1/videos", video)
        if not marker.exists():
            send_month(
                collector=ready["collector"],
                write_key=ready["write_key"],
                visitors=visitors,
                seed=7,
                days=30,
                end_s=time.time(),
            )
            marker.touch()
        print(f"running the jobs: {', '.join(JOBS)}", flush=True)
        for name in JOBS:
            _run_job(client, name)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def describe_moments(report: dict[str, Any]) -> list[str]:
    """Return the report's scenes in words: conversion of those who watched each beside those who did not."""
    catalog = load_catalog()
    lines = [f"{report['viewers']} people watched the video, {report['converters']} of them bought within 7 days."]
    for scene in catalog.scenes:
        bins = [row for row in report["bins"] if scene.start <= row["start"] < scene.end and row["viewers"]]
        if not bins:
            continue
        middle = bins[len(bins) // 2]
        watched, other = middle["rate_watched"], middle["rate_not_watched"]
        if watched is None or other is None:
            continue
        bar = "█" * round(watched * 100)
        lines.append(
            f"  {_clock(scene.start)}-{_clock(scene.end)}  {scene.id:<8} {watched:6.1%} of those who watched it bought,"
            f" {other:6.1%} of the others  {bar}"
        )
    found = [moment for moment in report["moments"] if (moment["q_value"] or 1) <= FOUND_Q]
    for moment in found:
        stretch = f"{_clock(moment['start'])}-{_clock(moment['end'])}"
        effect, low, high = (100 * moment[name] for name in ("effect", "ci_low", "ci_high"))
        lines.append(
            f"Compared with viewers alike who skipped it, {stretch} changed conversion by {effect:+.1f} points"
            f" (95 % interval {low:+.1f} to {high:+.1f})."
        )
    if not found:
        lines.append("  (raw figures: those who watch more also want more; no part stands out from chance)")
    return lines


def print_guide(ready: dict[str, Any]) -> None:
    """Print what there is to open and to try."""
    headers = {"authorization": f"Bearer {ready['secret_key']}"}
    answer = httpx.get(
        f"{ready['analyzer']}/v1/reports/moments", params={"video": load_catalog().video}, headers=headers, timeout=120
    )
    answer.raise_for_status()
    print("\n".join(["", *describe_moments(answer.json()), ""]))
    print(
        f"""Open
  the shop       {ready["shop"]}
  the console    {ready["analyzer"]}/console   password: {ready["console_password"]}
  the analyzer   {ready["analyzer"]}/openapi.json   (Authorization: Bearer {ready["secret_key"]})

Try
  1. Open the shop, play the film from 0:24 to about 0:32, then pause it: the prompt for those who saw the
     pouring comes up. Follow it, put the tea into the cart and buy it.
  2. Then see in the console, under Videos, what the buyers had watched, and under Live what you just did.
     The same by the API, after running the job at once instead of on its schedule:
     curl -s -X POST {ready["analyzer"]}/v1/jobs/moments/run -H 'Authorization: Bearer {ready["secret_key"]}' \\
          -H 'Content-Type: application/json' -d '{{"wait": true}}'
     curl -s '{ready["analyzer"]}/v1/reports/moments?video={load_catalog().video}' \\
          -H 'Authorization: Bearer {ready["secret_key"]}'
  3. Tap the vertical clips, and watch a broadcast at {ready["shop"]}/live: one begins every two minutes.
  4. Kill any of the three services (their ids: {ready["pids"]}); it comes back, and nothing is lost.

Ctrl-C stops all of it.""",
        flush=True,
    )


def keep_visitors_coming(ready: dict[str, Any]) -> None:
    """Have a few visitors a minute come while the demo runs, so that the live page and the prompts have something."""
    urls = {name: ready[name] for name in ("collector", "engager")}
    coming = send_live(load_catalog(), urls, ready["write_key"], run=f"{int(time.time()):x}")
    threading.Thread(target=lambda: asyncio.run(coming), daemon=True).start()


def run_demo(*, data_dir: Path, port_base: int, visitors: int, live: bool) -> int:
    """Run the demo until Ctrl-C; returns the exit code."""
    ready_file = data_dir / "ready.json"
    up = subprocess.Popen(
        [
            *(sys.executable, "-c", "from shared.cli.main import run; run()", "up", "--demo"),
            *("--data-dir", str(data_dir), "--port-base", str(port_base), "--ready-file", str(ready_file)),
        ],
        # Ctrl-C is answered here first; the supervisor then gets its SIGTERM.
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - no thread runs yet
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        ready = _wait_for_ready(up, ready_file)
        load_demo(ready, visitors=visitors, marker=data_dir / "demo-month-sent")
        print_guide(ready)
        if live:
            keep_visitors_coming(ready)
        return up.wait()
    except KeyboardInterrupt:
        return 0
    except (DemoError, DeliveryError, httpx.HTTPError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    finally:
        with contextlib.suppress(KeyboardInterrupt):
            if up.poll() is None:
                up.terminate()
            up.wait()


def main() -> int:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description="Run Kikkake with a demo shop and a month of visitors.")
    parser.add_argument("--data-dir", type=Path, default=Path(".kikkake/demo"), help="folder of the installation")
    parser.add_argument("--port-base", type=int, default=8000, help="port of the shop; the services follow")
    parser.add_argument("--visitors", type=int, default=10000, help="visitors of the month")
    parser.add_argument("--no-live", action="store_true", help="send the month only, and no visitors of this moment")
    options = parser.parse_args()
    return run_demo(
        data_dir=options.data_dir,
        port_base=options.port_base,
        visitors=options.visitors,
        live=not options.no_live,
    )


if __name__ == "__main__":
    sys.exit(main())
