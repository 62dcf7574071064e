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
        con.execute(load_question("video_views"))
        con.execute(load_question("view_subjects"), {"from": window.start, "to": window.end})
        con.execute(load_question("prior_behaviour"), {"site": site_id})

    edges = (window.start, window.end)
    keeping.build(
        "moments", make, relations=("video_events", "video_views", "prior_behaviour"), edges=edges, settings=video_id
    )


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
    window, goal = asked[0].window, asked[0].goal
    con.register("chosen_videos", build_columns([(one.video_id, str(number)) for number, one in enumerate(asked)]))
    con.execute(load_question("views"), {"from": window.start, "to": window.end, "viewing": asked[0].viewing})
    con.execute(load_question("view_events"))
    outcomes = con.execute(load_question("view_outcomes"), {"window_ms": goal.window_ms}).fetchnumpy()
    lengths = {number: float(length or reached or 0.0) for number, length, reached in _fetch(con, "view_length")}
    behaviour = con.execute(load_question("view_behaviour")).fetchnumpy()
    converted_at = np.ma.filled(np.ma.asarray(outcomes["converted_at"]), NEVER).astype(np.int64)
    is_open = _ints(outcomes["t0"]) + goal.window_ms > asked[0].now
    by_prompt = np.asarray(outcomes["by_prompt"], dtype=bool)
    ranges, told = _load_ranges(con)
    actions = _load_actions(con)
    edges = np.searchsorted(_ints(outcomes["number"]), np.arange(len(asked) + 1))
    samples = []
    for number, (one, begin, end) in enumerate(zip(asked, edges[:-1], edges[1:], strict=True)):
        own = slice(*np.searchsorted(ranges[0], (begin, end)))
        rows = {name: column[begin:end] for name, column in behaviour.items()}
        is_told = told[begin:end]
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
                persons=rows["person_id"].tolist(),
                behaviour=build_behaviour(rows).values,
                actions=_pick_actions(actions, begin, end),
                rebuilt=int((has_ranges & ~is_told).sum()),
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


def _load_ranges(con: "duckdb.DuckDBPyConnection") -> tuple[tuple[Any, Any, Any, Any], Any]:
    """Return (view, time, start, end) of what was played, view by view as it was told; and which views told it."""
    rows = con.execute(load_question("view_ranges")).fetchnumpy()
    view, at = _ints(rows["place"]), _ints(rows["at_ms"])
    start, end = _floats(rows["start"]), _floats(rows["end"])
    views = _fetch(con, "views_count")[0][0]
    told = np.bincount(view, minlength=views) > 0
    positions = con.execute(load_question("view_positions")).fetchnumpy()
    rebuilt = rebuild_ranges(
        _ints(positions["place"]), _ints(positions["at_ms"]), list(positions["event"]), _floats(positions["position"])
    )
    if len(rebuilt[0]):
        view, at, start, end = (np.concatenate(pair) for pair in zip((view, at, start, end), rebuilt, strict=True))
        order = np.argsort(view, kind="stable")
        view, at, start, end = view[order], at[order], start[order], end[order]
    return (view, at, start, end), told


def _load_actions(con: "duckdb.DuckDBPyConnection") -> tuple[Any, Any, Any]:
    """Return (event, view, first time) of what viewers did, view by view."""
    rows = con.execute(load_question("view_actions")).fetchnumpy()
    return np.asarray(rows["event"], dtype=object), _ints(rows["place"]), _ints(rows["at_ms"])


def _pick_actions(actions: tuple[Any, Any, Any], begin: int, end: int) -> dict[str, tuple[Any, Any]]:
    own = slice(*np.searchsorted(actions[1], (begin, end)))
    events, place, at = (column[own] for column in actions)
    return {name: (place[events == name] - begin, at[events == name]) for name in sorted(set(events.tolist()))}


def _ints(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values), 0).astype(np.int64)


def _floats(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values), 0.0).astype(np.float64)
