"""How many more purchases a customer will make: the BG/NBD model (Fader, Hardie and Lee 2005), fitted and applied.

Pure. Never gives a figure for what too few customers or nobody's repeat purchase can tell.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln, hyp2f1, psi

Floats = NDArray[np.float64]

FEWEST_CUSTOMERS = 50
FEWEST_REPEATERS = 10
_LOW = np.array([-7.0, -7.0, -7.0, -7.0])
_HIGH = np.array([7.0, 7.0, 5.0, 5.0])
"""Logarithms of r, alpha over the mean age, a and b are sought between; one that ends at a border cannot be told from
the data. Beyond these, customers are alike for all that matters, and the hypergeometric function overflows."""
_STARTS = ((0.5, 0.5, 0.8, 2.0), (1.0, 1.0, 1.0, 1.0), (2.0, 4.0, 0.3, 6.0))


@dataclass(frozen=True, slots=True)
class BgNbd:
    """Parameters (`alpha` in the unit of time of the data) and log-likelihood, or the reason why there are none.

    `is_on_edge`: one parameter ran to the border of what is sought; forecasts hold, that parameter means nothing.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    customers: int
    repeaters: int
    is_on_edge: bool = False
    reason: str | None = None


def fit_bg_nbd(frequency: Floats, recency: Floats, age: Floats) -> BgNbd:
    """Return the fit by maximum likelihood, O(customers) a step.

    `frequency`: purchases after the first; `recency`: time from the first to the last; `age`: time since the first.
    """
    x, last, until = (np.asarray(one, dtype=np.float64) for one in (frequency, recency, age))
    repeaters = int((x > 0).sum())
    if (reason := _find_reason(len(x), repeaters)) is not None:
        return BgNbd(np.nan, np.nan, np.nan, np.nan, np.nan, len(x), repeaters, reason=reason)
    scale = float(until.mean())
    rows, weight = np.unique(np.stack([x, last / scale, until / scale]), axis=1, return_counts=True)

    def lose(logs: Floats) -> tuple[float, Floats]:
        value, slope = _compute_likelihood(np.exp(logs), rows[0], rows[1], rows[2], weight.astype(np.float64))
        return -value / len(x), -slope * np.exp(logs) / len(x)

    options = {"maxiter": 500, "ftol": 1e-13, "gtol": 1e-8}
    found = [
        minimize(
            lose,
            np.log(start),
            jac=True,
            method="L-BFGS-B",
            bounds=list(zip(_LOW, _HIGH, strict=True)),
            options=options,
        )
        for start in _STARTS
    ]
    best = min(found, key=lambda one: float(one.fun) if np.isfinite(one.fun) else np.inf)
    if not np.isfinite(best.fun) or float(np.abs(_find_free_slope(best.x, best.jac)).max()) > 1e-3:
        return BgNbd(np.nan, np.nan, np.nan, np.nan, np.nan, len(x), repeaters, reason="not_converged")
    r, alpha, a, b = np.exp(best.x).tolist()
    likelihood = -float(best.fun) * len(x) - float(x.sum()) * float(np.log(scale))
    on_edge = bool(((best.x <= _LOW + 1e-6) | (best.x >= _HIGH - 1e-6)).any())
    return BgNbd(r, alpha * scale, a, b, likelihood, len(x), repeaters, on_edge)


def expect_more(model: BgNbd, frequency: Floats, recency: Floats, age: Floats, ahead: float) -> Floats:
    """Return the expected purchases of each customer within `ahead` from now.

    Euler's transformation takes the frequency out of the powers of the hypergeometric function, which overflow.
    """
    a = model.a + (1e-6 if abs(model.a - 1) < 1e-6 else 0.0)
    later = model.alpha + age + ahead
    part = ahead / later
    third = a + model.b + frequency - 1
    third = np.where(np.abs(third) < 1e-9, 1e-9, third)
    kept = np.exp((a - 1) * np.log1p(-part)) * hyp2f1(a + model.b - 1 - model.r, a - 1, third, part)
    expected = third / (a - 1) * (1 - kept) * find_alive(model, frequency, recency, age)
    return np.asarray(np.maximum(expected, 0.0), dtype=np.float64)


def find_alive(model: BgNbd, frequency: Floats, recency: Floats, age: Floats) -> Floats:
    """Return the probability that each is a customer still; one who never came back counts as one."""
    x = np.asarray(frequency, dtype=np.float64)
    odds = np.full(len(x), -np.inf)
    again = x > 0
    odds[again] = (
        np.log(model.a)
        - np.log(model.b + x[again] - 1)
        + (model.r + x[again]) * (np.log(model.alpha + age[again]) - np.log(model.alpha + recency[again]))
    )
    return np.asarray(1 / (1 + np.exp(np.minimum(odds, 700.0))), dtype=np.float64)


def _find_reason(customers: int, repeaters: int) -> str | None:
    if customers < FEWEST_CUSTOMERS:
        return "too_few_customers"
    if repeaters == 0:
        return "no_repeat"
    return "too_few_repeats" if repeaters < FEWEST_REPEATERS else None


def _find_free_slope(logs: Floats, slope: Floats) -> Floats:
    """Leave out slopes that point out of the borders."""
    out = ((logs <= _LOW + 1e-6) & (slope > 0)) | ((logs >= _HIGH - 1e-6) & (slope < 0))
    return np.where(out, 0.0, slope)


def _compute_likelihood(
    parameters: Floats, x: Floats, last: Floats, until: Floats, weight: Floats
) -> tuple[float, Floats]:
    """Return the log-likelihood and its slope by each parameter; sums in log space."""
    r, alpha, a, b = parameters
    again = x > 0
    stays = -(r + x) * np.log(alpha + until)
    divisor = np.where(again, b + x - 1, 1.0)
    left = np.where(again, np.log(a) - np.log(divisor) - (r + x) * np.log(alpha + last), -np.inf)
    either = np.logaddexp(stays, left)
    gone = np.exp(left - either)
    value = (
        gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        + gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        + either
    )  # fmt: skip
    slopes = np.stack(
        [
            psi(r + x) - psi(r) + np.log(alpha) - (1 - gone) * np.log(alpha + until) - gone * np.log(alpha + last),
            r / alpha - (r + x) * ((1 - gone) / (alpha + until) + gone / (alpha + last)),
            psi(a + b) - psi(a + b + x) + gone / a,
            psi(a + b) + psi(b + x) - psi(b) - psi(a + b + x) - gone / divisor,
        ]
    )
    return float((weight * value).sum()), (slopes * weight).sum(axis=1)
