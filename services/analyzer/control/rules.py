"""What a stored rule refers to.

Pure.
"""

from typing import Any


def find_segments(rule: Any) -> set[str]:
    """Return the ids of the segments that a rule names, at any depth."""
    if isinstance(rule, dict):
        named = {rule["segment"]} if isinstance(rule.get("segment"), str) else set()
        return named.union(*(find_segments(inner) for inner in rule.values()))
    if isinstance(rule, list):
        return set().union(*(find_segments(inner) for inner in rule))
    return set()
