"""Whether a thing makes sense beside the others of its site: rules, goals, segments it names.

Never changes anything; every objection names its field.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from services.analyzer.api.score_checks import load_score_ids
from services.analyzer.control.models import Campaign, Goal, Question, Segment
from services.analyzer.control.rules import find_segments
from services.analyzer.control.sites import load_stages
from services.analyzer.control.videos import find_showing, is_approved
from services.analyzer.lookalikes.traces import BUILT_IN_SEEDS
from services.analyzer.problems import FieldError, Refused, refuse_fields
from shared.rules.parse import RuleError, parse_rule, parse_where

_NEEDED_BY_KIND = {"rule": "rule", "lookalike": "seed", "list": "members"}


def check_goal(goal: dict[str, Any]) -> None:
    """Raise `Refused` when a goal's `where` cannot be evaluated."""
    if goal["where"] is not None:
        try:
            parse_where(goal["where"], pointer="/where")
        except RuleError as error:
            raise refuse_fields([FieldError(error.pointer, error.code, error.detail)]) from error


def check_segment(session: Session, site_id: str, segment: dict[str, Any]) -> None:
    """Raise `Refused` unless a segment has what its kind needs, and its rule can be evaluated."""
    errors = []
    needed = _NEEDED_BY_KIND[segment["kind"]]
    if segment[needed] is None:
        errors.append(FieldError(f"/{needed}", "missing", f"a {segment['kind']} segment needs `{needed}`"))
    known = load_segment_ids(session, site_id)
    if segment["rule"] is not None:
        if segment["id"] in find_segments(segment["rule"]):
            errors.append(FieldError("/rule", "refers_to_itself", "a segment cannot be part of its own rule"))
        scores = load_score_ids(session, site_id)
        errors += _find_rule_errors(segment["rule"], "/rule", live=False, known_segments=known, known_scores=scores)
        errors += _find_circles(session, site_id, segment)
    if segment["seed"] in BUILT_IN_SEEDS:
        pass
    elif segment["seed"] is not None and segment["seed"] not in known - {segment["id"]}:
        errors.append(FieldError("/seed", "unknown_segment", f"there is no segment {segment['seed']!r}"))
    elif segment["seed"] is not None and _is_lookalike(session, site_id, segment["seed"]):
        errors.append(FieldError("/seed", "is_lookalike", "those who only resemble others are no seed"))
    _raise_any(errors)


def check_campaign(session: Session, site_id: str, campaign: dict[str, Any]) -> None:
    """Raise `Refused` unless a campaign's audience, goal, schedule and variants make sense."""
    errors = _find_rule_errors(
        campaign["audience"],
        "/audience",
        live=True,
        known_segments=load_segment_ids(session, site_id),
        known_scores=load_score_ids(session, site_id),
    )
    if session.get(Goal, (site_id, campaign["goal"])) is None:
        errors.append(FieldError("/goal", "unknown_goal", f"there is no goal {campaign['goal']!r}"))
    errors += _find_variant_errors(campaign["variants"])
    errors += _find_release_errors(session, site_id, campaign["variants"])
    schedule = campaign["schedule"] or {}
    begin, end = (datetime.fromisoformat(schedule[key]) if schedule.get(key) else None for key in ("from", "to"))
    if begin is not None and end is not None and begin >= end:
        errors.append(FieldError("/schedule/to", "reversed", "must be later than `from`"))
    _raise_any(errors)


def check_goal_unused(session: Session, site_id: str, goal_id: str) -> None:
    """Raise `Refused` (in_use) while a campaign is judged by this goal, or a question asks for it."""
    users = [f"campaign {c.id}" for c in _load_campaigns(session, site_id) if c.goal == goal_id]
    users += [f"question {q.id}" for q in _load_questions(session, site_id) if q.goal == goal_id]
    if users:
        raise Refused("in_use", f"The goal {goal_id!r} is used by {', '.join(sorted(users))}")


