"""Draws the crowds of a journeys report, the viewers of a video and others, from the steps of everybody followed.

Pure, and loads nothing that a fit in a process of its own has no use for.
"""

from dataclasses import dataclass

import numpy as np

from services.analyzer.journeys.classes import Thresholds
from services.analyzer.journeys.steps import (
    Anchors,
    Around,
    Hashes,
    StepIndex,
    Steps,
    anchor_at,
    cut_around,
    draw_persons,
    find_first_views,
)
from services.analyzer.journeys.texts import Texts
from services.analyzer.journeys.walks import Ints, Walks
from services.analyzer.reports.goal_spec import GoalSpec, Window
from services.analyzer.reports.journey_names import LOOKBACK_MS, OTHER_VIDEO, VIDEO, StepNames
from services.analyzer.stats.folds import Lots, draw_lots
from shared.clock import Millis

MOST_PERSONS = 10_000
"""Viewers, and others, that a report is made from."""


@dataclass(frozen=True, slots=True)
class JourneysQuestion:
    """What a journeys report is about."""

    site_id: str
    video_id: str
    window: Window
    goal: GoalSpec
    thresholds: Thresholds
    now: Millis


@dataclass(frozen=True)
class Followed:
    """Everybody followed who made a step, by number, in the order in which their steps are stored.

    `viewed`, `viewers`, `viewed_at`: a video's hash, who first viewed it and when, in order of hash and time; `others`:
    one step of each person who stands for all, drawn by lot of so many, in order of persons.
    """

    names: StepNames
    steps: Steps
    index: StepIndex
    ids: Texts
    lots: Lots
    first_ts: Ints
    viewed: Hashes
    viewers: Ints
    viewed_at: Ints
    others: Anchors
    drawn_of: Ints


@dataclass(frozen=True)
class Crowd:
    """Persons, each with a moment, and their steps around it.

    `drawn_of`: of how many steps the moment was drawn by lot. `total` counts those not followed, too.
    """

    person: Ints
    ids: Texts
    lots: Lots
    t0: Ints
    visit_step: Ints
    first_ts: Ints
    drawn_of: Ints
    walks: Walks
    total: int


def draw_crowds(followed: Followed, thing: int, total: int, window: Window, goal: GoalSpec) -> tuple[Crowd, Crowd]:
    """Return the viewers of one video (its hash, and how many there are), and persons who had not viewed it by then.

    Who views later belongs to the others: leaving those out would leave out whoever stays longer.
    """
    names, steps, others = followed.names, followed.steps, followed.others
    first, last = (int(np.searchsorted(followed.viewed, np.uint64(thing), side)) for side in ("left", "right"))
    views, viewed_by = followed.index.find_views(thing), followed.viewers[first:last]
    own = first + np.sort(draw_persons(followed.lots[viewed_by], MOST_PERSONS))
    viewers = anchor_at(steps, views, followed.index.opening, person=followed.viewers[own], t0=followed.viewed_at[own])
    seen_by, seen_turn = find_first_views(steps, views, since=window.start)
    is_free = np.ones(len(others.person), dtype=bool)
    place = np.searchsorted(others.person, seen_by)
    known = np.flatnonzero(np.append(others.person, -1)[place] == seen_by)
    is_free[place[known]] = others.turn[place[known]] < seen_turn[known]
    free = np.flatnonzero(is_free)
    lots = followed.lots[others.person[free]]
    chosen = draw_persons(draw_lots(lots, thing), MOST_PERSONS)
    drawn = free[chosen[np.lexsort((lots[chosen], others.t0[free[chosen]]))]]
    around = Around(names.find(VIDEO), thing, names.find(OTHER_VIDEO), LOOKBACK_MS, goal.window_ms)

    def follow(at: Anchors, drawn_of: Ints, viewers: int) -> Crowd:
        known_since, walks = followed.first_ts[at.person], cut_around(steps, at, around)
        lots = followed.lots[at.person]
        return Crowd(at.person, followed.ids, lots, at.t0, at.visit_step, known_since, drawn_of, walks, viewers)

    moments = Anchors(others.person[drawn], others.t0[drawn], others.turn[drawn], others.visit_step[drawn])
    ones = np.ones(len(viewers.person), dtype=np.int64)
    return follow(viewers, ones, total), follow(moments, followed.drawn_of[drawn], 0)
