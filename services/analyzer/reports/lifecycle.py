"""The lifecycle report: customers, their orders and their visits out of the store, shaped for the operator.

Never computes: see `services/analyzer/lifecycle`.
"""

from dataclasses import asdict, dataclass
from typing import Any

import duckdb
import numpy as np

from services.analyzer.control.lifecycle import LifecycleRules, read_stage_rules
from services.analyzer.lifecycle.calendar import clip_span, list_starts
from services.analyzer.lifecycle.regular import MOST_VARIATION, expect_purchases
from services.analyzer.lifecycle.stages import Ints, Orders, find_changes
from services.analyzer.reports.lifecycle_advocacy import build_advocates, load_ladder, show_advocacy
from services.analyzer.reports.lifecycle_expected import show_expected
from services.analyzer.reports.lifecycle_shape import (
    MOST_COHORTS,
    show_cohorts,
    show_conversion,
    show_regular,
    show_rfm,
    show_stages,
    show_transitions,
)
from services.analyzer.reports.lifecycle_visits import build_visiting, load_visiting
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.clock import Millis, to_rfc3339
from shared.enrich.money import get_exponent
from shared.rules.sql import SiteContext

ASSUMPTIONS = (
    "customers_are_known_users_and_buyers",
    "stages_rest_on_orders_alone",
    "loyal_until_the_lapse",
    "a_day_of_a_rule_is_24_hours",
    "orders_of_one_day_are_one_purchase_of_a_rhythm",
    "buyers_go_on_as_they_did",
    "advocates_recommend_after_a_second_order",
    "who_came_lately_may_still_go_on",
    "a_visit_has_a_page_a_product_or_a_video",
)


@dataclass(frozen=True, slots=True)
class LifecycleQuestion:
    """What a lifecycle report is about."""

    site_id: str
    site: SiteContext
    goal: GoalSpec
    window: Window
    now: Millis
    rules: LifecycleRules


def build_lifecycle_report(
    con: "duckdb.DuckDBPyConnection", asked: LifecycleQuestion, keeping: Keeping = UNKEPT
) -> dict[str, Any]:
    """Return the whole report as JSON values."""
    window, zone = asked.window, asked.site.time_zone
    start, until = clip_span(window.start, window.end, asked.now)
    minor_units = 10 ** get_exponent(asked.site.currency)
    build_conversions(con, asked.site_id, asked.site, asked.goal, keeping)
    rules = asked.rules

    def make() -> None:
        _build_users(con, asked.site_id, until)
        build_visiting(con, asked.site_id, until)
        build_advocates(con, asked.site_id, until, rules.advocate_events, rules.advocate_acts)
        con.execute(load_question("lifecycle_present"), {"site": asked.site_id, "from": start, "to": until})

    keeping.build(
        "lifecycle",
        make,
        relations=("known_users", "visiting_persons", "advocates", "present_persons"),
        inputs=("conversions",),
        edges=(start, until),
        settings=(rules.advocate_events, rules.advocate_acts),
    )
    known_at, orders, unvalued = _read_customers(con, until, minor_units)
    stage_rules = read_stage_rules(rules)
    changes = find_changes(known_at, orders, stage_rules, until)
    oldest = max(int(known_at.min()), 0) if len(known_at) else until - 1
    names, months = list_starts(oldest, until - 1, zone, "month")
    _, days = list_starts(oldest, until - 1, zone, "day")
    regular = expect_purchases(orders, days, least_minor=round(rules.bulk_value * minor_units))
    counted = {"from": start, "to": until, "minor_units": minor_units}
    seen = con.execute(load_question("lifecycle_conversion"), counted).fetchall()
    ladder = load_ladder(con, orders)
    transitions, reactivation = show_transitions(changes, orders, (start, until), (names, months), minor_units)

    def load_persons(places: list[int]) -> dict[int, str]:
        return _load_persons(con, places)

    return {
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(window.start), "to": to_rfc3339(window.end)},
        "rules": asdict(rules),
        "stages": show_stages(changes, orders, len(known_at), (start, until), minor_units),
        **transitions,
        "reactivation": reactivation,
        "advocacy": show_advocacy(ladder, (start, until), (names, months), stage_rules.at_risk_ms, load_persons),
        "rfm": show_rfm(orders, until, minor_units),
        "retention_cohorts": show_cohorts(orders, names, months, minor_units),
        "visiting": load_visiting(con, until, zone),
        "conversion": show_conversion(seen, minor_units),
        "expected": show_expected(orders, days, (start, until), minor_units, load_persons),
        "next_purchase": show_regular(regular, until, load_persons),
        "sample_sizes": {
            "customers": len(known_at),
            "buyers": len(np.unique(orders.person)),
            "orders": len(orders.ts),
            "persons_in_window": sum(row[1] for row in seen),
        },
        "assumptions": list(ASSUMPTIONS),
        "diagnostics": {
            "orders_without_value": unvalued,
            "most_variation_of_regular_gaps": MOST_VARIATION,
            "most_cohorts": MOST_COHORTS,
        },
        "reasons": {},
    }


def load_customers(
    con: "duckdb.DuckDBPyConnection", site_id: str, until: Millis, minor_units: int
) -> tuple[Ints, Orders, int]:
    """Make the relation `customers`; returns since when each is known, all orders, and how many tell no value."""
    _build_users(con, site_id, until)
    return _read_customers(con, until, minor_units)


def _build_users(con: "duckdb.DuckDBPyConnection", site_id: str, until: Millis) -> None:
    con.execute(load_question("lifecycle_users"), {"site": site_id, "to": until})


def _read_customers(con: "duckdb.DuckDBPyConnection", until: Millis, minor_units: int) -> tuple[Ints, Orders, int]:
    con.execute(load_question("lifecycle_customers"), {"to": until})
    known = con.execute(load_question("lifecycle_known")).fetchnumpy()
    rows = con.execute(load_question("lifecycle_orders"), {"to": until, "minor_units": minor_units}).fetchnumpy()
    minor = np.ma.asarray(rows["minor"])
    orders = Orders(_ints(rows["place"]), _ints(rows["ts"]), np.ma.filled(minor, 0).astype(np.int64))
    return _ints(known["known_at"]), orders, int(np.ma.getmaskarray(minor).sum())


def _load_persons(con: "duckdb.DuckDBPyConnection", places: list[int]) -> dict[int, str]:
    if not places:
        return {}
    return dict(con.execute(load_question("lifecycle_persons"), {"places": places}).fetchall())


def _ints(values: Any) -> Ints:
    return np.asarray(values).astype(np.int64)
