"""The moments report's extraction: views, ranges, conversions, and what viewers did before, out of the store.

Never computes: see `services/analyzer/video`.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from services.analyzer.fits import FitPool
from services.analyzer.reports.behaviour import build_behaviour
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.store.columns import build_columns
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from services.analyzer.video.adjusted import FEWEST_VIEWERS
from services.analyzer.video.compute import MomentsFigures, compute_moments
from services.analyzer.video.coverage import LONGEST_S
from services.analyzer.video.moments import NEVER, ViewSample
from services.analyzer.video.rebuild import rebuild_ranges
from shared.clock import Millis
from shared.rules.sql import SiteContext

MOST_MESSAGES = 1_000_000
"""Messages of videos that are taken out of the store at once."""


@dataclass(frozen=True, slots=True)
class MomentsQuestion:
    """What a moments report is about; `duration` is the operator's word on the video's length, if any."""

    site_id: str
    video_id: str
    window: Window
    viewing: str
    goal: GoalSpec
    duration: float | None
    now: Millis


def build_moments_relations(
    con: "duckdb.DuckDBPyConnection",
    site_id: str,
    site: SiteContext,
    goal: GoalSpec,
    window: Window,
    video_id: str | None,
    keeping: Keeping = UNKEPT,
) -> None:
    """Make the relations that `load_sample` reads, for one video or (None) for all of the site."""
    build_conversions(con, site_id, site, goal, keeping)

    def make() -> None:
        con.execute(load_question("video_events"), {"site": site_id, "video": video_id})
        con.execute(load_question("video_views"), {"from": window.start, "to": window.end})
        con.execute(load_question("view_subjects"))
        # Under a name of its own: another report's may be on the connection, and kept.
        behaviour = load_question("prior_behaviour").replace("TABLE prior_behaviour", "TABLE view_behaviour")
        con.execute(behaviour, {"site": site_id})
        con.execute(load_question("first_views"))
        # Large, and all that is wanted of them is in first_views.
        for relation in ("video_events", "video_views", "view_behaviour"):
            con.execute(f"DROP TABLE {relation}")

    edges = (window.start, window.end)
    keeping.build("moments", make, relations=("first_views",), edges=edges, settings=video_id)


def group_videos(con: "duckdb.DuckDBPyConnection", video_ids: Sequence[str]) -> list[list[str]]:
    """Return the videos in their order, so many together that their messages fit into memory at once."""
    messages = dict(con.execute(load_question("video_sizes")).fetchall())
    groups: list[list[str]] = []
    room = 0
    for video_id in video_ids:
        size = messages.get(video_id, 0)
        if not groups or size > room:
            groups.append([])
            room = MOST_MESSAGES
        groups[-1].append(video_id)
        room -= size
    return groups


def load_sample(con: "duckdb.DuckDBPyConnection", asked: MomentsQuestion) -> ViewSample:
    """Return the views of one video; needs the relations of `build_moments_relations` on this connection."""
    return load_samples(con, [asked])[0]


def load_samples(con: "duckdb.DuckDBPyConnection", asked: Sequence[MomentsQuestion]) -> list[ViewSample]:
    """Return the views of each question's video. The questions differ in the video and its duration only.

    The store is asked once for all of them: a question a video read all messages of videos as often.
    """
    con.register(
        "chosen_videos", build_columns([(one.video_id, str(number), one.viewing) for number, one in enumerate(asked)])
    )
    con.execute(load_question("chosen_views"))
    rows = con.sql(load_question("views")).fetchnumpy()
    places = _Places(rows["view"])
    goal = asked[0].goal
    converted_at = _load_outcomes(con, places, goal.window_ms)
    is_open = _ints(rows["t0"]) + goal.window_ms > asked[0].now
    by_prompt = np.asarray(rows["by_prompt"], dtype=bool)
    lengths = {number: float(length or reached or 0.0) for number, length, reached in _fetch(con, "view_length")}
    ranges, is_told = _load_ranges(con, places)
    actions = _load_actions(con, places)
    edges = np.searchsorted(_ints(rows["number"]), np.arange(len(asked) + 1))
    samples = []
    for number, (one, begin, end) in enumerate(zip(asked, edges[:-1], edges[1:], strict=True)):
        own = slice(*np.searchsorted(ranges[0], (begin, end)))
        known = {name: column[begin:end] for name, column in rows.items()}
        has_ranges = np.bincount(ranges[0][own] - begin, minlength=end - begin) > 0
        samples.append(
            ViewSample(
                views=int(end - begin),
                converted_at=converted_at[begin:end],
                is_open=is_open[begin:end],
                by_prompt=by_prompt[begin:end],
                duration=min(float(one.duration or lengths.get(number, 0.0)), LONGEST_S),
                range_view=ranges[0][own] - begin,
                range_at=ranges[1][own],
                range_start=ranges[2][own],
                range_end=ranges[3][own],
                lots=known["lot"],
                behaviour=build_behaviour(known).values,
                actions=_pick_actions(actions, begin, end),
                rebuilt=int((has_ranges & ~is_told[begin:end]).sum()),
            )
        )
    return samples


def submit_moments(fits: FitPool, sample: ViewSample) -> "Future[MomentsFigures]":
    """Have the figures of a sample computed: at once for a small one, else in another process, unless it is known."""
    if sample.views >= FEWEST_VIEWERS:
        return fits.submit_once(compute_moments, sample)
    done: Future[MomentsFigures] = Future()
    done.set_result(compute_moments(sample))
    return done


def _fetch(con: "duckdb.DuckDBPyConnection", question: str) -> list[Any]:
    return con.execute(load_question(question)).fetchall()


class _Places:
    """Where each view stands among those chosen, by the number that the store knows it by."""

    def __init__(self, views: Any) -> None:
        self.count = len(views)
        self._order = np.argsort(views)
        self._sorted = views[self._order]

    def find(self, views: Any) -> Any:
        """Return the places of views."""
        return self._order[np.searchsorted(self._sorted, views)]

    def sort(self, rows: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Return the place of each row and the rest of the row, view by view, each view's in the order they came."""
        views = rows.pop("view")
        # Rows of one view come together: to sort stretches of them is to sort a tenth as many.
        first = np.flatnonzero(np.append(True, views[1:] != views[:-1])[: len(views)])
        place, counts = self.find(views[first]), np.diff(first, append=len(views))
        order = np.argsort(place, kind="stable")
        place, first, counts = place[order], first[order], counts[order]
        moved = np.repeat(first - (np.cumsum(counts) - counts), counts)
        taken = np.arange(len(views)) + moved
        return np.repeat(place, counts), {name: column.take(taken) for name, column in rows.items()}


