"""From JSON to a rule, or to one error that points at the wrong place.

Never accepts what either compiler could not express.
"""

import math
import re
from collections.abc import Collection
from typing import Any

from shared.clock import DAY_MS, HOUR_MS, Millis
from shared.rules.facts import SCORE, find_fact, get_spec
from shared.rules.model import (
    COUNT_OPS,
    OPS,
    Compare,
    Condition,
    Every,
    Happened,
    InSegment,
    Negated,
    Op,
    Rule,
    Scalar,
    Some,
    Watched,
)
from shared.rules.patterns import check_pattern

MOST_NODES = 200
MOST_DEPTH = 20
MOST_LIVE_DAYS = 30
_MOST_ITEMS = 1_000
_LONGEST_TEXT = 1_000
_WINDOW = re.compile(r"([1-9][0-9]{0,5})([hd])")
_UNSAFE_TEXT = re.compile("[\x00\ud800-\udfff]")
_UNSAFE_PATH = re.compile('[\x00-\x1f"\\\\\ud800-\udfff]')
_KINDS = ("all", "any", "not", "fact", "event", "segment", "watched")


class RuleError(ValueError):
    """A rule that cannot be: where (JSON pointer within the rule), a stable code, and words."""

    def __init__(self, pointer: str, code: str, detail: str) -> None:
        super().__init__(f"{pointer or '/'}: {detail}")
        self.pointer = pointer
        self.code = code
        self.detail = detail


def parse_rule(
    value: Any,
    *,
    live: bool,
    known_segments: Collection[str] | None = None,
    known_scores: Collection[str] | None = None,
) -> Rule:
    """Return the rule in `value` (decoded JSON).

    `live` refuses event windows that a live profile cannot reach. `known_segments` None accepts any segment, and
    `known_scores` None any score. Raises `RuleError`.
    """
    return _Parser(live, known_segments, known_scores).parse(value, "", 1)


def parse_where(value: Any, *, pointer: str = "") -> tuple[Condition, ...]:
    """Return the conditions of a Where list (decoded JSON). Raises `RuleError`."""
    return _Parser(False, None).parse_where(value, pointer)


