"""Logistic regression with a small ridge, fitted by Newton steps.

Pure and deterministic; many small fits a report, hence without the overhead of a general solver.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_MOST_STEPS = 25
_TOLERANCE = 1e-8
_LARGEST_LOGIT = 30.0


def sigmoid(logit: Floats) -> Floats:
    """Return probabilities; logits beyond +-30 are taken for +-30."""
    clipped: Floats = np.clip(logit, -_LARGEST_LOGIT, _LARGEST_LOGIT)
    result: Floats = 1.0 / (1.0 + np.exp(-clipped))
    return result


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


def fit_scaling(features: Floats, weights: Floats | None = None) -> Scaling:
    """Return centre and reciprocal spread of each column."""
    mean = np.average(features, axis=0, weights=weights)
    spread = np.sqrt(np.maximum(np.average((features - mean) ** 2, axis=0, weights=weights), 0.0))
    varies = spread > 1e-9 * np.maximum(1.0, np.abs(mean))
    return Scaling(mean, np.where(varies, 1.0 / np.where(varies, spread, 1.0), 0.0))


def fit_logistic(
    features: Floats, outcome: NDArray[np.generic], *, ridge: float = 1.0, weights: Floats | None = None
) -> Logistic:
    """Return the model of `outcome` (0/1 or a probability) by `features` (rows x columns).

    `ridge` is the penalty on each squared coefficient of the standardised features, halved, in units of one row's
    log-likelihood; the intercept is free. An outcome that never varies gives a constant within +-30 logits.
    """
    target = np.asarray(outcome, dtype=np.float64)
    scaling = fit_scaling(features, weights)
    design = np.column_stack([np.ones(len(target)), scaling.apply(features)])
    mass = np.ones(len(target)) if weights is None else weights
    penalty = np.full(design.shape[1], ridge)
    # A trace on the intercept keeps an outcome that never varies finite.
    penalty[0] = 1e-4
    beta = np.zeros(design.shape[1])
    rate = float(np.clip(np.average(target, weights=mass), 1e-6, 1 - 1e-6))
    beta[0] = np.log(rate / (1 - rate))
    loss = _penalised_loss(design, target, mass, penalty, beta)
    for _ in range(_MOST_STEPS):
        mean = sigmoid(design @ beta)
        gradient = design.T @ (mass * (target - mean)) - penalty * beta
        curvature = np.maximum(mass * mean * (1 - mean), 1e-10)
        hessian = (design * curvature[:, None]).T @ design
        hessian[np.diag_indices_from(hessian)] += penalty
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        while True:
            new_loss = _penalised_loss(design, target, mass, penalty, beta + size * step)
            if new_loss <= loss + 1e-12 * abs(loss) or size < 1e-4:
                break
            size /= 2
        beta = beta + size * step
        if abs(loss - new_loss) <= _TOLERANCE * (abs(loss) + 1e-12):
            break
        loss = new_loss
    coefficients = beta[1:] * scaling.scale
    return Logistic(coefficients, float(beta[0] - coefficients @ scaling.mean))


def _penalised_loss(design: Floats, target: Floats, mass: Floats, penalty: Floats, beta: Floats) -> float:
    logit = np.clip(design @ beta, -_LARGEST_LOGIT, _LARGEST_LOGIT)
    return float(mass @ (np.logaddexp(0.0, logit) - target * logit) + 0.5 * penalty @ beta**2)
