"""Who buys once, again, and then recommends, as JSON values: dated steps of a ladder and the rates between them.

Never calls one a step further than the messages say.
"""

from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np

from services.analyzer.lifecycle.advocacy import LADDER, NEVER, Ladder, Step, climb, count_steps
from services.analyzer.lifecycle.calendar import find_units
from services.analyzer.lifecycle.stages import Ints, Orders
from services.analyzer.stats.proportions import find_wilson
from services.analyzer.store.questions import load_question
from shared.clock import DAY_MS, Millis, to_rfc3339

MOST_LISTED = 50
Span = tuple[Millis, Millis]


def build_advocates(
    con: "duckdb.DuckDBPyConnection", site_id: str, until: Millis, events: tuple[str, ...], acts: int
) -> None:
    """Make the relation `advocates`; needs `conversions`."""
    asked = {"site": site_id, "to": until, "events": list(events), "acts": acts}
    con.execute(load_question("lifecycle_advocates"), asked)


def load_ladder(con: "duckdb.DuckDBPyConnection", orders: Orders) -> Ladder:
    """Return when each buyer reached each step; needs the relations `customers` and `advocates`."""
    rows = con.execute(load_question("lifecycle_ladder")).fetchnumpy()
    return climb(orders, *(np.asarray(rows[name]).astype(np.int64) for name in ("place", "at")))


def show_advocacy(
    ladder: Ladder,
    span: Span,
    months: tuple[list[str], Ints],
    lately_ms: Millis,
    load_persons: Callable[[list[int]], dict[int, str]],
) -> dict[str, Any]:
    """Return the steps with their rates, what was reached in which month, and the newest advocates."""
    steps = count_steps(ladder, *span, lately_ms)
    reached = ladder.reached[-1]
    here = np.flatnonzero(reached < NEVER)
    newest = here[np.lexsort((ladder.person[here], -reached[here]))][:MOST_LISTED]
    persons = load_persons(ladder.person[newest].tolist())
    return {
        "buyers": len(ladder.person),
        "ladder": [_show_step(name, step) for name, step in zip(LADDER, steps, strict=True)],
        "by_month": _date_steps(ladder, span, months),
        "newest": [
            {
                "person_id": persons[int(ladder.person[row])],
                "since": to_rfc3339(int(reached[row])),
                "days_since_first": (int(reached[row]) - int(ladder.reached[0][row])) / DAY_MS,
            }
            for row in newest.tolist()
        ],
    }


def _show_step(name: str, step: Step) -> dict[str, Any]:
    figures = ("rate", "ci_low", "ci_high")
    if name == LADDER[0]:
        reasons = dict.fromkeys((*figures, "days_p50"), "begins_the_ladder")
    elif not step.below:
        reasons = dict.fromkeys((*figures, "days_p50"), "nobody_below")
    else:
        reasons = {} if step.days is not None else {"days_p50": "nobody_went_on"}
    low, high = find_wilson(step.persons, step.below) if step.below else (None, None)
    return {
        "state": name,
        "persons": step.persons,
        "reached_in_window": step.reached_in_window,
        "below": step.below,
        "lately": step.lately,
        "rate": step.persons / step.below if step.below else None,
        "ci_low": low,
        "ci_high": high,
        "days_p50": step.days,
        "reasons": reasons,
    }


def _date_steps(ladder: Ladder, span: Span, months: tuple[list[str], Ints]) -> list[dict[str, Any]]:
    rows = []
    for name, reached in zip(LADDER, ladder.reached, strict=True):
        inside = reached[(reached >= span[0]) & (reached < span[1])]
        month, count = np.unique(find_units(inside, months[1]), return_counts=True)
        rows += [(months[0][place], name, n) for place, n in zip(month.tolist(), count.tolist(), strict=True)]
    return [{"month": month, "state": name, "persons": n} for month, name, n in sorted(rows, key=lambda row: row[0])]
