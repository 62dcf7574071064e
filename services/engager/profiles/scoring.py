"""What a person's score is, and when it crosses a threshold: the analyzer's count, and every event it does not hold.

Pure but for the profile it is given. Never counts an event twice, in whatever order events and counts arrive.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from services.engager.profiles.event import EventBrief, StoredEvent, decode_brief, decode_properties
from services.engager.profiles.history import History
from services.engager.profiles.profile import CountedScore, Profile
from services.engager.profiles.steps import ProfileKey
from shared.clock import Millis, to_rfc3339
from shared.enrich.video import read_id
from shared.log.entry import LoggedMessage, MessageGroup, Messages, ScoresCounted
from shared.log.position import read_time
from shared.rules.scores import (
    CROSSED,
    ORDER,
    REARMED_BELOW,
    CompiledRule,
    CompiledScore,
    SiteScores,
    Threshold,
    round_score,
    sum_points,
)

MOST_ABOVE = 200
MOST_SCORES = 50


class Crossing(NamedTuple):
    """A score came to stand at or above a threshold; `cause` names what did it, the same however often it is read."""

    score_id: str
    threshold: Threshold
    value: float
    at: Millis
    cause: str
    session_id: str | None


def list_briefs(history: History, scores: Iterable[CompiledScore]) -> list[EventBrief]:
    """Return the kept events that any of `scores` counts, oldest first."""
    names = {event for score in scores for event in score.by_event}
    return [brief for raw in history.ring if (brief := decode_brief(raw)).event in names]


def compute_score(
    history: History, told: CountedScore | None, score: CompiledScore, now: Millis, briefs: Iterable[EventBrief]
) -> float:
    """Return the score at `now`, not rounded: what the analyzer counted, and those of `briefs` that it did not."""
    total, counted = 0.0, None
    if told is not None and told.stamp == score.stamp:
        total, counted = score.decay(told.value, told.at, now), told.counted
    orders: list[EventBrief] = []
    for brief in briefs:
        rules = score.by_event.get(brief.event)
        if rules is None:
            continue
        if brief.event == ORDER:
            orders.append(brief)
        elif counted is None or not _is_counted(brief, counted):
            total += score.decay(_read_points(brief, rules), brief.ts, now)
    taken = {_read_order(brief) for brief in orders if _is_counted(brief, counted)}
    for brief in orders:
        if not _is_counted(brief, counted) and not _is_repeated(brief, history, taken):
            total += score.decay(_read_points(brief, score.by_event[ORDER]), brief.ts, now)
    return total


def judge_events(profile: Profile, events: Sequence[StoredEvent], scores: SiteScores) -> list[Crossing]:
    """Return the crossings that `events`, which are about to be inserted, cause; one by one as they arrived.

    What comes of an event does not depend on which others share its batch, so that a repeated batch says the same.
    """
    touched = {
        score.id: score for event in events for score in scores.by_event.get(event.event, ()) if score.thresholds
    }
    if not touched:
        return []
    briefs = list_briefs(profile.history, touched.values())
    crossings: list[Crossing] = []
    for score in touched.values():
        at = profile.history.head.last_ts
        value = compute_score(profile.history, profile.scores.get(score.id), score, at, briefs) if at >= 0 else 0.0
        taken: set[str] = set()
        for event in events:
            now = max(at, event.ts)
            before = score.decay(value, at, now)
            value, at = before, now
            rules = score.by_event.get(event.event)
            if rules is None or _is_known_order(event, profile.history, taken):
                continue
            value = before + score.decay(_read_points(event, rules), event.ts, now)
            _rearm(profile, score, before)
            crossings += _cross(profile, score, before, value, now, event.message_id, event.session_id)
    return crossings


def compute_all(profile: Profile, scores: SiteScores, now: Millis) -> dict[str, float]:
    """Return every score of the site as `profile` has it."""
    briefs = list_briefs(profile.history, scores.by_id.values())
    return {
        score.id: compute_score(profile.history, profile.scores.get(score.id), score, now, briefs)
        for score in scores.by_id.values()
    }


def judge_change(
    profile: Profile,
    before: Mapping[str, float],
    above: Mapping[str, tuple[float, Millis]],
    scores: SiteScores,
    now: Millis,
    cause: str,
) -> list[Crossing]:
    """Return the crossings between the values `before` (valued at `now`) and those that `profile` has by now.

    `above`: what was crossed already in the profile that its new events come from.
    """
    after = compute_all(profile, scores, now)
    crossings: list[Crossing] = []
    for score in scores.by_id.values():
        _rearm(profile, score, before[score.id])
    for name, mark in above.items():
        profile.above.setdefault(name, mark)
    for score in scores.by_id.values():
        crossings += _cross(profile, score, before[score.id], after[score.id], now, cause, None)
    return crossings


def take_counts(profile: Profile, step: ScoresCounted, scores: SiteScores) -> list[Crossing]:
    """Take the analyzer's word on scores. The first word on a definition is its past: that crosses nothing."""
    if read_time(max(step.counted, default=0)) <= profile.erased_at:
        return []
    briefs = list_briefs(profile.history, scores.by_id.values())
    crossings: list[Crossing] = []
    for score_id, stamp, value, at in step.scores:
        score, known = scores.by_id.get(score_id), profile.scores.get(score_id)
        now = max(profile.history.head.last_ts, at)
        before = compute_score(profile.history, known, score, now, briefs) if score is not None else 0.0
        profile.scores.pop(score_id, None)
        profile.scores[score_id] = told = CountedScore(stamp, value, at, step.counted)
        if score is None or score.stamp != stamp:
            continue
        after = compute_score(profile.history, told, score, now, briefs)
        if known is None or known.stamp != stamp:
            before = after
        _rearm(profile, score, before)
        crossings += _cross(profile, score, before, after, now, f"counted:{max(step.counted, default=0)}", None)
    while len(profile.scores) > MOST_SCORES:
        del profile.scores[next(iter(profile.scores))]
    return crossings


