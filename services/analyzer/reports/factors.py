"""The loyalty factors report: persons and what they did out of the store, shaped for readers.

Never compares more persons than it can hold: of many a part is taken, by a hash, and the report says so.
"""

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from services.analyzer.fits import FitPool
from services.analyzer.loyalty.factors import Factor, FactorSample, compute_factors
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.store.questions import load_question
from shared.clock import DAY_MS, Millis, to_rfc3339
from shared.rules.sql import SiteContext

STAGES = ("light", "middle", "core")
MOST_PERSONS = 40_000
MOST_BEHAVIOURS = 60
FEWEST_PERSONS = 30
ENGAGED_S = 3.0
RAREST_SHARE = 0.005
LARGE = 2_000
"""Of more persons than this the fits run in another process."""


@dataclass(frozen=True, slots=True)
class FactorsQuestion:
    """What a factors report is about; `middle`, `core`: conversions that make a stage; `landmark_days`: first days."""

    site_id: str
    site: SiteContext
    goal: GoalSpec
    window: Window
    now: Millis
    landmark_days: float = 7.0
    middle: int = 1
    core: int = 2


def build_factors_report(con: "duckdb.DuckDBPyConnection", fits: FitPool, asked: FactorsQuestion) -> dict[str, Any]:
    """Return the whole report as JSON values."""
    sample = _load_sample(con, asked)
    if len(sample.persons) >= LARGE:
        factors = fits.submit(compute_factors, sample, len(STAGES)).result()
    else:
        factors = compute_factors(sample, len(STAGES))
    counts = [int((sample.stage == stage).sum()) for stage in range(len(STAGES))]
    return {
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        "landmark_days": asked.landmark_days,
        "persons": len(sample.persons),
        "converters": int(sample.converted.sum()),
        "stages": [{"stage": name, "persons": count} for name, count in zip(STAGES, counts, strict=True)],
        "factors": [_shape(one) for one in factors],
        "diagnostics": {
            "at_risk": int(sample.at_risk.sum()),
            "converted_after": int((sample.at_risk & sample.converted_after).sum()),
            "most_persons": MOST_PERSONS,
            "stage_conversions": {"middle": asked.middle, "core": asked.core},
        },
        "assumptions": [
            "ratio_is_not_causal",
            "effect_counts_first_days_only",
            "converted_by_the_landmark_are_left_out",
            "adjusted_for_activity_of_the_first_days",
        ],
        "reasons": {} if factors else {"factors": "nobody"},
    }


def _load_sample(con: "duckdb.DuckDBPyConnection", asked: FactorsQuestion) -> FactorSample:
    window = asked.window
    landmark_ms = int(asked.landmark_days * DAY_MS)
    chosen = {"site": asked.site_id, "from": window.start, "to": window.end}
    build_conversions(con, asked.site_id, asked.site, asked.goal)
    con.execute(load_question("factor_acts"), {**chosen, "event": asked.goal.event, "engaged_s": ENGAGED_S})
    con.execute(load_question("factor_persons"), {**chosen, "landmark_ms": landmark_ms, "most": MOST_PERSONS})
    rows = con.execute(load_question("factor_rows")).fetchnumpy()
    pairs = con.execute(load_question("factor_pairs"), {"fewest": FEWEST_PERSONS, "most": MOST_BEHAVIOURS}).fetchnumpy()
    began = _ints(rows["began"])
    first_at = np.ma.filled(np.ma.asarray(rows["first_at"]), np.iinfo(np.int64).max).astype(np.int64)
    conversions = _ints(rows["conversions"])
    landmark = began + landmark_ms
    names = np.asarray(pairs["behaviour"], dtype=object).astype(str)
    behaviours, behaviour = np.unique(names, return_inverse=True)
    person = _ints(pairs["place"])
    return FactorSample(
        persons=[str(name) for name in rows["person_id"]],
        converted=conversions > 0,
        at_risk=(first_at >= landmark) & (landmark < window.end),
        converted_after=np.asarray(rows["converted_after"], dtype=bool),
        stage=np.where(conversions >= asked.core, 2, np.where(conversions >= asked.middle, 1, 0)),
        early=_build_early(rows, (window.end - landmark) / DAY_MS),
        channels=_build_levels(rows["channel"], len(began)),
        behaviours=[str(name) for name in behaviours],
        behaviour=behaviour.astype(np.int64),
        person=person,
        in_first_days=_ints(pairs["first_ts"]) < landmark[person],
        before=_ints(pairs["before_converting"]),
        after=_ints(pairs["after_converting"]),
    )


def _build_early(rows: Any, followed_days: Any) -> Any:
    """Return features of the first days, and how long each person was followed after them."""
    # Not the number of events: it counts the behaviour itself.
    columns = [np.log1p(_ints(rows[name])) for name in ("sessions", "pages", "days")]
    devices = _build_levels(rows["device"], len(followed_days))
    return np.column_stack([*columns, np.clip(followed_days, 0, None), devices]).astype(np.float64)


def _build_levels(found: Any, persons: int) -> Any:
    """Return a column of 0 and 1 for each level that is neither rare nor everybody's."""
    values: Any = np.ma.filled(np.ma.asarray(found, dtype=object), None)
    columns = []
    for level in sorted({value for value in values.tolist() if isinstance(value, str)}):
        column = (values == level).astype(np.float64)
        if RAREST_SHARE <= column.mean() <= 1 - RAREST_SHARE:
            columns.append(column)
    return np.column_stack(columns) if columns else np.zeros((persons, 0))


def _ints(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values), 0).astype(np.int64)


def _shape(one: Factor) -> dict[str, Any]:
    reasons: dict[str, str] = {}
    if one.effect.reason is not None:
        reasons = dict.fromkeys(("effect", "ci_low", "ci_high", "q_value"), one.effect.reason)
    if one.difference is None:
        reasons["difference"] = "nothing_to_compare"
    if one.ratio is None:
        reasons["ratio"] = "nothing_to_compare" if one.difference is None else "division_by_zero"
    return {
        "behaviour": one.behaviour,
        "kind": one.kind,
        "persons": one.persons,
        "reach": one.reach,
        "by_stage": dict(zip(STAGES, one.by_stage, strict=True)),
        "difference": one.difference,
        "ratio": one.ratio,
        "effect": one.effect.estimate,
        "ci_low": one.effect.ci_low,
        "ci_high": one.effect.ci_high,
        "q_value": one.q_value,
        "negative": one.effect.ci_high is not None and one.effect.ci_high < 0,
        "consequence": one.consequence,
        "compared": one.effect.treated + one.effect.untreated,
        "reasons": reasons,
    }
