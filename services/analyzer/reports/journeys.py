"""The journeys report: extracts the steps around the first view of a video, has them computed, and shapes the answer.

Never tells from a purchase, or from what follows it, who would purchase.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import numpy as np

from services.analyzer.journeys.classes import Thresholds
from services.analyzer.journeys.pages import group_paths
from services.analyzer.journeys.steps import (
    Anchors,
    Hashes,
    Steps,
    anchor_at,
    count_visit_steps,
    cut_around,
    draw_lots,
    find_first_views,
    group_by_person,
)
from services.analyzer.journeys.walks import NEVER, Ints, Walks
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.store.columns import build_columns
from services.analyzer.store.questions import load_question
from shared.clock import DAY_MS, Millis
from shared.rules.sql import SiteContext

LOOKBACK_MS = 7 * DAY_MS
MOST_WALKERS = 60_000
"""Persons of a site, viewers or not, whose steps are put in order; of more a part drawn by hash stands for all."""
MOST_VIEWERS = 5_000
"""Viewers of each video that are followed besides."""
MOST_PERSONS = 10_000
"""Viewers, and others, that a report is made from."""
MOST_PAGES = 25
MOST_EVENTS = 12
MOST_CHANNELS = 20
OTHER_PAGE = "page:other"
ORDER = "Order Completed"
VIDEO, OTHER_VIDEO = "video", "video:other"


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
class StepNames:
    """The names of steps by token; those from `first_channel` on are channels. `traces`: what happens at a purchase."""

    names: tuple[str, ...]
    first_channel: int
    traces: tuple[int, ...]

    def find(self, name: str) -> int:
        """Return the token of a name that is always there."""
        return self.names.index(name)


@dataclass(frozen=True)
class Crowd:
    """Persons, each with a moment, and their steps around it.

    `drawn_of`: of how many steps the moment was drawn by lot. `total` counts those not followed, too.
    """

    person_ids: list[str]
    t0: Any
    visit_step: Any
    first_ts: Any
    drawn_of: Any
    walks: Walks
    total: int


@dataclass(frozen=True)
class Journeys:
    """Everything that crowds are drawn from. A person is a number here; persons are in order of their ids.

    `views` are the rows of `steps` that are views; `videos`: each video's hash and its viewers; `viewed`, `viewers`,
    `viewed_at`: a video's hash, who first viewed it and when, in order of hash and time; `others`: one step of each
    person who stands for all, drawn by lot of so many.
    """

    names: StepNames
    steps: Steps
    views: Ints
    person_ids: Any
    lots: Hashes
    first_ts: Ints
    videos: dict[str, tuple[int, int]]
    viewed: Hashes
    viewers: Ints
    viewed_at: Ints
    others: Anchors
    drawn_of: Ints


TRACE_SHARE, LEADING_SHARE = 0.8, 0.5
"""Steps of which this share lies within a minute of a conversion belong to it (the page that says thanks), and so do
steps of which this share is followed by one within half an hour (the page that asks for the address): they are buying.
"""


def name_purchase(goal: GoalSpec) -> str:
    """Return what a conversion of the goal is called among the steps."""
    return "purchase" if goal.event == ORDER else "goal"


def build_journeys(
    con: "duckdb.DuckDBPyConnection",
    site_id: str,
    site: SiteContext,
    goal: GoalSpec,
    window: Window,
    *,
    video_id: str | None = None,
) -> Journeys:
    """Return what `load_crowds` draws from: the steps of the site's people, and who first viewed what, when.

    `video_id`: the only video that will be asked for, if it is one.
    """
    build_conversions(con, site_id, site, goal)
    con.execute(load_question("journey_views"), {"site": site_id})
    counts = {"most": MOST_WALKERS, "viewers": MOST_VIEWERS}
    in_window = {"from": window.start, "to": window.end}
    con.execute(load_question("journey_walkers"), {"site": site_id, **in_window, **counts})
    names = _build_steps(con, site_id, goal, window)
    drawn = {"purchase_token": names.find(name_purchase(goal)), "first_channel": names.first_channel}
    moments = con.execute(load_question("journey_moments"), {**in_window, **drawn}).fetchnumpy()
    names = replace(names, traces=_find_traces(con, names, goal))
    persons = con.execute(load_question("journey_persons")).fetchnumpy()
    con.execute(load_question("journey_firsts"), {**in_window, "video": video_id})
    views = con.execute(load_question("journey_viewers"), {"most": MOST_PERSONS}).fetchnumpy()
    videos = con.execute(load_question("journey_videos")).fetchall()
    turn, visit_turn = _read_ints(moments["turn"]), _read_ints(moments["visit_turn"])
    steps = _load_steps(con, len(persons["person_id"]))
    return Journeys(
        names=names,
        steps=steps,
        views=np.flatnonzero(steps.token == names.find(VIDEO)),
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


def _build_steps(con: "duckdb.DuckDBPyConnection", site_id: str, goal: GoalSpec, window: Window) -> StepNames:
    """Make the relation `journey_steps`; returns the names of its tokens, traces not among them yet."""
    span = {"site": site_id, "from": window.start - LOOKBACK_MS, "to": window.end + goal.window_ms}
    paths = [path for (path,) in con.execute(load_question("journey_paths"), span).fetchall()]
    groups = [f"page:{group}" for group in group_paths(paths)]
    con.register("page_groups", build_columns(list(zip(paths, groups, strict=True)) or [("", OTHER_PAGE)]))
    purchase = name_purchase(goal)
    con.execute(load_question("journey_events"), {**span, "purchase": purchase})
    counted = con.execute(load_question("journey_names")).fetchall()
    channels = [name for (name,) in con.execute(load_question("journey_channels")).fetchall()]
    names, aliases = _number_names([name for name, _ in counted], sorted(channels)[:MOST_CHANNELS], purchase)
    con.register("step_names", build_columns(aliases))
    con.execute(load_question("journey_steps"))
    con.execute("DROP TABLE journey_events")
    first_channel = next((place for place, name in enumerate(names) if name.startswith("channel:")), len(names))
    return StepNames(tuple(names), first_channel, ())


def _find_traces(con: "duckdb.DuckDBPyConnection", names: StepNames, goal: GoalSpec) -> tuple[int, ...]:
    shares = con.execute(load_question("journey_traces")).fetchall()
    own = {names.find(name_purchase(goal)), names.find(VIDEO)}
    traces = {
        token
        for token, near, leading in shares
        if token not in own and (near >= TRACE_SHARE or leading >= LEADING_SHARE)
    }
    traces |= {place for place, name in enumerate(names.names) if name == "checkout"}
    return tuple(sorted(traces))


def _load_steps(con: "duckdb.DuckDBPyConnection", persons: int) -> Steps:
    """Take the relation `journey_steps` out of the store, where it would be kept twice."""
    rows = con.execute(load_question("journey_columns")).fetchnumpy()
    con.execute("DROP TABLE journey_steps")
    return Steps(
        group_by_person(rows["person_no"], persons),
        turn=np.asarray(rows["turn"]),
        ts=np.asarray(rows["ts"]),
        token=np.asarray(rows["token"]),
        thing=np.asarray(rows["object"]),
    )


def _number_names(by_count: list[str], channels: list[str], purchase: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the names by token, and each told name with its token; rare pages are one name, rare events are none."""
    pages = [name for name in by_count if name.startswith("page:") and name != OTHER_PAGE]
    events = [name for name in by_count if name.startswith("event:")]
    own = {name for name in by_count if not name.startswith(("page:", "event:"))} | {purchase, VIDEO, OTHER_VIDEO}
    names = sorted({*own, OTHER_PAGE, *pages[:MOST_PAGES], *events[:MOST_EVENTS]}) + channels
    tokens = {name: str(token) for token, name in enumerate(names)}
    aliases = [*tokens.items(), *((page, tokens[OTHER_PAGE]) for page in pages[MOST_PAGES:])]
    return names, aliases


