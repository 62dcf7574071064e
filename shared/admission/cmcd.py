"""CMCD version 2 event reports (CTA-5004-A) as messages of the Segment Video spec, joined to a view by their session.

Pure. Never invents a person: a report that names no visitor gets an id that no report counts.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec

from shared.admission.messages import MAX_MESSAGES, Envelope
from shared.admission.structured import Item, Member, NotADictionary, Scalar, Token, parse_dictionary
from shared.clock import DAY_MS, Millis, to_rfc3339
from shared.wire.messages import MessageError

UNOWNED_PREFIX = "cmcd-"
"""How the ids of reports begin that name no visitor."""
VISITOR_KEY = "kikkake-aid"
"""The custom key that names the visitor, also behind a reverse-DNS prefix (com.shop-kikkake-aid)."""
MAX_LINE_CHARACTERS = 8 * 1024
MAX_ID_CHARACTERS = 100
_LATEST: Millis = 253_402_300_799_999
"""The end of year 9999: nothing later can be written as RFC 3339."""

_BY_STATE = {
    "s": "Video Playback Started",
    "k": "Video Playback Seek Started",
    "r": "Video Playback Buffer Started",
    "a": "Video Playback Paused",
    "e": "Video Playback Completed",
    "f": "Video Playback Interrupted",
    "q": "Video Playback Exited",
}
_AD_EVENTS = {"as": "Video Ad Started", "ae": "Video Ad Completed"}
QUALITY = "Video Quality Updated"
"""What every report is that says nothing of how the view goes on: measurements only."""
_PRIVATE = frozenset({"nor", "nrr", "cmsds", "cmsdd", "smrt", "cs"})
"""Addresses and signatures: nothing that a report needs, and they may carry tokens."""


@dataclass(frozen=True, slots=True)
class Sender:
    """What the request says of all its reports. `is_internal`: from one of the site's own addresses."""

    write_key: str | None
    anonymous_id: str | None
    user_agent: str | None
    is_internal: bool


def read_reports(body: bytes, sender: Sender) -> Envelope | str:
    """Return the reports of a body (one a line) as an envelope of messages, or a refusal's code.

    A line that is no report costs only itself; it stands in the envelope's `refused`.
    """
    lines = [line.strip() for line in body.decode("utf-8", "replace").replace("\r", "\n").split("\n")]
    numbered = [(index, line) for index, line in enumerate(line for line in lines if line)]
    if len(numbered) > MAX_MESSAGES:
        return "too_many_messages"
    messages, pointers, refused = [], [], []
    for index, line in numbered:
        built = build_message(line, sender)
        if isinstance(built, dict):
            messages.append(msgspec.json.encode(built))
            pointers.append(f"/{index}")
        else:
            key, code, words = built
            refused.append(MessageError(index=index, pointer=f"/{index}{key}", code=code, detail=words))
    return Envelope(sender.write_key, messages, pointers, refused=tuple(refused))


def build_message(line: str, sender: Sender) -> dict[str, Any] | tuple[str, str, str]:
    """Return one report as a message, or pointer, code and words of its refusal."""
    if len(line) > MAX_LINE_CHARACTERS:
        return "", "message_too_large", f"A report holds at most {MAX_LINE_CHARACTERS} characters"
    try:
        report = parse_dictionary(line)
    except NotADictionary as error:
        return "", "invalid_field", f"This is no structured field dictionary: {error}"
    session_id, event = _text(report, "sid"), _text(report, "e")
    if not session_id or len(session_id) > MAX_ID_CHARACTERS:
        return "/sid", "missing_id", f"A report needs `sid`, a text of at most {MAX_ID_CHARACTERS} characters"
    if not event:
        return "/e", "missing_event", "An event report needs `e`"
    at = _number(report, "ts")
    if at is None or not 0 < at <= _LATEST:
        return "/ts", "invalid_timestamp", "`ts` is not a time in milliseconds since 1970"
    anonymous_id = sender.anonymous_id or _find_visitor(report)
    context: dict[str, Any] = {"userAgent": sender.user_agent[:1024]} if sender.user_agent else {}
    if anonymous_id is None and not sender.is_internal:
        context["internal"] = True  # it is a machine's word on some view: no report counts it as a person
    return {
        "type": "track",
        "event": _name_event(event, report),
        "messageId": _build_id(session_id, report, line),
        "anonymousId": anonymous_id or UNOWNED_PREFIX + _digest(session_id),
        "timestamp": to_rfc3339(int(at)),
        "properties": _build_properties(session_id, report),
        "context": context,
    }


