"""Chooses with whom a buyer is compared: persons who had come as many steps and had not bought.

Pure. Whoever buys late has made many steps, and of many steps any sequence is likelier: compared with everybody,
whatever takes long would look like a mark of buying. Nested case-control sampling, with steps for time (Thomas 1977).
"""

from dataclasses import dataclass

import numpy as np

from services.analyzer.journeys.walks import Bools, Floats, Ints, Walks

MOST_CONTROLS = 10
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class RiskSets:
    """Chosen rows: whose walk, how many of its steps after the moment are read, and whether it ends in a purchase."""

    person: Ints
    steps: Ints
    bought: Bools


def draw_risk_sets(reach: Ints, bought: Bools, lot: Floats, *, most: int) -> RiskSets:
    """Return each buyer, and for each as many others (by lot) who made as many steps and did not buy with them.

    `reach` counts steps after the moment before the purchase, if any. A person may stand in several sets, and a buyer
    in those of earlier buyers. `most` bounds the rows: beyond it buyers are drawn by lot. A buyer who has gone further
    than everybody else has nobody to be compared with.
    """
    order = np.lexsort((lot, -(reach * 2 + ~bought)))
    rank = (reach * 2 + ~bought)[order]
    # Of those who came as far, a buyer with as many steps bought then, and is no control.
    eligible = np.searchsorted(-rank, -(reach * 2 + 1), side="right")
    cases = np.flatnonzero(bought & (eligible > 0))
    controls = int(np.clip((~bought).sum() // max(1, len(cases)), 1, MOST_CONTROLS))
    room = max(1, most // (controls + 1))
    cases = cases[np.argsort(lot[cases], kind="stable")][:room]
    turns = (lot[cases, None] * (1 << 20) + _GOLDEN * np.arange(1, controls + 1)[None, :]) % 1.0
    place = np.minimum((turns * eligible[cases, None]).astype(np.int64), eligible[cases, None] - 1)
    chosen = order[place]
    return RiskSets(
        np.concatenate([cases, chosen.ravel()]),
        np.concatenate([reach[cases], np.repeat(reach[cases], controls)]),
        np.concatenate([np.ones(len(cases), dtype=bool), np.zeros(chosen.size, dtype=bool)]),
    )


def read_walks(walks: Walks, sets: RiskSets) -> Walks:
    """Return the walks of the chosen rows, each with its steps before the moment and only the first ones after it."""
    counts = np.bincount(walks.place, minlength=walks.persons)
    first = np.cumsum(counts) - counts
    later = np.bincount(walks.place[walks.after], minlength=walks.persons)
    taken = counts[sets.person] - later[sets.person] + np.minimum(sets.steps, later[sets.person])
    place = np.repeat(np.arange(len(sets.person)), taken)
    within = np.arange(len(place)) - np.repeat(np.cumsum(taken) - taken, taken)
    row = first[sets.person][place] + within
    return Walks(len(sets.person), place, walks.token[row], walks.since_ms[row], walks.product[row], walks.after[row])
