"""What stalls and slow starts cost, and whether those who did not convert could watch at all.

Never compares by what happened after the trouble.
"""

from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from services.analyzer.quality.impact import (
    SLOW_START_MS,
    SOON_LEFT_MS,
    SOON_LEFT_PLAY_MS,
    Comparison,
    FirstViews,
    compare_slow_starts,
    compare_stalls,
)
from services.analyzer.reports.contrast import shape_contrast
from services.analyzer.reports.site import GoalSpec
from services.analyzer.reports.subjects import Subjects, gather_subjects, load_outcomes
from services.analyzer.stats.effects import estimate_effects
from services.analyzer.stats.folds import assign_folds
from services.analyzer.stats.overlap import find_comparable
from services.analyzer.store.kept import Keeping
from services.analyzer.store.questions import load_question
from shared.clock import Millis

MOST_PERSONS = 20_000
"""Persons compared; of more, those whose hash is smallest stand for all."""
FOLDS = 3
MOST_LEVELS = 10
_COLUMNS = (
    "is_started BOOLEAN, is_completed BOOLEAN, failure VARCHAR, device VARCHAR, connection VARCHAR, cdn VARCHAR,"
    " video_id VARCHAR, play_ms BIGINT, played_at BIGINT, last_seen_at BIGINT, stalled_at BIGINT, waited_ms BIGINT,"
    " rebuffers BIGINT"
)

MEANING = {
    "did_not_play": {
        "en": "The video did not play: every one of this person's views failed, stood still or was given up waiting.",
        "ja": "動画が再生されなかった:この人の視聴はすべて、失敗・停止・待ちきれずの離脱のいずれかだった。",
    },
    "did_not_persuade": {
        "en": "It played and did not persuade: at least one view ran without trouble, and no conversion followed.",
        "ja": "再生されたが動かさなかった:少なくとも1回は問題なく視聴できたが、コンバージョンに至らなかった。",
    },
}


def gather_first_views(
    con: "duckdb.DuckDBPyConnection", site_id: str, video_ids: Sequence[str | None], keeping: Keeping
) -> dict[str, Subjects]:
    """Return the first views of known persons by video ('': of any); needs `qoe_views` on this connection."""
    asked = [{"report": video_id or "", "video": video_id, "most": MOST_PERSONS} for video_id in video_ids]
    return gather_subjects(con, site_id, _COLUMNS, "qoe_subjects", asked, keeping=keeping, name="qoe")


def build_impact(
    con: "duckdb.DuckDBPyConnection", subjects: Subjects, video_id: str | None, goal: GoalSpec, now: Millis
) -> dict[str, Any]:
    """Return `impact`, `persuasion` and their diagnostics; needs `qoe_views` and `conversions` on this connection."""
    views = _read_views(subjects)
    confounders = np.column_stack([subjects.behaviour, _build_levels(subjects)])
    impact = {
        name: _estimate(con, subjects, comparison, confounders, goal)
        for name, comparison in (("stall", compare_stalls(views)), ("slow_start", compare_slow_starts(views)))
    }
    return {
        "impact": impact,
        "persuasion": _count_persuasion(con, video_id, goal),
        "diagnostics": {
            "slow_start_ms": SLOW_START_MS,
            "left_after_start": f"played under {SOON_LEFT_PLAY_MS // 1000} s and not to the end",
            "left_after_stall": f"played nothing later than {SOON_LEFT_MS // 1000} s after it and not to the end",
            "persons_compared": len(views.lots),
            "sampled": len(views.lots) >= MOST_PERSONS,
            "window_days": goal.window_days,
            "incomplete": int(np.count_nonzero(views.t0 + goal.window_ms > now)),
        },
    }


def _estimate(
    con: "duckdb.DuckDBPyConnection",
    subjects: Subjects,
    comparison: Comparison,
    confounders: NDArray[np.float64],
    goal: GoalSpec,
) -> dict[str, Any]:
    chosen = comparison.chosen
    converted, _ = load_outcomes(con, chosen + subjects.first, comparison.index_at, goal.window_ms)
    known = np.column_stack([confounders[chosen], np.log1p(comparison.offset_ms / 1000)])
    fold = assign_folds(subjects.lots[chosen], FOLDS, "quality")
    kept = find_comparable(comparison.treated, known, fold)
    outcomes = {"left": comparison.left, "converted": converted}
    chosen_outcomes = [outcome[kept] for outcome in outcomes.values()]
    effects = estimate_effects(chosen_outcomes, comparison.treated[kept], known[kept], fold[kept])
    return {
        name: shape_contrast(outcome, comparison.treated, effect)
        for (name, outcome), effect in zip(outcomes.items(), effects, strict=True)
    }


def _count_persuasion(con: "duckdb.DuckDBPyConnection", video_id: str | None, goal: GoalSpec) -> dict[str, Any]:
    asked = {
        "video": video_id,
        "window_ms": goal.window_ms,
        "slow_ms": SLOW_START_MS,
        "left_play_ms": SOON_LEFT_PLAY_MS,
        "left_ms": SOON_LEFT_MS,
    }
    (counts,) = con.execute(load_question("qoe_persuasion"), asked).fetchall()
    non_converters, did_not_play, did_not_persuade = counts
    return {
        "non_converters": non_converters,
        "did_not_play": did_not_play,
        "did_not_persuade": did_not_persuade,
        "share_did_not_play": did_not_play / non_converters if non_converters else None,
        "meaning": MEANING,
        "reasons": {} if non_converters else {"share_did_not_play": "no_viewers"},
    }


def _read_views(subjects: Subjects) -> FirstViews:
    found = subjects.rows

    def ints(name: str) -> NDArray[np.int64]:
        return np.ma.filled(np.ma.asarray(found[name]), -1).astype(np.int64)

    failure: NDArray[np.object_] = np.ma.filled(np.ma.asarray(found["failure"], dtype=object), None)
    return FirstViews(
        lots=subjects.lots,
        t0=ints("t0"),
        is_started=np.asarray(found["is_started"], dtype=bool),
        is_completed=np.asarray(found["is_completed"], dtype=bool),
        is_start_failure=np.asarray(failure == "start", dtype=bool),
        played_at=ints("played_at"),
        last_seen_at=ints("last_seen_at"),
        stalled_at=ints("stalled_at"),
        rebuffers=ints("rebuffers"),
        waited_ms=ints("waited_ms"),
        play_ms=ints("play_ms"),
    )


def _build_levels(subjects: Subjects) -> NDArray[np.float64]:
    """Return columns of 0 and 1: what the view was watched with, over, from and of."""
    columns = []
    for name in ("device", "connection", "cdn", "video_id"):
        values = np.asarray(subjects.rows[name], dtype=object)
        levels, counts = np.unique(values.astype(str), return_counts=True)
        most = sorted(zip((-counts).tolist(), levels.tolist(), strict=True))[:MOST_LEVELS]
        columns += [(values == level).astype(np.float64) for _, level in most[1:]]
    return np.column_stack(columns) if columns else np.empty((len(subjects.lots), 0))
