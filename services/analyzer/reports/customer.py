"""What a person's report says beyond the timeline: stage, orders, interests, the community, and what to do next.

Never reads more than this person's own messages and what the last runs kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
import numpy as np

from services.analyzer.control.lifecycle import LifecycleRules
from services.analyzer.customer import acts as own
from services.analyzer.customer.next_action import STORE_DAYS, Refill, Situation, UnseenMoment, choose_next_action
from services.analyzer.customer.proposals import propose_campaign
from services.analyzer.customer.timeline import Timeline
from services.analyzer.customer.words import say_reason
from services.analyzer.lifecycle.advocacy import LADDER, NEVER, climb
from services.analyzer.lifecycle.calendar import list_starts
from services.analyzer.lifecycle.purchases import join_days, sum_buying
from services.analyzer.lifecycle.regular import expect_purchases
from services.analyzer.lifecycle.repeat import BgNbd, expect_more, find_alive
from services.analyzer.lifecycle.stages import NOBODY, STAGES, Ints, Orders, find_changes
from services.analyzer.lifecycle.worth import GammaGamma, expect_values
from services.analyzer.reports.customer_habits import build_habits
from services.analyzer.reports.lifecycle_expected import AHEAD_DAYS
from services.analyzer.reports.stored import build_subject
from shared.clock import DAY_MS, Millis, to_rfc3339
from shared.enrich.money import compute_minor_rate, get_exponent
from shared.rules.sql import SiteContext

MOST_SHOWN = 5
MOST_VIDEOS = 3

LoadStored = Callable[[str, str], bytes | None]
"""Returns what the last run kept under a report's name and subject."""


class _Stretch(msgspec.Struct):
    start: float
    end: float
    found: bool


class _Recommendation(msgspec.Struct):
    start_at: float


class _KeptMoments(msgspec.Struct):
    recommendation: _Recommendation | None
    moments: list[_Stretch]


class _Parameters(msgspec.Struct):
    r: float | None
    alpha_days: float | None
    a: float | None
    b: float | None
    p: float | None
    q: float | None
    gamma: float | None


class _Expected(msgspec.Struct):
    parameters: _Parameters
    reasons: dict[str, str]


class _KeptLifecycle(msgspec.Struct):
    expected: _Expected


@dataclass(frozen=True, slots=True)
class CustomerAsked:
    """Whose report it is, and when. `rules`: those of the ladder; stages go by the site's."""

    site: SiteContext
    rules: LifecycleRules
    now: Millis
    is_user: bool


