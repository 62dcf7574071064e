"""Who could have been on either side of a comparison.

Pure. Where one side hardly occurs, an adjusted figure rests on a few persons of great weight, or on a model alone.
"""

import numpy as np
from numpy.typing import NDArray

from services.analyzer.stats.logistic import Floats, fit_logistic

LEAST_CHANCE = 0.05
"""Persons whose chance of being on either side is smaller are left out (Crump, Hotz, Imbens and Mitnik 2009)."""


def find_comparable(
    treated: NDArray[np.bool_], confounders: Floats, fold: NDArray[np.int64], *, least: float = LEAST_CHANCE
) -> NDArray[np.bool_]:
    """Return who has a chance between `least` and 1 - `least` of being treated, predicted from the other folds.

    Everybody, where a side is missing from the other folds: then there is nothing to tell them apart by.
    """
    chance = np.full(len(treated), 0.5)
    for part in np.unique(fold):
        out, rest = fold == part, fold != part
        if treated[rest].any() and not treated[rest].all():
            chance[out] = fit_logistic(confounders[rest], treated[rest]).predict(confounders[out])
    result: NDArray[np.bool_] = (chance >= least) & (chance <= 1 - least)
    return result
