"""Matches persons who did not view with those who did: strata, weights, and weighted shares.

Pure. Weights give the others the viewers' mix of strata (standardisation to the viewers).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.journeys.walks import Bools, Floats, Ints
from services.analyzer.stats.normal import Z95, compute_two_sided_p_value

FEWEST_OTHERS = 2
"""A stratum needs as many others, or its viewers have nobody to be compared with."""


@dataclass(frozen=True)
class Matched:
    """`weights` of the others sum to 1 (empty without a match); `viewers` says who has somebody like them."""

    weights: Floats
    viewers: Bools
    viewer_stratum: Ints
    other_stratum: Ints


def match_strata(viewer_stratum: Ints, other_stratum: Ints, drawn_of: Ints) -> Matched:
    """Return the weights that give the others the mix of the viewers who can be matched.

    `drawn_of`: of how many steps the other's moment was drawn. Within a stratum it stands for as many: a view may fall
    on any step, so that whoever makes more steps is found at a moment like it more often.
    """
    size = int(max(viewer_stratum.max(initial=-1), other_stratum.max(initial=-1))) + 1
    usable = np.bincount(other_stratum, minlength=size) >= FEWEST_OTHERS
    matched = usable[viewer_stratum] if len(viewer_stratum) else np.zeros(0, dtype=bool)
    if not matched.any():
        return Matched(np.zeros(0), matched, viewer_stratum, other_stratum)
    wanted = np.bincount(viewer_stratum[matched], minlength=size) / matched.sum()
    mass = np.bincount(other_stratum, weights=drawn_of, minlength=size)
    per_step = np.divide(wanted, mass, out=np.zeros(size), where=mass > 0)
    return Matched(per_step[other_stratum] * drawn_of, matched, viewer_stratum, other_stratum)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A share among viewers beside the same among matched others; None with nobody to compare."""

    share: float
    share_others: float
    difference: float
    ci_low: float
    ci_high: float
    p_value: float


def compare_shares(matched: Matched, viewers: NDArray[np.bool_], others: NDArray[np.bool_]) -> Comparison | None:
    """Return how the share of `viewers` differs from that of matched `others`, with a 95 % interval.

    The variance of a standardised rate: over all strata, p (1 - p) times the sum of squared weights; each stratum's p
    is drawn half an observation towards the middle, so that an empty cell does not count as certainty.
    """
    if not len(matched.weights):
        return None
    did = viewers[matched.viewers].astype(np.float64)
    share = float(did.mean())
    share_others = float(matched.weights @ others)
    count = np.bincount(matched.other_stratum).astype(np.float64)
    mass = np.bincount(matched.other_stratum, weights=matched.weights)
    hits = np.bincount(matched.other_stratum, weights=matched.weights * others)
    rate = np.divide(hits, mass, out=np.zeros(len(mass)), where=mass > 0)
    smooth = (rate * count + 0.5) / (count + 1.0)
    spread = smooth * (1 - smooth) * np.bincount(matched.other_stratum, weights=matched.weights**2)
    mine = (did.sum() + 0.5) / (len(did) + 1.0)
    error = float(np.sqrt(mine * (1 - mine) / len(did) + spread.sum()))
    difference = share - share_others
    p_value = compute_two_sided_p_value(difference / error)
    return Comparison(share, share_others, difference, difference - Z95 * error, difference + Z95 * error, p_value)
