"""After a purchase: shares by day of people followed for different times, who watched, and whom campaigns are for."""

from typing import Any

import numpy as np
import pytest

from services.analyzer.lifecycle.advocacy import NEVER, climb, count_steps
from services.analyzer.lifecycle.aftercare import Buyers, contrast_watchers, count_buyers, follow_again, follow_back
from services.analyzer.lifecycle.buyers_only import is_for_buyers
from services.analyzer.lifecycle.stages import Orders
from services.analyzer.stats.proportions import find_wilson
from services.analyzer.stats.waiting import Reached, estimate_reached, subtract_reached
from shared.clock import DAY_MS
from shared.rules.parse import parse_rule

NOW = 1_000 * DAY_MS


def build_buyers(*rows: tuple[float, float | None, float | None, float | None]) -> Buyers:
    """Return buyers of (bought, watched, back, again), each in days ago; None is never."""

    def column(place: int) -> Any:
        return np.array([NEVER if row[place] is None else NOW - round(row[place] * DAY_MS) for row in rows])  # type: ignore[operator]

    never = np.full(len(rows), NEVER)
    watched = column(1)
    return Buyers(column(0), never, watched, watched, column(2), column(3), np.zeros(len(rows)))


def test_the_share_by_day_is_that_of_a_textbook() -> None:
    # Remission under 6-MP (Freireich 1963), as in every text on survival: 0.753 at 10 weeks, 0.448 at 23.
    weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    waited, happened = np.array(weeks, dtype=float), np.array(ended, dtype=bool)
    found = estimate_reached(waited, happened, [5, 6, 10, 23, 35, 36])
    stays = [None if one.share is None else round(1 - one.share, 4) for one in found]
    assert stays == [1.0, 0.8571, 0.7529, 0.4482, 0.4482, None]
    ten = found[2]
    # Greenwood's error is 0.0963; on the scale log(-log) that is 0.503 to 0.889 (Collett 2003).
    assert (1 - (ten.ci_high or 0), 1 - (ten.ci_low or 0)) == pytest.approx((0.5032, 0.8894), abs=5e-4)
    assert ten.followed == 19 and (found[0].ci_low, found[0].ci_high) == find_wilson(0, 21)


def test_without_anybody_and_with_everybody_there_is_no_certainty() -> None:
    nobody = estimate_reached(np.zeros(0), np.zeros(0, dtype=bool), [7])[0]
    assert nobody.share is None and nobody.followed == 0
    everybody = estimate_reached(np.array([1.0, 2.0]), np.array([True, True]), [7])[0]
    assert everybody.share == 1 and everybody.ci_low is not None and 0 < everybody.ci_low < 0.3
    at_once = estimate_reached(np.full(60, 3.0), np.full(60, True), [7])[0]
    assert at_once.ci_low == pytest.approx(find_wilson(60, 60)[0])
    # Of a hundred hardly anybody was followed; that the last one had it happen does not make it sure of all.
    few = estimate_reached(np.array([1.0] * 99 + [40.0]), np.array([False] * 99 + [True]), [50])[0]
    assert few.share == 1 and few.ci_low is not None and few.ci_low < 0.25
    assert subtract_reached(nobody, everybody) is None


def test_the_interval_of_a_difference_is_newcombe_s() -> None:
    # 56 of 70 against 48 of 80: 0.0524 to 0.3339 (Newcombe 1998, table II, example a, method 10).
    one, other = (Reached(7, hits / n, *find_wilson(hits, n), n) for hits, n in ((56, 70), (48, 80)))
    assert subtract_reached(one, other) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_open_days_are_neither_a_return_nor_a_loss() -> None:
    buyers = build_buyers((60, 58, 50, 40), (50, None, 45, None), (20, None, None, None), (5, 3, 3, None))
    counts = count_buyers(buyers, NOW)
    assert (counts.buyers, counts.watched, counts.came_back, counts.back_open) == (4, 2, 3, 1)
    assert (counts.bought_again, counts.again_open) == (1, 3)
    assert [one.share for one in follow_back(buyers, NOW)] == [0.5, 0.75, None]
    again = follow_again(buyers, NOW)
    assert [one.share for one in again] == [0, pytest.approx(1 / 3), None, None]
    assert [one.followed for one in again] == [3, 2, 1, 1]
    late = count_buyers(build_buyers((100, None, 60, 5)), NOW)
    assert (late.came_back, late.bought_again, late.back_open, late.again_open) == (0, 0, 0, 0)


