"""Which first acts in the community go with becoming loyal: members out of the store, compared as loyalty factors are.

Never counts who was loyal before the first act, nor an act after the first days as a trigger.
"""

from typing import Any

import duckdb
import numpy as np

from services.analyzer.fits import FitPool
from services.analyzer.loyalty.factors import Factor, FactorSample, compute_factors
from services.analyzer.stats.folds import hash_ids
from services.analyzer.store.questions import load_question
from shared.clock import DAY_MS, Millis

MOST_MEMBERS = 40_000
MOST_BEHAVIOURS = 30
FEWEST_MEMBERS = 30
LARGE = 2_000
"""Of more members than this the fits run in another process."""
RAREST_SHARE = 0.005


def find_triggers(
    con: "duckdb.DuckDBPyConnection",
    fits: FitPool,
    *,
    site_id: str,
    span: tuple[Millis, Millis],
    landmark_days: float,
    loyal_orders: int,
) -> tuple[list[Factor], FactorSample]:
    """Return the triggers and who was compared; needs `conversions` and the community's relations on `con`."""
    sample = _load_sample(con, site_id, span, round(landmark_days * DAY_MS), loyal_orders)
    if len(sample.lots) >= LARGE:
        return fits.submit(compute_factors, sample, 2).result(), sample
    return compute_factors(sample, 2), sample


def shape_trigger(one: Factor) -> dict[str, Any]:
    """Return one trigger as JSON values."""
    effect = one.effect
    reasons: dict[str, str] = {}
    if effect.reason is not None:
        reasons = dict.fromkeys(("effect", "ci_low", "ci_high", "q_value"), effect.reason)
    if one.difference is None:
        reasons["difference"] = "nothing_to_compare"
    if one.ratio is None:
        reasons["ratio"] = "nothing_to_compare" if one.difference is None else "division_by_zero"
    return {
        "behaviour": one.behaviour,
        "persons": one.persons,
        "reach": one.reach,
        "difference": one.difference,
        "ratio": one.ratio,
        "effect": effect.estimate,
        "ci_low": effect.ci_low,
        "ci_high": effect.ci_high,
        "q_value": one.q_value,
        "consequence": one.consequence,
        "compared": effect.treated + effect.untreated,
        "reasons": reasons,
    }


def _load_sample(
    con: "duckdb.DuckDBPyConnection", site_id: str, span: tuple[Millis, Millis], landmark_ms: Millis, loyal_orders: int
) -> FactorSample:
    start, until = span
    chosen = {"site": site_id, "from": start, "to": until, "landmark_ms": landmark_ms}
    con.execute(load_question("community_behaviours"))
    con.execute(load_question("community_newcomers"), {**chosen, "orders": loyal_orders, "most": MOST_MEMBERS})
    rows = con.execute(load_question("community_newcomer_rows")).fetchnumpy()
    asked = {"fewest": FEWEST_MEMBERS, "most": MOST_BEHAVIOURS}
    pairs = con.execute(load_question("community_pairs"), asked).fetchnumpy()
    never = np.iinfo(np.int64).max
    began = np.asarray(rows["began"]).astype(np.int64)
    first_at = np.ma.filled(np.ma.asarray(rows["first_at"]), never).astype(np.int64)
    landmark = began + landmark_ms
    counts = [np.log1p(np.asarray(rows[name]).astype(np.float64)) for name in ("sessions", "pages", "days", "orders")]
    followed = np.clip((until - landmark) / DAY_MS, 0, None)
    names = np.asarray(pairs["behaviour"], dtype=object).astype(str)
    behaviours, behaviour = np.unique(names, return_inverse=True)
    person = np.asarray(pairs["place"]).astype(np.int64)
    return FactorSample(
        lots=hash_ids(rows["person_id"].tolist()),
        converted=first_at < never,
        at_risk=(first_at >= landmark) & (landmark < until),
        converted_after=(first_at >= landmark) & (first_at < until),
        stage=(first_at < never).astype(np.int64),
        early=np.column_stack([*counts, followed, _list_levels(rows["device"])]),
        channels=_list_levels(rows["channel"]),
        behaviours=[str(name) for name in behaviours],
        behaviour=behaviour.astype(np.int64),
        person=person,
        in_first_days=np.asarray(pairs["first_ts"]).astype(np.int64) < landmark[person],
        before=np.ma.filled(np.ma.asarray(pairs["before_converting"]), 0).astype(np.int64),
        after=np.ma.filled(np.ma.asarray(pairs["after_converting"]), 0).astype(np.int64),
    )


def _list_levels(found: Any) -> Any:
    """Return a column of 0 and 1 for each level that is neither rare nor everybody's."""
    values: Any = np.ma.filled(np.ma.asarray(found, dtype=object), None)
    levels = sorted({value for value in values.tolist() if isinstance(value, str)})
    columns = [(values == level).astype(np.float64) for level in levels]
    kept = [column for column in columns if RAREST_SHARE <= column.mean() <= 1 - RAREST_SHARE]
    return np.column_stack(kept) if kept else np.zeros((len(values), 0))
