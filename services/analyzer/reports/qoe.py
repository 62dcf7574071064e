"""The quality report: extracts views and their stalls, and shapes figures by device, browser, connection and CDN.

Never averages ratios, and never shows a cell of few plays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from services.analyzer.quality.browser import classify_browser
from services.analyzer.quality.figures import FEWEST_PLAYS, compute_figures, empty_sums
from services.analyzer.reports.qoe_impact import build_impact, gather_first_views
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.store.columns import build_columns
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.clock import DAY_MS, Millis, to_rfc3339
from shared.rules.sql import SiteContext

DIMENSIONS = ("device", "browser", "connection", "cdn", "video")
_COLUMNS = {"device": "device", "browser": "browser", "connection": "connection", "cdn": "cdn", "all": "''"}
MOST_VALUES = 50
"""Values shown of one dimension, those with the most plays; the rest is in the totals."""

Cell = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class QualityQuestion:
    """What a quality report is about; `video_id` None is every video."""

    site_id: str
    video_id: str | None
    window: Window
    goal: GoalSpec
    now: Millis


def build_quality_relations(
    con: "duckdb.DuckDBPyConnection", site_id: str, window: Window, video_id: str | None, keeping: Keeping = UNKEPT
) -> None:
    """Make the relation `qoe_views` for one video or (None) for all of the site."""
    edges = (window.start - DAY_MS, window.start, window.end, window.end + DAY_MS)
    asked = {"site": site_id, "from": edges[0], "to": edges[-1]}
    if con.execute(load_question("qoe_has_reports"), asked).fetchall()[0][0]:
        keeping = UNKEPT  # whom a report without a visitor belongs to is said by others' messages
    keeping.build(
        "qoe",
        lambda: _make_views(con, site_id, window, video_id),
        relations=("qoe_views",),
        edges=edges,
        settings=video_id,
    )


def _make_views(con: "duckdb.DuckDBPyConnection", site_id: str, window: Window, video_id: str | None) -> None:
    span = {"from": window.start, "to": window.end, "video": video_id}
    con.execute(load_question("qoe_events"), span | {"site": site_id})
    con.execute(load_question("qoe_reports"), span | {"site": site_id})
    con.execute(load_question("qoe_ads"))
    con.execute(load_question("qoe_sums"), span)
    con.execute(load_question("qoe_sequence"))
    agents = [agent for (agent,) in con.execute(load_question("qoe_agents")).fetchall()]
    con.register("browsers", build_columns([(agent, classify_browser(agent)) for agent in agents] or [("", "")]))
    con.execute(load_question("qoe_views"))
    con.unregister("browsers")


def load_totals(con: "duckdb.DuckDBPyConnection") -> dict[str | None, Cell]:
    """Return the sums of each video and (None) of all; needs `build_quality_relations` on this connection."""
    return {video_id: cells[0] for (video_id, _), cells in _load_cells(con, "all", None).items()}


def _load_cells(
    con: "duckdb.DuckDBPyConnection", dimension: str, video_ids: list[str] | None
) -> dict[tuple[str | None, str], list[Cell]]:
    """Return the sums by one dimension, those with the most plays first, of some videos (None: each) and of all."""
    cells: dict[tuple[str | None, str], list[Cell]] = {}
    found = con.execute(load_question("qoe_figures").replace("{dimension}", _COLUMNS[dimension]), {"videos": video_ids})
    names = [described[0] for described in found.description]
    for row in found.fetchall():
        cell = dict(zip(names, row, strict=True))
        cells.setdefault((None if cell["is_all"] else cell["video_id"], dimension), []).append(cell)
    return cells


def build_quality_reports(
    con: "duckdb.DuckDBPyConnection",
    questions: Sequence[QualityQuestion],
    totals: Mapping[str | None, Cell],
    keeping: Keeping = UNKEPT,
) -> list[dict[str, Any]]:
    """Return whole reports of one site as JSON values; needs `qoe_views` and `conversions` on this connection."""
    firsts = gather_first_views(con, questions[0].site_id, [asked.video_id for asked in questions], keeping)
    named = [asked.video_id for asked in questions if asked.video_id is not None]
    cells: dict[tuple[str | None, str], list[Cell]] = {}
    for dimension in _COLUMNS.keys() - {"all"}:
        cells |= _load_cells(con, dimension, named)
    return [
        _shape_report(asked, totals, cells)
        | build_impact(con, firsts[asked.video_id or ""], asked.video_id, asked.goal, asked.now)
        for asked in questions
    ]


def _shape_report(
    asked: QualityQuestion, totals: Mapping[str | None, Cell], cells: Mapping[tuple[str | None, str], list[Cell]]
) -> dict[str, Any]:
    total = totals.get(asked.video_id) or empty_sums()
    by = {name: cells.get((asked.video_id, name), []) for name in DIMENSIONS}
    if asked.video_id is None:
        by["video"] = _rank_videos(totals)
    return {
        "video": asked.video_id,
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        **_shape_cell(total, fewest=1 if total["plays"] else FEWEST_PLAYS),
        "by": [
            {"dimension": dimension, "value": one["value"]} | _shape_cell(one)
            for dimension in DIMENSIONS
            for one in by[dimension][:MOST_VALUES]
        ],
        "assumptions": [
            "a_play_is_a_view",
            "waiting_counts_as_watching",
            "startup_seek_ad_and_background_stalls_kept_apart",
            "ratios_of_sums",
        ],
    }


def _rank_videos(totals: Mapping[str | None, Cell]) -> list[Cell]:
    rows: list[dict[str, Any]] = [{**one, "value": name} for name, one in totals.items() if name is not None]
    return sorted(rows, key=lambda one: (-one["plays"], one["value"]))


def build_quality_conversions(
    con: "duckdb.DuckDBPyConnection", site_id: str, site: SiteContext, goal: GoalSpec, keeping: Keeping = UNKEPT
) -> None:
    """Make the relation `conversions` that `build_quality_reports` reads."""
    build_conversions(con, site_id, site, goal, keeping)


def _shape_cell(sums: Cell, *, fewest: int = FEWEST_PLAYS) -> dict[str, Any]:
    figures = compute_figures(sums, fewest=fewest)
    return {"plays": figures.plays, "persons": figures.persons} | figures.values | {"reasons": figures.reasons}
