"""Whether what is said of behaviours and stages makes sense.

Never changes anything; every objection names its field.
"""

from typing import Any

from sqlmodel import Session, col, func, select

from services.analyzer.api.checks import load_segment_ids
from services.analyzer.api.score_checks import load_score_ids
from services.analyzer.control.crud import generate_id
from services.analyzer.control.models import Behaviour
from services.analyzer.loyalty.kinds import GROUPS, OWN, REST, split_behaviour
from services.analyzer.problems import FieldError, refuse_fields
from shared.rules.parse import RuleError, parse_rule, parse_where

MOST_OWN = 10
MOST_NAMED = 2_000


def complete_id(behaviour_id: str | None, event: str | None) -> str:
    """Return the id, or a new one for an own behaviour; raises `Refused` where neither can be."""
    if behaviour_id is not None:
        return behaviour_id
    if event is None:
        words = "say which behaviour of the report is meant, or with `event` what counts as an own one"
        raise refuse_fields([FieldError("/id", "missing", words)])
    return f"{OWN}:{generate_id('behaviour')}"


def check_behaviour(behaviour: dict[str, Any]) -> None:
    """Raise `Refused` unless the id can be a behaviour's, and an own one (only) says what counts as it."""
    errors = []
    group, rest = split_behaviour(behaviour["id"])
    if group not in GROUPS or not rest:
        known = ", ".join(f"{name}:" for name in GROUPS)
        errors.append(FieldError("/id", "unknown_behaviour", f"a behaviour begins with one of {known}"))
    elif group == OWN and behaviour["event"] is None:
        errors.append(FieldError("/event", "missing", "say which event counts as this behaviour"))
    elif group != OWN:
        for field in ("event", "where"):
            if behaviour[field] is not None:
                words = "only an own behaviour (`own:`) says what counts as it"
                errors.append(FieldError(f"/{field}", "unsupported_combination", words))
    if behaviour["where"] is not None:
        try:
            parse_where(behaviour["where"], pointer="/where")
        except RuleError as error:
            errors.append(FieldError(error.pointer, error.code, error.detail))
    if errors:
        raise refuse_fields(errors)


def check_room(session: Session, site_id: str, behaviour: dict[str, Any]) -> None:
    """Raise `Refused` when the site has as many behaviours as it may."""
    count = select(func.count(col(Behaviour.id))).where(Behaviour.site_id == site_id)
    is_own = behaviour["event"] is not None
    (held,) = session.exec(count.where(col(Behaviour.event).is_not(None)) if is_own else count).all()
    most, words = (MOST_OWN, "own behaviours") if is_own else (MOST_NAMED, "behaviours that something is said of")
    if held >= most:
        raise refuse_fields([FieldError("", "too_many", f"a site has at most {most} {words}")])


def check_stages(session: Session, site_id: str, stages: list[dict[str, Any]] | None) -> None:
    """Raise `Refused` when stages cannot be told apart, or a rule cannot be evaluated."""
    errors = []
    seen = {REST}
    known_segments, known_scores = load_segment_ids(session, site_id), load_score_ids(session, site_id)
    for index, stage in enumerate(stages or []):
        if stage["id"] in seen:
            words = f"{stage['id']!r} is taken; {REST!r} are those for whom no rule holds"
            errors.append(FieldError(f"/stages/{index}/id", "not_unique", words))
        seen.add(stage["id"])
        try:
            parse_rule(stage["rule"], live=False, known_segments=known_segments, known_scores=known_scores)
        except RuleError as error:
            errors.append(FieldError(f"/stages/{index}/rule{error.pointer}", error.code, error.detail))
    if errors:
        raise refuse_fields(errors)
