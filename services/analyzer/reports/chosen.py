"""Who satisfies a rule now, as a relation that other questions of the same reader join.

Never writes to the store: the relations are temporary, and die with the reader's connection.
"""

import duckdb

from services.analyzer.store.columns import build_columns
from services.analyzer.store.history import build_rule_history
from services.analyzer.store.questions import load_question
from shared.clock import Millis
from shared.rules.model import Rule
from shared.rules.sql import SiteContext, compile_rule


def find_matching(
    con: "duckdb.DuckDBPyConnection", site_id: str, rule: Rule, *, site: SiteContext, now: Millis
) -> list[str]:
    """Return the ids of all persons whom the rule describes at `now`, sorted."""
    query = compile_rule(rule, site=site, now=now)
    build_rule_history(con, site_id, query.sql)
    con.execute(load_question("own_members"), {"site": site_id})
    return sorted(person for (person,) in con.execute(query.sql, query.parameters).fetchall())


def choose_persons(
    con: "duckdb.DuckDBPyConnection", site_id: str, rule: Rule, *, site: SiteContext, now: Millis
) -> int:
    """Make the relation `chosen` of them; returns how many there are."""
    persons = find_matching(con, site_id, rule, site=site, now=now)
    con.register("found", build_columns([(person,) for person in persons] or [(None,)]))
    con.execute(load_question("asked_chosen"))
    con.unregister("found")
    return len(persons)
