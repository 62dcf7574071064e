"""The SQL side of the rule language, and the relation of sessions it reads.

Never puts a value into the text of a query.
"""

from shared.rules.sql.compile import (
    SiteContext,
    SqlRule,
    compile_rule,
    compile_score_values,
    compile_where,
    load_history_sql,
    load_persons_sql,
    load_sql,
    place_ids,
)

__all__ = [
    "SiteContext",
    "SqlRule",
    "compile_rule",
    "compile_score_values",
    "compile_where",
    "load_history_sql",
    "load_persons_sql",
    "load_sql",
    "place_ids",
]
