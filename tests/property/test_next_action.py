"""Next actions on random situations: one at most, by precedence, with evidence; carts and orders counted slowly."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.analyzer.customer.acts import Act, fill_cart, list_orders, measure_covered
from services.analyzer.customer.next_action import RULES, Refill, Situation, UnseenMoment, choose_next_action
from services.analyzer.customer.proposals import propose_campaign
from services.analyzer.customer.words import PROMPTS, REASONS, say_reason
from services.analyzer.lifecycle.stages import STAGES
from shared.clock import DAY_MS
from shared.rules.parse import parse_rule

NOW = 1_000 * DAY_MS
PAST = st.integers(0, 200).map(lambda days: NOW - days * DAY_MS)
TIMES = st.integers(-40, 40).map(lambda days: NOW + days * DAY_MS)
REFILLS = st.builds(
    lambda expected, more: Refill(5, 30.0, expected, expected + more * DAY_MS, "2026-07-01"), TIMES, st.integers(0, 20)
)
MOMENTS = st.builds(UnseenMoment, st.sampled_from(["tea {x}", "v"]), st.just(40.0), st.just(60.0), st.just(12.0), PAST)
SITUATIONS = st.builds(
    Situation,
    now=st.just(NOW),
    hesitation=st.none() | st.floats(0, 1),
    cart_items=st.integers(0, 3),
    cart_changed_at=st.none() | PAST,
    refill=st.none() | REFILLS,
    stage=st.none() | st.sampled_from(STAGES),
    stage_since=st.none() | PAST,
    orders=st.integers(0, 9),
    last_order=st.none() | PAST,
    moment=st.none() | MOMENTS,
    store_visits=st.integers(0, 3),
    last_visit=st.none() | PAST,
    store=st.none() | st.just("ginza"),
    in_community=st.booleans(),
    category=st.none() | st.just("tea"),
    category_weight=st.floats(0, 9),
)
CLEARED: dict[str, dict[str, Any]] = {
    "ask_hesitating": {"hesitation": None},
    "remind_cart": {"cart_items": 0},
    "propose_refill": {"refill": None},
    "win_back": {"stage": None},
    "show_moment": {"moment": None},
    "approach_store_visitor": {"store_visits": 0},
    "thank_loyal": {"stage": None},
    "second_order": {"stage": None},
    "offer_interest": {"category": None},
}
"""What a situation lacks once the action's cause is taken out of it."""


@given(SITUATIONS)
def test_one_action_with_evidence_by_precedence(known: Situation) -> None:
    found = [code for code, find in RULES if find(known) is not None]
    action = choose_next_action(known)
    if action is None:
        assert found == []
        return
    assert action.code == found[0] and action.evidence
    spoken = say_reason(action)
    assert spoken["en"] and spoken["ja"] and spoken["en"] != spoken["ja"]
    for body in propose_campaign(action).values():
        parse_rule(body["audience"], live=True)
        assert 0 < body["holdout"] < 1


@given(SITUATIONS)
def test_without_its_cause_an_action_gives_way_to_a_later_one(known: Situation) -> None:
    order = [code for code, _ in RULES]
    action = choose_next_action(known)
    while action is not None:
        known = replace(known, **CLEARED[action.code])
        then = choose_next_action(known)
        assert then is None or order.index(then.code) > order.index(action.code)
        action = then


def test_nothing_known_is_no_action_and_every_action_has_words() -> None:
    assert choose_next_action(Situation(now=NOW)) is None
    assert set(PROMPTS) == set(REASONS) == {code for code, _ in RULES} == set(CLEARED)


EVENTS = st.sampled_from(["Product Added", "Product Removed", "Order Completed", "Page"])


@given(st.lists(st.tuples(EVENTS, st.sampled_from("pq"), st.integers(1, 3)), max_size=12))
def test_a_cart_is_what_was_added_since_the_last_order(steps: list[tuple[str, str, int]]) -> None:
    acts = [
        Act(place, str(place), "track", event, "s", product_id=product, properties={"quantity": quantity})
        for place, (event, product, quantity) in enumerate(steps)
    ]
    last = max((place for place, (event, _, _) in enumerate(steps) if event == "Order Completed"), default=-1)
    signs = {"Product Added": 1, "Product Removed": -1}
    net = {
        name: sum(signs.get(event, 0) * n for event, product, n in steps[last + 1 :] if product == name)
        for name in "pq"
    }
    cart = fill_cart(acts)
    assert cart.items == sum(max(0, count) for count in net.values())
    assert (cart.changed_at is None) == (cart.items == 0)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=6), st.integers(0, 20), st.integers(0, 20))
def test_seconds_covered_are_those_of_the_union(ranges: list[tuple[int, int]], start: int, more: int) -> None:
    slow = sum(any(low <= second < high for low, high in ranges) for second in range(start, start + more))
    assert measure_covered([(float(a), float(b)) for a, b in ranges if b > a], start, start + more) == slow


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("ab"), st.none() | st.integers(1, 500)), max_size=8))
def test_orders_count_once_and_refunds_take_back(steps: list[tuple[bool, str, int | None]]) -> None:
    acts = [
        Act(
            place,
            str(place),
            "track",
            "Order Completed" if bought else "Order Refunded",
            "s",
            order_id=one,
            minor=minor,
        )
        for place, (bought, one, minor) in enumerate(steps)
    ]
    orders = list_orders(acts, "USD", {})
    for name in "ab":
        first = next(((at, minor) for at, (bought, one, minor) in enumerate(steps) if bought and one == name), None)
        back = [minor for bought, one, minor in steps if not bought and one == name]
        shown = [order for order in orders if first is not None and order.ts == first[0]]
        if first is None or any(minor is None for minor in back):
            assert shown == []
            continue
        left = None if first[1] is None else first[1] - sum(minor or 0 for minor in back)
        if back and left is not None and left <= 0:
            assert shown == []
        else:
            assert [order.minor for order in shown] == [left]