def load_crowds(journeys: Journeys, video_id: str, window: Window, goal: GoalSpec) -> tuple[Crowd, Crowd]:
    """Return the viewers of one video, and persons who had not viewed it by their moment.

    Who views later belongs to the others: leaving those out would leave out whoever stays longer.
    """
    names, steps = journeys.names, journeys.steps
    thing, total = journeys.videos.get(video_id, (0, 0))
    step = {"token": names.find(VIDEO), "thing": thing}
    first, last = (int(np.searchsorted(journeys.viewed, np.uint64(thing), side)) for side in ("left", "right"))
    viewers = anchor_at(
        steps,
        journeys.viewers[first:last],
        journeys.viewed_at[first:last],
        **step,
        first_channel=names.first_channel,
    )
    seen_by, seen_turn = find_first_views(steps, journeys.views, thing=thing, since=window.start)
    turn_of = np.full(len(journeys.person_ids), NEVER, dtype=np.int64)
    turn_of[seen_by] = seen_turn
    others = journeys.others
    free = np.flatnonzero(others.turn < turn_of[others.person])
    lots = draw_lots(journeys.lots[others.person[free]], thing)
    drawn = free[np.lexsort((others.person[free], lots))[:MOST_PERSONS]]
    drawn = drawn[np.lexsort((others.person[drawn], others.t0[drawn]))]
    around = {**step, "elsewhere": names.find(OTHER_VIDEO), "lookback_ms": LOOKBACK_MS, "window_ms": goal.window_ms}

    def follow(anchors: Anchors, drawn_of: Any, viewers: int) -> Crowd:
        ids, known_since = journeys.person_ids[anchors.person].tolist(), journeys.first_ts[anchors.person]
        walks = cut_around(steps, anchors, **around)
        return Crowd(ids, anchors.t0, anchors.visit_step, known_since, drawn_of, walks, viewers)

    moments = Anchors(others.person[drawn], others.t0[drawn], others.turn[drawn], others.visit_step[drawn])
    ones = np.ones(len(viewers.person), dtype=np.int64)
    return follow(viewers, ones, total), follow(moments, journeys.drawn_of[drawn], 0)


def _read_ints(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values), 0).astype(np.int64)


def name_steps(steps: Sequence[int], names: StepNames) -> list[str]:
    """Return the names of tokens."""
    return [names.names[step] for step in steps]
