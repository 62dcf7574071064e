"""The report on what videos brought in: influenced and not influenced, raw and adjusted side by side.

Never calls the raw difference an effect: who watches a video would have bought more anyway.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from services.analyzer.reports.contrast import shape_contrast
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.reports.subjects import Subjects, gather_subjects, load_outcomes
from services.analyzer.stats.effects import estimate_effects
from services.analyzer.stats.folds import assign_folds
from services.analyzer.stats.overlap import find_comparable
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from services.analyzer.video.influence import (
    STAGES,
    GroupSums,
    compare_figures,
    empty_group,
    read_influenced,
    read_present,
    shape_group,
    shape_series,
    subtract_group,
)
from shared.clock import DAY_MS, Millis, to_rfc3339
from shared.enrich.money import get_exponent
from shared.rules.sql import SiteContext

MOST_PERSONS = 10_000
"""Persons compared on each side; of more, those whose hash is smallest stand for all."""
FOLDS = 3
MOST_VIDEOS = 200
"""Videos in the table, those that influenced most persons."""
DEFAULT_DAYS = 30


@dataclass(frozen=True, slots=True)
class InfluenceQuestion:
    """What the report is about; `days` an engaged view counts for, `video_id` None is any video."""

    site_id: str
    site: SiteContext
    video_id: str | None
    window: Window
    goal: GoalSpec
    days: int
    now: Millis


@dataclass(frozen=True, slots=True)
class InfluenceSums:
    """Everybody's sums, and for each video (None: any) the influenced: what they bought after it, and at all."""

    everybody: GroupSums
    influenced: dict[str | None, tuple[GroupSums, GroupSums, int]]

    def list_videos(self) -> list[str]:
        """Return the videos, those that influenced most persons first."""
        named = (name for name in self.influenced if name is not None)
        return sorted(named, key=lambda name: (-self.influenced[name][0].persons, name))

    def get(self, video_id: str | None) -> tuple[GroupSums, GroupSums, int]:
        """Return the influenced of a video, everybody else, and how many of the former have days to come."""
        mine, all_of_mine, incomplete = self.influenced.get(video_id, (empty_group(), empty_group(), 0))
        return mine, subtract_group(self.everybody, all_of_mine), incomplete


def build_influence_relations(
    con: "duckdb.DuckDBPyConnection", asked: InfluenceQuestion, video_id: str | None, keeping: Keeping = UNKEPT
) -> None:
    """Make the relations of this report for one video or (None) for all of the site."""
    build_conversions(con, asked.site_id, asked.site, asked.goal, keeping)
    span = {"site": asked.site_id, "from": asked.window.start, "to": asked.window.end}
    money = {"exponent": get_exponent(asked.site.currency)}

    def make() -> None:
        con.execute(load_question("engaged_views").replace("{people}", "people"), span | {"video": video_id})
        con.execute(load_question("present_persons"), span | money | _stage_lengths())
        con.execute(load_question("influenced_persons"), money | {"days_ms": asked.days * DAY_MS})

    start, end = asked.window.start, asked.window.end
    keeping.build(
        "videos",
        make,
        relations=("present_persons", "influenced_persons"),
        inputs=("conversions",),
        edges=(start - DAY_MS, start, end, end + DAY_MS),
        settings=(video_id, asked.days, money),
    )


def load_influence_sums(con: "duckdb.DuckDBPyConnection", asked: InfluenceQuestion) -> InfluenceSums:
    """Return the sums of every video at once; needs `build_influence_relations` on this connection."""
    given = _stage_lengths() | {"now": asked.now, "days_ms": asked.days * DAY_MS}
    found = con.execute(load_question("influence_sums"), given)
    names = [described[0] for described in found.description]
    everybody, influenced = empty_group(), {}
    for values in found.fetchall():
        row = dict(zip(names, values, strict=True))
        if row["is_everybody"]:
            everybody = read_present(row)
        else:
            influenced[row["video_id"]] = (read_influenced(row), read_present(row), row["incomplete"])
    return InfluenceSums(everybody, influenced)


