"""Who could have been on either side of a comparison.

Pure. Where one side hardly occurs, an adjusted figure rests on a few persons of great weight, or on a model alone.
"""

import numpy as np
from numpy.typing import NDArray

from services.analyzer.stats.logistic import Floats, Logistic, fit_logistic

LEAST_CHANCE = 0.05
"""Persons whose chance of being on either side is smaller are left out (Crump, Hotz, Imbens and Mitnik 2009)."""


def find_comparable(
    treated: NDArray[np.bool_], confounders: Floats, fold: NDArray[np.int64], *, least: float = LEAST_CHANCE
) -> NDArray[np.bool_]:
    """Return who has a chance between `least` and 1 - `least` of being treated, predicted from the other folds.

    Everybody, where a side is missing from the other folds: then there is nothing to tell them apart by.
    """
    chance = np.full(len(treated), 0.5)
    model: Logistic | None = None
    for part in np.unique(fold):
        asked, known = np.flatnonzero(fold == part), np.flatnonzero(fold != part)
        if treated[known].any() and not treated[known].all():
            model = fit_logistic(confounders.take(known, axis=0), treated[known], start=model)
            chance[asked] = model.predict(confounders.take(asked, axis=0))
    result: NDArray[np.bool_] = (chance >= least) & (chance <= 1 - least)
    return result
