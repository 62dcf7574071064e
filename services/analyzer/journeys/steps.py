"""The steps of everybody followed, as columns in order, and the walks cut out of them.

Pure: arrays in, arrays out. Never copies the columns; a walk holds only what lies around its moment.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.journeys.walks import Bools, Ints, Walks

Hashes = NDArray[np.uint64]

NOWHERE = -1


@dataclass(frozen=True)
class Steps:
    """Steps ordered by (person, turn); those of person `n` are `first[n]` to `first[n + 1]`.

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


def group_by_person(person: Ints, persons: int) -> Ints:
    """Return where the steps of each of `persons` begin, and where the last ends; `person` is ordered."""
    return np.searchsorted(person, np.arange(persons + 1)).astype(np.int64)


def list_steps(steps: Steps, person: Ints) -> tuple[Ints, Ints]:
    """Return (rows of `steps`, place in `person` of each), persons in the order given."""
    begins, counts = steps.first[person], steps.first[person + 1] - steps.first[person]
    place = np.repeat(np.arange(len(person)), counts)
    within = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
    return begins[place] + within, place


def anchor_at(steps: Steps, person: Ints, t0: Ints, *, token: int, thing: int, first_channel: int) -> Anchors:
    """Return the moments of those of `person` who made the step (token, thing) at `t0`, in the order given."""
    rows, place = list_steps(steps, person)
    made = (steps.ts[rows] == t0[place]) & _is_step(steps, rows, token, thing)
    none = np.iinfo(np.int64).max
    turn = np.full(len(person), none, dtype=np.int64)
    np.minimum.at(turn, place[made], steps.turn[rows[made]].astype(np.int64))
    opens = (steps.token[rows] >= first_channel) & (steps.turn[rows] < turn[place])
    visit = np.full(len(person), NOWHERE, dtype=np.int64)
    np.maximum.at(visit, place[opens], steps.turn[rows[opens]].astype(np.int64))
    kept = turn < none
    turn, visit = turn[kept], visit[kept]
    return Anchors(person[kept], t0[kept], turn, count_visit_steps(turn, visit))


def count_visit_steps(turn: Ints, visit_turn: Ints) -> Ints:
    """Return how many messages lie between a visit's begin (NOWHERE: unknown) and a turn of it."""
    return np.where(visit_turn == NOWHERE, 0, (turn - visit_turn) // 2)


def find_first_views(steps: Steps, views: Ints, *, thing: int, since: int) -> tuple[Ints, Ints]:
    """Return (persons, turn of each one's first of the rows `views`, in order, of `thing` at `since` or later)."""
    rows = views[(steps.thing[views] == np.uint64(thing)) & (steps.ts[views] >= since)]
    person = np.searchsorted(steps.first, rows, side="right") - 1
    persons, begins = np.unique(person, return_index=True)
    return persons, steps.turn[rows[begins]].astype(np.int64)


def cut_around(
    steps: Steps, anchors: Anchors, *, token: int, thing: int, elsewhere: int, lookback_ms: int, window_ms: int
) -> Walks:
    """Return the steps of each person around its moment, that step itself left out.

    The step (token, another thing) is the step `elsewhere`: another video.
    """
    rows, place = list_steps(steps, anchors.person)
    since = steps.ts[rows] - anchors.t0[place]
    turn = steps.turn[rows]
    kept = (since >= -lookback_ms) & (since <= window_ms) & (turn != anchors.turn[place])
    rows, place, since = rows[kept], place[kept], since[kept]
    found = steps.token[rows].astype(np.int64)
    other = (found == token) & ~_is_step(steps, rows, token, thing)
    return Walks(
        persons=len(anchors.person),
        place=place,
        token=np.where(other, elsewhere, found),
        since_ms=since,
        product=steps.thing[rows],
        after=steps.turn[rows] > anchors.turn[place],
    )


def draw_lots(keys: Hashes, salt: int) -> Hashes:
    """Return a number for each key, evenly spread and its own for each salt (the finaliser of SplitMix64)."""
    mixed = (keys ^ np.uint64(salt)) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _is_step(steps: Steps, rows: Ints, token: int, thing: int) -> Bools:
    same: Bools = (steps.token[rows] == token) & (steps.thing[rows] == np.uint64(thing))
    return same
