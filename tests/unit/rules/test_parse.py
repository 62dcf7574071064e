"""Parsing of rules: every refusal points at the wrong place; bounds hold."""

from typing import Any

import pytest

from shared.rules import FACTS, RuleError, parse_rule, parse_where
from shared.rules.facts import find_fact
from shared.rules.model import Compare, Every, Happened
from shared.rules.view import SIMPLE_FACTS


@pytest.mark.parametrize(
    ("rule", "pointer", "code"),
    [
        ([], "", "wrong_shape"),
        ({}, "", "wrong_shape"),
        ({"all": [], "any": []}, "", "wrong_shape"),
        ({"all": {}}, "/all", "wrong_shape"),
        ({"all": [{"fact": "nope", "op": "eq", "value": 1}]}, "/all/0/fact", "unknown_fact"),
        ({"fact": "fame.buy", "op": "eq", "value": 1}, "/fact", "unknown_fact"),
        ({"fact": "score.buy", "op": "ge", "value": 1}, "/fact", "unknown_score"),
        ({"fact": "page.path", "op": "like", "value": "x"}, "/op", "unknown_op"),
        ({"fact": "page.path", "op": "eq"}, "/value", "wrong_value"),
        ({"fact": "page.path", "op": "eq", "value": {"a": 1}}, "/value", "wrong_value"),
        ({"fact": "page.path", "op": "in", "value": ["a", None]}, "/value/1", "wrong_value"),
        ({"fact": "page.path", "op": "matches", "value": "("}, "/value", "bad_pattern"),
        ({"fact": "page.path", "op": "matches", "value": "(?<=x)y"}, "/value", "bad_pattern"),
        ({"fact": "cart.value", "op": "matches", "value": "x"}, "/op", "wrong_type"),
        ({"fact": "page.path", "op": "exists", "value": 1}, "/value", "wrong_value"),
        ({"fact": "page.path", "op": "eq", "value": "x", "also": 1}, "/also", "unknown_field"),
        ({"fact": 'traits.a"b', "op": "eq", "value": 1}, "/fact", "bad_path"),
        ({"event": "X"}, "/within", "wrong_value"),
        ({"event": "", "within": "session"}, "/event", "wrong_value"),
        ({"event": "X", "within": "7w"}, "/within", "wrong_value"),
        ({"event": "X", "within": "31d"}, "/within", "window_too_long"),
        ({"event": "X", "within": "1h", "count": {"op": "in", "value": 1}}, "/count/op", "unknown_op"),
        ({"event": "X", "within": "1h", "count": {"op": "ge", "value": -1}}, "/count/value", "wrong_value"),
        ({"event": "X", "within": "1h", "where": [{"property": "a..b"}]}, "/where/0/property", "bad_path"),
        ({"segment": "unknown"}, "/segment", "unknown_segment"),
        ({"watched": {"video": "v", "from": 5, "to": 5}}, "/watched/to", "wrong_value"),
        ({"watched": {"video": "v", "from": 5, "to": 9, "share": 2}}, "/watched/share", "wrong_value"),
        ({"not": {"not": {"fact": "x", "op": "eq", "value": 1}}}, "/not/not/fact", "unknown_fact"),
    ],
)
def test_refusals_point_at_the_wrong_place(rule: Any, pointer: str, code: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule(rule, live=True, known_segments={"fans"}, known_scores={"heat"})
    assert (caught.value.pointer, caught.value.code) == (pointer, code)
    assert caught.value.detail


def test_a_long_window_suggests_a_segment_and_is_fine_in_batch() -> None:
    rule = {"event": "X", "within": "90d"}
    with pytest.raises(RuleError, match="segment"):
        parse_rule(rule, live=True)
    parsed = parse_rule(rule, live=False)
    assert isinstance(parsed, Happened) and parsed.window_ms == 90 * 86_400_000


def test_depth_and_size_are_bounded() -> None:
    deep: Any = {"all": []}
    for _ in range(20):
        deep = {"not": deep}
    with pytest.raises(RuleError, match="deep"):
        parse_rule(deep, live=True)
    with pytest.raises(RuleError, match="parts"):
        parse_rule({"any": [{"all": []}] * 200}, live=True)
    endless: Any = {}
    endless["not"] = endless
    with pytest.raises(RuleError):
        parse_rule(endless, live=True)


def test_numbers_become_floats_and_defaults_are_filled() -> None:
    assert parse_rule({"all": []}, live=True) == Every(())
    compare = parse_rule({"fact": "cart.value", "op": "ge", "value": 3}, live=True)
    assert isinstance(compare, Compare) and compare.value == 3.0 and isinstance(compare.value, float)
    happened = parse_rule({"event": "X", "within": "session"}, live=True)
    assert isinstance(happened, Happened) and (happened.count_op, happened.count) == ("ge", 1.0)
    assert parse_where([{"property": "a.b", "op": "exists"}])[0].path == ("a", "b")


def test_every_fact_is_declared_with_its_meaning_in_both_languages() -> None:
    assert all(spec.en and spec.ja for spec in FACTS)
    assert {spec.pattern for spec in FACTS if "<" not in spec.pattern} == set(SIMPLE_FACTS)
    video = find_fact("video.a.b.watched_ratio")
    assert video is not None and video.parameter == "a.b"
    assert find_fact("video.watched_ratio") is None and find_fact("traits.") is None
