"""The answer to one question of a dashboard: a figure, a series or a table, shaped for the operator.

Never answers with more than a thousand rows, and never leaves out the rest in silence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import duckdb
import numpy as np

from services.analyzer.lifecycle.calendar import clip_span, list_starts
from services.analyzer.lifecycle.stages import STAGES, Ints, find_changes, find_stages
from services.analyzer.problems import FieldError, refuse_fields
from services.analyzer.reports.chosen import choose_persons
from services.analyzer.reports.dashboard_measures import MEASURES, OVERLAPPING, Measure, find_kind
from services.analyzer.reports.dashboard_sql import Shape, write_asked, write_figures, write_groups, write_totals
from services.analyzer.reports.lifecycle import load_customers
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.store.questions import load_question
from shared.clock import Millis, to_rfc3339
from shared.enrich.money import get_exponent
from shared.rules.model import Rule
from shared.rules.sql import SiteContext

MOST_ROWS = 1_000
MOST_LINES = 12
"""Groups of a series; more lines than that nobody reads."""
Interval = Literal["day", "week", "month"]
Figure = tuple[int, int | None, int]
"""Numerator, denominator, sample."""


@dataclass(frozen=True, slots=True)
class DashboardQuestion:
    """What is asked; `said` is the question as the answer repeats it."""

    site_id: str
    site: SiteContext
    goal: GoalSpec
    window: Window
    now: Millis
    shape: Shape
    filter: Rule | None
    interval: Interval | None
    said: dict[str, Any]


def build_dashboard_answer(con: "duckdb.DuckDBPyConnection", asked: DashboardQuestion) -> dict[str, Any]:
    """Return the answer as JSON values; raises `Refused` that names `interval` when it gives too many points."""
    measure = MEASURES[asked.shape.measure]
    span = clip_span(asked.window.start, asked.window.end, asked.now)
    units = _list_units(asked, span)
    chosen = _prepare(con, asked, span)
    if asked.interval is not None:
        places = np.arange(len(units.starts), dtype=np.int64)
        con.register("units", {"start": units.starts, "place": places})
    minor_units = 10 ** get_exponent(asked.site.currency)
    text, values = write_asked(
        asked.shape,
        {
            "site": asked.site_id,
            "from": span[0],
            "to": span[1],
            "minor_units": minor_units,
            "goal_event": asked.goal.event,
            **_split_trait(asked.shape.breakdown),
        },
    )
    con.execute(text, values)
    shown = _Shown(measure, {"money": minor_units, "seconds": 1000}.get(measure.unit, 1))
    found = _read(con, write_totals(asked.shape, by_unit=False))
    total = found[0].figure if found else (0, _none(measure), 0)
    rows, is_cut = _find_rows(con, asked, shown, len(units.names))
    series = None
    if asked.interval is not None:
        rows, series = _build_series(asked, shown, rows, units)
    return {
        "question": asked.said,
        "columns": _name_columns(asked, measure),
        "rows": [row for _, row in rows],
        "series": series,
        "totals": shown.show(total),
        "truncated": is_cut,
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        "sample_sizes": _count_samples(measure, total, found[0].extra if found else 0, chosen),
        "assumptions": _list_assumptions(asked, measure),
        "reasons": {},
    }


def _count_samples(measure: Measure, total: Figure, unvalued: int | None, chosen: int | None) -> dict[str, int]:
    sizes = {"rows": total[2]}
    if measure.unit == "money":
        sizes["conversions_without_value"] = unvalued or 0
    return sizes if chosen is None else {**sizes, "persons_of_filter": chosen}


def _prepare(con: "duckdb.DuckDBPyConnection", asked: DashboardQuestion, span: tuple[Millis, Millis]) -> int | None:
    """Make the relations that the question joins; returns how many persons its filter describes."""
    kind = find_kind(asked.shape.breakdown or "")
    if kind == "segment":
        con.execute(load_question("asked_memberships"), {"site": asked.site_id})
    if MEASURES[asked.shape.measure].needs_goal or kind in ("customer", "lifecycle"):
        build_conversions(con, asked.site_id, asked.site, asked.goal)
    if kind == "lifecycle":
        known_at, orders, _ = load_customers(con, asked.site_id, span[1], 1)
        changes = find_changes(known_at, orders, asked.site.lifecycle, span[1])
        stages = find_stages(changes, len(known_at), span[1])
        told = np.array([STAGES[stage] for stage in stages.tolist()] or [""], dtype=object)
        con.register("numbered", {"place": np.arange(len(told), dtype=np.int64), "told": told})
        con.execute(load_question("asked_stages"))
    if asked.filter is None:
        return None
    return choose_persons(con, asked.site_id, asked.filter, site=asked.site, now=asked.now)


@dataclass(frozen=True, slots=True)
class _Units:
    """The units of time of a series; `are_whole` says of each whether all of it lies within the window."""

    names: list[str]
    starts: Ints
    are_whole: list[bool]


def _list_units(asked: DashboardQuestion, span: tuple[Millis, Millis]) -> _Units:
    if asked.interval is None:
        return _Units([], np.zeros(0, dtype=np.int64), [])
    names, starts = list_starts(span[0], span[1], asked.site.time_zone, asked.interval)
    ends = starts[1:]
    if len(names) and starts[-1] == span[1]:
        names, starts = names[:-1], starts[:-1]  # the window's end is no unit of it
    if len(names) > MOST_ROWS:
        words = f"gives {len(names)} points, the most is {MOST_ROWS}: ask for longer units or a shorter window"
        raise refuse_fields([FieldError("/interval", "too_many", words)])
    are_whole = (starts[: len(ends)] >= span[0]).tolist() + [False] * (len(starts) - len(ends))
    return _Units(names, starts, are_whole)


def _split_trait(breakdown: str | None) -> dict[str, str]:
    if breakdown is None or find_kind(breakdown) != "trait":
        return {}
    first, *rest = breakdown.split(".")[1:]
    return {"trait_key": f'$."{first}"', "trait": "$" + "".join(f'."{key}"' for key in rest)}


def _find_rows(
    con: "duckdb.DuckDBPyConnection", asked: DashboardQuestion, shown: "_Shown", units: int
) -> tuple[list[tuple[int, dict[str, Any]]], bool]:
    """Return (place of the unit, row) of everything asked, and whether groups were put together or left out."""
    if asked.shape.breakdown is None:
        found = _read(con, write_totals(asked.shape, by_unit=True)) if asked.interval is not None else []
        return [(one.unit, shown.build_row(None, "all", one.figure)) for one in found], False
    most = MOST_ROWS - 1 if asked.interval is None else max(1, min(MOST_LINES, MOST_ROWS // max(units, 1) - 1))
    con.execute(write_groups(shown.measure), {"most": most})
    found = _read(con, write_figures(asked.shape))
    is_cut = any((one.extra or 0) > most for one in found)
    return [(one.unit, shown.build_row(one.key, one.kind, one.figure)) for one in found], is_cut


class _Found(NamedTuple):
    unit: int
    kind: str
    key: str | None
    figure: Figure
    extra: int | None
    """Groups there are in all; of totals, conversions without an amount."""


def _read(con: "duckdb.DuckDBPyConnection", text: str) -> list[_Found]:
    rows = con.execute(text).fetchall()
    return [_Found(unit, kind, key, (top, below, sample), extra) for unit, kind, key, top, below, sample, extra in rows]


def _none(measure: Measure) -> int | None:
    return None if measure.denominator is None else 0


class _Shown:
    """Turns figures into what the operator sees: money and seconds in their own units, reasons for what is missing."""

    def __init__(self, measure: Measure, scale: int) -> None:
        self.measure = measure
        self._scale = scale

    def show(self, figure: Figure) -> dict[str, Any]:
        top, below, sample = figure
        if below is None:
            value: float | None = (
                top / self._scale if self._scale > 1 or self.measure.unit in ("money", "seconds") else top
            )
        else:
            value = top / below / self._scale if below else None
        reasons = {} if value is not None else {"value": self.measure.empty}
        return {"value": value, "sample": sample, "reasons": reasons}

    def build_row(self, key: str | None, kind: str, figure: Figure) -> dict[str, Any]:
        return {"at": None, "key": key, "kind": kind, **self.show(figure)}


def _build_series(
    asked: DashboardQuestion,
    shown: _Shown,
    rows: Sequence[tuple[int, dict[str, Any]]],
    units: _Units,
) -> tuple[list[tuple[int, dict[str, Any]]], dict[str, Any]]:
    """Return the rows with every unit of every line, empty ones included, and the same as lines."""
    held = {(unit, row["kind"], row["key"]): row for unit, row in rows}
    lines = list(dict.fromkeys((kind, key) for _, kind, key in _by_weight(held, shown)))
    if asked.shape.breakdown is None:
        lines = [("all", None)]
    empty: Figure = (0, _none(shown.measure), 0)
    full = []
    for place, name in enumerate(units.names):
        for kind, key in lines:
            row = held.get((place, kind, key)) or shown.build_row(key, kind, empty)
            full.append((place, {**row, "at": name}))
    values: dict[tuple[str, str | None], list[float | None]] = {line: [] for line in lines}
    for _, row in full:
        values[row["kind"], row["key"]].append(row["value"])
    return full, {
        "points": [
            {"at": name, "is_complete": is_whole} for name, is_whole in zip(units.names, units.are_whole, strict=True)
        ],
        "lines": [{"key": key, "kind": kind, "values": values[kind, key]} for kind, key in lines],
    }


def _by_weight(
    held: dict[tuple[int, str, str | None], dict[str, Any]], shown: _Shown
) -> Iterable[tuple[int, str, Any]]:
    weight: dict[tuple[str, str | None], float] = {}
    by = "sample" if shown.measure.denominator else "value"
    for (_, kind, key), row in held.items():
        weight[kind, key] = weight.get((kind, key), 0) + (row[by] or 0)
    return sorted(held, key=lambda one: (one[1] == "other", -weight[one[1], one[2]], one[2] is None, one[2] or ""))


def _name_columns(asked: DashboardQuestion, measure: Measure) -> list[dict[str, Any]]:
    columns: list[dict[str, Any]] = []
    if asked.interval is not None:
        columns.append({"name": "at", "type": "time", "unit": asked.interval})
    if asked.shape.breakdown is not None:
        columns.append({"name": "key", "type": "text", "unit": asked.shape.breakdown})
    unit = asked.site.currency if measure.unit == "money" else measure.unit
    columns.append({"name": "value", "type": "number", "unit": unit})
    columns.append({"name": "sample", "type": "number", "unit": _name_sample(measure)})
    return columns


def _name_sample(measure: Measure) -> str:
    if measure.sample == "count(DISTINCT who)":
        return measure.unit if measure.unit in ("visitors", "sessions") else "persons"
    return "conversions" if measure.unit == "money" else measure.unit


def _list_assumptions(asked: DashboardQuestion, measure: Measure) -> list[str]:
    kind = find_kind(asked.shape.breakdown or "")
    held = {
        "persons_by_identity": True,
        "filter_holds_at_computation": asked.filter is not None,
        "conversion_counts_where_it_happened": measure.needs_goal,
        "session_tells_channel_and_device": kind in ("channel", "source", "medium", "device", "locale"),
        "segments_as_of_their_last_run": kind == "segment",
        "groups_overlap": kind in OVERLAPPING,
        "existing_converted_before_the_window": kind == "customer",
        "stage_at_the_windows_end": kind == "lifecycle",
        "trait_as_last_told": kind == "trait",
        "parts_do_not_add_up": not measure.is_additive and (asked.interval is not None or bool(kind)),
    }
    return [code for code, holds in held.items() if holds]
