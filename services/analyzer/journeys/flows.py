"""Flows: how many persons stood at which step, and where they went from there.

Pure. Adjacent repeats are one step already; what is rare at a step is folded into `other`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.journeys.walks import NO_STEP, Floats, Ints

OTHER = "other"
END = "end"
MOST_NAMES = 8
"""Different names shown at one step; the rest is `other`."""


@dataclass(frozen=True, slots=True)
class Node:
    """One name at one step (-1 is the last before the moment, 1 the first after it)."""

    step: int
    name: str
    viewers: int
    share: float
    share_others: float | None


@dataclass(frozen=True, slots=True)
class Link:
    """Persons that went from one node to the next in time."""

    step_from: int
    name_from: str
    step_to: int
    name_to: str
    viewers: int
    share: float
    share_others: float | None


@dataclass(frozen=True, slots=True)
class Flow:
    """Nodes by step and weight, and the links between neighbouring steps."""

    nodes: list[Node]
    links: list[Link]


def build_flow(
    viewers: Ints, others: Ints, weights: Floats, names: Sequence[str], *, purchase: int, is_after: bool
) -> Flow:
    """Return the flow of viewers beside the same of the weighted `others`; shares are of all persons of the side.

    After a purchase a path is over. Where a path ends, its next node is `end`; who made no step at all ends at once.
    `weights` sum to 1, or are empty when there is nobody to compare with.
    """
    labels = [*names, OTHER, END]
    steps = viewers.shape[1]
    mine, theirs = (_close_paths(side, len(names) + 1, purchase, is_after) for side in (viewers, others))
    for column in range(steps):
        _fold_rare(mine, theirs, column, len(names))
    signs = [column + 1 if is_after else column - steps for column in range(steps)]
    equal = np.full(len(mine), 1.0 / max(1, len(mine)))
    nodes, links = [], []
    for column, step in enumerate(signs):
        counted = _count(mine[:, column], len(labels))
        shares = _weigh(theirs[:, column], weights, len(labels))
        for token in np.flatnonzero((counted > 0) | (shares > 0)):
            share_others = float(shares[token]) if len(weights) else None
            share = float(counted[token] * equal[0]) if len(mine) else 0.0
            nodes.append(Node(step, labels[token], int(counted[token]), share, share_others))
    for column in range(steps - 1):
        links += _link(mine, theirs, weights, column, signs, labels)
    nodes.sort(key=lambda node: (abs(node.step), -node.viewers, node.name))
    links.sort(key=lambda link: (abs(link.step_from), -link.viewers, link.name_from, link.name_to))
    return Flow(nodes, links)


def _close_paths(side: Ints, end: int, purchase: int, is_after: bool) -> Ints:
    """Return the matrix with `end` where a path is over; beyond its end a path has no node."""
    closed = side.copy()
    empty = closed == NO_STEP
    if is_after:
        bought = np.cumsum(closed == purchase, axis=1)
        over = (bought > 0) & ~((closed == purchase) & (bought == 1))
        closed[over] = NO_STEP
        first_empty = empty & (np.cumsum(empty, axis=1) == 1) & ~over
        closed[first_empty] = end
    else:
        nearest = empty[:, ::-1]
        first_empty = (nearest & (np.cumsum(nearest, axis=1) == 1))[:, ::-1]
        closed[first_empty] = end
    return closed


def _fold_rare(mine: Ints, theirs: Ints, column: int, other: int) -> None:
    counted = np.bincount(mine[:, column][mine[:, column] >= 0], minlength=other + 2)[:other]
    ranked = np.lexsort((np.arange(other), -counted))
    rare = np.zeros(other + 2, dtype=bool)
    rare[ranked[MOST_NAMES:]] = True
    rare[:other] |= counted == 0
    for side in (mine, theirs):
        values = side[:, column]
        values[(values >= 0) & rare[values]] = other


def _count(column: Ints, size: int) -> Ints:
    return np.bincount(column[column >= 0], minlength=size).astype(np.int64)


def _weigh(column: Ints, weights: Floats, size: int) -> Floats:
    if not len(weights):
        return np.zeros(size)
    known = column >= 0
    return np.bincount(column[known], weights=weights[known], minlength=size).astype(np.float64)


def _link(mine: Ints, theirs: Ints, weights: Floats, column: int, signs: list[int], labels: list[str]) -> list[Link]:
    size = len(labels)
    pairs = _pair(mine, column, size)
    counted = _count(pairs, size * size)
    shares = _weigh(_pair(theirs, column, size), weights, size * size)
    return [
        Link(
            signs[column],
            labels[pair // size],
            signs[column + 1],
            labels[pair % size],
            int(counted[pair]),
            float(counted[pair] / len(mine)),
            float(shares[pair]) if len(weights) else None,
        )
        for pair in np.flatnonzero(counted)
    ]


def _pair(side: Ints, column: int, size: int) -> NDArray[np.int64]:
    first, second = side[:, column], side[:, column + 1]
    return np.where((first >= 0) & (second >= 0), first * size + second, NO_STEP)