def _load_outcomes(con: "duckdb.DuckDBPyConnection", places: _Places, window_ms: Millis) -> Any:
    """Return when each view's person converted, or `NEVER`."""
    found = con.execute(load_question("view_outcomes"), {"window_ms": window_ms}).fetchnumpy()
    converted_at = np.full(places.count, NEVER)
    converted_at[places.find(found["view"])] = found["converted_at"]
    return converted_at


def _load_ranges(con: "duckdb.DuckDBPyConnection", places: _Places) -> tuple[tuple[Any, Any, Any, Any], Any]:
    """Return (view, time, start, end) of what was played, view by view as it was told; and which views told it."""
    view, rows = places.sort(con.sql(load_question("view_ranges")).fetchnumpy())
    at, start, end = _ints(rows["at_ms"]), _floats(rows["start"]), _floats(rows["end"])
    is_told = np.bincount(view, minlength=places.count) > 0
    place, rows = places.sort(con.execute(load_question("view_positions")).fetchnumpy())
    rebuilt = rebuild_ranges(place, _ints(rows["at_ms"]), list(rows["event"]), _floats(rows["position"]))
    if len(rebuilt[0]):
        view, at, start, end = (np.concatenate(pair) for pair in zip((view, at, start, end), rebuilt, strict=True))
        order = np.argsort(view, kind="stable")
        view, at, start, end = view[order], at[order], start[order], end[order]
    return (view, at, start, end), is_told


def _load_actions(con: "duckdb.DuckDBPyConnection", places: _Places) -> tuple[Any, Any, Any]:
    """Return (event, view, first time) of what viewers did, view by view."""
    place, rows = places.sort(con.execute(load_question("view_actions")).fetchnumpy())
    return np.asarray(rows["event"], dtype=object), place, _ints(rows["at_ms"])


def _pick_actions(actions: tuple[Any, Any, Any], begin: int, end: int) -> dict[str, tuple[Any, Any]]:
    own = slice(*np.searchsorted(actions[1], (begin, end)))
    events, place, at = (column[own] for column in actions)
    return {name: (place[events == name] - begin, at[events == name]) for name in sorted(set(events.tolist()))}


def _ints(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values), 0).astype(np.int64)


def _floats(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values), 0.0).astype(np.float64)
