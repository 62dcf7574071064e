"""Rules compiled together share what they read, and never a verdict that is another rule's."""

from typing import Any

import pytest

from shared.rules import compile_rules, parse_rule
from shared.rules.operators import get_path
from shared.rules.view import EventTest

TRAITS: dict[str, Any] = {"member": True, "points": 0}
PROPERTIES = [{"gift": True, "count": 1}]


class FixedView:
    """A person who said and did what stands above."""

    def trait(self, path: tuple[str, ...]) -> Any:
        return get_path(TRAITS, path)

    def count_events(self, event: str, test: EventTest | None, window_ms: int | None) -> int:
        return sum(test is None or test(properties) for properties in PROPERTIES)


def judge(*rules: dict[str, Any]) -> tuple[bool, ...]:
    verdicts, _ = compile_rules([parse_rule(rule, live=True) for rule in rules]).evaluate(FixedView())  # type: ignore[arg-type]
    return verdicts


@pytest.mark.parametrize(("first", "second"), [(True, 1), (1, True), ([True], [1]), ([1], [True])])
def test_true_is_not_one_even_beside_each_other(first: Any, second: Any) -> None:
    op = "in" if isinstance(first, list) else "eq"
    facts = [{"fact": "traits.member", "op": op, "value": value} for value in (first, second)]
    expected = tuple(repr(value).strip("[]") == "True" for value in (first, second))
    assert judge(*facts) == expected
    events = [
        {"event": "E", "within": "1d", "where": [{"property": "gift", "op": op, "value": value}]}
        for value in (first, second)
    ]
    assert judge(*events) == expected


def test_false_is_not_zero_even_beside_each_other() -> None:
    rules = [{"fact": "traits.points", "op": "eq", "value": value} for value in (0, False)]
    assert judge(*rules) == (True, False)
