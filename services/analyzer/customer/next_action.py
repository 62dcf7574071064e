"""What to do next for one customer: the first of an ordered list of rules that finds evidence.

Pure. Never proposes anything that nothing known of the person speaks for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from shared.clock import DAY_MS, Millis, to_rfc3339

Code = Literal[
    "ask_hesitating",
    "remind_cart",
    "propose_refill",
    "win_back",
    "show_moment",
    "approach_store_visitor",
    "thank_loyal",
    "second_order",
    "offer_interest",
]
HESITATING = 0.6
"""From this probability of leaving on, somebody who is here now counts as hesitating."""
CART_COOLS_MS = 30 * 60 * 1000
CART_DAYS = 14.0
REFILL_AHEAD_DAYS = 7.0
MOMENT_DAYS = 30.0
STORE_DAYS = 90.0
LOYAL_DAYS = 30.0
SECOND_ORDER_DAYS = 7.0
LEAST_INTEREST = 2.0


@dataclass(frozen=True, slots=True)
class Refill:
    """When a regular buyer is expected to buy again; `day` is the day of `expected` in the site's time zone."""

    purchases: int
    gap_days: float
    expected: Millis
    latest: Millis
    day: str


@dataclass(frozen=True, slots=True)
class UnseenMoment:
    """A moment that moves others, of a video that this person has begun and left without seeing it."""

    video_id: str
    start_at: float
    end_at: float
    seconds_watched: float
    watched_at: Millis


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the rules look at. `hesitation` is None unless the person is here now and engaged."""

    now: Millis
    hesitation: float | None = None
    cart_items: int = 0
    cart_changed_at: Millis | None = None
    refill: Refill | None = None
    stage: str | None = None
    stage_since: Millis | None = None
    orders: int = 0
    last_order: Millis | None = None
    moment: UnseenMoment | None = None
    store_visits: int = 0
    last_visit: Millis | None = None
    store: str | None = None
    in_community: bool = False
    category: str | None = None
    category_weight: float = 0.0


@dataclass(frozen=True, slots=True)
class NextAction:
    """What to do, and what speaks for it."""

    code: Code
    evidence: dict[str, Any]


Find = Callable[[Situation], dict[str, Any] | None]


def choose_next_action(known: Situation) -> NextAction | None:
    """Return what the first rule that applies proposes; None when none does."""
    for code, find in RULES:
        evidence = find(known)
        if evidence is not None:
            return NextAction(code, evidence)
    return None


def _find_hesitation(known: Situation) -> dict[str, Any] | None:
    if known.hesitation is None or known.hesitation < HESITATING:
        return None
    return {"hesitation": known.hesitation}


def _find_cart(known: Situation) -> dict[str, Any] | None:
    changed = known.cart_changed_at
    if known.cart_items <= 0 or changed is None:
        return None
    if not CART_COOLS_MS <= known.now - changed <= CART_DAYS * DAY_MS:
        return None
    return {"items": known.cart_items, "changed_at": to_rfc3339(changed), "days": (known.now - changed) / DAY_MS}


def _find_refill(known: Situation) -> dict[str, Any] | None:
    due = known.refill
    near = REFILL_AHEAD_DAYS * DAY_MS
    # Who never was a day late has an interval of no width: a week of grace.
    if due is None or not due.expected - near <= known.now <= max(due.latest, due.expected + near):
        return None
    return {
        "purchases": due.purchases,
        "gap_days": due.gap_days,
        "expected": to_rfc3339(due.expected),
        "day": due.day,
        "latest": to_rfc3339(due.latest),
        "is_overdue": due.expected < known.now,
    }


def _find_lapse(known: Situation) -> dict[str, Any] | None:
    if known.stage not in ("at_risk", "dormant") or known.last_order is None:
        return None
    return {
        "stage": known.stage,
        "orders": known.orders,
        "last_order": to_rfc3339(known.last_order),
        "days": (known.now - known.last_order) / DAY_MS,
    }


def _find_moment(known: Situation) -> dict[str, Any] | None:
    moment = known.moment
    if moment is None or known.now - moment.watched_at > MOMENT_DAYS * DAY_MS:
        return None
    if known.last_order is not None and known.last_order >= moment.watched_at:
        return None
    return {
        "video": moment.video_id,
        "start_at": moment.start_at,
        "end_at": moment.end_at,
        "seconds_watched": moment.seconds_watched,
        "watched_at": to_rfc3339(moment.watched_at),
    }


def _find_visits(known: Situation) -> dict[str, Any] | None:
    if known.store_visits <= 0 or known.last_visit is None:
        return None
    return {
        "visits": known.store_visits,
        "last_visit": to_rfc3339(known.last_visit),
        "days": (known.now - known.last_visit) / DAY_MS,
        "store_id": known.store,
    }


def _find_new_loyal(known: Situation) -> dict[str, Any] | None:
    since = known.stage_since
    if known.stage != "loyal" or since is None or known.now - since > LOYAL_DAYS * DAY_MS:
        return None
    return {"since": to_rfc3339(since), "orders": known.orders, "in_community": known.in_community}


def _find_first_order(known: Situation) -> dict[str, Any] | None:
    last = known.last_order
    if known.stage != "first" or last is None or known.now - last < SECOND_ORDER_DAYS * DAY_MS:
        return None
    days = (known.now - last) / DAY_MS
    return {"last_order": to_rfc3339(last), "days": days, "category": known.category}


def _find_interest(known: Situation) -> dict[str, Any] | None:
    if known.category is None or known.category_weight < LEAST_INTEREST:
        return None
    return {"category": known.category, "weight": known.category_weight}


RULES: tuple[tuple[Code, Find], ...] = (
    ("ask_hesitating", _find_hesitation),
    ("remind_cart", _find_cart),
    ("propose_refill", _find_refill),
    ("win_back", _find_lapse),
    ("show_moment", _find_moment),
    ("approach_store_visitor", _find_visits),
    ("thank_loyal", _find_new_loyal),
    ("second_order", _find_first_order),
    ("offer_interest", _find_interest),
)
"""In order: what passes soonest first, then what is worth most, then what is merely known."""
