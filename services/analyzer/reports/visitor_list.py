"""The list of persons that a rule describes, page by page.

Never looks at more persons than one page shows, beyond finding who they are.
"""

from dataclasses import dataclass
from typing import Any

import duckdb

from services.analyzer.reports.chosen import find_matching
from services.analyzer.store.columns import build_columns
from services.analyzer.store.questions import load_question
from shared.clock import Millis, to_rfc3339
from shared.rules.model import Rule
from shared.rules.sql import SiteContext


@dataclass(frozen=True, slots=True)
class VisitorPage:
    """Which persons to list: by rule (None: everybody), after an id, at most `limit`."""

    site_id: str
    rule: Rule | None
    after: str | None
    limit: int


def list_visitors(
    con: "duckdb.DuckDBPyConnection", asked: VisitorPage, *, site: SiteContext, now: Millis
) -> tuple[list[dict[str, Any]], str | None, int | None]:
    """Return the persons of one page as JSON values, the id to go on after, and how many match a rule in all."""
    found, total = _find_persons(con, asked, site, now)
    page = found[: asked.limit]
    return _describe(con, asked.site_id, page), page[-1] if len(found) > asked.limit else None, total


def _find_persons(
    con: "duckdb.DuckDBPyConnection", asked: VisitorPage, site: SiteContext, now: Millis
) -> tuple[list[str], int | None]:
    if asked.rule is None:
        given = {"site": asked.site_id, "after": asked.after, "limit": asked.limit + 1}
        return [person for (person,) in con.execute(load_question("next_persons"), given).fetchall()], None
    matching = find_matching(con, asked.site_id, asked.rule, site=site, now=now)
    rest = [person for person in matching if asked.after is None or person > asked.after]
    return rest[: asked.limit + 1], len(matching)


def _describe(con: "duckdb.DuckDBPyConnection", site_id: str, persons: list[str]) -> list[dict[str, Any]]:
    if not persons:
        return []
    con.register("wanted", build_columns([(person,) for person in persons]))
    rows = con.execute(load_question("visitor_page"), {"site": site_id}).fetchall()
    con.unregister("wanted")
    return [
        {
            "id": person_id,
            "user_id": person_id if is_user else None,
            "anonymous_ids": anonymous_ids or [],
            "first_seen": to_rfc3339(first_at),
            "last_seen": to_rfc3339(last_at),
            "events": events,
            "orders": orders,
            "device": device,
        }
        for person_id, is_user, anonymous_ids, first_at, last_at, events, orders, device in rows
    ]