class _Parser:
    def __init__(
        self, live: bool, known_segments: Collection[str] | None, known_scores: Collection[str] | None = None
    ) -> None:
        self._live = live
        self._segments = known_segments
        self._scores = known_scores
        self._nodes = 0

    def parse(self, value: Any, pointer: str, depth: int) -> Rule:
        self._count_node(pointer)
        if depth > MOST_DEPTH:
            raise RuleError(pointer, "too_deep", f"A rule is nested at most {MOST_DEPTH} levels deep")
        if not isinstance(value, dict):
            raise RuleError(pointer, "wrong_shape", "A rule is an object")
        kinds = [kind for kind in _KINDS if kind in value]
        if len(kinds) != 1:
            raise RuleError(pointer, "wrong_shape", f"A rule has exactly one of {', '.join(_KINDS)}")
        match kinds[0]:
            case "all" | "any" as kind:
                _check_fields(value, pointer, (kind,))
                if not isinstance(value[kind], list):
                    raise RuleError(f"{pointer}/{kind}", "wrong_shape", f'"{kind}" takes a list of rules')
                parts = tuple(
                    self.parse(part, f"{pointer}/{kind}/{index}", depth + 1) for index, part in enumerate(value[kind])
                )
                return Every(parts) if kind == "all" else Some(parts)
            case "not":
                _check_fields(value, pointer, ("not",))
                return Negated(self.parse(value["not"], f"{pointer}/not", depth + 1))
            case "fact":
                return self._parse_compare(value, pointer)
            case "event":
                return self._parse_event(value, pointer)
            case "segment":
                return self._parse_segment(value, pointer)
        return _parse_watched(value, pointer)

    def parse_where(self, value: Any, pointer: str) -> tuple[Condition, ...]:
        if not isinstance(value, list):
            raise RuleError(pointer, "wrong_shape", '"where" takes a list of conditions')
        conditions = []
        for index, condition in enumerate(value):
            at = f"{pointer}/{index}"
            self._count_node(at)
            if not isinstance(condition, dict):
                raise RuleError(at, "wrong_shape", "A condition is an object")
            _check_fields(condition, at, ("property", "op", "value"))
            name = condition.get("property")
            if not isinstance(name, str) or not _is_path(name):
                raise RuleError(f"{at}/property", "bad_path", "A property is named by a dotted path")
            op, operand = _parse_comparison(condition, at)
            conditions.append(Condition(tuple(name.split(".")), op, operand))
        return tuple(conditions)

    def _count_node(self, pointer: str) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise RuleError(pointer, "too_large", f"A rule has at most {MOST_NODES} parts")

    def _parse_compare(self, value: dict[str, Any], pointer: str) -> Compare:
        _check_fields(value, pointer, ("fact", "op", "value"))
        name = value["fact"]
        fact = find_fact(name) if isinstance(name, str) and len(name) <= _LONGEST_TEXT else None
        if fact is None:
            raise RuleError(
                f"{pointer}/fact", "unknown_fact", f"There is no fact {_show(name)}; GET /v1/facts lists them"
            )
        if fact.parameter is not None and _UNSAFE_PATH.search(fact.parameter):
            raise RuleError(
                f"{pointer}/fact", "bad_path", "A fact's name has no quotes, backslashes or control characters"
            )
        if fact.pattern == SCORE and self._scores is not None and fact.parameter not in self._scores:
            raise RuleError(f"{pointer}/fact", "unknown_score", f"There is no score {_show(fact.parameter)}")
        op, operand = _parse_comparison(value, pointer)
        if op == "matches" and get_spec(fact).type in ("number", "boolean"):
            raise RuleError(f"{pointer}/op", "wrong_type", f"{fact.name} is no text: it cannot be matched")
        return Compare(fact, op, operand)

    def _parse_event(self, value: dict[str, Any], pointer: str) -> Happened:
        _check_fields(value, pointer, ("event", "where", "count", "within"))
        event = _parse_text(value["event"], f"{pointer}/event")
        where = self.parse_where(value["where"], f"{pointer}/where") if value.get("where") is not None else ()
        count = value.get("count") or {"op": "ge", "value": 1}
        if not isinstance(count, dict):
            raise RuleError(f"{pointer}/count", "wrong_shape", '"count" takes {"op", "value"}')
        _check_fields(count, f"{pointer}/count", ("op", "value"))
        count_op = count.get("op", "ge")
        if count_op not in COUNT_OPS:
            raise RuleError(
                f"{pointer}/count/op", "unknown_op", f"A count is compared by one of {', '.join(COUNT_OPS)}"
            )
        number = count.get("value")
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= 1e9:
            raise RuleError(f"{pointer}/count/value", "wrong_value", "A count is a number from 0")
        window_ms = self._parse_window(value.get("within"), f"{pointer}/within")
        return Happened(event, where, count_op, float(number), window_ms)

    def _parse_window(self, value: Any, pointer: str) -> Millis | None:
        if value == "session":
            return None
        found = _WINDOW.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise RuleError(pointer, "wrong_value", '"within" is "session", or hours or days such as "24h" or "7d"')
        window_ms = int(found[1]) * (HOUR_MS if found[2] == "h" else DAY_MS)
        if self._live and window_ms > MOST_LIVE_DAYS * DAY_MS:
            raise RuleError(
                pointer,
                "window_too_long",
                f"Live conditions reach {MOST_LIVE_DAYS} days back; put this condition into a segment, which reaches"
                ' over the whole history, and ask for it by {"segment": id}',
            )
        return window_ms

    def _parse_segment(self, value: dict[str, Any], pointer: str) -> InSegment:
        _check_fields(value, pointer, ("segment",))
        segment_id = _parse_text(value["segment"], f"{pointer}/segment")
        if self._segments is not None and segment_id not in self._segments:
            raise RuleError(f"{pointer}/segment", "unknown_segment", f"There is no segment {_show(segment_id)}")
        return InSegment(segment_id)


