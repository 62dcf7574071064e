"""What the operators mean, value by value; the property test says the same of SQL."""

from typing import Any

import pytest

from shared.rules.operators import build_test, get_path


@pytest.mark.parametrize(
    ("op", "operand", "holds", "fails"),
    [
        ("eq", 1.0, [1, 1.0], ["1", True, None, 2, [1]]),
        ("eq", "a", ["a"], ["A", None, 1, ["a"]]),
        ("eq", True, [True], [1, "true", None, False]),
        ("ne", 1.0, ["1", None, True, 2], [1, 1.0]),
        ("lt", 2.0, [1, -5.5], [2, "1", None, True]),
        ("ge", "b", ["b", "c"], ["a", 3, None]),
        ("in", (1.0, "a"), [1, "a"], ["1", None, True]),
        ("contains", "a", ["cat", ["a", 1]], ["dog", [1], None, 1, {"a": 1}]),
        ("contains", 1.0, [[1], [1.0, "x"]], ["1", [True], None]),
        ("matches", "^a.c$", ["abc"], ["xabc", None, 5]),
        ("matches", "b", ["abc"], ["ac"]),
        ("exists", True, [0, "", False, []], [None]),
        ("exists", False, [None], [0]),
    ],
)
def test_operator(op: Any, operand: Any, holds: list[Any], fails: list[Any]) -> None:
    test = build_test(op, operand)
    assert [value for value in holds if not test(value)] == []
    assert [value for value in fails if test(value)] == []


def test_a_path_leads_through_objects_only() -> None:
    assert get_path({"a": {"b": 1}}, ("a", "b")) == 1
    assert get_path({"a": [1]}, ("a", "0")) is None
    assert get_path(None, ("a",)) is None
