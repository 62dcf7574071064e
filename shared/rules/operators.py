"""What the operators mean for values of any JSON type: numbers meet numbers only, null is missing.

Never raises, whatever the value.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from shared.rules.model import Op, Scalar
from shared.rules.patterns import compile_pattern

Test = Callable[[Any], bool]

ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def get_path(values: Mapping[str, Any] | None, path: tuple[str, ...]) -> Any:
    """Return what stands at `path` in nested objects, or None when nothing does."""
    found: Any = values
    for key in path:
        if not isinstance(found, dict):
            return None
        found = found.get(key)
    return found


def equals(value: Any, operand: Scalar) -> bool:
    """Return whether `value` is `operand`: same type, numbers compared as floats."""
    kind = type(value)
    if type(operand) is float:
        return (kind is float or kind is int) and float(value) == operand
    return kind is type(operand) and bool(value == operand)


def build_test(op: Op, operand: Scalar | tuple[Scalar, ...]) -> Test:
    """Return the test of one operator against a fixed operand."""
    match op:
        case "eq":
            return lambda value: equals(value, operand)  # type: ignore[arg-type]
        case "ne":
            return lambda value: not equals(value, operand)  # type: ignore[arg-type]
        case "in":
            items = operand if isinstance(operand, tuple) else ()
            return lambda value: any(equals(value, item) for item in items)
        case "exists":
            return (lambda value: value is not None) if operand is True else (lambda value: value is None)
        case "contains":
            return lambda value: _contains(value, operand)  # type: ignore[arg-type]
        case "matches":
            search = compile_pattern(str(operand))
            return lambda value: type(value) is str and search(value)
    compare = ORDERINGS[op]
    if isinstance(operand, float):
        return lambda value: (type(value) is float or type(value) is int) and compare(float(value), operand)
    return lambda value: type(value) is str and compare(value, operand)


def _contains(value: Any, operand: Scalar) -> bool:
    if type(value) is str:
        return type(operand) is str and operand in value
    return type(value) is list and any(equals(item, operand) for item in value)
