"""Loyalty factors: Sprocket's ratio exactly, and beside it what a behaviour does when it comes before the conversion.

Pure. The effect is a landmark analysis (Anderson, Cain and Gelber 1983): the behaviour counts in a person's first days,
the outcome after them, and who converted by then is left out, so that no consequence passes for a cause.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from services.analyzer.loyalty.kinds import Kind, name_kind
from services.analyzer.stats.effects import Effect, estimate_effect
from services.analyzer.stats.folds import Lots, assign_folds
from services.analyzer.stats.multiple import adjust_p_values
from services.analyzer.stats.overlap import find_comparable

FOLDS = 3
CONSEQUENCE_SHARE = 0.5

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Among:
    """Who could have shown a behaviour in their first days, and what is held alike besides (persons x features).

    Of a part of a video: who got there, and how much they watched on either side of it; else the effect would be the
    video's, or that of being keen on it.
    """

    could: Bools
    beside: Floats


@dataclass(frozen=True)
class FactorSample:
    """Persons, and who did what.

    Arrays of persons: `converted` at any time in the window, `at_risk` (followed beyond the
    landmark and not converted by then), `converted_after` it, `stage`, `early` (persons x features
    of the first days), `channels` (the same of the first channel, which channels are not adjusted for).

    Arrays of pairs, sorted by behaviour: `behaviour` (place in `behaviours`), `person`, `in_first_days`, and
    occurrences `before` and `after` the person's first conversion.

    `among`: of behaviours that only some persons could show (parts of a video), who; the effect is compared among them.
    """

    lots: Lots
    converted: Bools
    at_risk: Bools
    converted_after: Bools
    stage: Ints
    early: Floats
    channels: Floats
    behaviours: Sequence[str]
    behaviour: Ints
    person: Ints
    in_first_days: Bools
    before: Ints
    after: Ints
    among: Mapping[str, Among] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Factor:
    """One behaviour. `by_stage`: share of each stage's persons who did it; `reach`: share of all."""

    behaviour: str
    kind: Kind
    persons: int
    reach: float
    by_stage: list[float | None]
    difference: float | None
    ratio: float | None
    effect: Effect
    q_value: float | None
    consequence: bool


def compute_factors(sample: FactorSample, stages: int) -> list[Factor]:
    """Return every behaviour, those with the largest effect first; those without an effect last, by reach."""
    fold = assign_folds(sample.lots, FOLDS, "factors")
    bounds = np.searchsorted(sample.behaviour, np.arange(len(sample.behaviours) + 1))
    factors = [
        _compute_factor(sample, name, slice(*bounds[place : place + 2]), stages, fold)
        for place, name in enumerate(sample.behaviours)
    ]
    q_values = adjust_p_values([one.effect.p_value for one in factors])
    factors = [replace(one, q_value=q) for one, q in zip(factors, q_values, strict=True)]
    return sorted(factors, key=lambda one: (one.effect.estimate is None, -(one.effect.estimate or 0.0), -one.reach))


def _compute_factor(sample: FactorSample, name: str, pairs: slice, stages: int, fold: Ints) -> Factor:
    people = len(sample.lots)
    did: Bools = np.zeros(people, dtype=bool)
    did[sample.person[pairs]] = True
    first: Bools = np.zeros(people, dtype=bool)
    first[sample.person[pairs][sample.in_first_days[pairs]]] = True
    rate_did = float(sample.converted[did].mean()) if did.any() else None
    rate_not = float(sample.converted[~did].mean()) if not did.all() else None
    told = rate_did is not None and rate_not is not None
    before, after = int(sample.before[pairs].sum()), int(sample.after[pairs].sum())
    of_channel = name.startswith("channel:")
    risk, held = sample.at_risk, sample.early if of_channel else np.column_stack([sample.early, sample.channels])
    if (among := sample.among.get(name)) is not None:
        risk, held = risk & among.could, np.column_stack([held, among.beside])
    comparable = find_comparable(first[risk], held[risk], fold[risk])
    effect = estimate_effect(
        sample.converted_after[risk][comparable],
        first[risk][comparable],
        held[risk][comparable],
        fold[risk][comparable],
    )
    return Factor(
        behaviour=name,
        kind=name_kind(name),
        persons=int(did.sum()),
        reach=float(did.mean()),
        by_stage=[_mean(did[sample.stage == stage]) for stage in range(stages)],
        difference=(rate_did or 0.0) - (rate_not or 0.0) if told else None,
        ratio=rate_did / rate_not if rate_did is not None and rate_not else None,
        effect=effect,
        q_value=None,
        consequence=before + after > 0 and after > CONSEQUENCE_SHARE * (before + after),
    )


def _mean(values: Bools) -> float | None:
    return float(values.mean()) if len(values) else None
