"""The uplift once more, with what persons had done before the prompt was due taken out of it.

Never looks at anything at or after the trigger.
"""

from collections.abc import Mapping
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from services.analyzer.reports.campaign_uplift import MEASURES
from services.analyzer.stats.cuped import AdjustedDifference, adjust_difference
from services.analyzer.stats.experiments import TUNED_FOR
from services.analyzer.store.questions import load_question

COVARIATES = ["has_converted_before", "conversions_before", "value_before", "products_viewed_before", "carts_before"]
OUTCOMES = {"uplift": "converted", "value_uplift": "minor"}


def shape_adjusted(
    con: "duckdb.DuckDBPyConnection", campaign_id: str, minor_units: int, compared: Mapping[str, Any]
) -> dict[str, Any]:
    """Return `uplift_adjusted` and `value_uplift_adjusted`; null figures leave their reason in `compared`.

    Needs the relation `campaign_priors`.
    """
    reasons: dict[str, str] = compared["reasons"]
    fields: dict[str, Any] = dict.fromkeys(f"{name}_adjusted" for name in OUTCOMES)
    if any(compared[name] is None for name in OUTCOMES):
        # Without the plain figure there is nothing to adjust, and no person needs to be read.
        return fields | _refuse_all(reasons)
    rows = con.execute(load_question("campaign_compared"), {"campaign": campaign_id}).fetchnumpy()
    covariates = build_covariates(rows, minor_units)
    served = np.asarray(rows["served"], dtype=bool)
    for name, column in OUTCOMES.items():
        outcome = np.asarray(rows[column], dtype=np.float64) / (minor_units if column == "minor" else 1)
        found = adjust_difference(outcome, served, covariates)
        fields[f"{name}_adjusted"] = _shape(found)
        if found.reason is not None:
            reasons[f"{name}_adjusted"] = found.reason
    return fields


def build_covariates(rows: Mapping[str, Any], minor_units: int) -> NDArray[np.float64]:
    """Return what was known of each person, counts and amounts as log(1 + x), in the order of `COVARIATES`."""
    conversions, minor, views, carts = (
        np.asarray(rows[name], dtype=np.float64)
        for name in ("conversions_before", "minor_before", "views_before", "carts_before")
    )
    value = np.maximum(minor, 0) / minor_units
    return np.column_stack([conversions > 0, *(np.log1p(one) for one in (conversions, value, views, carts))])


def _refuse_all(reasons: dict[str, str]) -> dict[str, Any]:
    for name in OUTCOMES:
        reasons[f"{name}_adjusted"] = reasons.get(name, "too_few_persons")
    return {}


def _shape(found: AdjustedDifference) -> dict[str, Any] | None:
    if found.difference is None:
        return None
    return {
        "estimate": found.difference,
        **{name: getattr(found, name) for name in MEASURES},
        "chance_to_win": None,
        "persons": found.persons,
        "control_persons": found.control_persons,
        "tuned_for_persons": TUNED_FOR,
        "variance_reduction": found.variance_reduction,
        "adjusted_for": COVARIATES,
    }
