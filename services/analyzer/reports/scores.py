"""The scores report: how a score is spread, who crossed its thresholds, and what it said of conversions to come.

Never puts a conversion beside points that came after it.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from services.analyzer.lifecycle.calendar import clip_span, find_units, list_starts
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.store.questions import load_question
from services.analyzer.store.scores import gather_scored
from shared.clock import Millis, to_rfc3339
from shared.rules.scores import CROSSED, REARMED_BELOW, CompiledScore, ScoreDefinition, round_score
from shared.rules.sql import SiteContext, compile_score_values

BANDS = 10
LEAST_PERSONS = 100
"""Below this many a tenth is a handful, and its rate says nothing."""
MOST_TOP = 50


@dataclass(frozen=True, slots=True)
class ScoresQuestion:
    """What a scores report is about."""

    site_id: str
    site: SiteContext
    goal: GoalSpec
    window: Window
    now: Millis
    definition: ScoreDefinition
    score: CompiledScore


def build_scores_report(con: "duckdb.DuckDBPyConnection", asked: ScoresQuestion) -> dict[str, Any]:
    """Return the whole report as JSON values."""
    start, until = clip_span(asked.window.start, asked.window.end, asked.now)
    crossings, per_threshold = _load_crossings(con, asked, start, until)
    # First what was known before the outcome; then, on the same tables, the present.
    moment = until - asked.goal.window_ms
    bands, conversion_persons = _load_outcomes(con, asked, moment, until)
    _value(con, asked.site_id, asked.score, until)
    values = _load_values(con)
    top = con.execute(
        load_question("score_top"),
        {"site": asked.site_id, "event": CROSSED, "score": asked.score.id, "to": until, "limit": MOST_TOP},
    ).fetchall()
    enough = conversion_persons >= LEAST_PERSONS
    return {
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        "score": {
            "id": asked.definition.id,
            "name": asked.definition.name,
            "half_life_days": asked.definition.half_life_days,
        },
        "persons": len(values),
        "mean": _round(float(values.mean())) if len(values) else None,
        "deciles": _cut(values),
        "thresholds": [
            {
                "id": threshold.id,
                "name": threshold.name,
                "value": threshold.value,
                "persons": int((values >= threshold.value).sum()),
                "crossings": per_threshold[threshold.id],
            }
            for threshold in asked.score.thresholds
        ],
        "crossings": crossings,
        "top": [
            {
                "id": person_id,
                "value": round_score(value),
                "last_scored": to_rfc3339(at),
                "last_crossed": to_rfc3339(crossed) if crossed is not None else None,
            }
            for person_id, _, value, at, crossed in top
        ],
        "conversion": {
            "valued_at": to_rfc3339(max(moment, 0)),
            "bands": bands if enough else None,
            "reasons": {} if enough else {"bands": "too_few_for_tenths"},
        },
        "sample_sizes": {"persons": len(values), "persons_before_outcome": conversion_persons},
        "assumptions": [
            "score_valued_before_the_outcome",
            "who_scores_high_is_no_cause",
            f"rearmed_below_{REARMED_BELOW:.0%}".replace("%", "_percent"),
            "equals_share_a_band",
        ],
        "reasons": {} if len(values) else {"mean": "no_persons"},
    }


def count_reached(
    con: "duckdb.DuckDBPyConnection", site_id: str, score: CompiledScore, values: list[float], now: Millis
) -> tuple[int, list[int]]:
    """Return how many people have points at `now`, and how many of them stand at or above each of `values`."""
    _value(con, site_id, score, now)
    found = _load_values(con)
    return len(found), [int((found >= value).sum()) for value in values]


def _value(con: "duckdb.DuckDBPyConnection", site_id: str, score: CompiledScore, at: Millis) -> None:
    """Make the relation `scored`: everybody's points at `at`, of what had happened by then."""
    gather_scored(con, site_id, score.by_event, before=at)
    query = compile_score_values(score, now=at)
    con.execute(f"CREATE OR REPLACE TEMP TABLE scored AS {query.sql}", query.parameters)


def _load_values(con: "duckdb.DuckDBPyConnection") -> "np.ndarray[Any, np.dtype[np.float64]]":
    rows = con.execute("SELECT value FROM scored ORDER BY value").fetchnumpy()
    return np.floor(np.asarray(rows["value"], dtype=np.float64) * 1e6 + 0.5) / 1e6


def _load_outcomes(
    con: "duckdb.DuckDBPyConnection", asked: ScoresQuestion, moment: Millis, until: Millis
) -> tuple[list[dict[str, Any]], int]:
    _value(con, asked.site_id, asked.score, moment)
    build_conversions(con, asked.site_id, asked.site, asked.goal)
    rows = con.execute(load_question("score_outcomes"), {"from": moment, "to": until}).fetchnumpy()
    values = np.asarray(rows["value"], dtype=np.float64)
    converted = np.asarray(rows["converted"], dtype=bool)
    place = _find_bands(values)
    bands = []
    for band in range(BANDS):
        inside = place == band
        persons = int(inside.sum())
        hits = int(converted[inside].sum())
        bands.append(
            {
                "band": band + 1,
                "persons": persons,
                "converted": hits,
                "conversion_rate": hits / persons if persons else None,
                "from": _round(float(values[inside].min())) if persons else None,
                "to": _round(float(values[inside].max())) if persons else None,
            }
        )
    return bands, len(values)


def _load_crossings(
    con: "duckdb.DuckDBPyConnection", asked: ScoresQuestion, start: Millis, until: Millis
) -> tuple[list[dict[str, Any]], Counter[str]]:
    """Return crossings by day of the site and threshold, and their sums."""
    rows = con.execute(
        load_question("score_crossings"),
        {"site": asked.site_id, "event": CROSSED, "score": asked.score.id, "from": start, "to": until},
    ).fetchall()
    sums: Counter[str] = Counter()
    by_day: Counter[tuple[str, str]] = Counter()
    if rows:
        names, starts = list_starts(rows[0][1], rows[-1][1], asked.site.time_zone, "day")
        places = find_units(np.array([quarter for _, quarter, _ in rows], dtype=np.int64), starts)
        for (threshold_id, _, count), place in zip(rows, places.tolist(), strict=True):
            sums[threshold_id] += count
            by_day[names[place], threshold_id] += count
    shown = [{"day": day, "threshold": name, "crossings": count} for (day, name), count in sorted(by_day.items())]
    return shown, sums


def _find_bands(values: "np.ndarray[Any, np.dtype[np.float64]]") -> "np.ndarray[Any, np.dtype[np.int64]]":
    """Return in which tenth each value lies, 0 the lowest; equals share the band of the middle of their ranks."""
    ordered = np.sort(values)
    low, high = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    middle = (low + high) / 2 / max(1, len(values))
    return np.minimum(BANDS - 1, (middle * BANDS).astype(np.int64))


def _cut(values: "np.ndarray[Any, np.dtype[np.float64]]") -> list[dict[str, Any]]:
    place = _find_bands(values)
    return [
        {
            "band": band + 1,
            "persons": int((place == band).sum()),
            "from": _round(float(values[place == band].min())) if (place == band).any() else None,
            "to": _round(float(values[place == band].max())) if (place == band).any() else None,
        }
        for band in range(BANDS)
    ]


def _round(value: float) -> float:
    return round_score(value)
