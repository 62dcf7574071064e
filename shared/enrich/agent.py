"""What a user agent string says: the kind of device, and whether a person is behind it.

Never needs more than the string; answers are cached because few strings make up most traffic.
"""

import re
from functools import lru_cache
from typing import Literal

from crawlerdetect import CrawlerDetect

DeviceType = Literal["desktop", "mobile", "tablet", "tv", "other"]

_TV = re.compile(
    r"smart-?tv|appletv|apple tv|googletv|google tv|hbbtv|bravia|roku|crkey|netcast|web0s|viera"
    r"|tizen.*\btv\b|\baft[a-z]",
    re.IGNORECASE,
)
_TABLET = re.compile(r"ipad|tablet|kindle|playbook|\bsilk/(?!.*mobile)|android(?!.*mobile)", re.IGNORECASE)
_MOBILE = re.compile(r"iphone|ipod|android|mobile|windows phone|blackberry|opera mini", re.IGNORECASE)
_DESKTOP = re.compile(r"windows nt|macintosh|cros|x11|linux", re.IGNORECASE)

_crawlers = CrawlerDetect()


@lru_cache(maxsize=16_384)
def classify_device(user_agent: str) -> DeviceType:
    """Return the kind of device that `user_agent` names."""
    if _TV.search(user_agent):
        return "tv"
    if _TABLET.search(user_agent):
        return "tablet"
    if _MOBILE.search(user_agent):
        return "mobile"
    if _DESKTOP.search(user_agent):
        return "desktop"
    return "other"


@lru_cache(maxsize=16_384)
def is_bot(user_agent: str) -> bool:
    """Return whether `user_agent` is a crawler, a monitor or a script; headless Chromium alone is none of them."""
    text = user_agent.replace("HeadlessChrome", "Chrome")
    return bool(_crawlers.isCrawler(text))