def _parse_watched(value: dict[str, Any], pointer: str) -> Watched:
    _check_fields(value, pointer, ("watched",))
    watched, at = value["watched"], f"{pointer}/watched"
    if not isinstance(watched, dict):
        raise RuleError(at, "wrong_shape", '"watched" takes {"video", "from", "to", "share"}')
    _check_fields(watched, at, ("video", "from", "to", "share"))
    video_id = _parse_text(watched.get("video"), f"{at}/video")
    start = _parse_number(watched.get("from"), f"{at}/from", 0, 86_400)
    end = _parse_number(watched.get("to"), f"{at}/to", 0, 86_400)
    if end <= start:
        raise RuleError(f"{at}/to", "wrong_value", '"to" lies after "from"')
    return Watched(video_id, start, end, _parse_number(watched.get("share", 0.5), f"{at}/share", 0, 1))


def _parse_comparison(value: dict[str, Any], pointer: str) -> tuple[Op, Scalar | tuple[Scalar, ...]]:
    op = value.get("op")
    if op not in OPS:
        raise RuleError(f"{pointer}/op", "unknown_op", f'"op" is one of {", ".join(OPS)}')
    operand, at = value.get("value"), f"{pointer}/value"
    if op == "exists":
        if operand is None and "value" not in value:
            return "exists", True
        if not isinstance(operand, bool):
            raise RuleError(at, "wrong_value", '"exists" takes true or false')
        return "exists", operand
    if op == "in":
        if not isinstance(operand, list) or len(operand) > _MOST_ITEMS:
            raise RuleError(at, "wrong_value", f'"in" takes a list of at most {_MOST_ITEMS} values')
        return "in", tuple(_parse_scalar(item, f"{at}/{index}") for index, item in enumerate(operand))
    scalar = _parse_scalar(operand, at)
    if op == "matches":
        problem = check_pattern(scalar) if isinstance(scalar, str) else "a pattern is a text"
        if problem is not None:
            raise RuleError(at, "bad_pattern", f"Not a pattern RE2 can run: {problem}")
    if op in ("lt", "le", "gt", "ge") and isinstance(scalar, bool):
        raise RuleError(at, "wrong_value", f'"{op}" compares numbers or texts')
    return op, scalar


def _parse_scalar(value: Any, pointer: str) -> Scalar:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    if isinstance(value, str) and len(value) <= _LONGEST_TEXT and not _UNSAFE_TEXT.search(value):
        return value
    raise RuleError(
        pointer, "wrong_value", f"A value is a text of at most {_LONGEST_TEXT} characters, a number, true or false"
    )


def _parse_text(value: Any, pointer: str) -> str:
    if isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT and not _UNSAFE_TEXT.search(value):
        return value
    raise RuleError(pointer, "wrong_value", f"A text of 1 to {_LONGEST_TEXT} characters is needed here")


def _parse_number(value: Any, pointer: str, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise RuleError(pointer, "wrong_value", f"A number from {least} to {most} is needed here")
    return float(value)


def _is_path(name: str) -> bool:
    return len(name) <= _LONGEST_TEXT and all(name.split(".")) and not _UNSAFE_PATH.search(name)


def _check_fields(value: dict[str, Any], pointer: str, known: tuple[str, ...]) -> None:
    for name in value:
        if name not in known:
            place = str(name).replace("~", "~0").replace("/", "~1")
            raise RuleError(f"{pointer}/{place}", "unknown_field", f"Unknown field; known here: {', '.join(known)}")


def _show(value: Any) -> str:
    return repr(value)[:80]
