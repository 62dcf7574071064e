"""What goes together with an answer: an outcome, or the answer to another question.

Pure. Gives a reason instead of a figure where too few answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from services.analyzer.stats.multiple import adjust_p_values
from services.analyzer.stats.proportions import SharesCompared, compare_shares
from services.analyzer.surveys.answers import Bools, Coded
from services.analyzer.surveys.questions import Level

FEWEST = 10
"""Fewer persons than this, on either side, and nothing is said of them."""
MOST_PAIRS = 100


@dataclass(frozen=True, slots=True)
class Side:
    """The persons who gave one of these answers, against all others who answered."""

    levels: tuple[Level, ...]
    did: Bools


@dataclass(frozen=True, slots=True)
class Contrast:
    """One side against the others by an outcome; `shares` is None with a `reason`."""

    levels: tuple[Level, ...]
    persons: int
    count: int
    others: int
    others_count: int
    shares: SharesCompared | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of ratings with its 95 % interval (Student's t); None with a reason."""

    value: float | None
    low: float | None
    high: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions that the same persons answered: `counts` by level of either, and their contrasts.

    Each contrast is of one side of the first by the levels `outcomes` of the second.
    """

    first: Coded
    second: Coded
    persons: int
    counts: NDArray[np.int64]
    contrasts: list[Contrast]
    outcomes: list[tuple[Level, ...]]


def list_sides(coded: Coded) -> list[Side]:
    """Return what is compared: the top of a rating, or each choice."""
    top = coded.question.top
    if top:
        return [Side(top, coded.find_top())]
    return [Side((level,), coded.chosen[:, place]) for place, level in enumerate(coded.question.levels)]


def measure_mean(values: NDArray[np.float64] | None) -> Mean:
    """Return the mean of one value a person."""
    if values is None:
        return Mean(None, None, None, "not_by_numbers")
    if len(values) < FEWEST:
        return Mean(None, None, None, "too_few_answers")
    mean, error = float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))
    if not error > 0:
        return Mean(mean, None, None, "no_variation")
    reach = float(t.ppf(0.975, len(values) - 1)) * error
    return Mean(mean, mean - reach, mean + reach, None)


def contrast_side(side: Side, outcome: Bools) -> Contrast:
    """Return the share with the outcome of those who gave the answer, against those who gave another."""
    did = side.did
    persons, count = int(did.sum()), int((did & outcome).sum())
    others, others_count = int((~did).sum()), int((~did & outcome).sum())
    if min(persons, others) < FEWEST:
        return Contrast(side.levels, persons, count, others, others_count, None, "too_few_answers")
    shares = compare_shares(count, persons, others_count, others)
    return Contrast(side.levels, persons, count, others, others_count, shares, None)


def relate(first: Coded, second: Coded) -> Pair:
    """Return how the answers of those who answered both go together."""
    place_of = {person: place for place, person in enumerate(second.persons)}
    both = [(place, place_of[person]) for place, person in enumerate(first.persons) if person in place_of]
    mine, theirs = (np.array([pair[side] for pair in both], dtype=np.int64) for side in (0, 1))
    counts: NDArray[np.int64] = first.chosen[mine].astype(np.int64).T @ second.chosen[theirs].astype(np.int64)
    contrasts, outcomes = [], []
    for side in list_sides(first):
        for other in list_sides(second):
            contrasts.append(contrast_side(Side(side.levels, side.did[mine]), other.did[theirs]))
            outcomes.append(other.levels)
    return Pair(first, second, len(both), counts, contrasts, outcomes)


def relate_all(coded: Sequence[Coded], asked: str | None) -> tuple[list[Pair], bool]:
    """Return the pairs of questions worth a look, and whether there were more than may be shown.

    With a question `asked`: it beside each other one. Else every rating beside each other question, and without any
    rating the first question beside the others.
    """
    closed = [one for one in coded if one.question.levels]
    ratings = [one for one in closed if one.question.type == "rating"]
    firsts = [one for one in closed if one.question.id == asked] if asked is not None else ratings or closed[:1]
    seen: set[frozenset[str]] = set()
    pairs = []
    for first in firsts:
        for second in closed:
            ids = frozenset((first.question.id, second.question.id))
            if len(ids) == 2 and ids not in seen:
                seen.add(ids)
                pairs.append((first, second))
    return [relate(*pair) for pair in pairs[:MOST_PAIRS]], len(pairs) > MOST_PAIRS


def find_q_values(contrasts: Sequence[Contrast]) -> list[float | None]:
    """Return the p-values of several contrasts after Benjamini and Hochberg."""
    return adjust_p_values([None if one.shares is None else one.shares.p_value for one in contrasts])
