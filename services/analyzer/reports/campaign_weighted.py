"""Each variant against the holdout where shares were learnt: every person weighed by the chance that was logged.

Never takes later shares for the ones that a person's arm was given by.
"""

from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from services.analyzer.reports.campaign_uplift import FEWEST_AN_ARM, HOLDOUT, MEASURES
from services.analyzer.stats.experiments import TUNED_FOR
from services.analyzer.stats.weighted import WeightedArm, compare_weighted
from services.analyzer.store.questions import load_question

ASSUMPTION = "variants_weighed_by_their_chances"
OUTCOMES = {"uplift": "converted", "value_uplift": "minor"}


def weigh_variants(con: "duckdb.DuckDBPyConnection", campaign_id: str, minor_units: int) -> list[dict[str, Any]]:
    """Return `by_variant` of a campaign whose shares were learnt; persons whose chance is not in the log are left out.

    Needs the relation `campaign_persons`. Reasons: no_holdout, too_few_persons.
    """
    rows = con.execute(load_question("campaign_logged"), {"campaign": campaign_id}).fetchnumpy()
    chance = np.ma.filled(np.ma.asarray(rows["propensity"], dtype=np.float64), 0.0)
    known = chance > 0
    arms = np.asarray(rows["arm"], dtype=str)
    values = {
        name: np.asarray(rows[column], dtype=np.float64) / (minor_units if column == "minor" else 1)
        for name, column in OUTCOMES.items()
    }
    compared = []
    for arm in sorted(set(arms.tolist()) - {HOLDOUT}):
        row: dict[str, Any] = {"id": arm, "reasons": {}}
        held, got = known & (arms == HOLDOUT), known & (arms == arm)
        for name, outcome in values.items():
            row[name] = _compare(outcome, chance, held, got, name, row["reasons"])
        compared.append(row)
    return compared


def _compare(
    outcome: NDArray[np.float64],
    chance: NDArray[np.float64],
    held: NDArray[np.bool_],
    got: NDArray[np.bool_],
    name: str,
    reasons: dict[str, str],
) -> dict[str, Any] | None:
    persons, control = int(got.sum()), int(held.sum())
    if not control:
        reasons[name] = "no_holdout"
        return None
    if min(persons, control) < FEWEST_AN_ARM:
        reasons[name] = "too_few_persons"
        return None
    sides = (WeightedArm(outcome[one], chance[one]) for one in (held, got))
    found = compare_weighted(*sides, is_rate=OUTCOMES[name] == "converted")
    return {
        "estimate": found.difference,
        **{measure: getattr(found, measure) for measure in MEASURES},
        "chance_to_win": None,
        "persons": persons,
        "control_persons": control,
        "tuned_for_persons": TUNED_FOR,
    }