def check_segment_unused(session: Session, site_id: str, segment_id: str) -> None:
    """Raise `Refused` (in_use) while a campaign, a question or another segment names this segment."""
    users = [f"campaign {c.id}" for c in _load_campaigns(session, site_id) if segment_id in find_segments(c.audience)]
    users += [f"question {q.id}" for q in _load_questions(session, site_id) if segment_id in find_segments(q.filter)]
    others = session.exec(select(Segment).where(Segment.site_id == site_id, Segment.id != segment_id))
    users += [
        f"segment {other.id}" for other in others if other.seed == segment_id or segment_id in find_segments(other.rule)
    ]
    users += [f"stage {stage['id']}" for stage in load_stages(session, site_id) if segment_id in find_segments(stage)]
    if users:
        raise Refused("in_use", f"The segment {segment_id!r} is used by {', '.join(sorted(users))}")


def check_video_unused(session: Session, site_id: str, video_id: str) -> None:
    """Raise `Refused` (in_use) while a running campaign shows this video."""
    users = find_showing(session, site_id, video_id)
    if users:
        raise Refused("in_use", f"The video {video_id!r} is shown by campaign {', '.join(users)}")


def load_segment_ids(session: Session, site_id: str) -> set[str]:
    """Return the ids of all segments of the site."""
    return set(session.exec(select(Segment.id).where(Segment.site_id == site_id)))


def _is_lookalike(session: Session, site_id: str, segment_id: str) -> bool:
    found = session.get(Segment, (site_id, segment_id))
    return found is not None and found.kind == "lookalike"


def _load_campaigns(session: Session, site_id: str) -> Sequence[Campaign]:
    return session.exec(select(Campaign).where(Campaign.site_id == site_id)).all()


def _load_questions(session: Session, site_id: str) -> Sequence[Question]:
    return session.exec(select(Question).where(Question.site_id == site_id)).all()


def _find_circles(session: Session, site_id: str, segment: dict[str, Any]) -> list[FieldError]:
    named = {
        other.id: find_segments(other.rule)
        for other in session.exec(select(Segment).where(Segment.site_id == site_id))
        if other.id != segment["id"]
    }
    open_ids, seen = find_segments(segment["rule"]) - {segment["id"]}, set[str]()
    while open_ids:
        one = open_ids.pop()
        seen.add(one)
        if segment["id"] in named.get(one, set()):
            return [FieldError("/rule", "circular", f"the segment {one!r} depends on this one")]
        open_ids |= named.get(one, set()) - seen
    return []


def _find_variant_errors(variants: list[dict[str, Any]]) -> list[FieldError]:
    errors = []
    seen: set[str] = set()
    for index, variant in enumerate(variants):
        if variant["id"] in seen or variant["id"] == "holdout":
            errors.append(
                FieldError(f"/variants/{index}/id", "not_unique", f"{variant['id']!r} is taken within the campaign")
            )
        seen.add(variant["id"])
        errors += _find_video_errors(variant["content"].get("video"), f"/variants/{index}/content/video")
    if not any(variant["weight"] > 0 for variant in variants):
        errors.append(FieldError("/variants/0/weight", "all_zero", "one variant at least needs a weight above 0"))
    return errors


def _find_video_errors(video: dict[str, Any] | None, pointer: str) -> list[FieldError]:
    """Return what is wrong with a variant's video: it is one by its id, or one found for the visitor, never both."""
    if video is None:
        return []
    if not video.get("related"):
        return [] if video.get("id") else [FieldError(f"{pointer}/id", "missing", "a video needs its `id`")]
    return [
        FieldError(f"{pointer}/{field}", "not_with_related", f"`{field}` is found for each visitor, by `related`")
        for field in ("id", "src")
        if video.get(field)
    ]


def _find_release_errors(session: Session, site_id: str, variants: list[dict[str, Any]]) -> list[FieldError]:
    errors = []
    for index, variant in enumerate(variants):
        video_id = ((variant["content"] or {}).get("video") or {}).get("id")
        if video_id and not is_approved(session, site_id, video_id):
            words = f"the video {video_id!r} has not been released"
            errors.append(FieldError(f"/variants/{index}/content/video/id", "not_released", words))
    return errors


def _find_rule_errors(
    rule: Any, pointer: str, *, live: bool, known_segments: set[str], known_scores: set[str]
) -> list[FieldError]:
    try:
        parse_rule(rule, live=live, known_segments=known_segments, known_scores=known_scores)
    except RuleError as error:
        return [FieldError(pointer + error.pointer, error.code, error.detail)]
    return []


def _raise_any(errors: list[FieldError]) -> None:
    if errors:
        raise refuse_fields(errors)
