"""Fits the hesitation score, calibrates it, and judges it on persons that it has not seen.

Pure and deterministic: who belongs to which fold is decided by a hash of the person.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.stats.folds import Lots, assign_folds
from services.analyzer.stats.logistic import Floats, Logistic, fit_logistic, sigmoid
from services.analyzer.stats.normal import Z95
from shared.clock import Millis
from shared.rules.hesitation import FEATURES, FIXED, HesitationModel

FOLDS = 5
FEWEST_SESSIONS = 300
FEWEST_OUTCOMES = 30
MOST_BINS = 10
FEWEST_A_BIN = 20
ONE_SIDED_Z95 = 1.6448536269514722

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class SessionSample:
    """One moment of each session: features beside FEATURES, and whether the person left without buying."""

    lots: Lots
    features: Floats
    left: Bools


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Sessions of like score: mean score, and share that left, with a 95 % interval (Wilson 1927)."""

    low: float
    high: float
    sessions: int
    predicted: float
    observed: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well a score does on sessions that it has not seen.

    `gain_low`: what it saves of the log loss, at least (95 %, one-sided).
    """

    sessions: int
    log_loss: float
    log_loss_base: float
    gain_low: float
    brier: float
    auc: float
    calibration: list[CalibrationBin]


@dataclass(frozen=True, slots=True)
class Driver:
    """What one feature adds to the logit when it is a standard deviation larger."""

    feature: str
    weight: float
    effect: float


@dataclass(frozen=True)
class Fitted:
    """`model` is None with a `reason`: too_few_sessions, no_conversions, no_better_than_base_rate."""

    model: HesitationModel | None
    judgement: Judgement | None
    drivers: list[Driver]
    reason: str | None


def fit_hesitation(sample: SessionSample, *, salt: str, now: Millis) -> Fitted:
    """Return the calibrated model and how it does on the persons held out."""
    count, left = len(sample.left), int(sample.left.sum())
    if count < FEWEST_SESSIONS:
        return _refuse(sample, "too_few_sessions")
    if count - left < FEWEST_OUTCOMES:
        return _refuse(sample, "no_conversions")
    if left < FEWEST_OUTCOMES:
        return _refuse(sample, "too_few_sessions")
    fold = assign_folds(sample.lots, FOLDS, salt)
    if any(len(np.unique(sample.left[fold != one])) < 2 or not (fold == one).any() for one in range(FOLDS)):
        return _refuse(sample, "too_few_sessions")
    logs = np.log1p(sample.features)
    logit = np.empty(count)
    for one in range(FOLDS):
        raw = fit_logistic(logs[fold != one], sample.left[fold != one])
        logit[fold == one] = logs[fold == one] @ raw.coefficients + raw.intercept
    # Platt (1999): a straight line through logits of sessions that their model had not seen; of the others for each.
    score, base = np.empty(count), np.empty(count)
    for one in range(FOLDS):
        rest = fold != one
        score[~rest] = _fit_line(logit[rest], sample.left[rest]).predict(logit[~rest, None])
        base[~rest] = sample.left[rest].mean()
    judgement = judge(score, sample.left, base=base)
    raw, line = fit_logistic(logs, sample.left), _fit_line(logit, sample.left)
    slope = float(line.coefficients[0])
    weights = tuple(float(weight * slope) for weight in raw.coefficients)
    model = HesitationModel(intercept=raw.intercept * slope + line.intercept, weights=weights, fitted_at=now)
    reason = None if judgement.gain_low > 0 else "no_better_than_base_rate"
    return Fitted(model if reason is None else None, judgement, list_drivers(model, sample), reason)


def _fit_line(logit: Floats, left: Bools) -> Logistic:
    return fit_logistic(logit[:, None], left, ridge=1e-3)


def predict(model: HesitationModel, features: Floats) -> Floats:
    """Return the scores of many sessions at once (as `compute_hesitation`, unrounded)."""
    return sigmoid(np.log1p(features) @ np.array(model.weights) + model.intercept)


def judge(score: Floats, left: Bools, *, base: Floats) -> Judgement:
    """Return how `score` does on `left` beside `base`, the rate of sessions that it was made from."""
    target = left.astype(np.float64)
    losses, base_losses = compute_log_losses(score, target), compute_log_losses(base, target)
    gain = base_losses - losses
    return Judgement(
        len(left),
        float(losses.mean()),
        float(base_losses.mean()),
        float(gain.mean() - ONE_SIDED_Z95 * gain.std() / np.sqrt(len(gain))),
        float(((score - target) ** 2).mean()),
        compute_auc(score, left),
        build_calibration(score, left),
    )


def compute_log_losses(score: Floats, target: Floats) -> Floats:
    """Return what each prediction cost."""
    clipped = np.clip(score, 1e-12, 1 - 1e-12)
    losses: Floats = -(target * np.log(clipped) + (1 - target) * np.log1p(-clipped))
    return losses


def compute_auc(score: Floats, positive: Bools) -> float:
    """Return the chance that a positive one scores above a negative one, ties half (Mann and Whitney 1947)."""
    order = np.argsort(score, kind="stable")
    _, first, counts = np.unique(score[order], return_index=True, return_counts=True)
    rank = np.empty(len(score))
    rank[order] = np.repeat(first + (counts + 1) / 2, counts)
    hits, misses = int(positive.sum()), int((~positive).sum())
    return float((rank[positive].sum() - hits * (hits + 1) / 2) / (hits * misses))


def build_calibration(score: Floats, left: Bools) -> list[CalibrationBin]:
    """Return up to ten groups of about as many sessions each, by score; equal scores stay together."""
    groups = int(np.clip(len(score) // FEWEST_A_BIN, 1, MOST_BINS))
    edges = np.unique(np.quantile(score, np.linspace(0, 1, groups + 1)[1:-1]))
    group = np.searchsorted(edges, score, side="right")
    return [_build_bin(score[group == one], left[group == one]) for one in np.unique(group)]


def _build_bin(score: Floats, left: Bools) -> CalibrationBin:
    count, share = len(score), float(left.mean())
    centre = (share + Z95**2 / (2 * count)) / (1 + Z95**2 / count)
    half = Z95 * np.sqrt(share * (1 - share) / count + Z95**2 / (4 * count**2)) / (1 + Z95**2 / count)
    low, high = float(score.min()), float(score.max())
    return CalibrationBin(low, high, count, float(score.mean()), share, float(centre - half), float(centre + half))


def list_drivers(model: HesitationModel, sample: SessionSample) -> list[Driver]:
    """Return the features by what a standard deviation of each does, the strongest first."""
    spread = np.log1p(sample.features).std(axis=0) if len(sample.left) else np.zeros(len(FEATURES))
    drivers = [
        Driver(name, float(weight), float(weight * size))
        for name, weight, size in zip(FEATURES, model.weights, spread, strict=True)
    ]
    return sorted(drivers, key=lambda one: (-abs(one.effect), one.feature))


def _refuse(sample: SessionSample, reason: str) -> Fitted:
    return Fitted(None, None, list_drivers(FIXED, sample), reason)
