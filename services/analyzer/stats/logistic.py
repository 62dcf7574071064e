"""Logistic regression with a small ridge, fitted by Newton steps.

Pure and deterministic; many small fits a report, hence without the overhead of a general solver.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Reals = NDArray[Any]

_MOST_STEPS = 25
_SURE_SHIFT = 1.79
"""A Newton step that moves no logit further lowers the loss for certain (Bach 2010, proposition 1: the loss falls while
(e^s - s - 1) / s^2 < 1); only of a longer one the loss is looked at."""
_ROUGH_SHIFT = 0.1
"""Up to a step that moves no logit further single precision will do, which takes half the time."""
_LEAST_RIDGE_A_ROW = 1e-5
"""A smaller ridge is lost in the rounding of single precision, and with it what tells features that say the same apart:
then all is in double precision."""
_BENT_SHIFT = 1e-3
"""After a step that moves no logit further the curvature is the same but for a thousandth, and serves once more."""
_LAST_SHIFT = 1e-5
"""A step that moves no logit further is the last. What it leaves is a thousandth of it at most: wherever a fit starts
from, it ends in the same figures."""
_LARGEST_LOGIT = 30.0
_PRODUCTS_AT_ONCE, _FEWEST_COLUMNS = 1_000_000, 256
"""A product of matrices with no more multiplications than these is made in the cache, in up to half the time."""


def sigmoid(logit: Floats) -> Floats:
    """Return probabilities; logits beyond +-30 are taken for +-30."""
    clipped: Floats = np.clip(logit, -_LARGEST_LOGIT, _LARGEST_LOGIT)
    result: Floats = 1.0 / (1.0 + np.exp(-clipped))
    return result


def multiply(left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """Return `left @ right.T`, of matrices with few rows, some columns at a time."""
    step = max(_PRODUCTS_AT_ONCE // (len(left) * len(right)), _FEWEST_COLUMNS)
    product: NDArray[Any] = left[:, :step] @ right[:, :step].T
    for begin in range(step, left.shape[1], step):
        product += left[:, begin : begin + step] @ right[:, begin : begin + step].T
    return product


@dataclass(frozen=True)
class Logistic:
    """A fitted model; coefficients on the scale of the features as they were given."""

    coefficients: Floats
    intercept: float

    def predict(self, features: Floats) -> Floats:
        """Return the probability for each row."""
        return sigmoid(features @ self.coefficients + self.intercept)


@dataclass(frozen=True)
class Scaling:
    """Centre and spread of each feature; a feature that never varies is scaled to nothing."""

    mean: Floats
    scale: Floats

    def apply(self, features: Floats) -> Floats:
        """Return the standardised features."""
        result: Floats = (features - self.mean) * self.scale
        return result


def fit_scaling(features: Floats) -> Scaling:
    """Return centre and reciprocal spread of each column."""
    each = np.full(len(features), 1 / len(features))
    mean = each @ features
    spread = np.sqrt(each @ (features - mean) ** 2)
    varies = spread > 1e-9 * np.maximum(1.0, np.abs(mean))
    return Scaling(mean, np.where(varies, 1.0 / np.where(varies, spread, 1.0), 0.0))


def fit_logistic(
    features: Floats,
    outcome: NDArray[np.generic],
    *,
    ridge: float = 1.0,
    start: Logistic | None = None,
) -> Logistic:
    """Return the model of `outcome` (0/1 or a probability) by `features` (rows x columns).

    `ridge` is the penalty on each squared coefficient of the standardised features, halved, in units of one row's
    log-likelihood; the intercept is free. An outcome that never varies gives a constant within +-30 logits.
    `start`, a model of about the same rows, saves steps and changes nothing else.
    """
    target = np.asarray(outcome, dtype=np.float64)
    scaling = fit_scaling(features)
    varies = np.flatnonzero(scaling.scale)
    # Features x rows: every step goes along the rows.
    design = np.empty((len(varies) + 1, len(target)))
    design[0] = 1.0
    np.subtract(features.T[varies], scaling.mean[varies, None], out=design[1:])
    design[1:] *= scaling.scale[varies, None]
    # A trace on the intercept keeps an outcome that never varies finite.
    penalty = np.array([1e-4] + [ridge] * len(varies))
    beta = np.zeros(len(penalty))
    if start is not None:
        beta[0] = start.intercept + start.coefficients @ scaling.mean
        beta[1:] = start.coefficients[varies] / scaling.scale[varies]
    else:
        rate = float(np.clip(target.mean(), 1e-6, 1 - 1e-6))
        beta[0] = np.log(rate / (1 - rate))
    digits = np.float32 if ridge >= _LEAST_RIDGE_A_ROW * len(target) else np.float64
    single = design.astype(digits, copy=False)
    rough = _climb(single, single, target.astype(digits), penalty.astype(digits), beta.astype(digits), _ROUGH_SHIFT)
    beta = _climb(design, single, target, penalty, rough.astype(np.float64), _LAST_SHIFT)
    coefficients = np.zeros(features.shape[1])
    coefficients[varies] = beta[1:] * scaling.scale[varies]
    return Logistic(coefficients, float(beta[0] - coefficients @ scaling.mean))


def _climb(design: Reals, single: Reals, target: Reals, penalty: Reals, beta: Reals, last: float) -> Reals:
    """Return the coefficients at which the penalised likelihood is greatest, by Newton steps from `beta`.

    Where the steps end, the gradient alone says; the curvature is that of `single`, which is `design`, in single
    precision where that will do.
    """
    logit: Reals = beta @ design
    furthest = np.inf
    for _ in range(_MOST_STEPS):
        mean = sigmoid(logit)
        gradient = design @ (target - mean) - penalty * beta
        if furthest > _BENT_SHIFT:
            curvature = np.maximum(mean * (1 - mean), 1e-10).astype(single.dtype, copy=False)
            bend = multiply(single * curvature, single) + np.diag(penalty)
        step = np.linalg.solve(bend, gradient)
        shift: Reals = step @ design
        furthest = np.abs(shift).max()
        if furthest > _SURE_SHIFT:
            size = _search_line(target, penalty, (beta, logit), (step, shift))
            step, shift = size * step, size * shift
        beta += step
        logit += shift
        if furthest <= last:
            break
    return beta


def _search_line(target: Reals, penalty: Reals, here: tuple[Reals, Reals], there: tuple[Reals, Reals]) -> float:
    """Return which part of a step, halved as often as it must be, makes the loss no greater.

    `here` is where it begins and `there` how far it leads: the coefficients, and the logits that come of them.
    """

    def compute_loss(size: float) -> float:
        beta, logit = (begin + size * way for begin, way in zip(here, there, strict=True))
        logit = np.clip(logit, -_LARGEST_LOGIT, _LARGEST_LOGIT)
        doubt = np.log1p(np.exp(-np.abs(logit))) + np.maximum(logit, 0.0)
        return float(doubt.sum() - target @ logit + 0.5 * penalty @ beta**2)

    loss, size = compute_loss(0.0), 1.0
    slack = 100 * float(np.finfo(target.dtype).eps) * abs(loss)
    while compute_loss(size) > loss + slack and size >= 1e-4:
        size /= 2
    return size
