"""Finds the persons behind a column of an operator's sheet: by user id, visitor id, e-mail address or its hash.

Never keeps what was in the sheet, and never finds by address who refused personalisation.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb

from services.analyzer.reports.contacts import hash_email
from services.analyzer.store.columns import build_columns
from services.analyzer.store.questions import load_question

Kind = Literal["user_id", "anonymous_id", "email", "email_sha256"]
EXAMPLES = 10
QUESTIONS: dict[Kind, str] = {
    "user_id": "match_users",
    "anonymous_id": "match_visitors",
    "email": "match_emails",
    "email_sha256": "match_emails",
}
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Matched:
    """What came of a column; `persons` are ids, each once. `unmatched` begins with the first in the sheet."""

    kind: Kind
    persons: list[str]
    matched: int
    unmatched: int
    examples: list[str]
    duplicates: int
    empty: int


def match_sheet(con: "duckdb.DuckDBPyConnection", site_id: str, values: Sequence[str], kind: Kind | None) -> Matched:
    """Return the persons behind `values`; without a kind, by the kind that finds most."""
    told = [value for value in (each.strip() for each in values) if value]
    once = list(dict.fromkeys(told))
    kinds = [kind] if kind is not None else guess_kinds(once)
    found = [(one, _find_persons(con, site_id, once, one)) for one in kinds]
    # The first of equals: what the values look like.
    best, persons = max(found, key=lambda one: len(one[1]))
    unmatched = [value for value in once if value not in persons]
    return Matched(
        kind=best,
        persons=list(dict.fromkeys(person for value in once for person in persons.get(value, ()))),
        matched=len(once) - len(unmatched),
        unmatched=len(unmatched),
        examples=unmatched[:EXAMPLES],
        duplicates=len(told) - len(once),
        empty=len(values) - len(told),
    )


def guess_kinds(values: Sequence[str]) -> list[Kind]:
    """Return what the values may be, by what most of them look like; the likeliest first."""
    half = len(values) / 2
    if values and sum(_HASH.fullmatch(value.lower()) is not None for value in values) >= half:
        return ["email_sha256", "user_id"]
    if values and sum(hash_email(value) is not None for value in values) >= half:
        return ["email", "user_id"]
    return ["user_id", "anonymous_id"]


def _find_persons(
    con: "duckdb.DuckDBPyConnection", site_id: str, values: Sequence[str], kind: Kind
) -> dict[str, list[str]]:
    """Return the persons of each value that has any."""
    keys: dict[str, list[str]] = defaultdict(list)
    for value in values:
        key = _write_key(value, kind)
        if key is not None:
            keys[key].append(value)
    if not keys:
        return {}
    con.register("wanted", build_columns([(key,) for key in keys]))
    persons: dict[str, list[str]] = defaultdict(list)
    for key, person in con.execute(load_question(QUESTIONS[kind]), {"site": site_id}).fetchall():
        for value in keys[key]:
            persons[value].append(person)
    return persons


def _write_key(value: str, kind: Kind) -> str | None:
    """Return what a value is looked up by; None for what cannot be of this kind."""
    if kind == "email":
        return hash_email(value)
    if kind == "email_sha256":
        return value.lower() if _HASH.fullmatch(value.lower()) else None
    return value
