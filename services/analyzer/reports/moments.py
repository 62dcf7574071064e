"""The moments report's extraction: views, ranges, conversions, and what viewers did before, out of the store.

Never computes: see `services/analyzer/video`.
"""

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from services.analyzer.fits import FitPool
from services.analyzer.reports.behaviour import build_behaviour
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.store.questions import load_question
from services.analyzer.video.adjusted import FEWEST_VIEWERS
from services.analyzer.video.compute import MomentsFigures, compute_moments
from services.analyzer.video.coverage import LONGEST_S
from services.analyzer.video.moments import NEVER, ViewSample
from services.analyzer.video.rebuild import rebuild_ranges
from shared.clock import Millis
from shared.rules.sql import SiteContext

OF_THE_PLAYER = ("Video Playback ", "Video Content ", "Video Quality ", "Video Ad ")
"""Events that the player sends of itself, pausing and leaving included: how somebody watched, not what they did."""


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
) -> None:
    """Make the relations that `load_sample` reads, for one video or (None) for all of the site."""
    build_conversions(con, site_id, site, goal)
    con.execute(load_question("video_events"), {"site": site_id, "video": video_id})
    con.execute(load_question("view_subjects"), {"from": window.start, "to": window.end})
    con.execute(load_question("prior_behaviour"), {"site": site_id})


def load_sample(con: "duckdb.DuckDBPyConnection", asked: MomentsQuestion) -> ViewSample:
    """Return the views of one video; needs the relations of `build_moments_relations` on this connection."""
    window, goal = asked.window, asked.goal
    chosen = {"video": asked.video_id, "from": window.start, "to": window.end, "viewing": asked.viewing}
    con.execute(load_question("views"), chosen)
    con.execute(load_question("view_events"), {"video": asked.video_id})
    outcomes = con.execute(load_question("view_outcomes"), {"window_ms": goal.window_ms}).fetchnumpy()
    ranges = con.execute(load_question("view_ranges")).fetchnumpy()
    length, reached = con.execute(load_question("view_length")).fetchall()[0]
    view, at = _ints(ranges["place"]), _ints(ranges["at_ms"])
    start, end = _floats(ranges["start"]), _floats(ranges["end"])
    behaviour = con.execute(load_question("view_behaviour")).fetchnumpy()
    rebuilt = _rebuild(con)
    if len(rebuilt[0]):
        view, at = np.concatenate([view, rebuilt[0]]), np.concatenate([at, rebuilt[1]])
        start, end = np.concatenate([start, rebuilt[2]]), np.concatenate([end, rebuilt[3]])
        order = np.lexsort((np.arange(len(view)), view))
        view, at, start, end = view[order], at[order], start[order], end[order]
    converted_at = np.ma.filled(np.ma.asarray(outcomes["converted_at"]), NEVER).astype(np.int64)
    return ViewSample(
        views=len(converted_at),
        converted_at=converted_at,
        is_open=_ints(outcomes["t0"]) + goal.window_ms > asked.now,
        by_prompt=np.asarray(outcomes["by_prompt"], dtype=bool),
        duration=min(float(asked.duration or length or reached or 0.0), LONGEST_S),
        range_view=view,
        range_at=at,
        range_start=start,
        range_end=end,
        persons=behaviour["person_id"].tolist(),
        behaviour=build_behaviour(behaviour).values,
        actions=_load_actions(con),
        rebuilt=len(np.setdiff1d(rebuilt[0], ranges["place"])),
    )


def submit_moments(fits: FitPool, sample: ViewSample) -> "Future[MomentsFigures]":
    """Have the figures of a sample computed: at once for a small one, else in another process."""
    if sample.views >= FEWEST_VIEWERS:
        return fits.submit(compute_moments, sample)
    done: Future[MomentsFigures] = Future()
    done.set_result(compute_moments(sample))
    return done


def _rebuild(con: "duckdb.DuckDBPyConnection") -> tuple[Any, Any, Any, Any]:
    positions = con.execute(load_question("view_positions")).fetchnumpy()
    return rebuild_ranges(
        _ints(positions["place"]), _ints(positions["at_ms"]), list(positions["event"]), _floats(positions["position"])
    )


def _load_actions(con: "duckdb.DuckDBPyConnection") -> dict[str, tuple[Any, Any]]:
    rows = con.execute(load_question("view_actions")).fetchnumpy()
    events = np.asarray(rows["event"], dtype=object)
    place, at = _ints(rows["place"]), _ints(rows["at_ms"])
    names = [name for name in dict.fromkeys(events.tolist()) if not name.startswith(OF_THE_PLAYER)]
    return {name: (place[events == name], at[events == name]) for name in names}


def _ints(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values), 0).astype(np.int64)


def _floats(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values), 0.0).astype(np.float64)
