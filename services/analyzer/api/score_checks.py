"""Whether a score makes sense, and whether something still needs it.

Never changes anything; every objection names its field.
"""

from typing import Any

from sqlmodel import Session, col, func, select

from services.analyzer.control.models import Campaign, Score, Segment
from services.analyzer.control.rules import find_scores
from services.analyzer.control.sites import load_stages
from services.analyzer.problems import FieldError, Refused, refuse_fields
from shared.rules.parse import RuleError, parse_where
from shared.rules.scores import CROSSED

MOST_SCORES = 20


def number_thresholds(thresholds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return `thresholds` with an id each."""
    taken = {threshold["id"] for threshold in thresholds}
    free = (f"t{number}" for number in range(1, 2 + 2 * len(thresholds)) if f"t{number}" not in taken)
    return [threshold | {"id": threshold["id"] or next(free)} for threshold in thresholds]


def check_score(score: dict[str, Any]) -> None:
    """Raise `Refused` when a score's conditions cannot be evaluated, or its thresholds cannot be told apart."""
    errors = []
    for index, rule in enumerate(score["rules"]):
        if rule["event"] == CROSSED:
            errors.append(FieldError(f"/rules/{index}/event", "circular", "a crossing gives no points itself"))
        if rule["where"] is not None:
            try:
                parse_where(rule["where"], pointer=f"/rules/{index}/where")
            except RuleError as error:
                errors.append(FieldError(error.pointer, error.code, error.detail))
    for field in ("id", "value"):
        seen: set[Any] = set()
        for index, threshold in enumerate(score["thresholds"]):
            if threshold[field] in seen:
                words = f"{threshold[field]!r} is another threshold's"
                errors.append(FieldError(f"/thresholds/{index}/{field}", "not_unique", words))
            seen.add(threshold[field])
    if errors:
        raise refuse_fields(errors)


def check_room(session: Session, site_id: str) -> None:
    """Raise `Refused` when the site has as many scores as it may."""
    (count,) = session.exec(select(func.count(col(Score.id))).where(Score.site_id == site_id)).all()
    if count >= MOST_SCORES:
        raise refuse_fields([FieldError("", "too_many", f"a site has at most {MOST_SCORES} scores")])


def check_score_unused(session: Session, site_id: str, score_id: str) -> None:
    """Raise `Refused` (in_use) while a campaign, a segment or a stage names this score."""
    campaigns = session.exec(select(Campaign).where(Campaign.site_id == site_id)).all()
    users = [f"campaign {one.id}" for one in campaigns if score_id in find_scores(one.audience)]
    segments = session.exec(select(Segment).where(Segment.site_id == site_id)).all()
    users += [f"segment {one.id}" for one in segments if score_id in find_scores(one.rule)]
    users += [f"stage {stage['id']}" for stage in load_stages(session, site_id) if score_id in find_scores(stage)]
    if users:
        raise Refused("in_use", f"The score {score_id!r} is used by {', '.join(sorted(users))}")


def load_score_ids(session: Session, site_id: str) -> set[str]:
    """Return the ids of all scores of the site."""
    return set(session.exec(select(Score.id).where(Score.site_id == site_id)))
