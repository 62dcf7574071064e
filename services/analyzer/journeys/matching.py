"""Matches persons who did not view with those who did: strata, weights, and weighted shares.

Pure. Weights give the others the viewers' mix of strata (standardisation to the viewers).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from services.analyzer.journeys.walks import Bools, Floats, Ints

Z95 = float(norm.ppf(0.975))
FEWEST_OTHERS = 2
"""A stratum needs as many others, or its viewers have nobody to be compared with."""


@dataclass(frozen=True)
class Matched:
    """`weights` of the others sum to 1 (empty without a match); `viewers` says who has somebody like them."""

    weights: Floats
    viewers: Bools
    viewer_stratum: Ints
    other_stratum: Ints


def match_strata(viewer_stratum: Ints, other_stratum: Ints) -> Matched:
    """Return the weights that give the others the mix of the viewers who can be matched."""
    size = int(max(viewer_stratum.max(initial=-1), other_stratum.max(initial=-1))) + 1
    others = np.bincount(other_stratum, minlength=size)
    usable = others >= FEWEST_OTHERS
    matched = usable[viewer_stratum] if len(viewer_stratum) else np.zeros(0, dtype=bool)
    wanted = np.bincount(viewer_stratum[matched], minlength=size)
    if not matched.any():
        return Matched(np.zeros(0), matched, viewer_stratum, other_stratum)
    per_person = np.divide(wanted, others, out=np.zeros(size), where=others > 0) / matched.sum()
    return Matched(per_person[other_stratum], matched, viewer_stratum, other_stratum)


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

    The variance of a standardised rate: the sum over strata of weight squared times p (1 - p) / n; each stratum's p is
    drawn half an observation towards the middle, so that an empty cell does not count as certainty.
    """
    if not len(matched.weights):
        return None
    did = viewers[matched.viewers].astype(np.float64)
    share = float(did.mean())
    share_others = float(matched.weights @ others)
    size = len(np.bincount(matched.other_stratum))
    count = np.bincount(matched.other_stratum, minlength=size).astype(np.float64)
    hits = np.bincount(matched.other_stratum, weights=others.astype(np.float64), minlength=size)
    mass = np.bincount(matched.other_stratum, weights=matched.weights, minlength=size)
    rate = (hits + 0.5) / (count + 1.0)
    spread = np.divide(mass**2 * rate * (1 - rate), count, out=np.zeros(size), where=count > 0)
    smooth = (did.sum() + 0.5) / (len(did) + 1.0)
    error = float(np.sqrt(smooth * (1 - smooth) / len(did) + spread.sum()))
    difference = share - share_others
    p_value = float(2 * norm.sf(abs(difference) / error))
    return Comparison(share, share_others, difference, difference - Z95 * error, difference + Z95 * error, p_value)
