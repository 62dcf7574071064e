"""What has been learnt of variants, as draws from a posterior: by variant alone, or by variant and context.

Pure. Beta-Bernoulli (Thompson 1933; Chapelle and Li 2011), and Bayesian logistic regression in Laplace's approximation
(MacKay 1992). Draws hang on the counts and a seed's words alone.
"""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from services.analyzer.stats.logistic import sigmoid

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PRIOR = (1.0, 1.0)
"""Before any visitor, every conversion rate is as likely as any other: Beta(1, 1)."""
SPREAD_OF_BASE = 3.0
SPREAD_OF_CONTEXT = 1.0
SPREAD_OF_ARM = 1.0
SPREAD_OF_ARM_IN_CONTEXT = 0.5
"""Standard deviations, in logits, of the normal priors around nothing (of the base: around the rate of all). What an
arm does in one context is taken for what it does in all until that context says otherwise."""
_MOST_STEPS = 50
_TOLERANCE = 1e-9


def build_generator(*words: object) -> np.random.Generator:
    """Return a generator that depends on the words alone."""
    text = "\x00".join(str(word) for word in words)
    return np.random.default_rng(int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "big"))


def draw_rates(trials: float, conversions: float, draws: int, generator: np.random.Generator) -> Floats:
    """Return draws of a conversion rate. Trials may be fractions of persons; never fewer than conversions count."""
    missed = max(0.0, trials - conversions)
    return generator.beta(PRIOR[0] + conversions, PRIOR[1] + missed, draws)


def draw_worths(
    arm: Ints,
    columns: Sequence[Sequence[int]],
    trials: Floats,
    conversions: Floats,
    *,
    arms: int,
    width: int,
    draws: int,
    generator: np.random.Generator,
) -> Floats:
    """Return draws (arms x width x draws) of what sets each arm apart, in logits, by column.

    One row of the counts is an arm in a context: its trials (fractions allowed), its conversions, and the columns
    (1 to width - 1) of its context. Column 0 of an arm holds in every context. What all arms share, the base and the
    contexts themselves, is fitted and left out: it lifts all arms alike and decides between none.
    """
    design = _build_design(arm, columns, arms, width)
    mass = np.maximum(trials, conversions)
    rate = (conversions.sum() + PRIOR[0]) / (mass.sum() + sum(PRIOR))
    centre = np.zeros(design.shape[1])
    centre[0] = np.log(rate / (1 - rate))
    precision = 1 / _list_spreads(arms, width) ** 2
    mode, hessian = _fit(design, mass, conversions, centre, precision)
    factor = np.linalg.cholesky(hessian)
    noise = np.linalg.solve(factor.T, generator.standard_normal((len(mode), draws)))
    worths: Floats = (mode[:, None] + noise)[width:].reshape(arms, width, draws)
    return worths


def _build_design(arm: Ints, columns: Sequence[Sequence[int]], arms: int, width: int) -> Floats:
    """Return the base and contexts (width columns), then width columns an arm."""
    own = np.zeros((len(arm), width))
    own[:, 0] = 1.0
    for row, places in enumerate(columns):
        own[row, list(places)] = 1.0
    design = np.zeros((len(arm), width * (1 + arms)))
    design[:, :width] = own
    for place in range(arms):
        rows = arm == place
        design[rows, width * (1 + place) : width * (2 + place)] = own[rows]
    return design


def _list_spreads(arms: int, width: int) -> Floats:
    shared = [SPREAD_OF_BASE, *[SPREAD_OF_CONTEXT] * (width - 1)]
    return np.array([*shared, *([SPREAD_OF_ARM, *[SPREAD_OF_ARM_IN_CONTEXT] * (width - 1)] * arms)])


def _fit(design: Floats, mass: Floats, conversions: Floats, centre: Floats, precision: Floats) -> tuple[Floats, Floats]:
    """Return the posterior's mode and its curvature there, by Newton steps halved until they help."""

    def lose(beta: Floats) -> float:
        logit = design @ beta
        return float(mass @ np.logaddexp(0.0, logit) - conversions @ logit + 0.5 * precision @ (beta - centre) ** 2)

    def bend(mean: Floats) -> Floats:
        hessian: Floats = (design * (mass * mean * (1 - mean))[:, None]).T @ design
        hessian[np.diag_indices_from(hessian)] += precision
        return hessian

    beta = centre.copy()
    loss = lose(beta)
    for _ in range(_MOST_STEPS):
        mean = sigmoid(design @ beta)
        gradient = design.T @ (conversions - mass * mean) - precision * (beta - centre)
        step = np.linalg.solve(bend(mean), gradient)
        size, found = 1.0, lose(beta + step)
        while found > loss and size > 1e-6:
            size /= 2
            found = lose(beta + size * step)
        gained = loss - found
        if gained <= 0:
            break
        beta, loss = beta + size * step, found
        if gained <= _TOLERANCE * (abs(loss) + 1):
            break
    return beta, bend(sigmoid(design @ beta))
