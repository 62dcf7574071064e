"""The journeys report: extracts the steps around the first view of a video, has them computed, and shapes the answer.

Never tells from a purchase, or from what follows it, who would purchase.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from services.analyzer.journeys.classes import Thresholds
from services.analyzer.journeys.pages import group_paths
from services.analyzer.journeys.walks import Walks
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


TRACE_SHARE, LEADING_SHARE = 0.8, 0.5
"""Steps of which this share lies within a minute of a conversion belong to it (the page that says thanks), and so do
steps of which this share is followed by one within half an hour (the page that asks for the address): they are buying.
"""


def name_purchase(goal: GoalSpec) -> str:
    """Return what a conversion of the goal is called among the steps."""
    return "purchase" if goal.event == ORDER else "goal"


def build_journey_relations(
    con: "duckdb.DuckDBPyConnection", site_id: str, site: SiteContext, goal: GoalSpec, window: Window
) -> StepNames:
    """Make the relations that `load_crowds` reads, for all videos of the site; returns the names of steps."""
    build_conversions(con, site_id, site, goal)
    con.execute(load_question("journey_views"), {"site": site_id})
    counts = {"most": MOST_WALKERS, "viewers": MOST_VIEWERS}
    in_window = {"from": window.start, "to": window.end}
    con.execute(load_question("journey_walkers"), {"site": site_id, **in_window, **counts})
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
    chosen = {"purchase_token": names.index(purchase), "first_channel": first_channel}
    con.execute(load_question("journey_moments"), {**in_window, **chosen})
    shares = con.execute(load_question("journey_traces")).fetchall()
    own = {names.index(purchase), names.index(VIDEO)}
    traces = [
        token
        for token, near, leading in shares
        if token not in own and (near >= TRACE_SHARE or leading >= LEADING_SHARE)
    ]
    traces += [place for place, name in enumerate(names) if name == "checkout" and place not in traces]
    return StepNames(tuple(names), first_channel, tuple(sorted(traces)))


def _number_names(by_count: list[str], channels: list[str], purchase: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the names by token, and each told name with its token; rare pages are one name, rare events are none."""
    pages = [name for name in by_count if name.startswith("page:") and name != OTHER_PAGE]
    events = [name for name in by_count if name.startswith("event:")]
    own = {name for name in by_count if not name.startswith(("page:", "event:"))} | {purchase, VIDEO, OTHER_VIDEO}
    names = sorted({*own, OTHER_PAGE, *pages[:MOST_PAGES], *events[:MOST_EVENTS]}) + channels
    tokens = {name: str(token) for token, name in enumerate(names)}
    aliases = [*tokens.items(), *((page, tokens[OTHER_PAGE]) for page in pages[MOST_PAGES:])]
    return names, aliases


def load_crowds(
    con: "duckdb.DuckDBPyConnection", video_id: str, window: Window, goal: GoalSpec, names: StepNames
) -> tuple[Crowd, Crowd]:
    """Return the viewers of one video, and others; needs the relations of `build_journey_relations`."""
    seen = {"video": video_id, "video_token": names.find(VIDEO), "most": MOST_PERSONS}
    span = {"from": window.start, "to": window.end, "first_channel": names.first_channel}
    con.execute(load_question("journey_viewers"), {**seen, **span})
    viewers = _load_crowd(con, video_id, goal, names)
    con.execute(load_question("journey_others"), {**seen, "from": window.start})
    return viewers, _load_crowd(con, video_id, goal, names)


def _load_crowd(con: "duckdb.DuckDBPyConnection", video_id: str, goal: GoalSpec, names: StepNames) -> Crowd:
    anchors = con.execute(load_question("journey_anchors")).fetchnumpy()
    person_ids = [str(person_id) for person_id in anchors["person_id"]]
    around = {"video": video_id, "video_token": names.find(VIDEO)}
    spans = {"window_ms": goal.window_ms, "lookback_ms": LOOKBACK_MS}
    rows = con.execute(load_question("journey_walks"), {**around, **spans}).fetchnumpy()
    token = _read_ints(rows["token"])
    elsewhere = (token == names.find(VIDEO)) & ~np.asarray(rows["is_own"], dtype=bool)
    walks = Walks(
        persons=len(person_ids),
        place=_read_ints(rows["place"]),
        token=np.where(elsewhere, names.find(OTHER_VIDEO), token),
        since_ms=_read_ints(rows["since_ms"]),
        product=np.asarray(rows["object"], dtype=np.uint64),
        after=np.asarray(rows["is_after"], dtype=bool),
    )
    t0, visit_step, first_ts, drawn_of = (
        _read_ints(anchors[name]) for name in ("t0", "visit_step", "first_ts", "steps")
    )
    total = int(anchors["viewers"][0]) if person_ids else 0
    return Crowd(person_ids, t0, visit_step, first_ts, drawn_of, walks, total)


def _read_ints(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values), 0).astype(np.int64)


def name_steps(steps: Sequence[int], names: StepNames) -> list[str]:
    """Return the names of tokens."""
    return [names.names[step] for step in steps]
