"""The effect of every bin of a video, with bands that hold for all of them at once.

Pure. A curve to look at: a bin's effect includes that of the neighbours within its zone, which are watched with it.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from services.analyzer.stats.effects import FEWEST_AN_ARM, FEWEST_EVENTS
from services.analyzer.stats.logistic import fit_scaling
from services.analyzer.video.coverage import Floats, Ints, Singles
from services.analyzer.video.viewing import Viewing, describe_after, describe_before, find_eligible

ZONE_S = 10.0
"""Bins within one zone are not adjusted for each other: nearly everybody watches them together."""
MOST_ZONES = 12
CONFIDENCE = 0.95
DRAWS = 4_000
_RIDGE = 1.0


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
    influence = np.zeros((len(viewing.place), bins), dtype=np.float32)
    for low, high in _build_zones(viewing.edges):
        eligible = find_eligible(viewing, viewing.edges[low], viewing.edges[high])
        able, parts = viewing.select(eligible), fold[eligible]
        watched = able.watched[:, low:high].astype(np.float64)
        did = watched.sum(axis=0)
        told = (did >= FEWEST_AN_ARM) & (len(watched) - did >= FEWEST_AN_ARM)
        if able.converted.sum() < FEWEST_EVENTS:
            reasons[low:high] = ["no_conversions"] * (high - low)
            continue
        held = np.column_stack([able.background, describe_before(able, low), describe_after(able, high)])
        left = _remove_explained(held, np.column_stack([able.converted, watched]), parts)
        outcome, treated = left[:, :1], left[:, 1:]
        spread = (treated**2).sum(axis=0)
        told &= spread >= 0.01 * len(watched) * np.maximum(watched.var(axis=0), 1e-12)
        safe = np.where(told, spread, 1.0)
        effect = (treated * outcome).sum(axis=0) / safe
        share = treated * (outcome - treated * effect) / safe
        rows = np.flatnonzero(eligible)
        influence[np.ix_(rows, np.arange(low, high))] = share * told
        estimates[low:high] = effect
        errors[low:high] = np.sqrt((share**2).sum(axis=0))
        for place in np.flatnonzero(~told):
            reasons[low + place] = "too_few_viewers"
    return _put_bands(estimates, errors, influence, reasons)


def _build_zones(edges: Floats) -> list[tuple[int, int]]:
    bins = len(edges) - 1
    zones = int(np.clip(np.floor(edges[-1] / ZONE_S), 1, min(MOST_ZONES, bins)))
    cuts = [bins * place // zones for place in range(zones + 1)]
    return list(pairwise(cuts))


def _remove_explained(held: Floats, targets: Floats, fold: Ints) -> Floats:
    """Return what a linear model, fitted on the other folds, leaves unexplained of each column of `targets`."""
    design = np.column_stack([np.ones(len(held)), fit_scaling(held).apply(held)])
    parts = np.unique(fold)
    grams = [design[fold == part].T @ design[fold == part] for part in parts]
    sides = [design[fold == part].T @ targets[fold == part] for part in parts]
    gram, side = np.sum(grams, axis=0), np.sum(sides, axis=0)
    left = np.empty_like(targets)
    penalty = np.eye(design.shape[1]) * _RIDGE
    for part, own_gram, own_side in zip(parts, grams, sides, strict=True):
        beta = np.linalg.solve(gram - own_gram + penalty, side - own_side)
        out = fold == part
        left[out] = targets[out] - design[out] @ beta
    return left


def _put_bands(estimates: Floats, errors: Floats, influence: Singles, reasons: list[str | None]) -> list[BinEffect]:
    told = [place for place, reason in enumerate(reasons) if reason is None and errors[place] > 0]
    if told:
        scaled = influence[:, told] / errors[told].astype(np.float32)
        correlation = (scaled.T @ scaled).astype(np.float64)
        values, vectors = np.linalg.eigh(correlation)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        draws = np.random.default_rng(0).standard_normal((DRAWS, len(told))) @ root.T
        reach = float(np.quantile(np.abs(draws).max(axis=1), CONFIDENCE))
    effects = []
    for place, reason in enumerate(reasons):
        if reason is not None or errors[place] <= 0:
            effects.append(BinEffect(None, None, None, reason or "no_variation"))
            continue
        estimate, margin = float(estimates[place]), float(errors[place]) * reach
        effects.append(BinEffect(estimate, estimate - margin, estimate + margin, None))
    return effects
