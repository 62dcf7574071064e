"""The moments report: extracts views, ranges and conversions, has them computed, and shapes the answer.

Never gives an adjusted figure: those fields are null, and say why.
"""

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.store.questions import load_question
from services.analyzer.video.coverage import LONGEST_S
from services.analyzer.video.moments import (
    NEVER,
    Action,
    Bin,
    Contrast,
    Entry,
    RawMoments,
    ViewSample,
    compute_raw_moments,
)
from services.analyzer.video.rebuild import rebuild_ranges
from shared.clock import Millis, to_rfc3339
from shared.rules.sql import SiteContext

NOT_COMPUTED = "not_computed"
QUIET_EVENTS = frozenset(
    {
        "Video Playback Started",
        "Video Playback Resumed",
        "Video Playback Seek Completed",
        "Video Playback Buffer Started",
        "Video Playback Buffer Completed",
        "Video Playback Interrupted",
        "Video Content Started",
        "Video Content Playing",
        "Video Quality Updated",
    }
)
"""Events that the player sends by itself: no action of the viewer."""


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
    con: "duckdb.DuckDBPyConnection", site_id: str, site: SiteContext, goal: GoalSpec, video_id: str | None
) -> None:
    """Make the relations that `load_sample` reads, for one video or (None) for all of the site."""
    build_conversions(con, site_id, site, goal)
    con.execute(load_question("video_events"), {"site": site_id, "video": video_id})


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
        actions=_load_actions(con),
    )


def _rebuild(con: "duckdb.DuckDBPyConnection") -> tuple[Any, Any, Any, Any]:
    positions = con.execute(load_question("view_positions")).fetchnumpy()
    return rebuild_ranges(
        _ints(positions["place"]), _ints(positions["at_ms"]), list(positions["event"]), _floats(positions["position"])
    )


def _load_actions(con: "duckdb.DuckDBPyConnection") -> dict[str, tuple[Any, Any]]:
    rows = con.execute(load_question("view_actions")).fetchnumpy()
    events = np.asarray(rows["event"], dtype=object)
    place, at = _ints(rows["place"]), _ints(rows["at_ms"])
    names = [name for name in dict.fromkeys(events.tolist()) if name not in QUIET_EVENTS]
    return {name: (place[events == name], at[events == name]) for name in names}


def _ints(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values), 0).astype(np.int64)


def _floats(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values), 0.0).astype(np.float64)


def shape_moments_report(asked: MomentsQuestion, sample: ViewSample) -> dict[str, Any]:
    """Return the whole report as JSON values."""
    raw = compute_raw_moments(sample)
    return {
        "video": asked.video_id,
        "viewing": asked.viewing,
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        **_shape_raw(raw),
        "moments": [],
        "recommendation": None,
        "diagnostics": {
            "duration": sample.duration or None,
            "unplayed": raw.unplayed,
            "window_days": asked.goal.window_days,
        },
        "assumptions": [
            "viewers_are_persons",
            "first_view_in_window",
            "raw_figures_are_not_causal",
            "ranges_after_the_conversion_do_not_count",
        ],
        "reasons": {"moments": NOT_COMPUTED, "recommendation": NOT_COMPUTED}
        | ({} if raw.bins else {"bins": "unknown_length"}),
    }


def _shape_raw(raw: RawMoments) -> dict[str, Any]:
    return {
        "viewers": raw.viewers,
        "converters": raw.converters,
        "incomplete": raw.incomplete,
        "bin_seconds": raw.bin_seconds,
        "bins": [_shape_bin(one) for one in raw.bins],
        "entries": [_shape_entry(one) for one in raw.entries],
        "actions": [_shape_action(one) for one in raw.actions],
    }


def _shape_bin(one: Bin) -> dict[str, Any]:
    contrast = one.contrast
    return {
        "start": one.start,
        "end": one.end,
        "viewers": contrast.viewers,
        "rate_watched": contrast.rate_did,
        "rate_not_watched": contrast.rate_did_not,
        "difference": contrast.difference,
        "ratio": contrast.ratio,
        **_shape_missing("effect", "ci_low", "ci_high", reasons=contrast.reasons),
    }


def _shape_entry(one: Entry) -> dict[str, Any]:
    reasons = {} if one.conversion_rate is not None else {"conversion_rate": "no_viewers"}
    return {
        "kind": one.kind,
        "from": one.start,
        "to": one.end,
        "viewers": one.viewers,
        "conversion_rate": one.conversion_rate,
        **_shape_missing("effect", "ci_low", "ci_high", reasons=reasons),
    }


def _shape_action(one: Action) -> dict[str, Any]:
    contrast: Contrast = one.contrast
    reasons = {name: code for name, code in contrast.reasons.items() if not name.startswith("rate_")}
    return {
        "event": one.event,
        "viewers": contrast.viewers,
        "difference": contrast.difference,
        "ratio": contrast.ratio,
        **_shape_missing("effect", "ci_low", "ci_high", "q_value", reasons=reasons),
    }


def _shape_missing(*fields: str, reasons: dict[str, str]) -> dict[str, Any]:
    return dict.fromkeys(fields) | {"reasons": reasons | dict.fromkeys(fields, NOT_COMPUTED)}