def build_influence_reports(
    con: "duckdb.DuckDBPyConnection",
    questions: Sequence[InfluenceQuestion],
    sums: InfluenceSums,
    keeping: Keeping = UNKEPT,
) -> list[dict[str, Any]]:
    """Return whole reports of one site and window as JSON values, with a table of all videos where none was named."""
    asked = [{"report": one.video_id or "", "video": one.video_id, "most": MOST_PERSONS} for one in questions]
    first = questions[0]
    span = {"site": first.site_id, "from": first.window.start, "to": first.window.end}
    gathered = gather_subjects(
        con,
        first.site_id,
        "treated BOOLEAN, until BIGINT",
        "influence_subjects",
        asked,
        search=("influence_moments", span),
        keeping=keeping,
        name="videos",
    )
    return [_build_report(con, one, sums, gathered[one.video_id or ""]) for one in questions]


def _build_report(
    con: "duckdb.DuckDBPyConnection", asked: InfluenceQuestion, sums: InfluenceSums, subjects: Subjects
) -> dict[str, Any]:
    minor_units = 10 ** get_exponent(asked.site.currency)
    mine, others, incomplete = sums.get(asked.video_id)
    influenced, not_influenced = (shape_group(group, minor_units=minor_units) for group in (mine, others))
    adjusted, diagnostics = _estimate(con, asked, subjects)
    return {
        "video": asked.video_id,
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        "days": asked.days,
        "currency": asked.site.currency,
        "influenced": influenced,
        "not_influenced": not_influenced,
        "incomplete": incomplete,
        "attributed": {"orders": mine.orders, "value": mine.minor / minor_units},
        "raw": compare_figures(influenced, not_influenced),
        "adjusted": adjusted,
        "series": shape_series(mine, others, minor_units=minor_units),
        "videos": _shape_table(sums, minor_units) if asked.video_id is None else [],
        "diagnostics": diagnostics,
        "assumptions": [
            "engaged_is_three_seconds_played",
            "orders_within_the_days_after_an_engaged_view",
            "raw_figures_are_not_causal",
            "others_compared_from_a_page_without_a_view_within_a_day",
            "value_counts_persons_as_long_as_known",
        ],
        "reasons": {},
    }


def _shape_table(sums: InfluenceSums, minor_units: int) -> list[dict[str, Any]]:
    rows = []
    for video_id in sums.list_videos()[:MOST_VIDEOS]:
        mine, others, incomplete = sums.get(video_id)
        influenced, not_influenced = (shape_group(group, minor_units=minor_units) for group in (mine, others))
        raw = compare_figures(influenced, not_influenced)["conversion"]
        rows.append(
            {"video": video_id}
            | influenced
            | {
                "incomplete": incomplete,
                "not_influenced_conversion": not_influenced["conversion"],
                "difference": raw["difference"],
                "ratio": raw["ratio"],
                "reasons": influenced["reasons"] | raw["reasons"],
            }
        )
    return rows


def _estimate(
    con: "duckdb.DuckDBPyConnection", asked: InfluenceQuestion, subjects: Subjects
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the adjusted effects on conversion and on value within the days, and their diagnostics."""
    t0 = np.asarray(subjects.rows["t0"], dtype=np.int64)
    treated = np.asarray(subjects.rows["treated"], dtype=bool)
    places = np.arange(len(t0)) + subjects.first
    converted, value = load_outcomes(con, places, t0, asked.days * DAY_MS)
    confounders = np.column_stack([subjects.behaviour, (t0 - asked.window.start) / DAY_MS])
    fold = assign_folds(subjects.lots, FOLDS, "influence")
    kept = find_comparable(treated, confounders, fold)
    outcomes = {"conversion": converted, "value": value}
    effects = estimate_effects(
        [outcome[kept] for outcome in outcomes.values()], treated[kept], confounders[kept], fold[kept]
    )
    adjusted = {
        name: shape_contrast(outcome, treated, effect)
        for (name, outcome), effect in zip(outcomes.items(), effects, strict=True)
    }
    sides = (int(treated.sum()), int((~treated).sum()))
    return adjusted, {
        "compared_influenced": sides[0],
        "compared_not_influenced": sides[1],
        "share_not_comparable": float(1 - kept.mean()) if len(t0) else None,
        "sampled": MOST_PERSONS in sides,
        "conversions_without_value": con.execute(load_question("unvalued")).fetchall()[0][0],
    }


def _stage_lengths() -> dict[str, int]:
    return {f"day_{day}": day * DAY_MS for day in STAGES}
