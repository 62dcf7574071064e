"""Which video to show to somebody who looked at products: one of the product that interests most.

Pure. Never one that was seen to its end, nor one that cannot be played everywhere.
"""

from collections.abc import Iterable, Mapping

import msgspec

from services.engager.profiles.view import LiveView
from shared.snapshot.model import Campaign, ProductVideo
from shared.wire.decide import Content, ContentVideo

VideosOf = Mapping[str, tuple[ProductVideo, ...]]


def is_related(campaign: Campaign) -> bool:
    """Return whether any variant takes its video from what the viewer looked at."""
    return any(variant.related_video for variant in campaign.variants)


def index_videos(videos: Iterable[ProductVideo]) -> VideosOf:
    """Return the videos of each product: those that show fewest others first, equals by id."""
    found: dict[str, list[ProductVideo]] = {}
    for video in sorted(videos, key=lambda video: (len(video.products), video.id)):
        for product in dict.fromkeys(video.products):
            found.setdefault(product, []).append(video)
    return {product: tuple(of_product) for product, of_product in found.items()}


def find_related(view: LiveView, videos_of: VideosOf) -> ProductVideo | None:
    """Return the video of the product of most interest that has one not finished yet, None without any."""
    for product in view.rank_products():
        for video in videos_of.get(product, ()):
            if not view.video_completed(video.id):
                return video
    return None


def fill_video(content: Content, video: ProductVideo | None) -> Content:
    """Return `content` with `video` in place of the one that was left open; without one, none."""
    if video is None or content.video is None:
        return msgspec.structs.replace(content, video=None)
    return msgspec.structs.replace(
        content, video=ContentVideo(id=video.id, start_at=content.video.start_at, src=video.src)
    )