def _name_event(event: str, report: dict[str, Member]) -> str:
    state = _text(report, "sta")
    if event in _AD_EVENTS:
        return _AD_EVENTS[event]
    if event == "e":
        return _BY_STATE["f"] if state == "f" else QUALITY
    if event == "ps":
        if state == "p":
            # What came before decides; a report says it by what it brings along.
            if "msd" in report:
                return "Video Content Started"
            return "Video Playback Buffer Completed" if "bsd" in report else "Video Playback Resumed"
        return _BY_STATE.get(state or "", QUALITY)
    return "Video Content Playing" if event == "t" and state == "p" else QUALITY


def _build_properties(session_id: str, report: dict[str, Member]) -> dict[str, Any]:
    stalls = [value for value in _numbers(report, "bsd") if 0 <= value <= DAY_MS]
    errors = [str(item.value) for item in _items(report, "ec")]
    playhead = _number(report, "pt")
    failed = _text(report, "sta") == "f"
    properties: dict[str, Any] = {
        "session_id": session_id,
        "content_asset_id": _text(report, "cid"),
        "source": "cmcd",
        # A live playhead is a time of day since 1970, and no place in the video.
        "position": playhead / 1000 if playhead is not None and 0 <= playhead <= DAY_MS else None,
        "livestream": True if _text(report, "st") in ("l", "ll") else None,
        "startup_ms": _number(report, "msd"),
        "rebuffer_ms": sum(stalls) if stalls else None,
        "rebuffers": len(stalls) or None,
        "bitrate": _choose_bitrate(report),
        "cdn": _text(report, "cdn"),
        "host": _text(report, "h") or _read_host(_text(report, "url")),
        "error": ", ".join(errors)[:1_000] or ("fatal" if failed else None),
        "method": "error" if failed else None,
        "backgrounded": True if _text(report, "bg") == "true" else None,
        "playback_rate": _number(report, "pr"),
        "cmcd": {key: _simplify(member) for key, member in report.items() if key not in _PRIVATE | {"url"}},
    }
    return {name: value for name, value in properties.items() if value is not None}


def _choose_bitrate(report: dict[str, Member]) -> int | float | None:
    """Return kbit/s of what is played: of picture and sound together, else of the picture, else of what there is."""
    for key in ("pb", "br", "ab"):
        items = [item for item in _items(report, key) if _is_number(item.value)]
        for kind in ("av", "v", None):
            for item in items:
                if kind is None or kind in item.parameters:
                    return item.value if isinstance(item.value, int | float) else None
    return None


def _find_visitor(report: dict[str, Member]) -> str | None:
    for key in report:
        if key == VISITOR_KEY or key.endswith("-" + VISITOR_KEY):
            return (_text(report, key) or "")[:256] or None
    return None


def _build_id(session_id: str, report: dict[str, Member], line: str) -> str:
    """Return an id by which a report sent twice is known: its number within the session, else its very words.

    A player counts apart for each address that it sends to, and two of these may lead here: kind and time stand beside.
    """
    number = _number(report, "sn")
    if number is None:
        return UNOWNED_PREFIX + _digest(f"{session_id}\x01{line}")
    return UNOWNED_PREFIX + _digest(f"{session_id}\x00{number}\x00{_text(report, 'e')}\x00{_number(report, 'ts')}")


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _items(report: dict[str, Member], key: str) -> list[Item]:
    member = report.get(key)
    return member if isinstance(member, list) else [member] if member is not None else []


def _numbers(report: dict[str, Member], key: str) -> list[int]:
    return [round(item.value) for item in _items(report, key) if isinstance(item.value, int | float)]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(report: dict[str, Member], key: str) -> int | float | None:
    items = _items(report, key)
    value = items[0].value if items else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(report: dict[str, Member], key: str) -> str | None:
    items = _items(report, key)
    if not items:
        return None
    value = items[0].value
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _simplify(member: Member) -> Any:
    if isinstance(member, list):
        return [_simplify(item) for item in member]
    if not member.parameters:
        return _plain(member.value)
    return {"value": _plain(member.value), **{key: _plain(value) for key, value in member.parameters.items()}}


def _plain(value: Scalar) -> Scalar:
    return str(value) if isinstance(value, Token) else value


def _read_host(url: str | None) -> str | None:
    """Return the host of an absolute address; the rest of it may carry tokens."""
    scheme, found, rest = (url or "").partition("://")
    host = rest.partition("/")[0].rpartition("@")[2].partition("?")[0].partition("#")[0]
    return host[:128] or None if found and scheme.isalpha() else None
