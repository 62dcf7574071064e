"""The effect of doing something on an outcome, adjusted for what is known of the persons.

Pure. Augmented inverse probability weighting with cross-fitting (Robins, Rotnitzky and Zhao 1994; Chernozhukov et al.
2018): right when either the model of who did it or the model of the outcome is. Gives a reason instead of a figure
where the persons do not support one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from services.analyzer.stats.logistic import Floats, Logistic, fit_logistic, fit_scaling
from services.analyzer.stats.normal import Z95, compute_two_sided_p_value

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

FEWEST_AN_ARM = 50
"""Fewer persons than this on one side, and nothing is said."""
FEWEST_EVENTS = 10
"""Fewer outcomes than this in all, and nothing is said."""
LEAST_OVERLAP = 0.5
"""Share of persons whose propensity must lie within the clip, or the two sides cannot be compared."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Mean outcome if everybody did minus if nobody did; None with a `reason` where it cannot be given.

    `overlap` is the share of persons whose propensity lay within the clip.
    """

    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    mean_treated: float | None
    mean_untreated: float | None
    treated: int
    untreated: int
    overlap: float | None
    reason: str | None


def refuse(reason: str, treated: int, untreated: int, overlap: float | None = None) -> Effect:
    """Return an effect that cannot be given."""
    return Effect(None, None, None, None, None, None, treated, untreated, overlap, reason)


def estimate_effect(
    outcome: NDArray[np.generic],
    treated: Bools,
    confounders: Floats,
    fold: Ints,
    *,
    clip: float = 0.01,
    ridge: float = 1.0,
) -> Effect:
    """Return the average effect of `treated` on `outcome` among these persons.

    `outcome` 0/1 or an amount, one row a person; `confounders` rows x columns; `fold` says in which part a person is
    predicted. Reasons: too_few_viewers, no_conversions, no_overlap.
    """
    return estimate_effects([outcome], treated, confounders, fold, clip=clip, ridge=ridge)[0]


def estimate_effects(
    outcomes: Sequence[NDArray[np.generic]],
    treated: Bools,
    confounders: Floats,
    fold: Ints,
    *,
    clip: float = 0.01,
    ridge: float = 1.0,
) -> list[Effect]:
    """Return the effect on each outcome as `estimate_effect` does; who was treated is modelled once for all."""
    did = np.asarray(treated, dtype=bool)
    count, count_not = int(did.sum()), int((~did).sum())
    # Features x rows: every fit goes along the rows.
    columns = np.ascontiguousarray(confounders.T)
    parts = [fold == part for part in np.flatnonzero(np.bincount(fold))]
    propensity: Floats | None = None
    effects = []
    for outcome in outcomes:
        target = np.asarray(outcome, dtype=np.float64)
        if (reason := _find_obstacle(target, did, parts)) is not None:
            effects.append(refuse(reason, count, count_not))
            continue
        if propensity is None:
            propensity = _predict_across(columns, did, parts, ridge=ridge)
        within = (propensity >= clip) & (propensity <= 1 - clip)
        overlap = float(within.mean())
        if overlap < LEAST_OVERLAP:
            effects.append(refuse("no_overlap", count, count_not, overlap))
            continue
        sides = (_predict_across(columns, target, parts, ridge=ridge, among=side) for side in (did, ~did))
        effects.append(_weigh(target, did, np.clip(propensity, clip, 1 - clip), *sides, overlap=overlap))
    return effects


def _find_obstacle(target: Floats, did: Bools, parts: Sequence[Bools]) -> str | None:
    """Return why nothing can be said, if there are too few persons on a side or too few outcomes."""
    if min(did.sum(), (~did).sum()) < FEWEST_AN_ARM:
        return "too_few_viewers"
    if np.count_nonzero(target) < FEWEST_EVENTS:
        return "no_conversions"
    for part in parts:
        if min((did & ~part).sum(), (~did & ~part).sum()) < FEWEST_AN_ARM // 2:
            return "too_few_viewers"
    return None


def _weigh(target: Floats, did: Bools, propensity: Floats, if_did: Floats, if_not: Floats, *, overlap: float) -> Effect:
    """Return the effect, given each person's chance of being treated and what the models say of both cases."""
    count, count_not = int(did.sum()), int((~did).sum())
    score_did = if_did + did * (target - if_did) / propensity
    score_not = if_not + ~did * (target - if_not) / (1 - propensity)
    score = score_did - score_not
    estimate = float(score.mean())
    error = float(score.std(ddof=1) / np.sqrt(len(score)))
    if not error > 0:
        return refuse("no_variation", count, count_not, overlap)
    return Effect(
        estimate,
        estimate - Z95 * error,
        estimate + Z95 * error,
        compute_two_sided_p_value(estimate / error),
        float(score_did.mean()),
        float(score_not.mean()),
        count,
        count_not,
        overlap,
        None,
    )


def widen(effect: Effect, spread: float, lean: float = 0.0) -> Effect:
    """Return the effect with an interval and p-value that also hold a further standard error and a bias of known side.

    The estimate may lie too high by anything up to `lean`, too low where it is negative: the interval is that of all
    these biases together, and the p-value that of the one which speaks most for no effect.
    """
    if effect.estimate is None or effect.ci_high is None:
        return effect
    error = float(np.hypot((effect.ci_high - effect.estimate) / Z95, spread))
    too_high, too_low = max(lean, 0.0), max(-lean, 0.0)
    sure = max(0.0, abs(effect.estimate) - (too_high if effect.estimate > 0 else too_low))
    return replace(
        effect,
        ci_low=effect.estimate - too_high - Z95 * error,
        ci_high=effect.estimate + too_low + Z95 * error,
        p_value=compute_two_sided_p_value(sure / error),
    )


def _predict_across(
    columns: Floats, outcome: Floats | Bools, parts: Sequence[Bools], *, ridge: float, among: Bools | None = None
) -> Floats:
    """Return what a model of the other folds (of those `among` only) says of each row; 0/1 or an amount.

    `columns` features x rows; `parts` says of each fold who is in it.
    """
    binary = bool(np.all((outcome == 0) | (outcome == 1)))
    predicted = np.empty(len(outcome))
    model: Logistic | None = None
    for part in parts:
        known, asked = np.flatnonzero(~part if among is None else ~part & among), np.flatnonzero(part)
        rows, answer = columns.take(known, axis=1).T, outcome[known]
        if binary:
            # Two folds' models have most of their rows in common, and hardly differ.
            model = fit_logistic(rows, answer, ridge=ridge, start=model)
            predicted[asked] = model.predict(columns.take(asked, axis=1).T)
        else:
            predicted[asked] = _predict_amount(
                rows, answer.astype(np.float64), columns.take(asked, axis=1).T, ridge=ridge
            )
    return predicted


def _predict_amount(features: Floats, amount: Floats, asked: Floats, *, ridge: float) -> Floats:
    """Return what a linear model of `amount` says of the rows `asked`."""
    scaling = fit_scaling(features)
    design = scaling.apply(features)
    centre = float(amount.mean())
    gram = design.T @ design
    gram[np.diag_indices_from(gram)] += ridge
    beta = np.linalg.solve(gram, design.T @ (amount - centre))
    result: Floats = centre + scaling.apply(asked) @ beta
    return result
