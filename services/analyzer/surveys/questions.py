"""The questions of a survey, as its variants ask them.

Pure. Never fails on a question that somebody wrote by hand: what cannot be shown cannot be answered, and is left out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, cast, get_args

Type = Literal["rating", "single", "multiple", "text"]
Value = str | float

TYPES: tuple[Type, ...] = get_args(Type)
STEPS = (1.0, 2.0, 3.0, 4.0, 5.0)
"""A rating without options goes from one to five, as the SDK shows it."""
MOST_LEVELS = 100
TOP_TWO_FROM = 4
"""A rating of so many levels has a top of two; a shorter one of one."""
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


@dataclass(frozen=True, slots=True)
class Level:
    """One possible answer, and how it was worded."""

    value: Value
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question; `levels` rise where it is a rating, and are empty for a text. `variants` ask it."""

    id: str
    type: Type
    label: str
    levels: tuple[Level, ...]
    variants: frozenset[str]

    @property
    def top(self) -> tuple[Level, ...]:
        """Return the best levels of a rating; nothing for another question."""
        if self.type != "rating" or len(self.levels) < 2:
            return ()
        return self.levels[-2:] if len(self.levels) >= TOP_TWO_FROM else self.levels[-1:]


def read_questions(variants: Iterable[Mapping[str, Any]]) -> list[Question]:
    """Return all questions of a campaign; what several variants ask under one id is one question."""
    found: dict[str, Question] = {}
    for variant in variants:
        content = variant.get("content")
        for one in _list_questions(content.get("questions") if isinstance(content, dict) else None, str(variant["id"])):
            known = found.get(one.id)
            found[one.id] = one if known is None else _join(known, one)
    return list(found.values())


def read_value(given: Any, question_type: Type) -> Value | None:
    """Return an answer or an option as a level has it: a rating by numbers is a number; None for what is neither."""
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return None
    text = str(int(given)) if isinstance(given, float) and given.is_integer() else str(given)
    if question_type == "rating" and _NUMBER.fullmatch(text):
        return float(text)
    return text


def _list_questions(given: Any, variant_id: str) -> Iterator[Question]:
    for one in given if isinstance(given, list) else ():
        if not isinstance(one, dict):
            continue
        name, kind, label = (one.get(field) for field in ("id", "type", "label"))
        if not (isinstance(name, str) and name and isinstance(label, str) and label) or kind not in TYPES:
            continue
        question_type = cast("Type", kind)
        levels = () if question_type == "text" else tuple(_list_levels(one.get("options"), question_type))
        yield Question(name, question_type, label, _arrange(levels, question_type), frozenset({variant_id}))


def _list_levels(options: Any, question_type: Type) -> Iterator[Level]:
    chosen = options if isinstance(options, list) and options else STEPS if question_type == "rating" else ()
    for option in chosen:
        value = read_value(option.get("value") if isinstance(option, dict) else option, question_type)
        label = option.get("label") if isinstance(option, dict) else None
        if value is not None:
            yield Level(value, label if isinstance(label, str) and label else str(read_value(value, "single")))


def _arrange(levels: tuple[Level, ...], question_type: Type) -> tuple[Level, ...]:
    once: dict[Value, Level] = {}
    for level in levels:
        once.setdefault(level.value, level)
    kept = list(once.values())[:MOST_LEVELS]
    if question_type == "rating" and all(isinstance(level.value, float) for level in kept):
        kept.sort(key=lambda level: cast("float", level.value))
    return tuple(kept)


def _join(known: Question, other: Question) -> Question:
    levels = known.levels
    if other.type == known.type:
        levels = _arrange((*known.levels, *other.levels), known.type)
    return replace(known, levels=levels, variants=known.variants | other.variants)
