"""Controls the share of false findings among many tests.

Pure.
"""

from collections.abc import Sequence

import numpy as np


def adjust_p_values(p_values: Sequence[float | None]) -> list[float | None]:
    """Return q-values: p-values after Benjamini and Hochberg (1995); a missing one stays missing and does not count."""
    known = [place for place, p in enumerate(p_values) if p is not None]
    adjusted: list[float | None] = [None] * len(p_values)
    if not known:
        return adjusted
    values = np.array([p_values[place] for place in known], dtype=np.float64)
    order = np.argsort(values, kind="stable")
    ranks = np.arange(1, len(values) + 1)
    stepped = np.minimum.accumulate((values[order] * len(values) / ranks)[::-1])[::-1]
    for place, q in zip(order, stepped, strict=True):
        adjusted[known[place]] = float(min(q, 1.0))
    return adjusted
