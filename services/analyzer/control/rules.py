"""What a stored rule refers to.

Pure.
"""

from typing import Any

_SCORE = "score."


def find_segments(rule: Any) -> set[str]:
    """Return the ids of the segments that a rule names, at any depth."""
    if isinstance(rule, dict):
        named = {rule["segment"]} if isinstance(rule.get("segment"), str) else set()
        return named.union(*(find_segments(inner) for inner in rule.values()))
    if isinstance(rule, list):
        return set().union(*(find_segments(inner) for inner in rule))
    return set()


def find_scores(rule: Any) -> set[str]:
    """Return the ids of the scores that a rule names, at any depth."""
    if isinstance(rule, dict):
        fact = rule.get("fact")
        named = {fact[len(_SCORE) :]} if isinstance(fact, str) and fact.startswith(_SCORE) else set()
        return named.union(*(find_scores(inner) for inner in rule.values()))
    if isinstance(rule, list):
        return set().union(*(find_scores(inner) for inner in rule))
    return set()
