"""Who came back, how far they looked around and who bought again, by the month of the first visit, as JSON values.

Never counts a person whose days are not over among those who did not come back.
"""

from typing import Any

import duckdb
import numpy as np

from services.analyzer.lifecycle.calendar import list_starts
from services.analyzer.reports.lifecycle_shape import MOST_COHORTS
from services.analyzer.stats.proportions import find_wilson
from services.analyzer.store.questions import load_question
from shared.clock import DAY_MS, Millis

BACK_DAYS = (7, 30)
BREADTH = ("pages", "products", "categories")


def build_visiting(con: "duckdb.DuckDBPyConnection", site_id: str, until: Millis) -> None:
    """Make the relation `visiting_persons`."""
    con.execute(load_question("person_visits"), {"site": site_id, "to": until})
    con.execute(load_question("visiting_persons"))


def load_visiting(con: "duckdb.DuckDBPyConnection", until: Millis, time_zone: str) -> dict[str, Any]:
    """Return everybody's figures and those of the newest cohorts; needs `visiting_persons` and `conversions`."""
    names, starts = list_starts(max(until - 1 - MOST_COHORTS * 32 * DAY_MS, 0), until - 1, time_zone, "month")
    names, starts = names[-MOST_COHORTS:], starts[-MOST_COHORTS:]
    con.register("months", {"place": np.arange(len(names)), "start_at": starts})
    asked = {"to": until} | {f"day_{days}": days * DAY_MS for days in BACK_DAYS}
    found = con.execute(load_question("visit_cohorts"), asked)
    columns = [described[0] for described in found.description]
    everybody, cohorts = _show({}), []
    for values in found.fetchall():
        row = dict(zip(columns, values, strict=True))
        if row["is_all"]:
            everybody = _show(row)
        else:
            cohorts.append({"cohort": names[row["place"]]} | _show(row))
    con.unregister("months")
    return {**everybody, "cohorts": cohorts}


def _show(row: dict[str, Any]) -> dict[str, Any]:
    visits, persons, buyers = (row.get(name, 0) for name in ("visits", "persons", "buyers"))
    gap = row.get("gap_ms")
    reasons = {} if gap is not None else {"days_between_p50": "nobody_came_back"}
    if not visits:
        reasons |= dict.fromkeys(("visits_a_person", *(f"{name}_a_visit" for name in BREADTH)), "no_visits")
    again = _share(row.get("bought_again", 0), buyers, "no_buyers")
    return {
        "persons": persons,
        "visits": visits,
        "visits_a_person": visits / persons if persons else None,
        "days_between_p50": None if gap is None else gap / DAY_MS,
        **{f"{name}_a_visit": row[name] / visits if visits else None for name in BREADTH},
        "back": [
            {"days": days, "followed": row.get(f"followed_{days}", 0)}
            | _share(row.get(f"back_{days}", 0), row.get(f"followed_{days}", 0), "days_not_over")
            for days in BACK_DAYS
        ],
        "buyers": buyers,
        "again": again,
        "reasons": reasons,
    }


def _share(hits: int, persons: int, reason: str) -> dict[str, Any]:
    low, high = find_wilson(hits, persons) if persons else (None, None)
    return {
        "persons": hits,
        "share": hits / persons if persons else None,
        "ci_low": low,
        "ci_high": high,
        "reasons": {} if persons else dict.fromkeys(("share", "ci_low", "ci_high"), reason),
    }
