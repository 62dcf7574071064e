"""The stores report: visits and purchases out of the store of events, shaped for the operator.

Never computes: see `services/analyzer/stores`.
"""

from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import numpy as np

from services.analyzer.lifecycle.calendar import clip_span, find_units, go_back_a_year, list_starts
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.reports.stores_shape import (
    HALF_LIFE_DAYS,
    Span,
    StoreTerms,
    show_approach,
    show_basket,
    show_stores,
    show_years,
    sum_span,
)
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from services.analyzer.stores.visits import Purchases, Visits, count_until_purchase, find_open_visits, keep_once
from shared.clock import DAY_MS, Millis, to_rfc3339
from shared.enrich.money import get_exponent
from shared.rules.sql import SiteContext

Where = Literal["any", "store", "online"]


@dataclass(frozen=True, slots=True)
class StoresQuestion:
    """What a stores report is about; `purchases`: where they were made to count."""

    site_id: str
    site: SiteContext
    goal: GoalSpec
    window: Window
    now: Millis
    buyer_days: float = 60.0
    non_buyer_days: float = 90.0
    purchases: Where = "any"


def build_stores_report(
    con: "duckdb.DuckDBPyConnection", asked: StoresQuestion, keeping: Keeping = UNKEPT
) -> dict[str, Any]:
    """Return the whole report as JSON values."""
    span: Span = clip_span(asked.window.start, asked.window.end, asked.now)
    until = span[1]
    visits, purchases, names = _load_rows(con, asked, until, keeping)
    counts = count_until_purchase(visits, purchases, round(asked.buyer_days * DAY_MS))
    terms = StoreTerms(visits, purchases, counts, round(asked.non_buyer_days * DAY_MS))
    found = find_open_visits(visits, purchases, until - terms.non_buyer_ms, until, HALF_LIFE_DAYS)
    minor_units = 10 ** get_exponent(asked.site.currency)
    basket, reasons = show_basket(terms, span, minor_units)
    before: Span = (go_back_a_year(span[0], asked.site.time_zone), go_back_a_year(span[1], asked.site.time_zone))
    open_counts, open_persons = np.unique(found.visits, return_counts=True)
    this_year = sum_span(terms, span)
    return {
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        "rules": {
            "buyer_days": asked.buyer_days,
            "non_buyer_days": asked.non_buyer_days,
            "purchases": asked.purchases,
            "score_half_life_days": HALF_LIFE_DAYS,
        },
        **basket,
        "unpurchased_visits": {
            str(visits): persons for visits, persons in zip(open_counts.tolist(), open_persons.tolist(), strict=True)
        },
        **show_years(terms, (span, before), asked.site.time_zone),
        "stores": show_stores(terms, span, names),
        "approach": show_approach(terms, found, names, lambda places: _load_persons(con, places)),
        "sample_sizes": {**this_year, "persons_to_approach": len(found.person)},
        "assumptions": [
            "a_visit_counts_for_the_next_purchase_only",
            "visits_without_id_once_a_day_and_store",
            "an_order_is_no_visit",
            "non_buyers_bought_nothing_in_their_window",
            "more_visits_are_no_cause_of_larger_baskets",
        ],
        "diagnostics": {
            "purchases_without_value": int((_inside(purchases.ts, span) & ~purchases.is_valued).sum()),
        },
        "reasons": reasons,
    }


def _load_rows(
    con: "duckdb.DuckDBPyConnection", asked: StoresQuestion, until: Millis, keeping: Keeping
) -> tuple[Visits, Purchases, list[str]]:
    build_conversions(con, asked.site_id, asked.site, asked.goal, keeping)
    con.execute(load_question("store_visits"), {"site": asked.site_id, "to": until})
    minor_units = 10 ** get_exponent(asked.site.currency)
    sold = {"site": asked.site_id, "event": asked.goal.event, "to": until, "minor_units": minor_units}
    con.execute(load_question("store_purchases"), sold)
    con.execute(load_question("store_places"))
    rows = con.execute(load_question("store_visit_rows")).fetchnumpy()
    all_visits = Visits(_ints(rows["place"]), _ints(rows["ts"]), _ints(rows["code"]))
    oldest = max(int(all_visits.ts.min()), 0) if len(all_visits.ts) else until - 1
    _, days = list_starts(oldest, until - 1, asked.site.time_zone, "day")
    keep = keep_once(all_visits, find_units(all_visits.ts, days), np.asarray(rows["has_id"], dtype=bool))
    visits = Visits(all_visits.person[keep], all_visits.ts[keep], all_visits.store[keep])
    rows = con.execute(load_question("store_purchase_rows")).fetchnumpy()
    store = _ints(rows["code"])
    chosen = {"any": store >= -1, "store": store >= 0, "online": store < 0}[asked.purchases]
    minor = np.ma.asarray(rows["minor"])
    purchases = Purchases(
        _ints(rows["place"])[chosen],
        _ints(rows["ts"])[chosen],
        np.ma.filled(minor, 0).astype(np.int64)[chosen],
        ~np.ma.getmaskarray(minor)[chosen],
        store[chosen],
    )
    return visits, purchases, [name for (name,) in con.execute(load_question("store_names")).fetchall()]


def _load_persons(con: "duckdb.DuckDBPyConnection", places: list[int]) -> dict[int, str]:
    if not places:
        return {}
    return dict(con.execute(load_question("store_persons"), {"places": places}).fetchall())


def _inside(ts: Any, span: Span) -> Any:
    return (ts >= span[0]) & (ts < span[1])


def _ints(values: Any) -> Any:
    return np.asarray(values).astype(np.int64)
