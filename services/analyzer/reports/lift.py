"""What prompts brought by month and over all, how many they reached, and whether the arithmetic can be trusted.

Never compares persons that were seen in two arms of a campaign.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from services.analyzer.lifecycle.calendar import clip_span, list_starts
from services.analyzer.reports.site import Window
from services.analyzer.stats.experiments import Arm
from services.analyzer.stats.folds import draw_lots
from services.analyzer.stats.lift import FEWEST_A_CELL, Cell, Interval, Lift, compute_lift
from services.analyzer.stats.self_check import (
    FEWEST_CONVERSIONS,
    SelfCheck,
    compare_split,
    draw_split,
    judge_splits,
)
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.enrich.money import get_exponent
from shared.rules.sql import SiteContext

SPLITS = 200
MOST_CHECKED = 10
"""Campaigns whose persons are split: those of the most persons."""
MOST_SPLIT = 50_000
"""Persons of a campaign that are split."""
LEAST_SHARE, LARGEST_SHARE = 0.05, 0.5
WORDS = {
    "sound": (
        "Splits that mean nothing look like nothing: the results can be trusted.",
        "意味のない分け方では差が出ませんでした。結果は信頼できます。",
    ),
    "too_many": (
        "Splits that mean nothing look like an effect too often: read the results with care.",
        "意味のない分け方でも差が出すぎています。結果は慎重に読んでください。",
    ),
    "too_few": (
        "Splits that mean nothing hardly ever look like an effect: intervals are wider than they need be.",
        "意味のない分け方で差がほとんど出ません。区間は必要より広めです。",
    ),
    "not_uniform": (
        "Splits that mean nothing do not spread as chance does: read the results with care.",
        "意味のない分け方の結果が偶然と合いません。結果は慎重に読んでください。",
    ),
}
NOT_CHECKED = ("Too few conversions to check the arithmetic yet.", "確認するには、まだCVが足りません。")
ESTIMATES = ("conversion", "value", "conversions_won", "value_won")


@dataclass(frozen=True, slots=True)
class Months:
    """The months of the site that somebody was triggered in: names such as 2026-01, and their starts (ms)."""

    names: list[str]
    starts: list[int]


def load_coverage(
    con: "duckdb.DuckDBPyConnection", site_id: str, window: Window, keeping: Keeping = UNKEPT
) -> dict[str, Any]:
    """Return how many of the window's persons were shown any prompt, and from how many one was withheld."""
    given = {"site": site_id, "from": window.start, "to": window.end}

    def make() -> None:
        con.execute(load_question("prompted_persons"), given)

    keeping.build("coverage", make, relations=("prompted_persons",), edges=(window.start, window.end))
    persons, shown, withheld, only = con.execute(load_question("prompt_coverage")).fetchall()[0]
    shares = {
        "share_shown": shown / persons if persons else None,
        "share_withheld": withheld / persons if persons else None,
    }
    return {
        "persons": persons,
        "shown": shown,
        "withheld": withheld,
        "withheld_only": only,
        **shares,
        "reasons": {} if persons else dict.fromkeys(shares, "no_visitors"),
    }


def build_lift(con: "duckdb.DuckDBPyConnection", site: SiteContext) -> dict[str, Any]:
    """Return the lift over all and by month of the site; needs the relation `lift_persons`."""
    months = _build_months(con, site.time_zone)
    minor_units = 10 ** get_exponent(site.currency)
    con.execute(load_question("lift_cells"))
    by_month: dict[int, list[Cell]] = defaultdict(list)
    for campaign_id, place, *sums in con.execute(load_question("lift_of_cells")).fetchall():
        served, withheld = (
            Arm(visitors, conversions, minor / minor_units, squares / minor_units**2)
            for visitors, conversions, minor, squares in (sums[:4], sums[4:])
        )
        by_month[place].append(Cell(campaign_id, served, withheld))
    spread: dict[int | None, tuple[float, float]] = {
        place: (conversions, minor / minor_units**2)
        for place, conversions, minor in con.execute(load_question("lift_spread"), {"fewest": FEWEST_A_CELL}).fetchall()
    }
    every = [cell for place in sorted(by_month) for cell in by_month[place]]
    return {
        "overall": _shape_lift(_compute(every, spread.get(None))),
        "months": [
            {"month": name, **_shape_lift(_compute(by_month.get(place, []), spread.get(place)))}
            for place, name in enumerate(months.names)
        ],
    }


