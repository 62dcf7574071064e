"""The routes of the stream: its playlists, its segments, and what is on air now.

Must never let a player keep a playlist of something that still grows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from examples.shop.catalogue import SHOP, Broadcast, Film
from examples.shop.stream import QUALITIES, build_broadcast, build_master, read_on_air, read_segments

FOLDER = SHOP / "media" / "stream"
PLAYER = SHOP / "node_modules" / "hls.js" / "dist" / "hls.light.min.mjs"
PLAYLIST = "application/vnd.apple.mpegurl"
FRESH = {"cache-control": "no-store"}
NAMES = frozenset(quality.name for quality in QUALITIES)


def build_stream_routes(film: Film, broadcast: Broadcast, now: Callable[[], float]) -> list[BaseRoute]:
    """Return the routes; `now` is in seconds since the epoch."""

    def filmed(started: int) -> float:
        on_air = read_on_air(now(), every=broadcast.every, duration=film.duration)
        if started == on_air.id:
            return on_air.position
        # Players may still read the end of the one before; nobody may read the one to come.
        return film.duration if started < on_air.id else 0.0

    async def tell_on_air(_: Request) -> Response:
        on_air = read_on_air(now(), every=broadcast.every, duration=film.duration)
        return JSONResponse({**asdict(on_air), "now": now()}, headers=FRESH)

    async def show_live(request: Request) -> Response:
        started = request.path_params["started"]
        if started % broadcast.every or not filmed(started):
            return Response(status_code=404)
        return Response(build_master(f"/live/{started}/{{quality}}.m3u8"), media_type=PLAYLIST, headers=FRESH)

    async def show_live_quality(request: Request) -> Response:
        started, quality = request.path_params["started"], request.path_params["quality"]
        recording = FOLDER / quality / "index.m3u8"
        if quality not in NAMES or started % broadcast.every or not filmed(started) or not recording.exists():
            return Response(status_code=404)
        segments = read_segments(recording.read_text())
        growing = build_broadcast(segments, f"/media/stream/{quality}", filmed(started))
        return Response(growing, media_type=PLAYLIST, headers=FRESH)

    async def show_recording(_: Request) -> Response:
        return Response(build_master("{quality}/index.m3u8"), media_type=PLAYLIST)

    async def show_player(_: Request) -> Response:
        if not PLAYER.exists():
            return Response(status_code=404)
        return FileResponse(PLAYER, media_type="text/javascript", headers={"cache-control": "public, max-age=3600"})

    return [
        Route("/api/on-air", tell_on_air),
        Route("/live/{started:int}.m3u8", show_live),
        Route("/live/{started:int}/{quality}.m3u8", show_live_quality),
        Route("/media/stream/index.m3u8", show_recording),
        Mount("/media/stream", StaticFiles(directory=FOLDER, check_dir=False)),
        Route("/vendor/hls.mjs", show_player),
    ]
