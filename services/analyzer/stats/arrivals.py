"""Which part of the conversions to come has come by an age, so that persons whose time is not over count in part.

Pure. Product-limit estimate over all arms together (Kaplan and Meier 1958), actuarial within a bin.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BINS = 100
"""Bins of age within the goal's window, finer where persons are young: bin k begins at (k / 100)^2 of the window."""
CLOSED = BINS
"""The bin of persons whose window is over."""
FEWEST_AT_RISK = 30
"""Ages that fewer persons have come to say nothing: one conversion there would outweigh all others."""


def estimate_arrived(converted: Floats, waiting: Floats) -> Floats:
    """Return by bin of age (and `CLOSED`) which part of all conversions that can be foreseen has come, 0 to 1.

    `converted` counts persons by the bin of their conversion, `waiting` those without one by the bin of their age.
    Foreseen is what happens up to the oldest age that 30 persons have come to. Without conversions everybody counts in
    full.
    """
    at_risk = np.cumsum((converted + waiting)[::-1])[::-1][:BINS]
    exposed = np.maximum(at_risk - waiting[:BINS] / 2, 1e-9)
    hazard = np.where(at_risk >= FEWEST_AT_RISK, np.minimum(converted[:BINS] / exposed, 1.0), 0.0)
    missing = np.cumprod(1 - hazard)
    come = 1 - np.concatenate([[1.0], missing])
    if come[-1] <= 0:
        return np.ones(BINS + 1)
    arrived: Floats = np.append((come[:-1] + come[1:]) / 2, come[-1]) / come[-1]
    return arrived
