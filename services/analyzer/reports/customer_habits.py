"""How often one person comes and buys, and how far they look around, as JSON values.

Never reads more than this person's own messages.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Any

from services.analyzer.customer.timeline import Session
from shared.clock import DAY_MS, Millis

BREADTH = ("pages", "products", "categories")


def build_habits(sessions: Sequence[Session], ordered: Sequence[Millis]) -> dict[str, Any]:
    """Return the habits of the person with these sessions, whose orders were at `ordered`; both by time."""
    visits = [session for session in sessions if session.is_visit]
    between, rebuys = _between([visit.first for visit in visits]), _between(sorted(ordered))
    breadths = [(visit.pages, len(visit.products), len(visit.categories)) for visit in visits]
    reasons = {} if visits else {f"{name}_a_visit": "no_visits" for name in BREADTH}
    if between is None:
        reasons["days_between_visits_p50"] = "one_visit" if visits else "no_visits"
    if rebuys is None:
        reasons["days_between_orders_p50"] = "one_order" if ordered else "no_orders"
    return {
        "visits": len(visits),
        "days_between_visits_p50": between,
        **{
            f"{name}_a_visit": sum(breadth[place] for breadth in breadths) / len(visits) if visits else None
            for place, name in enumerate(BREADTH)
        },
        "orders": len(ordered),
        "days_between_orders_p50": rebuys,
        "reasons": reasons,
    }


def _between(times: Sequence[Millis]) -> float | None:
    gaps = [(after - before) / DAY_MS for before, after in pairwise(times)]
    return median(gaps) if gaps else None
