"""Whether a campaign is for buyers only: nobody without an order can be in its audience.

Pure. Never takes a rule for one of buyers that somebody without an order might pass.
"""

import operator
from collections.abc import Mapping
from typing import Any

from shared.rules.model import Compare, Every, Happened, InSegment, Negated, Rule, Some
from shared.rules.operators import build_test

ORDER = "Order Completed"
_OF_NOBODY: Mapping[str, tuple[Any, ...]] = {
    "orders.count": (0,),
    "orders.value": (0,),
    "orders.days_since_last": (None,),
    "lifecycle": ("new", None),
}
"""What these facts can be of somebody without an order."""


def is_for_buyers(rule: Rule, segments: Mapping[str, Rule]) -> bool:
    """Return whether the rule is false of everybody without an order, whatever else is true of them.

    `segments`: the rules of the segments that have one.
    """
    return _judge(rule, segments, frozenset()) is False


def _judge(rule: Rule, segments: Mapping[str, Rule], open_: frozenset[str]) -> bool | None:
    """Return what the rule says of somebody without an order; None when that hangs on something else."""
    match rule:
        case Every(parts):
            found = [_judge(part, segments, open_) for part in parts]
            return False if False in found else (None if None in found else True)
        case Some(parts):
            found = [_judge(part, segments, open_) for part in parts]
            return True if True in found else (None if None in found else False)
        case Negated(part):
            inner = _judge(part, segments, open_)
            return None if inner is None else not inner
        case Compare():
            return _judge_fact(rule)
        case Happened(event=event, count_op=op, count=count):
            return bool(getattr(operator, op)(0, count)) if event == ORDER else None
        case InSegment(segment_id):
            if segment_id in open_ or segment_id not in segments:
                return None
            return _judge(segments[segment_id], segments, open_ | {segment_id})
    return None


def _judge_fact(rule: Compare) -> bool | None:
    values = _OF_NOBODY.get(rule.fact.pattern)
    if values is None:
        return None
    test = build_test(rule.op, rule.value)
    found = {_holds(value, test, rule.op) for value in values}
    return found.pop() if len(found) == 1 else None


def _holds(value: Any, test: Any, op: str) -> bool:
    # Of a missing fact only `ne` and `exists` can hold.
    return bool(test(value)) if value is not None or op in ("ne", "exists") else False
