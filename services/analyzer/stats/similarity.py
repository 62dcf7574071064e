"""Which things are alike: those that the same persons deal with more often than chance would have it.

Pure counting; never calls two things alike that few persons have in common.
"""

from collections.abc import Iterable, Mapping
from math import sqrt

SHRINK = 10.0
"""Persons added to the denominator: a few in common make no likeness."""
LEAST_SHARED = 5
LEAST_SIMILARITY = 0.05
NEAREST = 10


def find_similar(
    persons: int, dealt: Mapping[str, int], shared: Iterable[tuple[str, str, int]]
) -> dict[str, list[tuple[str, float]]]:
    """Return by name its nearest others, the nearest first, each with a similarity of 0 to 1 in four decimals.

    `persons` dealt with any of them, `dealt` with each, `shared` with both of a pair (told once).
    Similarity is the persons in common beyond chance over the geometric mean of both, shrunk: a cosine from which what
    two popular things have in common anyhow is taken off, so that the most popular is not like everything.
    """
    found: dict[str, list[tuple[str, float]]] = {}
    for one, other, common in shared:
        if common < LEAST_SHARED:
            continue
        expected = dealt[one] * dealt[other] / persons
        similarity = round((common - expected) / (sqrt(dealt[one] * dealt[other]) + SHRINK), 4)
        if similarity >= LEAST_SIMILARITY:
            found.setdefault(one, []).append((other, similarity))
            found.setdefault(other, []).append((one, similarity))
    return {
        name: sorted(others, key=lambda pair: (-pair[1], pair[0]))[:NEAREST] for name, others in sorted(found.items())
    }
