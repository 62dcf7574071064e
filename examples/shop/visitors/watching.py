"""Tells a view of a video as the tag does: start-up, heartbeats with played ranges, stalls, seeks, the end, actions.

Pure; randomness comes with the visit.
"""

import math
from dataclasses import dataclass
from typing import Any

from examples.shop.visitors.catalog import Catalog, Clip
from examples.shop.visitors.playback import Playback, draw_playback
from examples.shop.visitors.viewing import (
    HEARTBEAT_S,
    SKIP_RECORDING,
    Viewing,
    draw_clip_viewing,
    draw_live_viewing,
    draw_viewing,
)
from examples.shop.visitors.visit import Visit

NOTHING = Viewing([])
SMALLEST_S = 0.005
"""Nothing shorter is played: ranges are told to a hundredth of a second."""


@dataclass(frozen=True)
class Video:
    """What is played: its id, title and length; a broadcast has no length for a player."""

    id: str
    title: str
    length: float
    is_live: bool = False


def watch_film(visit: Visit, catalog: Catalog) -> tuple[Viewing, Playback]:
    """Tell one view of the shop's film, as a file."""
    intent = visit.person.intent
    playback = draw_playback(visit.rng, is_on_phone=visit.person.is_on_phone, length=catalog.duration)
    viewing = draw_viewing(catalog, intent, visit.rng, annoyance=playback.annoyance)
    visit.open("/")
    visit.wait(1, 6)
    return _tell(visit, Video(catalog.video, catalog.title, catalog.duration), viewing, playback), playback


def watch_broadcast(visit: Visit, catalog: Catalog, *, is_live: bool) -> tuple[Viewing, Playback]:
    """Tell one view of the broadcast while it is on air, or of its recording."""
    intent = visit.person.intent
    playback = draw_playback(visit.rng, is_on_phone=visit.person.is_on_phone, length=catalog.duration)
    if is_live:
        viewing = draw_live_viewing(catalog, intent, visit.rng, annoyance=playback.annoyance)
    else:
        viewing = draw_viewing(catalog, intent, visit.rng, annoyance=playback.annoyance, skip=SKIP_RECORDING)
    visit.open("/live" if is_live else "/live/archive")
    visit.wait(1, 4)
    video = Video(catalog.broadcast, catalog.broadcast_title, catalog.duration, is_live)
    return _tell(visit, video, viewing, playback), playback


def watch_clip(visit: Visit, clip: Clip) -> Viewing:
    """Tell one view of a vertical clip."""
    playback = draw_playback(visit.rng, is_on_phone=visit.person.is_on_phone, length=clip.duration)
    viewing = draw_clip_viewing(clip.duration, visit.person.intent, visit.rng)
    return _tell(visit, Video(clip.video, clip.title, clip.duration), viewing, playback)


def click_product(visit: Visit, video: str, position: float, product: str) -> None:
    """Tell that the way to a product was taken from a video."""
    about = {"session_id": f"{visit.session}-{video}", "content_asset_id": video, "position": position}
    visit.say("track", "Video Product Clicked", {**about, "product_id": product})
    visit.wait(0.5, 2)


def _tell(visit: Visit, video: Video, viewing: Viewing, playback: Playback) -> Viewing:
    """Tell the whole view; returns what was really played of it."""
    shared: dict[str, Any] = {
        "session_id": f"{visit.session}-{video.id}",
        "content_asset_id": video.id,
        "title": video.title,
        "total_length": None if video.is_live else video.length,
        "livestream": video.is_live,
        "video_player": "html5",
        "cdn": playback.host,
        "connection": playback.connection,
    }
    first = viewing.ranges[0][0]
    visit.say("track", "Video Playback Started", {**shared, "position": first})
    if playback.gives_up:
        visit.at += playback.startup_ms / 1000 * visit.rng.uniform(0.6, 1)
        visit.say("track", "Video Playback Exited", {**shared, "position": first})
        return NOTHING
    visit.at += playback.startup_ms / 1000
    begun = {**shared, "position": first, "startup_ms": playback.startup_ms, "bitrate": playback.bitrate}
    visit.say("track", "Video Content Started", begun)
    played: list[tuple[float, float]] = []
    for number, (start, end) in enumerate(viewing.ranges):
        if number:
            visit.say("track", "Video Playback Seek Completed", {**shared, "position": start})
        failed = playback.fails_at is not None and start <= playback.fails_at < end
        stop = playback.fails_at if failed and playback.fails_at is not None else end
        _play(visit, shared, start, stop, playback)
        played.append((start, stop))
        if failed:
            lost = {**shared, "position": stop, "method": "error", "error": "2 network"}
            visit.say("track", "Video Playback Interrupted", lost)
            return Viewing(played)
    last = played[-1][1]
    ended = last >= video.length
    visit.say("track", "Video Playback Completed" if ended else "Video Playback Paused", {**shared, "position": last})
    _act(visit, shared, last)
    return Viewing(played)


def _play(visit: Visit, shared: dict[str, Any], start: float, end: float, playback: Playback) -> None:
    """Tell heartbeats from `start` to `end`, with the stalls that fall between."""
    position = start
    for at, waited in [*(stall for stall in playback.stalls if start < stall[0] < end), (end, 0.0)]:
        while at - position > SMALLEST_S:
            step = min(HEARTBEAT_S, at - position)
            visit.at += step
            played = [[round(position, 2), round(position + step, 2)]]
            position += step
            visit.say("track", "Video Content Playing", {**shared, "position": round(position, 2), "played": played})
        if waited:
            visit.say("track", "Video Playback Buffer Started", {**shared, "position": round(at, 2)})
            visit.at += waited
            visit.say("track", "Video Playback Buffer Completed", {**shared, "position": round(at, 2)})


def _act(visit: Visit, shared: dict[str, Any], position: float) -> None:
    """Tell what they do in the player; more of it while it is live."""
    warmth = math.exp(0.5 * visit.person.intent) * (2.5 if shared["livestream"] else 1)
    for event, chance in (("Video Liked", 0.05), ("Video Commented", 0.015), ("Video Shared", 0.01)):
        if visit.rng.random() < chance * warmth:
            visit.wait(0.5, 4)
            visit.say("track", event, {**shared, "position": position})
