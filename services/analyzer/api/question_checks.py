"""Whether a question can be answered: its measure, groups and conditions, beside the goals and segments of its site.

Never changes anything; every objection names its field.
"""

import re
from typing import Any

from sqlmodel import Session

from services.analyzer.api.checks import load_segment_ids
from services.analyzer.api.score_checks import load_score_ids
from services.analyzer.control.models import Goal
from services.analyzer.problems import FieldError, refuse_fields
from services.analyzer.reports.dashboard_measures import MEASURES, OF_MESSAGES, OF_PERSONS, OF_SESSIONS, find_kind
from shared.rules.parse import RuleError, parse_rule, parse_where

_TRAIT = re.compile(r'trait(\.[^."\\\x00-\x1f]+)+')
_BREAKDOWNS = OF_SESSIONS.keys() | OF_MESSAGES.keys() | OF_PERSONS


def check_question(session: Session, site_id: str, question: dict[str, Any]) -> None:
    """Raise `Refused` unless the question makes sense."""
    errors = _find_combination_errors(question)
    try:
        parse_where([] if question["where"] is None else question["where"], pointer="/where")
    except RuleError as error:
        errors.append(FieldError(error.pointer, error.code, error.detail))
    if question["filter"] is not None:
        try:
            known_segments, known_scores = load_segment_ids(session, site_id), load_score_ids(session, site_id)
            parse_rule(question["filter"], live=False, known_segments=known_segments, known_scores=known_scores)
        except RuleError as error:
            errors.append(FieldError(f"/filter{error.pointer}", error.code, error.detail))
    if session.get(Goal, (site_id, question["goal"])) is None:
        errors.append(FieldError("/goal", "unknown_goal", f"there is no goal {question['goal']!r} on this site"))
    if errors:
        raise refuse_fields(errors)


def _find_combination_errors(question: dict[str, Any]) -> list[FieldError]:
    name, breakdown = question["measure"], question["breakdown"]
    if name not in MEASURES:
        words = f"there is no measure {name!r}; there are {', '.join(MEASURES)}"
        return [FieldError("/measure", "unknown_measure", words)]
    measure = MEASURES[name]
    errors = []
    if breakdown is not None:
        kind = find_kind(breakdown)
        is_trait = _TRAIT.fullmatch(breakdown) is not None
        if kind not in _BREAKDOWNS or (kind == "trait") != is_trait or (not is_trait and breakdown != kind):
            known = ", ".join(sorted(_BREAKDOWNS - {"trait"}))
            words = f"nothing is broken down by {breakdown!r}; there are {known} and trait.<name>"
            errors.append(FieldError("/breakdown", "unknown_breakdown", words))
        elif kind not in measure.breakdowns:
            words = f"{name} by {breakdown} makes no sense; it goes by {', '.join(sorted(measure.breakdowns))}"
            errors.append(FieldError("/breakdown", "unsupported_combination", words))
    for field in ("event", "where"):
        if question[field] is not None and not measure.takes_event:
            takers = ", ".join(key for key, one in MEASURES.items() if one.takes_event)
            words = f"{name} has its own events; only {takers} can be counted of another"
            errors.append(FieldError(f"/{field}", "unsupported_combination", words))
    return errors
