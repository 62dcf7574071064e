"""Finds the sequences of steps that part those who converted from those who did not.

Pure. Which sequences are tested depends on how common they are among everybody, never on who converted; then false
discoveries are controlled over all that were tested.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, gammaln

from services.analyzer.journeys.walks import NO_STEP, Bools, Ints
from services.analyzer.stats.multiple import adjust_p_values

LONGEST = 4
LEAST_SUPPORT = 10
LEAST_SHARE = 0.02
"""A sequence is looked at when this share of all persons, and `LEAST_SUPPORT` at least, have it."""
MOST_EXTENDED = 200
"""At each length the most common sequences are made longer, up to as many."""
MOST_TESTED = 1_000
MOST_SHOWN = 50
_ALIKE = 0.9

Steps = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sequence: contiguous (step right after step) or gapped (with anything in between)."""

    steps: Steps
    gapped: bool
    converted: int
    not_converted: int


@dataclass(frozen=True, slots=True)
class Finding:
    """How common a pattern is on either side; `ratio` is None when nobody of the others has it."""

    pattern: Pattern
    share_converted: float
    share_not_converted: float
    ratio: float | None
    p_value: float
    q_value: float


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, of how many tested; `reason` says why nothing was tested."""

    findings: list[Finding]
    tested: int
    reason: str | None


def search_patterns(sequences: Ints, converted: Bools, *, fewest: int = 20) -> Search:
    """Return the sequences of up to 4 steps that are more, or less, common among the converted.

    `sequences` persons x columns of tokens, NO_STEP where there is none. Reasons: no_conversions (fewer than `fewest`
    converted), too_few_viewers (fewer than that did not).
    """
    if int(converted.sum()) < fewest:
        return Search([], 0, "no_conversions")
    if int((~converted).sum()) < fewest:
        return Search([], 0, "too_few_viewers")
    found = find_closed_patterns(sequences, converted)
    found.sort(key=lambda one: (-(one.converted + one.not_converted), one.gapped, one.steps))
    tested = found[:MOST_TESTED]
    p_values = compute_p_values(tested, int(converted.sum()), len(converted))
    q_values = adjust_p_values(p_values)
    findings = [_shape(one, p, q or 0.0, converted) for one, p, q in zip(tested, p_values, q_values, strict=True)]
    findings.sort(key=lambda one: (one.q_value, one.p_value, -one.share_converted, one.pattern.steps))
    return Search(_choose_shown(findings), len(tested), None)


def find_closed_patterns(sequences: Ints, converted: Bools) -> list[Pattern]:
    """Return the common patterns that no longer one, or contiguous one, has in exactly as many persons.

    A pattern that everybody has is none: it tells nobody apart.
    """
    least = max(LEAST_SUPPORT, ceil(LEAST_SHARE * len(sequences)))
    contiguous = count_contiguous(sequences, converted, least)
    gapped = count_gapped(sequences, converted, least)
    kept = [Pattern(steps, False, *counts) for steps, counts in _drop_open(contiguous, _list_ends).items()]
    for steps, counts in _drop_open(gapped, _list_parts).items():
        if contiguous.get(steps) != counts:
            kept.append(Pattern(steps, True, *counts))
    return [one for one in kept if one.converted + one.not_converted < len(sequences)]


Counts = dict[Steps, tuple[int, int]]
"""Persons that have a sequence: converted and not."""


def count_contiguous(sequences: Ints, converted: Bools, least: int) -> Counts:
    """Return in how many persons each run of neighbouring steps occurs, of those in `least` persons or more.

    A run is as common only where the run without its last step is (Agrawal and Srikant 1994): those that are get a
    number, and are made longer by a step.
    """
    base = int(sequences.max(initial=0)) + 1
    found: Counts = {}
    runs: list[Steps] = [()]
    number = np.zeros(sequences.shape, dtype=np.int64)
    for length in range(1, min(LONGEST, sequences.shape[1]) + 1):
        last = sequences[:, length - 1 :]
        number = number[:, : last.shape[1]]
        code = np.where((number != NO_STEP) & (last != NO_STEP), number * base + last, NO_STEP)
        # A person counts once for each run.
        ordered = np.sort(code, axis=1)
        is_first = ordered != NO_STEP
        is_first[:, 1:] &= ordered[:, 1:] != ordered[:, :-1]
        total, bought = (
            np.bincount(ordered[rows][is_first[rows]], minlength=len(runs) * base) for rows in (slice(None), converted)
        )
        common = np.flatnonzero(total >= least)
        runs = [(*runs[place // base], place % base) for place in common.tolist()]
        for run, have, own in zip(runs, total[common].tolist(), bought[common].tolist(), strict=True):
            found[run] = (own, have - own)
        renumbered = np.full(len(total) + 1, NO_STEP, dtype=np.int64)
        renumbered[common] = np.arange(len(common))
        number = renumbered[code]
    return found


def count_gapped(sequences: Ints, converted: Bools, least: int) -> Counts:
    """Return in how many persons the steps occur in this order, of those sequences in `least` persons or more.

    A sequence is followed by where it is first complete in each person; adding a step asks a table for the next place
    of that step. At each length the most common are extended.
    """
    # What is rarer is part of no sequence: the table has no place for it.
    tokens = np.flatnonzero(np.bincount(sequences[sequences != NO_STEP]) >= least)
    places = np.full(int(sequences.max(initial=0)) + 2, NO_STEP)
    places[tokens] = np.arange(len(tokens))
    dead = sequences.shape[1] + 1
    following = _build_following(places[sequences], len(tokens)).reshape(len(sequences) * (dead + 1), len(tokens))
    found: Counts = {}
    level: list[tuple[Steps, Ints, NDArray[np.uint8]]] = [
        ((), np.arange(len(sequences)), np.zeros(len(sequences), dtype=np.uint8))
    ]
    for length in range(1, LONGEST + 1):
        grown: list[tuple[Steps, Ints, NDArray[np.uint8]]] = []
        for steps, rows, ends in level:
            reached = following.take(rows * (dead + 1) + ends, axis=0)
            # Counted as a product of matrices, which is quicker than adding truths up.
            total, bought = np.stack([np.ones(len(rows)), converted[rows]]).astype(np.float32) @ (reached < dead)
            for place in np.flatnonzero(total >= least).tolist():
                longer = (*steps, int(tokens[place]))
                found[longer] = (int(bought[place]), int(total[place] - bought[place]))
                if length < LONGEST:
                    has = np.flatnonzero(reached[:, place] < dead)
                    grown.append((longer, rows[has], reached[has, place]))
        grown.sort(key=lambda one: (-len(one[1]), one[0]))
        level = grown[:MOST_EXTENDED]
    return found


def _build_following(sequences: Ints, base: int) -> NDArray[np.uint8]:
    """Return, for each person, column and token, one more than the first column from there on that has the token."""
    persons, columns = sequences.shape
    dead = columns + 1
    table = np.full((persons, columns + 2, base), dead, dtype=np.uint8)
    for column in range(columns - 1, -1, -1):
        table[:, column] = table[:, column + 1]
        known = np.flatnonzero(sequences[:, column] != NO_STEP)
        table[known, column, sequences[known, column]] = column + 1
    return table


def _drop_open(counts: Counts, list_shorter: Callable[[Steps], Iterable[Steps]]) -> Counts:
    """Return the sequences of which no longer one occurs in exactly as many persons."""
    open_ones = {
        shorter for steps, both in counts.items() for shorter in list_shorter(steps) if counts.get(shorter) == both
    }
    return {steps: both for steps, both in counts.items() if steps not in open_ones}


def _list_ends(steps: Steps) -> list[Steps]:
    return [steps[1:], steps[:-1]] if len(steps) > 1 else []


def _list_parts(steps: Steps) -> list[Steps]:
    return [(*steps[:at], *steps[at + 1 :]) for at in range(len(steps))] if len(steps) > 1 else []


def compute_p_values(patterns: list[Pattern], converted: int, persons: int) -> list[float | None]:
    """Return the two-sided p-value of each pattern: chi-square, or Fisher's exact where a cell expects fewer than 5."""
    p_values: list[float | None] = []
    for one in patterns:
        have = one.converted + one.not_converted
        expected = min(have, persons - have) * min(converted, persons - converted) / persons
        if expected < 5:
            p_values.append(compute_fisher_p(one.converted, have, converted, persons))
            continue
        product = float(have) * (persons - have) * converted * (persons - converted)
        cross = one.converted * (persons - have - converted + one.converted) - one.not_converted * (
            converted - one.converted
        )
        p_values.append(float(chdtrc(1, float(cross) ** 2 * persons / product)))
    return p_values