def test_who_bought_again_at_once_is_on_neither_side() -> None:
    watchers = [(70.0, 69.0, None, 30.0 if place % 2 else None) for place in range(40)]
    others = [(70.0, None, None, 30.0 if place % 4 == 0 else None) for place in range(40)]
    late = [(70.0, 50.0, None, None)] * 4  # watched after the landmark: counts as not watched
    quick = [(70.0, None, None, 60.0)] * 9
    found = contrast_watchers(build_buyers(*watchers, *others, *late, *quick), NOW)
    assert (found.persons, found.before_landmark, found.reason) == ((40, 44), 9, None)
    assert found.day == 60 and found.difference == pytest.approx(0.5 - 10 / 44)
    assert found.ci_low is not None and found.ci_high is not None
    assert 0 < found.ci_low < (found.difference or 0) < found.ci_high < 1
    assert found.watched[0].share == 0 and found.watched[-1].share is None


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "nobody_followed"),
        ([(5, 4, None, None)], "nobody_followed"),
        ([(60, None, None, None)], "nobody_watched"),
        ([(60, 59, None, None)], "everybody_watched"),
        ([(60, 59, None, None), (60, None, None, None)], "too_few_persons"),
        ([(20, 19, None, None), (20, None, None, None)] * 30, "not_followed_that_long"),
    ],
)
def test_a_contrast_without_grounds_says_why(rows: list[tuple[float, Any, Any, Any]], reason: str) -> None:
    found = contrast_watchers(build_buyers(*rows), NOW)
    assert found.difference is None and found.reason == reason


ORDERS = {"fact": "orders.count", "op": "ge", "value": 1}
EVENT = {"event": "Order Completed", "within": "30d"}
PAGE = {"fact": "page.path", "op": "eq", "value": "/thanks"}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (ORDERS, True),
        ({"fact": "orders.count", "op": "ge", "value": 0}, False),
        ({"fact": "orders.count", "op": "eq", "value": 0}, False),
        ({"fact": "orders.count", "op": "in", "value": [1, 2]}, True),
        ({"fact": "orders.value", "op": "gt", "value": 0}, True),
        ({"fact": "orders.days_since_last", "op": "le", "value": 7}, True),
        ({"fact": "orders.days_since_last", "op": "exists", "value": False}, False),
        ({"fact": "lifecycle", "op": "in", "value": ["first", "repeat"]}, True),
        ({"fact": "lifecycle", "op": "in", "value": ["new", "first"]}, False),
        ({"fact": "lifecycle", "op": "ne", "value": "new"}, False),
        (EVENT, True),
        ({**EVENT, "count": {"op": "eq", "value": 0}}, False),
        ({**EVENT, "event": "Product Viewed"}, False),
        ({"not": ORDERS}, False),
        ({"not": {"fact": "orders.count", "op": "lt", "value": 2}}, True),
        ({"all": [PAGE, ORDERS]}, True),
        ({"any": [PAGE, ORDERS]}, False),
        ({"any": [EVENT, ORDERS]}, True),
        ({"all": []}, False),
        (PAGE, False),
        ({"segment": "bought"}, True),
        ({"segment": "listed"}, False),
        ({"all": [{"segment": "circle"}, PAGE]}, False),
        ({"watched": {"video": "v", "from": 0, "to": 9}}, False),
    ],
)
def test_an_audience_of_buyers_is_known_by_its_rule(rule: dict[str, Any], expected: bool) -> None:
    segments = {
        "bought": parse_rule({"all": [ORDERS, PAGE]}, live=False),
        "circle": parse_rule({"segment": "circle"}, live=False),
    }
    assert is_for_buyers(parse_rule(rule, live=False), segments) is expected


def test_no_step_comes_before_the_one_below() -> None:
    ts = np.array([100, 130, 131, 200, 10, 15]) * DAY_MS
    orders = Orders(np.array([0, 0, 0, 2, 3, 3]), ts, np.zeros(6, dtype=np.int64))
    ladder = climb(orders, np.array([3]), np.array([40]) * DAY_MS)
    assert ladder.person.tolist() == [0, 2, 3]
    one_time, repeat, advocate = count_steps(ladder, 120 * DAY_MS, 201 * DAY_MS, 90 * DAY_MS)
    assert (one_time.persons, one_time.reached_in_window, one_time.days) == (3, 1, None)
    assert (repeat.persons, repeat.below, repeat.reached_in_window, repeat.lately, repeat.days) == (2, 3, 1, 1, 17.5)
    assert (advocate.persons, advocate.below, advocate.reached_in_window, advocate.days) == (1, 2, 0, 25)
    assert advocate.lately == 1
    nobody = climb(
        Orders(*(np.zeros(0, dtype=np.int64),) * 3), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    )
    assert [step.persons for step in count_steps(nobody, 0, NOW, DAY_MS)] == [0, 0, 0]
