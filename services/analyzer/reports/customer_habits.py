"""How often one person comes and buys, and how far they look around, as JSON values.

Never reads more than this person's own messages.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Any

import duckdb

from services.analyzer.store.questions import load_question
from shared.clock import DAY_MS, Millis

BREADTH = ("pages", "products", "categories")


def load_habits(con: "duckdb.DuckDBPyConnection", ordered: Sequence[Millis]) -> dict[str, Any]:
    """Return the habits of the person whose orders were at `ordered`; needs the relation `timeline`."""
    rows = con.execute(load_question("timeline_visits")).fetchall()
    between, rebuys = _between([row[0] for row in rows]), _between(sorted(ordered))
    reasons = {} if rows else {f"{name}_a_visit": "no_visits" for name in BREADTH}
    if between is None:
        reasons["days_between_visits_p50"] = "one_visit" if rows else "no_visits"
    if rebuys is None:
        reasons["days_between_orders_p50"] = "one_order" if ordered else "no_orders"
    return {
        "visits": len(rows),
        "days_between_visits_p50": between,
        **{
            f"{name}_a_visit": sum(row[place + 1] for row in rows) / len(rows) if rows else None
            for place, name in enumerate(BREADTH)
        },
        "orders": len(ordered),
        "days_between_orders_p50": rebuys,
        "reasons": reasons,
    }


def _between(times: Sequence[Millis]) -> float | None:
    gaps = [(after - before) / DAY_MS for before, after in pairwise(times)]
    return median(gaps) if gaps else None