def compute_fisher_p(both: int, have: int, converted: int, persons: int) -> float:
    """Return Fisher's exact two-sided p-value: the tables at most as likely as this one (1e-7 of slack, as usual)."""
    possible = np.arange(max(0, have + converted - persons), min(have, converted) + 1)
    logs = _log_choose(converted, possible) + _log_choose(persons - converted, have - possible)
    logs -= _log_choose(persons, np.array(have))
    own = logs[both - possible[0]]
    return float(min(1.0, np.exp(logs[logs <= own + 1e-7]).sum()))


def _log_choose(total: int, taken: NDArray[np.int64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = gammaln(total + 1) - gammaln(taken + 1) - gammaln(total - taken + 1)
    return result


def _shape(one: Pattern, p_value: float | None, q_value: float, converted: Bools) -> Finding:
    bought, others = int(converted.sum()), int((~converted).sum())
    share, share_not = one.converted / bought, one.not_converted / others
    return Finding(one, share, share_not, share / share_not if share_not else None, p_value or 0.0, q_value)


def _choose_shown(findings: list[Finding]) -> list[Finding]:
    """Return the clearest, without those that say about the same of about the same persons as one before them."""
    shown: list[Finding] = []
    for one in findings:
        if not any(_says_the_same(one.pattern, other.pattern) for other in shown):
            shown.append(one)
        if len(shown) == MOST_SHOWN:
            break
    return shown


def _says_the_same(one: Pattern, other: Pattern) -> bool:
    """Return whether half of the steps at least, and about the persons, are the same."""
    common = (Counter(one.steps) & Counter(other.steps)).total()
    if 2 * common < max(len(one.steps), len(other.steps)):
        return False
    mine, theirs = one.converted + one.not_converted, other.converted + other.not_converted
    near = min(mine, theirs) >= _ALIKE * max(mine, theirs)
    return near and min(one.converted, other.converted) >= _ALIKE * max(one.converted, other.converted)
