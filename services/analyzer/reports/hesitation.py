"""The hesitation report: extracts moments of sessions, has the score fitted, and shapes the answer.

Never uses what happened after a moment, but for the outcome.
"""

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from services.analyzer.hesitation.fit import CalibrationBin, Driver, Fitted, SessionSample, fit_hesitation
from services.analyzer.reports.drawn import find_part
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.stats.folds import hash_ids
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.clock import DAY_MS, Millis, to_rfc3339
from shared.rules.hesitation import ENGAGED_PRODUCTS, FEATURES, FIXED, HesitationModel
from shared.rules.sql import SiteContext, load_history_sql

PATIENCE_MS = DAY_MS
"""A session has left when no conversion follows within this time."""
MOST_PERSONS = 20_000
"""Of more persons a part of about this size, drawn by hash, is enough for ten weights."""

MEANINGS = {
    "seconds": ("Time in the session", "セッションの経過時間"),
    "page_views": ("Pages seen", "閲覧ページ数"),
    "products": ("Different products viewed", "見た商品の種類数"),
    "returns": ("Going back to a product seen before", "前に見た商品への行き戻り"),
    "cart_adds": ("Putting into the cart", "カートに入れた回数"),
    "cart_removes": ("Taking out of the cart", "カートから出した回数"),
    "products_since_video": ("Products viewed since the last video", "最後の動画以降に見た商品数"),
    "video": ("Having watched a video in the session", "セッション内で動画を視聴"),
    "first_session": ("First session", "初めてのセッション"),
}


@dataclass(frozen=True, slots=True)
class HesitationQuestion:
    """What a hesitation report is about."""

    site_id: str
    window: Window
    goal: GoalSpec
    now: Millis


def load_sessions(
    con: "duckdb.DuckDBPyConnection", site: SiteContext, asked: HesitationQuestion, keeping: Keeping = UNKEPT
) -> SessionSample:
    """Return one moment of every engaged session whose outcome is known by now."""
    build_conversions(con, asked.site_id, site, asked.goal, keeping)
    below = find_part(con, asked.site_id, MOST_PERSONS, keeping)
    known = (asked.window.start, min(asked.window.end, asked.now - PATIENCE_MS))

    def make() -> None:
        con.execute(load_question("hesitation_events"), {"site": asked.site_id, "below": below})
        # Text of a file of our own.
        con.execute(f"CREATE OR REPLACE TEMP TABLE hesitation_history AS {load_history_sql()}")
        spans = {"from": known[0], "to": known[1], "patience_ms": PATIENCE_MS, "engaged": ENGAGED_PRODUCTS}
        con.execute(load_question("hesitation_moments"), spans)

    keeping.build(
        "hesitation", make, relations=("hesitation_moments",), inputs=("conversions",), edges=known, settings=below
    )
    rows = con.execute(load_question("hesitation_sessions")).fetchnumpy()
    columns = [np.ma.filled(np.ma.asarray(rows[name]), 0).astype(np.float64) for name in FEATURES]
    return SessionSample(
        hash_ids(rows["person_id"].tolist()),
        np.column_stack(columns),
        np.asarray(rows["did_leave"], dtype=bool),
    )


def compute_hesitation_report(
    sample: SessionSample, asked: HesitationQuestion
) -> tuple[dict[str, Any], HesitationModel | None]:
    """Return the whole report as JSON values, and the model to be used, None for the fixed one."""
    fitted = fit_hesitation(sample, salt=name_salt(asked), now=asked.now)
    return shape_hesitation_report(sample, asked, fitted), fitted.model


def name_salt(asked: HesitationQuestion) -> str:
    """Return by what a site's persons are divided."""
    return f"hesitation:{asked.site_id}"


def shape_hesitation_report(sample: SessionSample, asked: HesitationQuestion, fitted: Fitted) -> dict[str, Any]:
    """Return the whole report as JSON values."""
    left = int(sample.left.sum())
    base = {} if len(sample.left) else {"base_rate": "no_sessions"}
    report = {
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        "sessions": len(sample.left),
        "left": left,
        "bought": len(sample.left) - left,
        "base_rate": float(sample.left.mean()) if len(sample.left) else None,
        "in_use": "fitted" if fitted.model is not None else "fixed",
        **_shape_judgement(fitted),
        "drivers": [_shape_driver(one) for one in fitted.drivers],
        "model": _shape_model(fitted.model or FIXED),
        "diagnostics": {
            "engaged_products": ENGAGED_PRODUCTS,
            "patience_hours": PATIENCE_MS // 3_600_000,
            "most_persons": MOST_PERSONS,
        },
        "assumptions": [
            "one_moment_a_session_drawn_by_hash",
            "left_means_no_conversion_within_24_hours",
            "judged_by_models_that_had_not_seen_the_person",
            "drivers_are_not_causal",
        ],
    }
    judged = dict.fromkeys(("log_loss", "log_loss_base", "brier", "auc"), fitted.reason) if not fitted.judgement else {}
    model = {"model": fitted.reason} if fitted.reason is not None else {}
    return {**report, "reasons": {**base, **judged, **model}}


def _shape_judgement(fitted: Fitted) -> dict[str, Any]:
    judged = fitted.judgement
    if judged is None:
        missing = dict.fromkeys(("log_loss", "log_loss_base", "brier", "auc"))
        return {"held_out": 0, **missing, "calibration": []}
    return {
        "held_out": judged.sessions,
        "log_loss": judged.log_loss,
        "log_loss_base": judged.log_loss_base,
        "brier": judged.brier,
        "auc": judged.auc,
        "calibration": [_shape_bin(one) for one in judged.calibration],
    }


def _shape_bin(one: CalibrationBin) -> dict[str, Any]:
    return {
        "from": one.low,
        "to": one.high,
        "sessions": one.sessions,
        "predicted": one.predicted,
        "observed": one.observed,
        "ci_low": one.ci_low,
        "ci_high": one.ci_high,
    }


def _shape_driver(one: Driver) -> dict[str, Any]:
    en, ja = MEANINGS[one.feature]
    towards = "leaving" if one.effect > 0 else "buying" if one.effect < 0 else "neither"
    return {
        "feature": one.feature,
        "meaning": {"en": en, "ja": ja},
        "weight": one.weight,
        "effect": one.effect,
        "towards": towards,
    }


def _shape_model(model: HesitationModel) -> dict[str, Any]:
    return {"intercept": model.intercept, "weights": dict(zip(FEATURES, model.weights, strict=True))}
