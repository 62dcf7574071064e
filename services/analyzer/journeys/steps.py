"""The steps of everybody followed, as columns in order, and the walks cut out of them.

Pure: arrays in, arrays out. Never copies the columns; a walk holds only what lies around its moment.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from services.analyzer.journeys.walks import Ints, Walks
from services.analyzer.stats.folds import Lots

Hashes = NDArray[np.uint64]

NOWHERE = -1
_SIDES: tuple[Literal["left", "right"], ...] = ("left", "right")


@dataclass(frozen=True)
class Steps:
    """Steps, a person's together and in order of `turn`; those of person `n` are `first[n]` to `first[n + 1]`.

    `turn` counts twice a person's messages, with a channel between two; `thing` is the hash of a step's product or
    video, 0 for none.
    """

    first: Ints
    turn: NDArray[np.int32]
    ts: Ints
    token: NDArray[np.int16]
    thing: Hashes


@dataclass(frozen=True)
class Anchors:
    """One moment each of some persons: the step it lies at, and how many messages into its visit that is."""

    person: Ints
    t0: Ints
    turn: Ints
    visit_step: Ints


@dataclass(frozen=True)
class Gathered:
    """Which rows, one part after the other, are every person's in a row and by turn: slices, and then single `rows`.

    `lots` are the persons', `first` is where each begins, and where the last one ends.
    """

    slices: list[slice]
    rows: Ints
    lots: Lots
    first: Ints

    def take(self, column: "NDArray[Any]") -> "NDArray[Any]":
        """Return the column in that order; as it is, where it is so already."""
        if len(self.slices) < 2 and not len(self.rows):
            return column
        return np.concatenate([*(column[one] for one in self.slices), column[self.rows]])


def gather_persons(lots: Lots, turn: NDArray[np.int32]) -> Gathered:
    """Return how to put together the rows of persons, who are known by their lots.

    Nearly everybody's are in one stretch and in order; to sort the others alone takes a tenth of the time.
    """
    cuts = np.flatnonzero((lots[1:] != lots[:-1]) | (turn[1:] < turn[:-1])) + 1
    edges = np.concatenate([[0], cuts, [len(lots)]]) if len(lots) else np.zeros(1, dtype=np.int64)
    begins, ends = edges[:-1], edges[1:]
    _, stretch_of, stretches = np.unique(lots[begins], return_inverse=True, return_counts=True)
    whole = np.flatnonzero(stretches[stretch_of] == 1)
    runs = np.split(whole, np.flatnonzero(np.diff(whole) > 1) + 1) if len(whole) else []
    slices = [slice(int(begins[run[0]]), int(ends[run[-1]])) for run in runs]
    torn = np.flatnonzero(np.repeat(stretches[stretch_of] > 1, ends - begins))
    torn = torn[np.lexsort((turn[torn], lots[torn]))]
    persons, counts = np.unique(lots[torn], return_counts=True)
    first = np.append(0, np.cumsum(np.append((ends - begins)[whole], counts)))
    return Gathered(slices, torn, np.append(lots[begins[whole]], persons), first)


@dataclass(frozen=True)
class StepIndex:
    """Rows of `Steps` that are asked for again and again.

    `view_row` are views, in order of what was viewed (`viewed`), then as the steps are; `opening` are the channels,
    with which visits begin, led by NOWHERE.
    """

    viewed: Hashes
    view_row: Ints
    opening: Ints

    def find_views(self, thing: int) -> Ints:
        """Return the rows that are views of `thing`, in order."""
        begin, end = (np.searchsorted(self.viewed, np.uint64(thing), side) for side in _SIDES)
        return self.view_row[begin:end]


def index_steps(steps: Steps, *, view: int, first_channel: int) -> StepIndex:
    """Return the rows of the token `view`, and of those from `first_channel` on."""
    rows = np.flatnonzero(steps.token == view)
    viewed = steps.thing[rows]
    order = np.argsort(viewed, kind="stable")
    opening = np.concatenate([[NOWHERE], np.flatnonzero(steps.token >= first_channel)])
    return StepIndex(viewed[order], rows[order], opening)


def anchor_at(steps: Steps, rows: Ints, opening: Ints, *, person: Ints, t0: Ints) -> Anchors:
    """Return the moments of those of `person` who made one of the steps `rows` at `t0`, in the order given."""
    maker = np.searchsorted(steps.first, rows, side="right") - 1
    asked, row_of = np.full((2, len(steps.first)), NOWHERE)
    asked[person] = t0
    made = steps.ts[rows] == asked[maker]
    # Backwards, so that of several the first one stays.
    row_of[maker[made][::-1]] = rows[made][::-1]
    row = row_of[person]
    person, t0, row = (column[row != NOWHERE] for column in (person, t0, row))
    opened = opening[np.searchsorted(opening, row) - 1]
    turn = steps.turn[row].astype(np.int64)
    visit_turn = np.where(opened >= steps.first[person], steps.turn[opened], NOWHERE)
    return Anchors(person, t0, turn, count_visit_steps(turn, visit_turn))


def count_visit_steps(turn: Ints, visit_turn: Ints) -> Ints:
    """Return how many messages lie between a visit's begin (NOWHERE: unknown) and a turn of it."""
    return np.where(visit_turn == NOWHERE, 0, (turn - visit_turn) // 2)


def find_first_views(steps: Steps, rows: Ints, *, since: int) -> tuple[Ints, Ints]:
    """Return (persons, turn of each one's first of `rows`, in order, at `since` or later)."""
    rows = rows[steps.ts[rows] >= since]
    person = np.searchsorted(steps.first, rows, side="right") - 1
    persons, begins = np.unique(person, return_index=True)
    return persons, steps.turn[rows[begins]].astype(np.int64)


@dataclass(frozen=True, slots=True)
class Around:
    """What a walk is cut by. The step (token, another thing) is the step `elsewhere`: another video."""

    token: int
    thing: int
    elsewhere: int
    lookback_ms: int
    window_ms: int


def cut_around(steps: Steps, at: Anchors, around: Around) -> Walks:
    """Return the steps of each person around its moment, the step that the moment lies at left out."""
    begins = steps.first[at.person]
    counts = steps.first[at.person + 1] - begins
    place = np.repeat(np.arange(len(counts)), counts)
    rows = np.arange(len(place)) + np.repeat(begins - (np.cumsum(counts) - counts), counts)
    since, ahead = steps.ts.take(rows) - np.repeat(at.t0, counts), steps.turn.take(rows) - np.repeat(at.turn, counts)
    kept = np.flatnonzero((since >= -around.lookback_ms) & (since <= around.window_ms) & (ahead != 0))
    rows = rows.take(kept)
    token, thing = steps.token.take(rows), steps.thing.take(rows)
    token[(token == around.token) & (thing != np.uint64(around.thing))] = around.elsewhere
    return Walks(
        persons=len(counts),
        place=place.take(kept),
        token=token,
        since_ms=since.take(kept),
        product=thing,
        after=ahead.take(kept) > 0,
    )


def draw_persons(lots: Lots, most: int) -> Ints:
    """Return the places of the `most` smallest lots, the smallest first."""
    near = np.arange(len(lots))
    if len(lots) > most:
        near = np.flatnonzero(lots <= np.partition(lots, most - 1)[most - 1])
    return near[np.argsort(lots[near], kind="stable")[:most]]
