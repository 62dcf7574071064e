"""The parts of the lifecycle report as JSON values; money in major units.

Never reads the store.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from services.analyzer.lifecycle.calendar import find_units
from services.analyzer.lifecycle.cohorts import SCORES, count_cohorts, score_quantiles, sum_buyers
from services.analyzer.lifecycle.regular import Expected
from services.analyzer.lifecycle.stages import DORMANT, NOBODY, STAGES, Changes, Ints, Orders, find_stages
from services.analyzer.stats.proportions import find_wilson
from shared.clock import DAY_MS, Millis, to_rfc3339

MOST_COHORTS = 24
MOST_LISTED = 100
Span = tuple[Millis, Millis]


def show_stages(changes: Changes, orders: Orders, customers: int, span: Span, minor_units: int) -> list[dict[str, Any]]:
    """Return the customers of each stage before the window's end and begin, and what they ordered, ever and in it."""
    before, now = (find_stages(changes, customers, at) for at in span)
    stage = now[orders.person]
    inside = orders.ts >= span[0]
    return [
        {
            "stage": name,
            "customers": int((now == place).sum()),
            "customers_before": int((before == place).sum()),
            "revenue": int(orders.minor[stage == place].sum()) / minor_units,
            "revenue_in_window": int(orders.minor[(stage == place) & inside].sum()) / minor_units,
        }
        for place, name in enumerate(STAGES)
    ]