def check_splits(con: "duckdb.DuckDBPyConnection") -> SelfCheck:
    """Return what came of random splits of the persons of the largest campaigns; needs `lift_cells`."""
    sizes: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for campaign_id, _, served, served_converted, _, _, withheld, withheld_converted, *_ in con.execute(
        load_question("lift_of_cells")
    ).fetchall():
        for place, count in enumerate((served, withheld, served_converted + withheld_converted)):
            sizes[campaign_id][place] += count
    fit = [name for name, (_, _, conversions) in sizes.items() if conversions >= FEWEST_CONVERSIONS]
    chosen = sorted(fit, key=lambda name: (-sum(sizes[name][:2]), name))[:MOST_CHECKED]
    p_values: list[float] = []
    for place, campaign_id in enumerate(chosen):
        served, withheld, _ = sizes[campaign_id]
        share = min(LARGEST_SHARE, max(LEAST_SHARE, withheld / (served + withheld)))
        given = {"campaign": campaign_id, "persons": served + withheld, "most": MOST_SPLIT}
        rows = con.execute(load_question("lift_sample"), given).fetchnumpy()
        converted = np.asarray(rows["converted"], dtype=bool)
        lots = draw_lots(rows["lot"], f"self-check {campaign_id}")
        drawn = (draw_split(lots, split, share) for split in range(place, SPLITS, len(chosen)))
        found = (compare_split(converted, one) for one in drawn)
        p_values += [p_value for p_value in found if p_value is not None]
    return judge_splits(p_values)


def shape_check(found: SelfCheck) -> dict[str, Any]:
    """Return the self-check as JSON values, with its verdict in words."""
    en, ja = WORDS[found.verdict] if found.verdict is not None else NOT_CHECKED
    missing = ("share_significant", "ks_p", "verdict")
    return {
        "splits": found.splits,
        "share_significant": found.share_significant,
        "expected": found.expected,
        "share_low": found.share_low,
        "share_high": found.share_high,
        "ks_p": found.ks_p,
        "verdict": found.verdict,
        "words": {"en": en, "ja": ja},
        "reasons": {} if found.reason is None else dict.fromkeys(missing, found.reason),
    }


def _build_months(con: "duckdb.DuckDBPyConnection", time_zone: str) -> Months:
    """Register the relation `months` and return it."""
    first, last = con.execute(load_question("lift_span")).fetchall()[0]
    months = Months([], [])
    if first is not None:
        start, until = clip_span(first, last + 1, last + 1)
        names, starts = list_starts(start, until - 1, time_zone, "month")
        months = Months(names, [int(at) for at in starts])
    con.register(
        "months",
        {"place": np.arange(len(months.names)), "start_at": np.array(months.starts, dtype=np.int64)},
    )
    return months


def _compute(cells: Sequence[Cell], spread: tuple[float, float] | None) -> Lift:
    conversion, value = spread or (0.0, 0.0)
    return compute_lift(cells, conversion_variance=conversion, value_variance=value)


def _shape_lift(lift: Lift) -> dict[str, Any]:
    figures: Mapping[str, Interval | None] = {name: getattr(lift, name) for name in ESTIMATES}
    missing = [name for name in (*ESTIMATES, "p_value") if getattr(lift, name) is None]
    return {
        **{name: _shape_interval(one) for name, one in figures.items()},
        "p_value": lift.p_value,
        "persons": lift.persons,
        "control_persons": lift.control_persons,
        "campaigns": lift.campaigns,
        "left_out": lift.left_out,
        "reasons": dict.fromkeys(missing, lift.reason or "no_amounts"),
    }


def _shape_interval(one: Interval | None) -> dict[str, float] | None:
    return None if one is None else {"estimate": one.estimate, "ci_low": one.ci_low, "ci_high": one.ci_high}
