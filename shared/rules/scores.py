"""Scores: points for what a person does, each halving in weight with time; one definition for live and batch.

Pure. Never sums an event twice: who calls it says which events are new.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import floor
from typing import Any

import msgspec

from shared.clock import DAY_MS, Millis
from shared.rules.model import Condition
from shared.rules.parse import RuleError, parse_where
from shared.rules.python import build_event_test
from shared.rules.view import EventTest

CROSSED = "Score Threshold Crossed"
"""The event that the engager logs when a person's score comes to stand at or above a threshold."""
REARMED_BELOW = 0.8
"""A threshold may be crossed again once the score has fallen below this share of it."""
ORDER = "Order Completed"
_MOST_HALVINGS = 1_000.0


class ScoreRule(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Points for an event whose properties pass `where`; several rules may meet one event, and add up."""

    event: str
    points: float
    where: list[dict[str, Any]] | None = None


class Threshold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A value above which somebody wants to know."""

    id: str
    name: str
    value: float


class ScoreDefinition(msgspec.Struct, kw_only=True):
    """A score as the snapshot carries it; `half_life_days` None is no decay."""

    id: str
    name: str
    rules: list[ScoreRule]
    half_life_days: float | None = 30.0
    thresholds: list[Threshold] = []


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One rule of a score, ready for both compilers."""

    event: str
    where: tuple[Condition, ...]
    test: EventTest | None
    points: float


@dataclass(frozen=True, slots=True)
class CompiledScore:
    """`stamp` names what the definition counts (not its name or thresholds): values of two stamps never mix."""

    id: str
    stamp: int
    half_life_ms: float | None
    rules: tuple[CompiledRule, ...]
    by_event: Mapping[str, tuple[CompiledRule, ...]]
    thresholds: tuple[Threshold, ...]

    def decay(self, value: float, since: Millis, now: Millis) -> float:
        """Return what `value` at `since` is worth at `now`."""
        if self.half_life_ms is None:
            return value
        halvings: float = (now - since) / self.half_life_ms
        decayed: float = value * 2.0 ** min(_MOST_HALVINGS, -halvings)
        return decayed


@dataclass(frozen=True, slots=True)
class SiteScores:
    """The scores of a site, by id and by the events that they count."""

    by_id: Mapping[str, CompiledScore] = field(default_factory=dict)
    by_event: Mapping[str, tuple[CompiledScore, ...]] = field(default_factory=dict)


NO_SCORES = SiteScores()


def round_score(value: float) -> float:
    """Return a score as rules compare it: sums of decimals agree to six places, whatever their order."""
    return floor(value * 1e6 + 0.5) / 1e6


def compile_score(definition: ScoreDefinition) -> CompiledScore:
    """Return `definition` ready to count. Raises `RuleError` for a `where` that cannot be evaluated."""
    rules = []
    for index, rule in enumerate(definition.rules):
        where = parse_where(rule.where or [], pointer=f"/rules/{index}/where")
        rules.append(CompiledRule(rule.event, where, build_event_test(where), rule.points))
    half_life_ms = None if definition.half_life_days is None else definition.half_life_days * DAY_MS
    return CompiledScore(
        id=definition.id,
        stamp=_compute_stamp(definition),
        half_life_ms=half_life_ms,
        rules=tuple(rules),
        by_event=_group_by_event(rules),
        thresholds=tuple(sorted(definition.thresholds, key=lambda threshold: (threshold.value, threshold.id))),
    )


def compile_scores(definitions: Iterable[ScoreDefinition]) -> tuple[SiteScores, dict[str, str]]:
    """Return the scores of a site, and by id the problem of each that cannot be compiled."""
    by_id: dict[str, CompiledScore] = {}
    problems: dict[str, str] = {}
    for definition in definitions:
        try:
            by_id[definition.id] = compile_score(definition)
        except RuleError as error:
            problems[definition.id] = str(error)
    by_event: dict[str, tuple[CompiledScore, ...]] = {}
    for score in by_id.values():
        for event in score.by_event:
            by_event[event] = (*by_event.get(event, ()), score)
    return (SiteScores(by_id, by_event) if by_id else NO_SCORES), problems


def sum_points(rules: Sequence[CompiledRule], properties: Mapping[str, Any]) -> float:
    """Return the points of one event for those of `rules` that its properties pass."""
    given = dict(properties)
    return sum(rule.points for rule in rules if rule.test is None or rule.test(given))


def _group_by_event(rules: Sequence[CompiledRule]) -> dict[str, tuple[CompiledRule, ...]]:
    grouped: dict[str, tuple[CompiledRule, ...]] = {}
    for rule in rules:
        grouped[rule.event] = (*grouped.get(rule.event, ()), rule)
    return grouped


def _compute_stamp(definition: ScoreDefinition) -> int:
    counted = msgspec.json.encode([definition.half_life_days, definition.rules], order="sorted")
    return int.from_bytes(blake2b(counted, digest_size=8).digest(), "big") >> 1
