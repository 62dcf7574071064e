"""Finds the stretches of a video whose watching goes together with conversion, on viewers set apart for it.

Pure. Only names candidates: what they are worth is estimated on other viewers, so that a lucky find gains nothing.
"""

from dataclasses import dataclass

import numpy as np

from services.analyzer.stats.logistic import fit_logistic, fit_scaling, multiply
from services.analyzer.video.coverage import Bools, Floats, Ints
from services.analyzer.video.viewing import Viewing, compute_share, find_watchers

MOST_STRETCHES = 8
LEAST_Z = 3.0
"""An interval whose score does not stand out by this from nothing is no candidate."""
SHORTEST_S = 3.0
LONGEST_SHARE = 0.4
"""A stretch is at most this share of the video: beyond that it is the video."""
_NUDGE_BINS = 4
"""Around the best interval of the grid every other within this many bins is tried, too."""
_INTERVALS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bins `low` to `high` (exclusive), with the score that made it a candidate."""

    low: int
    high: int
    z: float


def find_stretches(viewing: Viewing) -> list[Stretch]:
    """Return at most 8 candidates in the order of their finding, the strongest first; none overlaps another.

    Forward selection: score every interval given the background, the engagement and the stretches found so far, place
    the strongest, take it in, score again (after the scan statistics of Olshen et al. 2004). Its ends are the mean over
    the intervals near in score, weighed by their likelihood: a single best one is too narrow as often as too wide.
    """
    found: list[Stretch] = []
    bins = viewing.watched.shape[1]
    if not viewing.converted.any() or viewing.converted.all() or bins < 2:
        return found
    nuisance = np.column_stack([viewing.background, _describe_engagement(viewing)])
    played = np.zeros((bins + 1, len(viewing.place)))
    np.multiply(viewing.watched.T, np.diff(viewing.edges)[:, None], out=played[1:])
    for place in range(bins):
        played[place + 1] += played[place]
    taken = np.zeros(bins, dtype=bool)
    grid = _build_grid(viewing.edges)
    while len(found) < MOST_STRETCHES:
        known = [find_watchers(viewing, one.low, one.high) for one in found]
        design = np.column_stack([nuisance, *known]) if known else nuisance
        scorer = _Scorer(np.asfortranarray(design), viewing.converted, played, viewing.edges)
        best = _place_stretch(scorer, grid, taken)
        if best is None:
            break
        found.append(best)
        taken[best.low : best.high] = True
    return found


def _describe_engagement(viewing: Viewing) -> Floats:
    """Return how much of the video was watched at all: the wish to buy keeps people watching, everywhere alike."""
    length = viewing.edges[-1]
    reached = np.clip(viewing.furthest / length, 0, 1)
    share = compute_share(viewing, 0, viewing.watched.shape[1])
    knots = np.column_stack([np.clip(reached - knot, 0, None) for knot in (0.25, 0.5, 0.75)])
    return np.column_stack([reached, knots, viewing.furthest >= length - 1.0, share, share**2])


def _build_grid(edges: Floats) -> Ints:
    """Return intervals (low, high) of all lengths, the longer the coarser."""
    bins = len(edges) - 1
    shortest = max(1, int(np.ceil(SHORTEST_S / max(float(edges[1] - edges[0]), 1e-9))))
    longest = max(shortest, int(bins * LONGEST_SHARE))
    intervals = []
    size = shortest
    while size <= longest:
        intervals += [(low, low + size) for low in range(0, bins - size + 1, max(1, size // 6))]
        size += max(1, size // 8)
    return np.array(intervals, dtype=np.int64).reshape(-1, 2)


class _Scorer:
    """Score statistics of intervals, given a logistic model without them.

    What the model leaves unexplained of somebody's converting, summed over those who watched, in standard errors.
    """

    def __init__(self, design: Floats, converted: Bools, played: Floats, edges: Floats) -> None:
        """Take `played`, (bins + 1) x views: the seconds played before each edge, of the bins watched."""
        fitted = fit_logistic(design, converted).predict(design)
        weight = fitted * (1 - fitted)
        residual = converted - fitted
        explained = weight * _find_span(design, weight)
        self._edges = edges
        self._played = played.astype(np.float32)
        self._sums = np.vstack([residual, weight, explained])
        # Sums and squares of a difference, from those of what it is the difference of.
        self._share_sums = multiply(played, np.vstack([residual, explained]))
        weighed = played * np.sqrt(weight)
        self._share_squares = weighed @ weighed.T

    def score(self, intervals: Ints) -> tuple[Floats, Floats]:
        """Return z of having watched half of each interval, and z of the share watched."""
        low, high = intervals.T
        length = self._edges[high] - self._edges[low]
        half = np.empty((len(intervals), len(self._sums)))
        for start in range(0, len(intervals), _INTERVALS_AT_ONCE):
            part = slice(start, start + _INTERVALS_AT_ONCE)
            watched = self._played[high[part]] - self._played[low[part]]
            least = (length[part, None] * (0.5 - 1e-6)).astype(np.float32)
            half[part] = multiply((watched >= least).astype(np.float64), self._sums)
        share = (self._share_sums[high] - self._share_sums[low]) / length[:, None]
        squares = self._share_squares
        total = (squares[high, high] - 2 * squares[high, low] + squares[low, low]) / length**2
        return _compute_z(half[:, 0], half[:, 1], half[:, 2:]), _compute_z(share[:, 0], total, share[:, 1:])


def _find_span(design: Floats, weight: Floats) -> Floats:
    """Return orthonormal (by `weight`) combinations of a constant and the columns: as many as tell rows apart.

    Combinations x rows.
    """
    columns = np.vstack([np.ones(len(design)), fit_scaling(design).apply(design).T])
    values, vectors = np.linalg.eigh(multiply(columns * weight, columns))
    kept = values > 1e-9 * values[-1]
    span: Floats = (vectors[:, kept] / np.sqrt(values[kept])).T @ columns
    return span


def _compute_z(score: Floats, total: Floats, explained: Floats) -> Floats:
    """Return scores in standard errors; `total` is their variance without a model, of which the model explains some."""
    variance = total - (explained**2).sum(axis=1)
    told = variance > 1e-3 * np.maximum(total, 1.0)
    z: Floats = np.where(told, score / np.sqrt(np.where(told, variance, 1.0)), 0.0)
    return z


def _place_stretch(scorer: _Scorer, grid: Ints, taken: Bools) -> Stretch | None:
    """Return the strongest interval that is free, its ends settled; None when none stands out."""
    blocked = np.concatenate([[0], np.cumsum(taken)])
    free = grid[blocked[grid[:, 1]] == blocked[grid[:, 0]]]
    if not len(free):
        return None
    half, share = scorer.score(free)
    both = np.where(np.abs(half) >= np.abs(share), half, share)
    place = _find_largest(np.abs(both))
    sign = np.sign(both[place])
    if abs(both[place]) < LEAST_Z:
        return None
    near = _surround(*free[place], bins=len(taken))
    near = near[blocked[near[:, 1]] == blocked[near[:, 0]]]
    near_half, near_share = scorer.score(near)
    intervals = np.concatenate([free, near, free, near])
    z = np.concatenate([half, near_half, share, near_share]) * sign
    strongest = float(z.max())
    mass = np.where(z > 0, np.exp((z**2 - strongest**2) / 2), 0.0)
    # Watching half of a stretch looks like watching half of a longer one around it; of two that fit alike, the longer
    # holds what works.
    mass *= (intervals[:, 1] - intervals[:, 0]) ** 2
    # Only what shares ground with the best: another moment elsewhere has its own turn.
    best = intervals[_find_largest(z)]
    mass *= (intervals[:, 0] < best[1]) & (intervals[:, 1] > best[0])
    low, high = (round(float(end)) for end in mass @ intervals / mass.sum())
    if blocked[high] != blocked[low]:
        low, high = (int(end) for end in best)
    return Stretch(low, high, strongest * float(sign))


def _find_largest(z: Floats) -> int:
    """Return the first of the largest; of intervals watched by the same viewers rounding must not make a difference."""
    return int(np.argmax(np.round(z, 9)))


def _surround(low: int, high: int, *, bins: int) -> Ints:
    intervals = [
        (start, end)
        for start in range(max(0, low - _NUDGE_BINS), min(bins - 1, low + _NUDGE_BINS) + 1)
        for end in range(max(start + 1, high - _NUDGE_BINS), min(bins, high + _NUDGE_BINS) + 1)
    ]
    return np.array(intervals, dtype=np.int64)
