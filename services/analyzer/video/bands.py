"""The effect of every bin of a video, with bands that hold for all of them at once.

Pure. A curve to look at: a bin's effect includes that of the neighbours within its zone, which are watched with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from services.analyzer.stats.effects import FEWEST_AN_ARM, FEWEST_EVENTS
from services.analyzer.stats.logistic import multiply
from services.analyzer.video.coverage import Bools, Floats, Ints, Singles
from services.analyzer.video.viewing import Viewing, describe_after, describe_before, find_eligible

ZONE_S = 10.0
"""Bins within one zone are not adjusted for each other: nearly everybody watches them together."""
MOST_ZONES = 12
CONFIDENCE = 0.95
DRAWS = 4_000
_RIDGE = 1.0
_LEAST_VARIANCE = 1e-18


@dataclass(frozen=True, slots=True)
class BinEffect:
    """The effect of watching one bin; None with a `reason`."""

    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    reason: str | None


def estimate_bins(viewing: Viewing, fold: Ints) -> list[BinEffect]:
    """Return an effect for each bin, with simultaneous 95 % bands.

    Converting and watching are both predicted from background and the viewing outside the bin's zone, on other folds;
    what is left of one is regressed on what is left of the other (Robinson 1988; Chernozhukov et al. 2018). The
    bands come from the largest of jointly normal deviations (max-t; Chernozhukov, Chetverikov and Kato 2013).
    """
    bins = viewing.watched.shape[1]
    estimates, errors = np.zeros(bins), np.zeros(bins)
    reasons: list[str | None] = [None] * bins
    influence = np.zeros((bins, len(viewing.place)), dtype=np.float32)
    # Those of one fold lie together: a fold is a slice.
    order = np.argsort(fold, kind="stable")
    viewing, fold, parts = viewing.select(order), fold[order], np.flatnonzero(np.bincount(fold))
    background, watched = np.ascontiguousarray(viewing.background.T), np.ascontiguousarray(viewing.watched.T)
    for low, high in _build_zones(viewing.edges):
        rows = np.flatnonzero(find_eligible(viewing, viewing.edges[low], viewing.edges[high]))
        targets = [viewing.converted[rows], *watched[low:high].take(rows, axis=1)]
        did = np.array([target.sum() for target in targets[1:]])
        told = (did >= FEWEST_AN_ARM) & (len(rows) - did >= FEWEST_AN_ARM)
        if targets[0].sum() < FEWEST_EVENTS:
            reasons[low:high] = ["no_conversions"] * (high - low)
            continue
        held = [*background, *describe_before(viewing, low), *describe_after(viewing, high)]
        left = _remove_explained(held, rows, targets, np.searchsorted(fold[rows], parts))
        outcome, treated = left[0], left[1:]
        spread = np.einsum("ij,ij->i", treated, treated)
        told &= spread >= 0.01 * len(rows) * np.maximum(did / len(rows) * (1 - did / len(rows)), 1e-12)
        safe = np.where(told, spread, 1.0)
        effect = treated @ outcome / safe
        estimates[low:high] = effect
        share = outcome - treated * effect[:, None]
        share *= treated
        share /= safe[:, None]
        errors[low:high] = np.sqrt(np.einsum("ij,ij->i", share, share))
        influence[low:high, rows] = share
        for place in np.flatnonzero(~told):
            reasons[low + place] = "too_few_viewers"
    return _put_bands(estimates, errors, influence, reasons)


def _build_zones(edges: Floats) -> list[tuple[int, int]]:
    bins = len(edges) - 1
    zones = int(np.clip(np.floor(edges[-1] / ZONE_S), 1, min(MOST_ZONES, bins)))
    cuts = [bins * place // zones for place in range(zones + 1)]
    return list(pairwise(cuts))


def _remove_explained(held: Sequence[Floats], rows: Ints, targets: Sequence[Bools], begins: Ints) -> Floats:
    """Return what a linear model, fitted on the other folds, leaves unexplained of each of `targets`.

    Of the features `held` only the `rows` are looked at; `begins` says where in these each fold begins.
    """
    width = len(held) + 1
    both = np.empty((width + len(targets), len(rows)))
    both[0] = 1.0
    for place, feature in enumerate(held, start=1):
        feature.take(rows, out=both[place], mode="clip")
        both[place] -= both[place].sum() / len(rows)
    both[width:] = targets
    parts = [both[:, begin:end] for begin, end in pairwise([*begins, len(rows)])]
    grams = [multiply(part[:width], part) for part in parts]
    gram = np.sum(grams, axis=0)
    # A penalty by a feature's variance is the same for all of them in units of their spread.
    spread = np.diag(gram) / len(rows)
    penalty = _RIDGE * np.diag(np.where(spread > _LEAST_VARIANCE, spread, 1.0))
    for part, own in zip(parts, grams, strict=True):
        others = gram - own
        beta = np.linalg.solve(others[:, :width] + penalty, others[:, width:])
        part[width:] -= beta.T @ part[:width]
    return both[width:]


@lru_cache(maxsize=1)
def _draw_normals(bins: int) -> Floats:
    """Return bins x draws, the same every time; most videos have as many bins as the one before."""
    return np.ascontiguousarray(np.random.default_rng(0).standard_normal((DRAWS, bins)).T)


def _put_bands(estimates: Floats, errors: Floats, influence: Singles, reasons: list[str | None]) -> list[BinEffect]:
    told = [place for place, reason in enumerate(reasons) if reason is None and errors[place] > 0]
    if told:
        scaled = influence[told] / errors[told, None]
        correlation = scaled @ scaled.T
        values, vectors = np.linalg.eigh(correlation)
        # The symmetric root is the only one: which sign an eigenvector comes with makes no difference.
        root = vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
        draws = root @ _draw_normals(len(told))
        reach = float(np.quantile(np.abs(draws).max(axis=0), CONFIDENCE))
    effects = []
    for place, reason in enumerate(reasons):
        if reason is not None or errors[place] <= 0:
            effects.append(BinEffect(None, None, None, reason or "no_variation"))
            continue
        estimate, margin = float(estimates[place]), float(errors[place]) * reach
        effects.append(BinEffect(estimate, estimate - margin, estimate + margin, None))
    return effects
