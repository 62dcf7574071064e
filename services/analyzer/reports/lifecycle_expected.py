"""What customers will buy next, as JSON values: the forecast, and how it did in a time that it did not see.

Never reads the store.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from services.analyzer.lifecycle.purchases import Buying, Floats, join_days, sum_buying
from services.analyzer.lifecycle.repeat import BgNbd, expect_more, find_alive, fit_bg_nbd
from services.analyzer.lifecycle.stages import Ints, Orders
from services.analyzer.lifecycle.worth import GammaGamma, expect_values, fit_gamma_gamma
from shared.clock import DAY_MS, Millis, to_rfc3339

AHEAD_DAYS = 90
HELD_OUT = 0.25
"""Share of the window, its end, that the forecast is tried on."""
MOST_LISTED = 50
_CLASSES = 4

Span = tuple[Millis, Millis]
LoadPersons = Callable[[list[int]], dict[int, str]]


def show_expected(
    orders: Orders, days: Ints, span: Span, minor_units: int, load_persons: LoadPersons
) -> dict[str, Any]:
    """Return the purchases and their worth that are expected of the buyers within 90 days after the window's end."""
    purchases = join_days(orders, days)
    buying = sum_buying(purchases, span[1])
    repeat = fit_bg_nbd(buying.frequency, buying.recency, buying.age)
    worth = fit_gamma_gamma(buying.valued, buying.mean_value)
    reasons: dict[str, str] = {}
    more = alive = values = None
    if repeat.reason is None:
        more = expect_more(repeat, buying.frequency, buying.recency, buying.age, float(AHEAD_DAYS))
        alive = find_alive(repeat, buying.frequency, buying.recency, buying.age)
    else:
        reasons |= dict.fromkeys(("orders_next_90_days", "value_next_90_days"), repeat.reason)
    if worth.reason is None:
        values = expect_values(worth, buying.valued, buying.mean_value) / minor_units
    else:
        reasons.setdefault("value_next_90_days", f"value_{worth.reason}")
    return {
        "customers": repeat.customers,
        "repeat_customers": repeat.repeaters,
        "orders_next_90_days": None if more is None else float(more.sum()),
        "value_next_90_days": None if more is None or values is None else float((more * values).sum()),
        "parameters": _show_parameters(repeat, worth, minor_units),
        "frequency_value_correlation": _correlate(buying),
        "holdout": _try_out(purchases, span),
        "worth_most": _list_best(buying, more, alive, values, load_persons),
        "reasons": reasons,
    }


def _show_parameters(repeat: BgNbd, worth: GammaGamma, minor_units: int) -> dict[str, Any]:
    reasons: dict[str, str] = {}
    if repeat.reason is not None:
        reasons |= dict.fromkeys(("r", "alpha_days", "a", "b"), repeat.reason)
    if worth.reason is not None:
        reasons |= dict.fromkeys(("p", "q", "gamma"), worth.reason)
    given = {
        "r": repeat.r,
        "alpha_days": repeat.alpha,
        "a": repeat.a,
        "b": repeat.b,
        "p": worth.p,
        "q": worth.q,
        "gamma": worth.gamma / minor_units,
    }
    shown = {name: None if name in reasons else value for name, value in given.items()}
    return shown | {"is_on_edge": repeat.is_on_edge, "reasons": reasons}


def _correlate(buying: Buying) -> float | None:
    """The model takes how often and for how much as independent: this says how true that is."""
    held = buying.valued > 0
    pair = np.log(buying.valued[held]), np.log(buying.mean_value[held])
    if held.sum() < 3 or min(float(one.std()) for one in pair) < 1e-9:
        return None
    return float(np.corrcoef(*pair)[0, 1])


def _try_out(purchases: Orders, span: Span) -> dict[str, Any]:
    """Fit to what was known before the window's last quarter, and set its forecast beside what then happened."""
    cut = round(span[1] - HELD_OUT * (span[1] - span[0]))
    before = purchases.ts < cut
    known = sum_buying(Orders(purchases.person[before], purchases.ts[before], purchases.minor[before]), cut)
    model = fit_bg_nbd(known.frequency, known.recency, known.age)
    later, count = np.unique(purchases.person[~before], return_counts=True)
    actual = np.zeros(len(known.person))
    found = np.isin(known.person, later)
    actual[found] = count[np.searchsorted(later, known.person[found])]
    shown: dict[str, Any] = {
        "window": {"from": to_rfc3339(cut), "to": to_rfc3339(span[1])},
        "customers": len(known.person),
        "predicted": None,
        "actual": int(actual.sum()),
        "by_purchases": [],
        "reasons": {} if model.reason is None else {"predicted": model.reason},
    }
    if model.reason is None:
        ahead = (span[1] - cut) / DAY_MS
        predicted = expect_more(model, known.frequency, known.recency, known.age, ahead)
        shown |= {"predicted": float(predicted.sum()), "by_purchases": _class_by(known, predicted, actual)}
    return shown


def _class_by(known: Buying, predicted: Floats, actual: Floats) -> list[dict[str, Any]]:
    classes = np.minimum(known.frequency, _CLASSES - 1).astype(np.int64)
    rows = []
    for place in range(_CLASSES):
        held = classes == place
        rows.append(
            {
                "purchases": place + 1,
                "or_more": place == _CLASSES - 1,
                "customers": int(held.sum()),
                "predicted": float(predicted[held].sum()),
                "actual": int(actual[held].sum()),
            }
        )
    return rows


def _list_best(
    buying: Buying, more: Floats | None, alive: Floats | None, values: Floats | None, load_persons: LoadPersons
) -> list[dict[str, Any]]:
    if more is None or alive is None:
        return []
    weight = more if values is None else more * values
    best = np.lexsort((buying.person, -weight))[:MOST_LISTED]
    persons = load_persons(buying.person[best].tolist())
    return [
        {
            "person_id": persons[int(buying.person[row])],
            "purchases": int(buying.frequency[row]) + 1,
            "alive": float(alive[row]),
            "orders": float(more[row]),
            "value": None if values is None else float(weight[row]),
            "reasons": {} if values is not None else {"value": "no_value_model"},
        }
        for row in best.tolist()
    ]
