"""Compiles many rules into one Python function in which every fact and count is computed at most once.

Never puts a rule's text into the code: values stand in the function's namespace.
"""

from collections.abc import Callable, Sequence
from typing import Any

from shared.rules.facts import SCORE, get_spec
from shared.rules.model import (
    Compare,
    Condition,
    Every,
    Fact,
    Happened,
    InSegment,
    Negated,
    Rule,
    Some,
    Watched,
)
from shared.rules.operators import ORDERINGS, build_test, get_path
from shared.rules.view import EventTest, PersonView

_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_METHODS = {
    "interest.<category>": "interest",
    "brand.<name>": "brand",
    SCORE: "score",
    "video.<id>.watched_ratio": "video_watched_ratio",
    "video.<id>.interest": "video_interest",
    "video.<id>.position": "video_position",
    "video.<id>.liked": "video_liked",
    "video.<id>.completed": "video_completed",
}
WATCHED_SLACK_S = 1e-6
"""Sums of seconds differ by rounding; a share reached but for a microsecond is reached."""


class _Unread:
    """Marks what no rule has asked for yet."""


_UNREAD = _Unread()

Evaluate = Callable[[PersonView], tuple[tuple[bool, ...], tuple[Any, ...]]]


class CompiledRules:
    """Rules as one function. `evaluate` gives their verdicts in order, and what they read."""

    __slots__ = ("_labels", "evaluate")

    def __init__(self, evaluate: Evaluate, labels: tuple[str, ...]) -> None:
        self.evaluate = evaluate
        self._labels = labels

    def name_facts(self, values: tuple[Any, ...]) -> dict[str, Any]:
        """Return by name what was read, from the second part of `evaluate`'s answer."""
        return {
            label: value for label, value in zip(self._labels, values, strict=True) if label and value is not _UNREAD
        }


def compile_rules(rules: Sequence[Rule]) -> CompiledRules:
    """Return `rules` as one function of a person view."""
    writer = _Writer()
    verdicts = [writer.write(rule) for rule in rules]
    memos = [f"m{index}" for index in range(len(writer.labels))]
    lines = ["def evaluate(v):"]
    if memos:
        lines.append(f"    {' = '.join(memos)} = U")
    lines.extend(f"    r{index} = {verdict}" for index, verdict in enumerate(verdicts))
    results = "".join(f"r{index}," for index in range(len(verdicts)))
    lines.append(f"    return ({results}), ({''.join(f'{memo},' for memo in memos)})")
    namespace: dict[str, Any] = {"U": _UNREAD, **writer.constants}
    # The text holds only names made here and operators from a fixed table.
    exec(compile("\n".join(lines), "<rules>", "exec"), namespace)  # noqa: S102
    return CompiledRules(namespace["evaluate"], tuple(writer.labels))


class _Writer:
    def __init__(self) -> None:
        self.constants: dict[str, Any] = {}
        self.labels: list[str] = []
        self._memos: dict[Any, str] = {}

    def write(self, rule: Rule) -> str:
        """Return the expression of `rule`."""
        match rule:
            case Every(parts):
                return f"({' and '.join(map(self.write, parts))})" if parts else "True"
            case Some(parts):
                return f"({' or '.join(map(self.write, parts))})" if parts else "False"
            case Negated(part):
                return f"(not {self.write(part)})"
            case Compare():
                return self._write_compare(rule)
            case Happened():
                return f"({self._write_count(rule)} {_SIGNS[rule.count_op]} {self._keep(rule.count)})"
            case InSegment(segment_id):
                return f"v.in_segment({self._keep(segment_id)})"
            case Watched(video_id, start, end, share):
                arguments = f"{self._keep(video_id)}, {self._keep(start)}, {self._keep(end)}"
                label = f"watched:{video_id}:{start:g}-{end:g}"
                seconds = self._memoise((video_id, start, end), f"v.measure_watched({arguments})", label)
                return f"({seconds} >= {self._keep(share * (end - start) - WATCHED_SLACK_S)})"

    def _keep(self, value: Any) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def _memoise(self, key: Any, expression: str, label: str) -> str:
        """Return an expression worked out at most once; one with a `label` is part of the account."""
        name = self._memos.get(key)
        if name is None:
            name = self._memos[key] = f"m{len(self.labels)}"
            self.labels.append(label)
        return f"({name} if {name} is not U else ({name} := {expression}))"

    def _write_count(self, rule: Happened) -> str:
        key = (rule.event, rule.where, rule.window_ms)
        test = self._keep(build_event_test(rule.where))
        expression = f"v.count_events({self._keep(rule.event)}, {test}, {self._keep(rule.window_ms)})"
        window = "session" if rule.window_ms is None else f"{rule.window_ms // 3_600_000}h"
        suffix = f":{len(self.labels)}" if rule.where else ""
        return self._memoise(key, expression, f"event:{rule.event}:{window}{suffix}")

    def _write_fact(self, fact: Fact) -> str:
        if fact.pattern == "traits.<name>":
            path = tuple((fact.parameter or "").split("."))
            return self._memoise(fact, f"v.trait({self._keep(path)})", fact.name)
        if fact.parameter is not None:
            return self._memoise(fact, f"v.{_METHODS[fact.pattern]}({self._keep(fact.parameter)})", fact.name)
        return self._memoise(fact, f"v.{fact.name.replace('.', '_')}", fact.name)

    def _write_compare(self, rule: Compare) -> str:
        fact, op, operand = rule.fact, rule.op, rule.value
        read = self._write_fact(fact)
        if op == "exists":
            return f"({read} is {'not ' if operand is True else ''}None)"
        kind = get_spec(fact).type
        if kind == "any":
            return self._memoise(rule, f"{self._keep(build_test(op, operand))}({read})", "")
        fitting: type = {"number": float, "string": str, "boolean": bool}[kind]
        if isinstance(operand, tuple):
            return f"({read} in {self._keep(tuple(item for item in operand if type(item) is fitting))})"
        if type(operand) is not fitting:
            return "True" if op == "ne" else "False"
        if op == "matches":
            return self._memoise(rule, f"{self._keep(build_test(op, operand))}({read})", "")
        return _write_typed(read, op, kind, self._keep(operand))


def _write_typed(read: str, op: str, kind: str, constant: str) -> str:
    """Return the comparison of a fact with an operand of its own type; `read` may be None when missing."""
    if op in ("eq", "ne"):
        return f"({read} {_SIGNS[op]} {constant})"
    memo = read[1:].partition(" ")[0]
    if op in ORDERINGS:
        return f"({read} is not None and {memo} {_SIGNS[op]} {constant})" if kind != "boolean" else "False"
    if kind != "string":
        return "False"
    return f"({read} is not None and {constant} in {memo})"


def build_event_test(where: Sequence[Condition]) -> EventTest | None:
    """Return the test of an event's properties for `where`, None when there is nothing to test."""
    if not where:
        return None
    tests = tuple((condition.path, build_test(condition.op, condition.value)) for condition in where)
    if len(tests) == 1:
        path, test = tests[0]
        return lambda properties: test(get_path(properties, path))
    return lambda properties: all(test(get_path(properties, path)) for path, test in tests)
