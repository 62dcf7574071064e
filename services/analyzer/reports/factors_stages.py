"""The stage of each compared person: by operators' rules, or by number of conversions.

Never writes to the store: the relations are temporary.
"""

from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np

from services.analyzer.loyalty.factors import Ints
from services.analyzer.loyalty.kinds import REST
from services.analyzer.store.history import build_rule_history
from services.analyzer.store.questions import load_question
from shared.clock import Millis
from shared.rules.parse import parse_rule
from shared.rules.sql import SiteContext, compile_rule

BY_CONVERSIONS = ("light", "middle", "core")


def name_stages(stages: Sequence[dict[str, Any]]) -> list[tuple[str, str | None]]:
    """Return id and name of each stage in the report's order."""
    if not stages:
        return [(name, None) for name in BY_CONVERSIONS]
    return [*((stage["id"], stage["name"]) for stage in stages), (REST, None)]


def stage_by_conversions(conversions: Ints, middle: int, core: int) -> Ints:
    """Return the stage's place of each person."""
    return np.where(conversions >= core, 2, np.where(conversions >= middle, 1, 0)).astype(np.int64)


def stage_by_rules(
    con: "duckdb.DuckDBPyConnection",
    site_id: str,
    site: SiteContext,
    stages: Sequence[dict[str, Any]],
    persons: int,
    now: Millis,
) -> Ints:
    """Return the place of the first stage whose rule holds at `now`; needs the relation factor_persons."""
    queries = [compile_rule(parse_rule(stage["rule"], live=False), site=site, now=now) for stage in stages]
    build_rule_history(con, site_id, " ".join(query.sql for query in queries))
    con.execute(load_question("own_members"), {"site": site_id})
    staged = np.full(persons, len(stages), dtype=np.int64)
    # From the lowest up, so that the highest that holds remains.
    for place, query in reversed(list(enumerate(queries))):
        text = load_question("factor_staged").replace("{rule}", query.sql)
        found = con.execute(text, query.parameters).fetchnumpy()["place"]
        staged[np.asarray(found, dtype=np.int64)] = place
    return staged
