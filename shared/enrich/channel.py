"""How a visitor arrived: one word for the channel, by the table in `docs/channels.md`.

Never says "direct" for a step within the site: such a message says nothing about arrival.
"""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

_PAID = re.compile(r"(^|[_-])(cpc|ppc|paid|cpm|cpv|cpa|sem|ads?)([_-]|$)|^paid")
_SEARCH_HOSTS = re.compile(
    r"(^|\.)(google\.[a-z.]+|bing\.com|duckduckgo\.com|ecosia\.org|baidu\.com|naver\.com|daum\.net|goo\.ne\.jp"
    r"|search\.yahoo\.(com|co\.jp)|yahoo\.co\.jp|yahoo\.com|yandex\.[a-z.]+|startpage\.com|qwant\.com"
    r"|search\.brave\.com|so\.com|sogou\.com|seznam\.cz|com\.google\.android\.googlequicksearchbox)$"
)
_SOCIAL_HOSTS = re.compile(
    r"(^|\.)(facebook\.com|fb\.com|fb\.me|instagram\.com|threads\.(net|com)|twitter\.com|x\.com|t\.co|tiktok\.com"
    r"|linkedin\.com|lnkd\.in|pinterest\.[a-z.]+|reddit\.com|snapchat\.com|mixi\.jp|ameblo\.jp|note\.com"
    r"|hatena\.ne\.jp|tumblr\.com|quora\.com|weibo\.com|vk\.com|bsky\.app|mastodon\.social"
    r"|com\.facebook\.katana|com\.instagram\.android|com\.twitter\.android)$"
)
_LINE_HOSTS = re.compile(r"(^|\.)(line\.me|line\.naver\.jp|lin\.ee|line-scdn\.net|jp\.naver\.line\.android)$")
_VIDEO_HOSTS = re.compile(r"(^|\.)(youtube\.com|youtu\.be|vimeo\.com|nicovideo\.jp|twitch\.tv|dailymotion\.com)$")
_EMAIL_HOSTS = re.compile(
    r"(^|\.)(mail\.google\.com|mail\.yahoo\.(com|co\.jp)|outlook\.(live|office|office365)\.com|outlook\.com"
    r"|com\.google\.android\.gm)$|^mail\."
)
_SEARCH_SOURCES = re.compile(
    r"^(google|bing|yahoo|yahoo[_-]?japan|baidu|duckduckgo|naver|yandex|ecosia|adwords|googleads)$"
)
_SOCIAL_SOURCES = re.compile(
    r"^(facebook|fb|meta|instagram|ig|twitter|x|tiktok|linkedin|pinterest|reddit|snapchat|threads|mixi|note)$"
)

_BY_MEDIUM = {
    **dict.fromkeys(("email", "e-mail", "e_mail", "mail", "mailmagazine", "newsletter"), "email"),
    **dict.fromkeys(("organic", "organic_search", "seo"), "organic_search"),
    **dict.fromkeys(("sem", "paid_search", "paidsearch", "listing"), "paid_search"),
    **dict.fromkeys(("social", "sns", "social-network", "social_network", "social-media", "organic_social"), "social"),
    **dict.fromkeys(("paid_social", "paid-social", "paidsocial"), "paid_social"),
    **dict.fromkeys(("display", "banner", "cpm", "interstitial", "expandable", "retargeting"), "display"),
    **dict.fromkeys(("affiliate", "affiliates", "affiliation", "partner"), "affiliate"),
    **dict.fromkeys(("referral", "link"), "referral"),
    **dict.fromkeys(("video", "cpv"), "video"),
    **dict.fromkeys(("line", "line_message", "line_official"), "line"),
    **dict.fromkeys(("push", "webpush", "web_push", "app_push", "notification"), "push"),
    **dict.fromkeys(("sms", "text_message"), "sms"),
    **dict.fromkeys(("audio", "podcast"), "audio"),
    **dict.fromkeys(("qr", "offline", "print", "dm", "store"), "offline"),
}

