"""Makes the SQL of one question out of the closed table and the `.sql` files.

Never puts a value into the text of a query.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.analyzer.reports.dashboard_measures import (
    MEASURES,
    OF_MESSAGES,
    OF_PERSONS,
    OF_SESSIONS,
    OVERLAPPING,
    UNTOLD,
    Measure,
    find_kind,
)
from services.analyzer.store.questions import load_question
from shared.clock import DAY_MS
from shared.rules.parse import parse_where
from shared.rules.sql import compile_where, load_history_sql

_NAMED = re.compile(r"\$([a-z_]+[0-9]*)")
_NUMBERED = re.compile(r"\$([0-9]+)::")


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a question decides the text of its SQL; `where` is a list of conditions as clients write them."""

    measure: str
    breakdown: str | None
    event: str | None
    where: list[dict[str, Any]] | None
    has_units: bool
    has_filter: bool


def write_asked(shape: Shape, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the query that makes the relation `asked`, and the parameters it uses."""
    measure = MEASURES[shape.measure]
    kind = find_kind(shape.breakdown) if shape.breakdown else None
    needs_sessions = kind in OF_SESSIONS or "session_key" in measure.who
    holds, given = _write_holds(shape)
    keyed = "keyed" if needs_sessions else "messages"
    relations = {}
    if needs_sessions:
        relations["keyed"] = f"WITH person_events AS (SELECT * FROM messages) SELECT * FROM ({load_history_sql()})"  # noqa: S608
    if measure.needs_watched:
        relations["watched"] = _load("asked_watched").replace("{from}", keyed)
        keyed = "watched"
    joins, key, once = _write_group(kind, keyed, relations)
    if measure.needs_goal:
        joins.append(f"LEFT JOIN conversions AS c ON c.message_id = {keyed}.message_id")
    if shape.has_units:
        joins.append(f"ASOF JOIN units ON {keyed}.ts >= units.start")
    places = {
        "holds": holds,
        "early": _write_early(shape, measure, needs_sessions=needs_sessions),
        "late": f"holds AND ({measure.rows})",
        "who": measure.who.replace("{rows}", keyed) if "{rows}" in measure.who else f"{keyed}.{measure.who}",
        "unit": "units.place" if shape.has_units else "0",
        "key": key,
        "once": once,
        "converted": "c.message_id IS NOT NULL" if measure.needs_goal else "false",
        "amount": measure.amount,
        "keyed": keyed,
        "joins": "\n  ".join(joins),
        "relations": "".join(f"{name} AS (\n{body}\n),\n" for name, body in relations.items()),
    }
    reach = DAY_MS if needs_sessions or measure.needs_watched else 0
    return _fill("asked", places, {**values, **given, "reach": reach, "event": shape.event})


def write_groups(measure: Measure) -> str:
    """Return the query that makes the relation `kept`: those with the most behind them first."""
    rank = measure.sample if measure.denominator else measure.numerator
    return load_question("asked_groups").replace("{rank}", rank)


def write_figures(shape: Shape) -> str:
    """Return the query of the figures by unit of time and group."""
    overlaps = shape.breakdown is not None and find_kind(shape.breakdown) in OVERLAPPING
    # One who stands in two of the groups put together would count twice.
    only = "kind <> 'other'" if overlaps else "true"
    return _fill("asked_figures", {"only": only, **_name_figure(MEASURES[shape.measure])}, {})[0]


def write_totals(shape: Shape, *, by_unit: bool) -> str:
    """Return the query of the figures over all groups, by unit of time or over all of it."""
    places = {"unit": "unit" if by_unit else "0", **_name_figure(MEASURES[shape.measure])}
    return _fill("asked_totals", places, {})[0]


def _name_figure(measure: Measure) -> dict[str, str]:
    return {
        "numerator": measure.numerator,
        "denominator": measure.denominator or "NULL",
        "sample": measure.sample,
    }


def _write_holds(shape: Shape) -> tuple[str, dict[str, Any]]:
    where = compile_where(parse_where(shape.where or []))
    named = _NUMBERED.sub(lambda found: f"$where_{found[1]}::", where.sql)
    given = {f"where_{place}": value for place, value in enumerate(where.parameters, 1)}
    return ("event = $event AND " if shape.event is not None else "") + named, given


def _write_early(shape: Shape, measure: Measure, *, needs_sessions: bool) -> str:
    """What can be left out before anything is joined: others' messages, and those that no session is made of."""
    parts = ["person_id IN (SELECT person_id FROM chosen)"] if shape.has_filter else []
    if needs_sessions:
        return " AND ".join(parts) or "true"
    if "c." in measure.rows:
        parts.append("event = $goal_event")
    elif measure.rows != "true":
        parts.append(measure.rows)
    if shape.event is not None:
        parts.append("event = $event")
    return " AND ".join(parts) or "true"


def _write_group(kind: str | None, keyed: str, relations: dict[str, str]) -> tuple[list[str], str, str]:
    """Return joins, the group's text, and whether a row counts in totals; adds the relations needed."""
    if kind is None:
        return [], "NULL::VARCHAR", "true"
    if kind in OF_MESSAGES:
        return [], f"{keyed}.{OF_MESSAGES[kind]}", "true"
    untold = f"coalesce(groups.told, '{UNTOLD[kind]}')" if kind in UNTOLD else "groups.told"
    if kind in OF_SESSIONS:
        relations["groups"] = _load("asked_sessions").replace("{told}", OF_SESSIONS[kind])
        return ["LEFT JOIN groups USING (person_id, session_key)"], untold, "true"
    sources = {
        "segment": "SELECT * FROM memberships",
        "lifecycle": "SELECT * FROM staged",
        "customer": _load("asked_customers"),
        "trait": _load("asked_traits"),
    }
    assert sources.keys() == OF_PERSONS
    relations["groups"] = sources[kind]
    once = "coalesce(groups.once, true)" if kind in OVERLAPPING else "true"
    return ["LEFT JOIN groups USING (person_id)"], untold, once


def _load(name: str) -> str:
    lines = load_question(name).splitlines()
    return "\n".join(line for line in lines if not line.startswith("--")).rstrip().rstrip(";")


def _fill(name: str, places: Mapping[str, str], values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    text = _load(name)
    for place, words in places.items():
        text = text.replace(f"{{{place}}}", words)
    used = set(_NAMED.findall(text))
    return text, {key: value for key, value in values.items() if key in used}
