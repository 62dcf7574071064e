"""The parts of the stores report as JSON values; money in major units.

Never reads the store of events.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.analyzer.lifecycle.calendar import find_units, list_starts
from services.analyzer.stats.experiments import Arm, compare_value
from services.analyzer.stores.visits import Bools, Ints, OpenVisits, Purchases, Visits, rank_open_visits
from shared.clock import Millis, to_rfc3339

HALF_LIFE_DAYS = 30.0
MOST_LISTED = 100
Span = tuple[Millis, Millis]


@dataclass(frozen=True, slots=True)
class StoreTerms:
    """All visits, all purchases, the visits that led to each, and how long non-buyers are looked at."""

    visits: Visits
    purchases: Purchases
    counts: Ints
    non_buyer_ms: Millis


def show_basket(terms: StoreTerms, span: Span, minor_units: int) -> tuple[dict[str, Any], dict[str, str]]:
    """Return purchases and their mean value by the visits that led to them, and one visit against several."""
    purchases = terms.purchases
    inside = _inside(purchases.ts, span)
    by_visits: dict[str, int] = {}
    means: dict[str, float | None] = {}
    reasons = {}
    for visits in np.unique(terms.counts[inside & (terms.counts > 0)]).tolist():
        held = inside & (terms.counts == visits)
        arm = _build_arm(purchases, held, minor_units)
        by_visits[str(visits)] = int(held.sum())
        means[str(visits)] = (arm.total or 0.0) / arm.visitors if arm.visitors else None
        if not arm.visitors:
            reasons[f"aov_by_visits.{visits}"] = "no_amounts"
    single = _build_arm(purchases, inside & (terms.counts == 1), minor_units)
    several = _build_arm(purchases, inside & (terms.counts > 1), minor_units)
    found = compare_value(single, several)
    figures = {name: getattr(found, name) for name in ("difference", "ratio", "ci_low", "ci_high", "p_value")}
    basket = {
        "single_purchases": single.visitors,
        "single_average": (single.total or 0.0) / single.visitors if single.visitors else None,
        "several_purchases": several.visitors,
        "several_average": (several.total or 0.0) / several.visitors if several.visitors else None,
        **figures,
    }
    missing = {name: "too_few_purchases" for name, value in basket.items() if value is None}
    shown = {"visits_to_purchase": by_visits, "aov_by_visits": means, "basket": {**basket, "reasons": missing}}
    return shown, reasons


def _build_arm(purchases: Purchases, held: Bools, minor_units: int) -> Arm:
    worth = purchases.minor[held & purchases.is_valued] / minor_units
    return Arm(len(worth), 0, float(worth.sum()), float((worth**2).sum()))


def sum_span(terms: StoreTerms, span: Span) -> dict[str, int]:
    """Return what happened in a span; non-buyers are those of the days before its end."""
    visits, purchases = terms.visits, terms.purchases
    inside, bought = _inside(visits.ts, span), _inside(purchases.ts, span)
    looked = (span[1] - terms.non_buyer_ms, span[1])
    buyers = purchases.person[_inside(purchases.ts, looked)]
    idle = visits.person[_inside(visits.ts, looked) & ~np.isin(visits.person, buyers)]
    persons = np.unique(idle, return_counts=True)[1]
    return {
        "visits": int(inside.sum()),
        "visitors": len(np.unique(visits.person[inside])),
        "purchases": int(bought.sum()),
        "purchases_after_visits": int((bought & (terms.counts > 0)).sum()),
        "purchases_after_several": int((bought & (terms.counts > 1)).sum()),
        "non_buyers": len(persons),
        "non_buyers_with_several": int((persons > 1).sum()),
    }


def show_years(terms: StoreTerms, spans: tuple[Span, Span], time_zone: str) -> dict[str, Any]:
    """Return the window beside the same window a year before, and the counts of every calendar year."""
    this, before = (_add_shares(sum_span(terms, span)) for span in spans)
    ratios = {
        name: this[name] / before[name] if before[name] else None
        for name in ("visits", "visitors", "purchases", "purchases_after_visits", "non_buyers")
    }
    missing = {name: "nothing_a_year_before" for name, value in ratios.items() if value is None}
    shown_spans = [{"from": to_rfc3339(span[0]), "to": to_rfc3339(span[1])} for span in spans]
    return {
        "year_on_year": {
            "this": {"window": shown_spans[0], **this},
            "year_before": {"window": shown_spans[1], **before},
            "ratios": {**ratios, "reasons": missing},
        },
        "years": _count_years(terms, spans[0][1], time_zone),
    }


def _add_shares(sums: dict[str, int]) -> dict[str, Any]:
    after, idle = sums["purchases_after_visits"], sums["non_buyers"]
    reasons = {} if after else {"share_several": "no_purchases_after_visits"}
    return {
        **sums,
        "share_several": sums["purchases_after_several"] / after if after else None,
        "share_non_buyers_several": sums["non_buyers_with_several"] / idle if idle else None,
        "reasons": reasons if idle else {**reasons, "share_non_buyers_several": "no_non_buyers"},
    }


def _count_years(terms: StoreTerms, until: Millis, time_zone: str) -> list[dict[str, Any]]:
    visits, purchases = terms.visits, terms.purchases
    if not len(visits.ts):
        return []
    names, starts = list_starts(max(int(visits.ts.min()), 0), until - 1, time_zone, "year")
    visited, bought = find_units(visits.ts, starts), find_units(purchases.ts, starts)
    return [
        {
            "year": int(name),
            "visits": int((visited == place).sum()),
            "visitors": len(np.unique(visits.person[visited == place])),
            "purchases": int((bought == place).sum()),
            "is_complete": place < len(names) - 1,
        }
        for place, name in enumerate(names)
    ]


def show_stores(terms: StoreTerms, span: Span, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return visits and purchases of the window by store, the most visited first."""
    visits, purchases = terms.visits, terms.purchases
    inside = _inside(visits.ts, span)
    count = np.bincount(visits.store[inside], minlength=len(names))
    sold = np.bincount(purchases.store[_inside(purchases.ts, span) & (purchases.store >= 0)], minlength=len(names))
    pairs = np.unique(np.stack([visits.store[inside], visits.person[inside]]), axis=1)[0]
    visitors = np.bincount(pairs, minlength=len(names))
    order = sorted(range(len(names)), key=lambda place: (-count[place], names[place]))
    return [
        {
            "store_id": names[place] or None,
            "visits": int(count[place]),
            "visitors": int(visitors[place]),
            "purchases": int(sold[place]),
            "reasons": {} if names[place] else {"store_id": "none_named"},
        }
        for place in order
        if count[place] or sold[place]
    ]


def show_approach(
    terms: StoreTerms, found: OpenVisits, names: Sequence[str], load_persons: Callable[[list[int]], dict[int, str]]
) -> list[dict[str, Any]]:
    """Return whom to approach first."""
    rows = rank_open_visits(found)[:MOST_LISTED]
    persons = load_persons(found.person[rows].tolist())
    bought = set(terms.purchases.person[np.isin(terms.purchases.person, found.person[rows])].tolist())
    return [
        {
            "person_id": persons[int(found.person[row])],
            "score": float(found.score[row]),
            "visits": int(found.visits[row]),
            "stores": int(found.stores[row]),
            "first_visit": to_rfc3339(int(found.first[row])),
            "last_visit": to_rfc3339(int(found.last[row])),
            "last_store": names[int(found.last_store[row])] or None,
            "has_bought_before": int(found.person[row]) in bought,
            "reasons": {} if names[int(found.last_store[row])] else {"last_store": "none_named"},
        }
        for row in rows.tolist()
    ]


def _inside(ts: Ints, span: Span) -> Bools:
    inside: Bools = (ts >= span[0]) & (ts < span[1])
    return inside