_BY_CLICK_ID = {
    **dict.fromkeys(("gclid", "gbraid", "wbraid", "msclkid", "yclid"), "paid_search"),
    **dict.fromkeys(("ttclid", "twclid", "li_fat_id", "ldtag_cl", "epik", "rdt_cid", "sccid"), "paid_social"),
    "dclid": "display",
    "fbclid": "social",
    "irclickid": "affiliate",
}

CHANNELS = tuple(sorted({"direct", "referral", "other_campaign", *_BY_MEDIUM.values(), *_BY_CLICK_ID.values()}))
"""Every value a channel can have."""


class Arrival(msgspec.Struct, frozen=True):
    """What a message says about how its session began; all None when it says nothing."""

    channel: str | None = None
    source: str | None = None
    medium: str | None = None
    name: str | None = None


NO_ARRIVAL = Arrival()


def classify_arrival(url: str | None, referrer: str | None, campaign: Any) -> Arrival:
    """Return channel and campaign of a page seen at `url`, from `referrer`, with Segment's `context.campaign`.

    None of channel when there is no page, or the referrer is the site itself and no campaign is named.
    """
    source, medium, name, click_channel, host = _read_campaign(url, campaign)
    if source or medium or click_channel:
        channel = _classify_campaign((source or "").lower(), (medium or "").lower(), click_channel)
        return Arrival(channel, source, medium, name)
    if url is None and referrer is None:
        return NO_ARRIVAL if name is None else Arrival(None, None, None, name)
    return Arrival(classify_referrer(referrer, host), None, None, name)


def _read_campaign(url: str | None, campaign: Any) -> tuple[str | None, str | None, str | None, str | None, str | None]:
    source = medium = name = click_channel = host = None
    if isinstance(campaign, dict):
        source, medium, name = (_read_text(campaign.get(key)) for key in ("source", "medium", "name"))
    if url:
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError:
            return source, medium, name, None, None
        if parts.query:
            query = dict(parse_qsl(parts.query[:8_192]))
            source = source or _read_text(query.get("utm_source"))
            medium = medium or _read_text(query.get("utm_medium"))
            name = name or _read_text(query.get("utm_campaign"))
            click_channel = next((_BY_CLICK_ID[key] for key in query if key in _BY_CLICK_ID), None)
    return source, medium, name, click_channel, host


def _read_text(value: Any) -> str | None:
    return value.strip()[:256] or None if isinstance(value, str) else None


def _classify_campaign(source: str, medium: str, click_channel: str | None) -> str:
    if source in ("line", "line_official") or medium == "line":
        return "line"
    if medium in _BY_MEDIUM and not (medium == "cpm" and _SOCIAL_SOURCES.match(source)):
        return _BY_MEDIUM[medium]
    if _PAID.search(medium):
        if _SOCIAL_SOURCES.match(source):
            return "paid_social"
        if "social" in medium:
            return "paid_social"
        if source in ("youtube", "vimeo"):
            return "video"
        return "paid_search"
    if click_channel:
        return click_channel
    if medium == "" and _SOCIAL_SOURCES.match(source):
        return "social"
    if medium == "" and _SEARCH_SOURCES.match(source):
        return "organic_search"
    if source in ("email", "newsletter", "mailmagazine", "merumaga"):
        return "email"
    return "other_campaign"


def classify_referrer(referrer: str | None, own_host: str | None) -> str | None:
    """Return the channel of a visit without campaign: None when the referrer is the site itself."""
    if not referrer:
        return "direct"
    try:
        host = urlsplit(referrer).hostname
    except ValueError:
        return "direct"
    if not host:
        return "direct"
    host = host.lower()
    if own_host is not None and host.removeprefix("www.") == own_host.lower().removeprefix("www."):
        return None
    for pattern, channel in (
        (_EMAIL_HOSTS, "email"),
        (_LINE_HOSTS, "line"),
        (_VIDEO_HOSTS, "video"),
        (_SOCIAL_HOSTS, "social"),
        (_SEARCH_HOSTS, "organic_search"),
    ):
        if pattern.search(host):
            return channel
    return "referral"