def build_crossings(key: ProfileKey, crossings: Iterable[Crossing], received_at: Millis) -> Messages:
    """Return the log entry that tells of `crossings`; the same crossing always has the same message id."""
    logged = []
    for crossing in crossings:
        whose = f"{key.site_id}\x00{key.is_user}\x00{key.id}\x00{crossing.cause}".encode("utf-8", "surrogatepass")
        digest = blake2b(whose, digest_size=12).hexdigest()
        message_id = f"score:{crossing.score_id}:{crossing.threshold.id}:{digest}"
        body = {
            "type": "track",
            "event": CROSSED,
            "messageId": message_id,
            ("userId" if key.is_user else "anonymousId"): key.id,
            "timestamp": to_rfc3339(crossing.at),
            "properties": {
                "score_id": crossing.score_id,
                "threshold_id": crossing.threshold.id,
                "threshold_name": crossing.threshold.name,
                "threshold": crossing.threshold.value,
                "value": round_score(crossing.value),
            },
        }
        if crossing.session_id is not None:
            body["context"] = {"sessionId": crossing.session_id}
        logged.append(LoggedMessage(message_id, crossing.at, None, msgspec.json.encode(body)))
    return Messages([MessageGroup(key.site_id, received_at, None, None, 0, logged)])


def _rearm(profile: Profile, score: CompiledScore, value: float) -> None:
    """Forget the thresholds that `value` has fallen well below, so that they can be crossed again.

    A mark of another value is a mark of another threshold.
    """
    for threshold in score.thresholds:
        mark = profile.above.get(f"{score.id}/{threshold.id}")
        if mark is not None and (mark[0] != threshold.value or round_score(value) < REARMED_BELOW * threshold.value):
            del profile.above[f"{score.id}/{threshold.id}"]


def _cross(
    profile: Profile,
    score: CompiledScore,
    before: float,
    after: float,
    now: Millis,
    cause: str,
    session_id: str | None,
) -> Iterable[Crossing]:
    """Yield the thresholds reached from below, and mark all that are reached."""
    before, after = round_score(before), round_score(after)
    for threshold in score.thresholds:
        name, value = f"{score.id}/{threshold.id}", threshold.value
        if after < value or name in profile.above:
            continue
        profile.above[name] = (value, now)
        while len(profile.above) > MOST_ABOVE:
            del profile.above[min(profile.above, key=lambda one: profile.above[one][1])]
        if before < value:
            yield Crossing(score.id, threshold, after, now, cause, session_id)
    _rearm(profile, score, after)


def _is_counted(brief: EventBrief, counted: Sequence[int] | None) -> bool:
    if counted is None or brief.logged is None:
        return False
    partition, position = brief.logged
    return partition < len(counted) and position <= counted[partition]


def _read_order(event: EventBrief | StoredEvent) -> str:
    """Return the order's id as `shared.enrich` names it."""
    return read_id(decode_properties(event.properties).get("order_id")) or f"~{event.message_id}"


def _is_repeated(brief: EventBrief, history: History, taken: set[str]) -> bool:
    """Return whether an order was counted by another message already; notes it in `taken`."""
    order_id = _read_order(brief)
    known = history.head.orders.get(order_id)
    if order_id in taken or (known is not None and known.ts is not None and known.ts < brief.ts):
        return True
    taken.add(order_id)
    return False


def _is_known_order(event: StoredEvent, history: History, taken: set[str]) -> bool:
    """Return whether an order that is about to be inserted is one already; notes it in `taken`."""
    if event.event != ORDER:
        return False
    order_id = _read_order(event)
    known = history.head.orders.get(order_id)
    if order_id in taken or (known is not None and known.ts is not None):
        return True
    taken.add(order_id)
    return False


def _read_points(event: EventBrief | StoredEvent, rules: Sequence[CompiledRule]) -> float:
    if len(rules) == 1 and rules[0].test is None:
        return rules[0].points
    if all(rule.test is None for rule in rules):
        return sum(rule.points for rule in rules)
    return sum_points(rules, decode_properties(event.properties))
