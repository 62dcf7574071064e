"""The journeys report: extracts the steps around the first view of a video, has them computed, and shapes the answer.

Never tells from a purchase, or from what follows it, who would purchase.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb
import numpy as np

from services.analyzer.journeys.classes import Thresholds
from services.analyzer.journeys.steps import (
    Anchors,
    Around,
    Hashes,
    StepIndex,
    Steps,
    anchor_at,
    count_visit_steps,
    cut_around,
    draw_lots,
    draw_persons,
    find_first_views,
    group_by_person,
    index_steps,
    take_steps,
)
from services.analyzer.journeys.walks import NEVER, Ints, Walks
from services.analyzer.reports.journey_steps import LOOKBACK_MS, OTHER_PAGE, OTHER_VIDEO, VIDEO, StepNames, build_steps
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.clock import Millis
from shared.rules.sql import SiteContext

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
class Crowd:
    """Persons, each with a moment, and their steps around it.

    `turn`: the step the moment lies at. `drawn_of`: of how many steps it was drawn by lot. `total` counts those not
    followed, too.
    """

    person_ids: list[str]
    t0: Ints
    turn: Ints
    visit_step: Ints
    first_ts: Ints
    drawn_of: Ints
    steps: Steps
    around: Around
    total: int

    @cached_property
    def walks(self) -> Walks:
        """The steps around each moment: cut where they are asked for, which is another process than reads them."""
        return cut_around(self.steps, self.t0, self.turn, self.around)


@dataclass(frozen=True)
class Journeys:
    """Everything that crowds are drawn from. A person is a number here; persons are in order of their ids.

    `videos`: each video's hash and its viewers; `viewed`, `viewers`,
    `viewed_at`: a video's hash, who first viewed it and when, in order of hash and time; `others`: one step of each
    person who stands for all, drawn by lot of so many.
    """

    names: StepNames
    steps: Steps
    index: StepIndex
    person_ids: Any
    lots: Hashes
    first_ts: Ints
    videos: dict[str, tuple[int, int]]
    viewed: Hashes
    viewers: Ints
    viewed_at: Ints
    others: Anchors
    drawn_of: Ints


def build_journeys(
    con: "duckdb.DuckDBPyConnection",
    site_id: str,
    site: SiteContext,
    goal: GoalSpec,
    window: Window,
    *,
    video_id: str | None = None,
    keeping: Keeping = UNKEPT,
) -> Journeys:
    """Return what `load_crowds` draws from: the steps of the site's people, and who first viewed what, when.

    `video_id`: the only video that will be asked for, if it is one.
    """
    build_conversions(con, site_id, site, goal, keeping)
    names = build_steps(con, site_id, goal, window, video_id, keeping)
    persons = con.execute(load_question("journey_persons")).fetchnumpy()
    moments = con.execute(load_question("journey_others")).fetchnumpy()
    views = con.execute(load_question("journey_viewers"), {"most": MOST_PERSONS}).fetchnumpy()
    videos = con.execute(load_question("journey_videos")).fetchall()
    turn, visit_turn = _read_ints(moments["turn"]), _read_ints(moments["visit_turn"])
    steps = _load_steps(con, names, len(persons["person_id"]))
    return Journeys(
        names=names,
        steps=steps,
        index=index_steps(steps, view=names.find(VIDEO), first_channel=names.first_channel),
        person_ids=np.asarray(persons["person_id"], dtype=object),
        lots=np.asarray(persons["lot"], dtype=np.uint64),
        first_ts=_read_ints(persons["first_ts"]),
        videos={str(name): (int(thing), int(viewers)) for name, thing, viewers in videos},
        viewed=np.asarray(views["thing"], dtype=np.uint64),
        viewers=_read_ints(views["person_no"]),
        viewed_at=_read_ints(views["t0"]),
        others=Anchors(
            _read_ints(moments["person_no"]), _read_ints(moments["t0"]), turn, count_visit_steps(turn, visit_turn)
        ),
        drawn_of=_read_ints(moments["steps"]),
    )


def _load_steps(con: "duckdb.DuckDBPyConnection", names: StepNames, persons: int) -> Steps:
    """Take the steps out of the store."""
    rows = con.execute(load_question("journey_columns"), {"page_token": names.find(OTHER_PAGE)}).fetchnumpy()
    return Steps(
        group_by_person(rows["person_no"], persons),
        turn=np.asarray(rows["turn"]),
        ts=np.asarray(rows["ts"]),
        token=np.asarray(rows["token"]),
        thing=np.asarray(rows["object"]),
    )


def load_crowds(journeys: Journeys, video_id: str, window: Window, goal: GoalSpec) -> tuple[Crowd, Crowd]:
    """Return the viewers of one video, and persons who had not viewed it by their moment.

    Who views later belongs to the others: leaving those out would leave out whoever stays longer.
    """
    names, steps = journeys.names, journeys.steps
    thing, total = journeys.videos.get(video_id, (0, 0))
    first, last = (int(np.searchsorted(journeys.viewed, np.uint64(thing), side)) for side in ("left", "right"))
    views = journeys.index.find_views(thing)
    viewers = anchor_at(
        steps, views, journeys.index.opening, person=journeys.viewers[first:last], t0=journeys.viewed_at[first:last]
    )
    seen_by, seen_turn = find_first_views(steps, views, since=window.start)
    turn_of = np.full(len(journeys.person_ids), NEVER, dtype=np.int64)
    turn_of[seen_by] = seen_turn
    others = journeys.others
    free = np.flatnonzero(others.turn < turn_of[others.person])
    lots = draw_lots(journeys.lots[others.person[free]], thing)
    drawn = free[draw_persons(others.person[free], lots, MOST_PERSONS)]
    drawn = drawn[np.lexsort((others.person[drawn], others.t0[drawn]))]
    around = Around(names.find(VIDEO), thing, names.find(OTHER_VIDEO), LOOKBACK_MS, goal.window_ms)

    def follow(at: Anchors, drawn_of: Ints, viewers: int) -> Crowd:
        ids, known_since = journeys.person_ids[at.person].tolist(), journeys.first_ts[at.person]
        own = take_steps(steps, at.person)
        return Crowd(ids, at.t0, at.turn, at.visit_step, known_since, drawn_of, own, around, viewers)

    moments = Anchors(others.person[drawn], others.t0[drawn], others.turn[drawn], others.visit_step[drawn])
    ones = np.ones(len(viewers.person), dtype=np.int64)
    return follow(viewers, ones, total), follow(moments, journeys.drawn_of[drawn], 0)


def _read_ints(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values), 0).astype(np.int64)