def build_customer_parts(
    asked: CustomerAsked, timeline: Timeline, load_stored: LoadStored
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the parts, and the reasons of those that are null."""
    site, now, acts = asked.site, asked.now, timeline.acts
    rates = {code: compute_minor_rate(code, site.currency, rate) for code, rate in site.rates.items()}
    placed = own.list_orders(acts, site.currency, rates)
    minor_units = 10 ** get_exponent(site.currency)
    orders = _stack(placed)
    days = _list_days(placed, site.time_zone)
    categories, videos = own.weigh_categories(acts, now), own.weigh_videos(acts, now)
    cart, visits = own.fill_cart(acts), own.count_store_visits(acts, placed, now, STORE_DAYS)
    community = own.sum_community(acts, now)
    changes = _follow_stages(asked, timeline.sessions[0].first, orders)
    refill = _find_refill(orders, days, site.time_zone)
    open_acts = [act for act in acts if act.session_key == timeline.open_session]
    hesitation = None
    if open_acts:
        is_first = timeline.sessions[0].key == timeline.open_session
        hesitation = own.measure_hesitation(open_acts, site.hesitation, is_first_session=is_first, now=now)
    known = Situation(
        now=now,
        hesitation=hesitation,
        cart_items=cart.items,
        cart_changed_at=cart.changed_at,
        refill=refill,
        stage=changes[-1]["to"] if changes else None,
        stage_since=None if not changes else changes[-1]["ts"],
        orders=len(placed),
        last_order=placed[-1].ts if placed else None,
        moment=_find_moment(videos, load_stored),
        store_visits=visits.visits,
        last_visit=visits.last,
        store=visits.store,
        in_community=community is not None,
        category=categories[0][0] if categories else None,
        category_weight=categories[0][1] if categories else 0.0,
    )
    parts: dict[str, Any] = {
        "next_action": _propose(known),
        "lifecycle": _show_stage(changes),
        "advocacy": _show_ladder(orders, acts, asked.rules),
        "habits": build_habits(timeline.sessions, [one.ts for one in placed]),
        "orders": _show_orders(placed, minor_units, now),
        "interests": {
            "categories": [{"category": name, "weight": weight} for name, weight in categories[:MOST_SHOWN]],
            "videos": [
                {"video": one.video_id, "weight": one.weight, "seconds": one.seconds, "last": to_rfc3339(one.last)}
                for one in videos[:MOST_SHOWN]
            ],
        },
        "hesitation": hesitation,
        "cart": {"items": cart.items, "products": cart.products, "changed_at": _time(cart.changed_at)},
        "store_visits": {"visits": visits.visits, "last": _time(visits.last), "store_id": visits.store},
        "community": None if community is None else _show_community(community),
        "next_purchase": None if refill is None else _show_refill(refill, now),
        "expected": _expect(orders, days, now, load_stored, minor_units),
    }
    codes = {
        "next_action": "nothing_stands_out",
        "lifecycle": "not_a_customer",
        "advocacy": "no_orders",
        "hesitation": "not_here_now" if timeline.open_session is None else "not_engaged",
        "community": "no_community_acts",
        "next_purchase": "no_rhythm",
        "expected": "no_orders" if not placed else "no_forecast",
    }
    return parts, {name: code for name, code in codes.items() if parts[name] is None}


def _stack(placed: Sequence[own.Order]) -> Orders:
    ts = np.array([one.ts for one in placed], dtype=np.int64)
    minor = np.array([one.minor or 0 for one in placed], dtype=np.int64)
    return Orders(np.zeros(len(placed), dtype=np.int64), ts, minor)


def _list_days(placed: Sequence[own.Order], time_zone: str) -> Ints:
    """Return the starts of the days with an order, in the site's time zone: other days hold nothing to find."""
    starts = {int(list_starts(one.ts, one.ts, time_zone, "day")[1][0]) for one in placed}
    return np.array(sorted(starts), dtype=np.int64)


def _follow_stages(asked: CustomerAsked, first_seen: Millis, orders: Orders) -> list[dict[str, Any]]:
    """Return the changes of stage by the site's day rules, as the lifecycle report finds them."""
    if not asked.is_user and not len(orders.ts):
        return []
    known_at = np.array([first_seen if asked.is_user else orders.ts[0]], dtype=np.int64)
    changes = find_changes(known_at, orders, asked.site.lifecycle, asked.now + 1)
    return [
        {"ts": at, "from": None if before == NOBODY else STAGES[before], "to": STAGES[after]}
        for at, before, after in zip(changes.at.tolist(), changes.before.tolist(), changes.after.tolist(), strict=True)
    ]


def _show_stage(changes: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    if not changes:
        return None
    return {
        "stage": changes[-1]["to"],
        "since": to_rfc3339(changes[-1]["ts"]),
        "changes": [{"at": to_rfc3339(one["ts"]), "from": one["from"], "to": one["to"]} for one in changes],
    }


def _show_ladder(orders: Orders, acts: Sequence[own.Act], rules: LifecycleRules) -> dict[str, Any] | None:
    """Return the steps from a purchase to recommending that were reached, and when."""
    if not len(orders.ts):
        return None
    told = [one.ts for one in acts if one.event in rules.advocate_events and one.type == "track"]
    since = [ts for ts in told if len(orders.ts) > 1 and ts >= orders.ts[1]][rules.advocate_acts - 1 :][:1]
    at = np.array(since, dtype=np.int64)
    ladder = climb(orders, np.zeros(len(at), dtype=np.int64), at)
    reached = [(name, int(times[0])) for name, times in zip(LADDER, ladder.reached, strict=True) if times[0] < NEVER]
    return {"state": reached[-1][0], "reached": [{"state": name, "at": to_rfc3339(ts)} for name, ts in reached]}


def _find_refill(orders: Orders, days: Ints, time_zone: str) -> Refill | None:
    found = expect_purchases(orders, days)
    if not len(found.person):
        return None
    expected = int(found.expected[0])
    (day,), _ = list_starts(expected, expected, time_zone, "day")
    return Refill(int(found.purchases[0]), int(found.gap[0]) / DAY_MS, expected, int(found.latest[0]), day)


def _show_refill(refill: Refill, now: Millis) -> dict[str, Any]:
    return {
        "purchases": refill.purchases,
        "gap_days": refill.gap_days,
        "expected": to_rfc3339(refill.expected),
        "latest": to_rfc3339(refill.latest),
        "is_overdue": refill.expected < now,
    }


def _find_moment(videos: Sequence[own.VideoSeen], load_stored: LoadStored) -> UnseenMoment | None:
    """Return the recommended moment of the video seen last that has one, unless half of it was seen."""
    for one in sorted(videos, key=lambda video: -video.last)[:MOST_VIDEOS]:
        kept = load_stored("moments", build_subject(one.video_id, "all"))
        report = msgspec.json.decode(kept, type=_KeptMoments) if kept is not None else None
        if report is None or report.recommendation is None:
            continue
        start = report.recommendation.start_at
        part = next((part for part in report.moments if part.found and part.start == start), None)
        if part is None or own.measure_covered(one.ranges, part.start, part.end) >= (part.end - part.start) / 2:
            continue
        return UnseenMoment(one.video_id, part.start, part.end, one.seconds, one.last)
    return None


def _propose(known: Situation) -> dict[str, Any] | None:
    action = choose_next_action(known)
    if action is None:
        return None
    return {
        "code": action.code,
        "reason": say_reason(action),
        "evidence": action.evidence,
        "campaign": propose_campaign(action),
    }


def _show_orders(placed: Sequence[own.Order], minor_units: int, now: Millis) -> dict[str, Any]:
    valued = [one.minor for one in placed if one.minor is not None]
    reasons = {} if placed else dict.fromkeys(("first", "last", "days_since_last"), "no_orders")
    if not valued:
        reasons |= dict.fromkeys(("value", "average"), "no_amounts" if placed else "no_orders")
    return {
        "count": len(placed),
        "value": sum(valued) / minor_units if valued else None,
        "average": sum(valued) / len(valued) / minor_units if valued else None,
        "first": _time(placed[0].ts if placed else None),
        "last": _time(placed[-1].ts if placed else None),
        "days_since_last": (now - placed[-1].ts) / DAY_MS if placed else None,
        "reasons": reasons,
    }


def _show_community(community: own.Community) -> dict[str, Any]:
    shown = asdict(community) | {"joined": _time(community.joined), "last": _time(community.last)}
    return shown | {"reasons": {} if community.joined is not None else {"joined": "not_told"}}


def _expect(
    orders: Orders, days: Ints, now: Millis, load_stored: LoadStored, minor_units: int
) -> dict[str, Any] | None:
    """Return what the last lifecycle run's models expect of this buyer within 90 days."""
    kept = load_stored("lifecycle", "") if len(orders.ts) else None
    if kept is None:
        return None
    of = msgspec.json.decode(kept, type=_KeptLifecycle).expected.parameters
    if of.r is None or of.alpha_days is None or of.a is None or of.b is None:
        return None
    one = sum_buying(join_days(orders, days), now)
    model = BgNbd(of.r, of.alpha_days, of.a, of.b, 0.0, 0, 0)
    more = float(expect_more(model, one.frequency, one.recency, one.age, float(AHEAD_DAYS))[0])
    worth = None
    if of.p is not None and of.q is not None and of.gamma is not None:
        spent = GammaGamma(of.p, of.q, of.gamma * minor_units, 0.0, 0)
        worth = more * float(expect_values(spent, one.valued, one.mean_value)[0]) / minor_units
    return {
        "alive": float(find_alive(model, one.frequency, one.recency, one.age)[0]),
        "orders_next_90_days": more,
        "value_next_90_days": worth,
        "reasons": {} if worth is not None else {"value_next_90_days": "no_value_model"},
    }


def _time(at: Millis | None) -> str | None:
    return None if at is None else to_rfc3339(at)
