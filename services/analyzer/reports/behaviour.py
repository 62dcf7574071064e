"""What persons did before a moment of their own, as the features that adjusted figures are adjusted for.

Never looks at anything after that moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question

COUNTS = (
    "events",
    "sessions",
    "pages",
    "pages_just_before",
    "product_views",
    "products",
    "product_views_just_before",
    "searches",
    "cart_additions",
    "checkouts",
    "orders",
    "videos",
    "video_events",
    "prompt_events",
    "days_known",
)
RAREST_SHARE = 0.005
"""A channel or device of fewer persons than this has no feature of its own."""


@dataclass(frozen=True)
class Behaviour:
    """Features by person: `values` is persons x names, counts as log(1 + count), channels and devices as 0 or 1."""

    names: list[str]
    values: NDArray[np.float64]

    def get(self, name: str) -> NDArray[np.float64]:
        """Return one feature's column."""
        column: NDArray[np.float64] = self.values[:, self.names.index(name)]
        return column


def load_prior_behaviour(con: "duckdb.DuckDBPyConnection", site_id: str) -> Behaviour:
    """Return what each of the relation `subjects(place, person_id, t0)` did before its `t0` (ms), ordered by place."""
    return build_behaviour(fetch_prior_behaviour(con, site_id, UNKEPT, ""))


def fetch_prior_behaviour(
    con: "duckdb.DuckDBPyConnection", site_id: str, keeping: Keeping, name: str
) -> Mapping[str, Any]:
    """Return the rows that `build_behaviour` reads; `name` is whose they are, for what is kept of them."""
    con.execute(load_question("subject_moments"))

    def make() -> None:
        con.execute(load_question("prior_behaviour"), {"site": site_id})

    moments = "subject_moments"
    keeping.build(name, make, relations=("prior_behaviour",), inputs=(moments,), among=moments)
    found: Mapping[str, Any] = con.execute(load_question("subject_behaviour")).fetchnumpy()
    return found


def build_behaviour(found: Mapping[str, Any]) -> Behaviour:
    """Return the features of rows of the relation `prior_behaviour`, in their order."""
    persons = len(found[COUNTS[0]])
    names: list[str] = []
    columns: list[NDArray[np.float64]] = []
    for name in COUNTS:
        counts = np.ma.filled(np.ma.asarray(found[name], dtype=np.float64), 0.0)
        names.append(name)
        columns.append(np.log1p(counts))
        if name in ("orders", "cart_additions", "searches"):
            names.append(f"any_{name}")
            columns.append((counts > 0).astype(np.float64))
    for name in ("channel", "device"):
        known: NDArray[np.object_] = np.ma.filled(np.ma.asarray(found[name], dtype=object), None)
        for level in sorted(value for value in set(known.tolist()) if isinstance(value, str)):
            column = (known == level).astype(np.float64)
            if RAREST_SHARE * persons <= column.sum() <= (1 - RAREST_SHARE) * persons:
                names.append(f"{name}:{level}")
                columns.append(column)
    values = np.column_stack(columns) if persons else np.empty((0, len(names)))
    return Behaviour(names, values)