def show_transitions(
    changes: Changes, orders: Orders, span: Span, months: tuple[list[str], Ints], minor_units: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the changes of stage within the window, whole and by month, and how many of the dormant came back."""
    customers = int(changes.person.max()) + 1 if len(changes.person) else 0
    present = np.bincount(find_stages(changes, customers, span[0]) + 1, minlength=len(STAGES) + 1)[1:]
    inside = (changes.at >= span[0]) & (changes.at < span[1])
    before, after = changes.before[inside], changes.after[inside]
    stays = present + np.bincount(after, minlength=len(STAGES))
    pairs, count = np.unique(np.stack([before, after]), axis=1, return_counts=True)
    rows = [_show_change(int(a), int(b), int(n), stays) for (a, b), n in zip(pairs.T, count, strict=True)]
    month = find_units(changes.at[inside], months[1])
    dated, dated_count = np.unique(np.stack([month, before, after]), axis=1, return_counts=True)
    by_month = [
        {"month": months[0][place], "from": _name(int(a)), "to": _name(int(b)), "customers": int(n)}
        for (place, a, b), n in zip(dated.T, dated_count, strict=True)
    ]
    back = before == DORMANT
    dormant, returned = int(stays[DORMANT]), int(back.sum())
    revenue = _sum_orders_at(orders, changes.person[inside][back], changes.at[inside][back])
    reactivation = {
        "dormant": dormant,
        "reactivated": returned,
        "rate": returned / dormant if dormant else None,
        "revenue": revenue / minor_units,
        "reasons": {} if dormant else {"rate": "nobody_dormant"},
    }
    return {"transitions": rows, "transitions_by_month": by_month}, reactivation


def _show_change(before: int, after: int, customers: int, stays: Ints) -> dict[str, Any]:
    is_newcomer = before == NOBODY
    at_risk = 0 if is_newcomer else int(stays[before])
    return {
        "from": _name(before),
        "to": _name(after),
        "customers": customers,
        "stays": None if is_newcomer else at_risk,
        "rate": None if is_newcomer else customers / at_risk,
        "reasons": {"from": "was_no_customer", "stays": "was_no_customer", "rate": "was_no_customer"}
        if is_newcomer
        else {},
    }


def _name(stage: int) -> str | None:
    return None if stage == NOBODY else STAGES[stage]


def _sum_orders_at(orders: Orders, person: Ints, at: Ints) -> int:
    chosen = set(zip(person.tolist(), at.tolist(), strict=True))
    if not chosen:
        return 0
    maybe = np.flatnonzero(np.isin(orders.ts, at))
    return sum(int(orders.minor[row]) for row in maybe if (int(orders.person[row]), int(orders.ts[row])) in chosen)


def show_rfm(orders: Orders, until: Millis, minor_units: int) -> dict[str, Any]:
    """Return the cells of recency, frequency and money that hold anybody, and what each score stands for."""
    buyers = sum_buyers(orders)
    scores = [score_quantiles(values) for values in (buyers.last, buyers.orders, buyers.minor)]
    cell = (scores[0] - 1) * SCORES**2 + (scores[1] - 1) * SCORES + scores[2] - 1
    customers = np.bincount(cell, minlength=SCORES**3)
    revenue = np.zeros(SCORES**3, dtype=np.int64)
    np.add.at(revenue, cell, buyers.minor)
    shown: tuple[tuple[str, Ints, Callable[[int], float]], ...] = (
        ("recency_days", scores[0], lambda row: (until - int(buyers.last[row])) / DAY_MS),
        ("orders", scores[1], lambda row: float(buyers.orders[row])),
        ("revenue", scores[2], lambda row: int(buyers.minor[row]) / minor_units),
    )
    return {
        "customers": len(buyers.person),
        "cells": [
            {
                "recency": place // SCORES**2 + 1,
                "frequency": place // SCORES % SCORES + 1,
                "monetary": place % SCORES + 1,
                "customers": int(customers[place]),
                "revenue": int(revenue[place]) / minor_units,
            }
            for place in np.flatnonzero(customers).tolist()
        ],
        "scores": {
            name: _show_scores(score, key, read)
            for (name, score, read), key in zip(shown, (buyers.last, buyers.orders, buyers.minor), strict=True)
        },
    }


def _show_scores(score: Ints, key: Ints, read: Callable[[int], float]) -> list[dict[str, Any]]:
    rows = []
    for place in np.unique(score).tolist():
        held = np.flatnonzero(score == place)
        ends = sorted((read(int(held[key[held].argmin()])), read(int(held[key[held].argmax()]))))
        rows.append({"score": place, "customers": len(held), "least": ends[0], "most": ends[1]})
    return rows


def show_cohorts(orders: Orders, names: Sequence[str], starts: Ints, minor_units: int) -> list[dict[str, Any]]:
    """Return for each month of a first order, the newest 24, who ordered again in each month since."""
    names, starts = names[-MOST_COHORTS:], starts[-MOST_COHORTS:]
    cohorts = count_cohorts(orders, starts)
    months = len(names)
    rows = []
    for cohort in range(months):
        size = int(cohorts.customers[cohort, cohort])
        if not size:
            continue
        held = [
            {
                "months_since": month - cohort,
                "customers": int(cohorts.customers[cohort, month]),
                "share": int(cohorts.customers[cohort, month]) / size,
                "revenue": int(cohorts.minor[cohort, month]) / minor_units,
                "is_complete": month < months - 1,
            }
            for month in range(cohort, months)
        ]
        rows.append({"cohort": names[cohort], "customers": size, "months": held})
    return rows


def show_conversion(seen: Sequence[tuple[bool, int, int, int, int]], minor_units: int) -> list[dict[str, Any]]:
    """Return the conversion of existing and of new customers, with Wilson's interval (1927)."""
    found = {bool(row[0]): row[1:] for row in seen}
    rows = []
    for kind, is_existing in (("existing", True), ("new", False)):
        persons, converters, orders, minor = found.get(is_existing, (0, 0, 0, 0))
        low, high = find_wilson(converters, persons) if persons else (None, None)
        rows.append(
            {
                "kind": kind,
                "persons": persons,
                "converters": converters,
                "conversion_rate": converters / persons if persons else None,
                "ci_low": low,
                "ci_high": high,
                "orders": orders,
                "revenue": minor / minor_units,
                "reasons": {} if persons else dict.fromkeys(("conversion_rate", "ci_low", "ci_high"), "nobody_seen"),
            }
        )
    return rows


def show_regular(
    regular: Expected, until: Millis, load_persons: Callable[[list[int]], dict[int, str]]
) -> dict[str, Any]:
    """Return the regular buyers whose next purchase can still be expected, the soonest first."""
    open_ = np.flatnonzero(regular.latest >= until)
    listed = open_[np.lexsort((regular.person[open_], regular.expected[open_]))][:MOST_LISTED]
    persons = load_persons(regular.person[listed].tolist())
    return {
        "regular_buyers": len(regular.person),
        "expected": len(open_),
        "overdue": int((regular.expected[open_] < until).sum()),
        "given_up": len(regular.person) - len(open_),
        "customers": [
            {
                "person_id": persons[int(regular.person[row])],
                "purchases": int(regular.purchases[row]),
                "last": to_rfc3339(int(regular.last[row])),
                "gap_days": int(regular.gap[row]) / DAY_MS,
                "expected": to_rfc3339(int(regular.expected[row])),
                "earliest": to_rfc3339(int(regular.earliest[row])),
                "latest": to_rfc3339(int(regular.latest[row])),
                "is_overdue": bool(regular.expected[row] < until),
            }
            for row in listed.tolist()
        ],
    }
