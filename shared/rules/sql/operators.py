"""The operators in SQL, for columns of a known type and for JSON values; never NULL, never a value in the text.

Mirrors `shared.rules.operators`; the property test holds the two together.
"""

from collections.abc import Callable
from typing import Any

from shared.rules.model import Scalar

Bind = Callable[[Any], str]
Operand = Scalar | tuple[Scalar, ...]

_SIGNS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_NUMBERS = "('DOUBLE', 'BIGINT', 'UBIGINT', 'HUGEINT')"
_TYPE_OF = {"number": float, "string": str, "boolean": bool}


def quote_path(path: tuple[str, ...]) -> str:
    """Return the JSON path of nested keys; the parser has refused quotes and backslashes in them."""
    return "$" + "".join(f'."{key}"' for key in path)


def compare_typed(column: str, kind: str, op: str, operand: Operand, bind: Bind) -> str:
    """Return the comparison of a typed expression (NULL is missing)."""
    fitting = _TYPE_OF[kind]
    if op == "exists":
        return f"({column} IS {'NOT ' if operand is True else ''}NULL)"
    if isinstance(operand, tuple):
        items = [bind(item) for item in operand if type(item) is fitting]
        return f"coalesce({column} IN ({', '.join(items)}), false)" if items else "false"
    if op == "ne":
        return f"({column} IS DISTINCT FROM {bind(operand)})" if type(operand) is fitting else "true"
    if type(operand) is not fitting or (kind == "boolean" and op != "eq"):
        return "false"
    if op == "eq":
        return f"coalesce({column} = {bind(operand)}, false)"
    if op in _SIGNS:
        return f"coalesce({column} {_SIGNS[op]} {bind(operand)}, false)"
    if kind != "string":
        return "false"
    function = "contains" if op == "contains" else "regexp_matches"
    return f"coalesce({function}({column}, {bind(operand)}), false)"


def compare_json(value: str, op: str, operand: Operand, bind: Bind) -> str:
    """Return the comparison of a JSON expression (NULL and JSON null are missing)."""
    if op == "exists":
        return f"({'' if operand is True else 'NOT '}coalesce(json_type({value}) <> 'NULL', false))"
    if isinstance(operand, tuple):
        return f"({' OR '.join(_equals(value, item, bind) for item in operand)})" if operand else "false"
    if op == "eq":
        return _equals(value, operand, bind)
    if op == "ne":
        return f"(NOT {_equals(value, operand, bind)})"
    if op in _SIGNS:
        if isinstance(operand, bool):
            return "false"
        return f"coalesce({_typed(value, type(operand))} {_SIGNS[op]} {bind(operand)}, false)"
    if op == "matches":
        return f"coalesce(regexp_matches({_typed(value, str)}, {bind(operand)}), false)"
    items = f"CASE WHEN json_type({value}) = 'ARRAY' THEN json_extract({value}, '$[*]') END"
    element = f"coalesce(len(list_filter({items}, lambda item: {_equals('item', operand, bind)})) > 0, false)"
    if not isinstance(operand, str):
        return element
    return f"(coalesce(contains({_typed(value, str)}, {bind(operand)}), false) OR {element})"


def _equals(value: str, operand: Scalar, bind: Bind) -> str:
    return f"coalesce({_typed(value, type(operand))} = {bind(operand)}, false)"


def _typed(value: str, kind: type) -> str:
    """Return `value` as SQL of one type, NULL when it is of another."""
    if kind is str:
        return f"CASE WHEN json_type({value}) = 'VARCHAR' THEN json_extract_string({value}, '$') END"
    if kind is bool:
        return f"CASE WHEN json_type({value}) = 'BOOLEAN' THEN CAST({value} AS BOOLEAN) END"
    return f"CASE WHEN json_type({value}) IN {_NUMBERS} THEN CAST({value} AS DOUBLE) END"
