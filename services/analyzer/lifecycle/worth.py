"""What a customer's next purchase is worth: the Gamma-Gamma model (Fader, Hardie and Lee 2005), fitted and applied.

Pure. Never gives a mean that the fitted distribution does not have.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln, psi

Floats = NDArray[np.float64]

FEWEST_CUSTOMERS = 30
_REACH = (-9.0, 13.0)


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """Parameters (`gamma` in the unit of money of the data) and log-likelihood, or the reason why there are none."""

    p: float
    q: float
    gamma: float
    log_likelihood: float
    customers: int
    reason: str | None = None


def fit_gamma_gamma(frequency: Floats, mean_value: Floats) -> GammaGamma:
    """Return the fit by maximum likelihood to customers with a repeat purchase of some value, O(customers) a step.

    `frequency`: purchases that `mean_value` is the mean of.
    """
    held = (frequency > 0) & (mean_value > 0)
    x, mean = np.asarray(frequency[held], dtype=np.float64), np.asarray(mean_value[held], dtype=np.float64)
    customers = len(x)
    if customers < FEWEST_CUSTOMERS:
        reason = "no_repeat" if customers == 0 else "too_few_customers"
        return GammaGamma(np.nan, np.nan, np.nan, np.nan, customers, reason)
    scale = float(mean.mean())

    def lose(logs: Floats) -> tuple[float, Floats]:
        value, slope = _compute_likelihood(np.exp(logs), x, mean / scale)
        return -value / customers, -slope * np.exp(logs) / customers

    options = {"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-8}
    found = [
        minimize(lose, np.log(start), jac=True, method="L-BFGS-B", bounds=[_REACH] * 3, options=options)
        for start in ((1.0, 2.0, 1.0), (6.0, 4.0, 0.5))
    ]
    best = min(found, key=lambda one: float(one.fun) if np.isfinite(one.fun) else np.inf)
    p, q, gamma = np.exp(best.x).tolist()
    is_inside = bool(((best.x > _REACH[0] + 1e-6) & (best.x < _REACH[1] - 1e-6)).all())
    if not np.isfinite(best.fun) or not is_inside or float(np.abs(best.jac).max()) > 1e-3:
        return GammaGamma(np.nan, np.nan, np.nan, np.nan, customers, "not_converged")
    likelihood = -float(best.fun) * customers - customers * float(np.log(scale))
    return GammaGamma(p, q, gamma * scale, likelihood, customers, None if q > 1 else "no_mean")


def expect_values(model: GammaGamma, frequency: Floats, mean_value: Floats) -> Floats:
    """Return the expected value of each customer's next purchase; one without a repeat gets the mean of all."""
    x = np.where(mean_value > 0, frequency, 0.0)
    mean = model.p * (model.gamma + x * mean_value) / (model.p * x + model.q - 1)
    return np.asarray(mean, dtype=np.float64)


def _compute_likelihood(parameters: Floats, x: Floats, mean: Floats) -> tuple[float, Floats]:
    """Return the log-likelihood and its slope by each parameter."""
    p, q, gamma = parameters
    total = gamma + mean * x
    value = (
        gammaln(p * x + q) - gammaln(p * x) - gammaln(q)
        + q * np.log(gamma) + (p * x - 1) * np.log(mean) + p * x * np.log(x) - (p * x + q) * np.log(total)
    )  # fmt: skip
    slopes = np.stack(
        [
            x * (psi(p * x + q) - psi(p * x) + np.log(mean) + np.log(x) - np.log(total)),
            psi(p * x + q) - psi(q) + np.log(gamma) - np.log(total),
            q / gamma - (p * x + q) / total,
        ]
    )
    return float(value.sum()), slopes.sum(axis=1)
