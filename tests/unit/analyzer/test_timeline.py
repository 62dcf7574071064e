"""One person's messages in one pass: what is kept of many, which session is open, what scores count."""

from typing import Any

import msgspec
import pytest

from services.analyzer.customer.timeline import SESSION_MS, Timeline, Told, fold_timeline, value_scores
from shared.clock import DAY_MS
from shared.rules.scores import ScoreDefinition, ScoreRule, compile_scores

NOW = 1_800_000_000_000
BLANK = Told(0, "", "track", "", "s", *(None,) * 14, set_aside=False)


def told(number: int, event: str, ago_ms: int, **fields: Any) -> Told:
    properties = fields.pop("properties", None)
    given = {"ts": NOW - ago_ms, "message_id": f"m{number}", "event": event, **fields}
    return BLANK._replace(properties=None if properties is None else msgspec.json.encode(properties).decode(), **given)


def fold(*messages: Told, **options: Any) -> Timeline:
    return fold_timeline(messages, now=NOW, **{"limit": 10, **options})


def test_of_many_only_the_newest_count_but_all_orders_and_recommendations_do() -> None:
    old = [
        told(0, "Order Completed", 90 * DAY_MS, order_id="o1"),
        told(1, "Video Shared", 80 * DAY_MS),
        told(2, "Product Viewed", 70 * DAY_MS, product_id="p1"),
        told(3, "Community Liked", 60 * DAY_MS),
    ]
    new = [told(10 + number, "Product Viewed", 9_000 - number, product_id="p2") for number in range(6)]
    found = fold(*old, *new, limit=2, most=4, recommending=("Video Shared",))
    assert [act.message_id for act in found.acts] == ["m0", "m1", "m3", "m12", "m13", "m14", "m15"]
    assert [one.message_id for one in found.newest] == ["m14", "m15"]
    assert sum(session.messages for session in found.sessions) == 10
    assert [one.message_id for one in fold(*new, limit=6, most=2).newest] == [f"m1{number}" for number in range(6)]


def test_a_session_is_open_for_half_an_hour_and_all_of_it_are_acts() -> None:
    page = told(1, "page", SESSION_MS, type="page")
    assert fold(page).open_session is None and fold(page).acts == []
    later = told(2, "Searched", SESSION_MS - 1)
    found = fold(page, later)
    assert found.open_session == "s" and [act.event for act in found.acts] == ["page", "Searched"]
    assert fold(told(3, "Searched", -5_000)).open_session is None, "a clock that goes ahead opens nothing"


def test_a_session_has_its_first_channel_and_the_person_the_newest_device() -> None:
    found = fold(
        told(1, "page", 3_000, type="page", device_type="mobile", locale="ja"),
        told(2, "page", 2_000, type="page", channel="email", device_type="desktop"),
        told(3, "page", 1_000, type="page", channel="display", traits='{"plan":"a"}'),
        told(4, "Order Completed", 500, session_key="t", traits='{"plan":"b","age":3}'),
    )
    assert [(one.key, one.channel, one.pages, one.is_visit) for one in found.sessions] == [
        ("s", "email", 3, True),
        ("t", None, 0, False),
    ]
    assert (found.device_type, found.locale, found.traits) == ("desktop", "ja", {"plan": "b", "age": 3})


def test_an_order_scores_once_and_the_sites_own_people_never() -> None:
    paid = [{"property": "paid", "op": "eq", "value": True}]
    rules = [
        ScoreRule(event="Order Completed", points=10),
        ScoreRule(event="Order Completed", points=5, where=paid),
        ScoreRule(event="Searched", points=1),
    ]
    scores, problems = compile_scores(
        [
            ScoreDefinition(id="fan", name="Fan", rules=rules, half_life_days=None),
            ScoreDefinition(id="now", name="Now", rules=rules[2:], half_life_days=1),
        ]
    )
    assert problems == {}
    found = fold(
        told(1, "Order Completed", 2 * DAY_MS, order_id="o", properties={"paid": True}),
        told(2, "Order Completed", DAY_MS, order_id="o", properties={"paid": True}),
        told(3, "Searched", DAY_MS),
        told(4, "Searched", DAY_MS, set_aside=True),
        told(5, "Product Viewed", DAY_MS),
        scored=scores.by_event,
    )
    assert value_scores(found.counted, scores, NOW) == {"fan": pytest.approx(16), "now": pytest.approx(0.5)}
    assert value_scores([], scores, NOW) == {"fan": 0, "now": 0}
    assert fold().sessions == []
