"""The persons that reports compare: gathered for all reports of a run, so that their behaviour before is read once.

Never looks at anything after a person's moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from services.analyzer.reports.behaviour import build_behaviour, fetch_prior_behaviour
from services.analyzer.stats.folds import Lots
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question


@dataclass(frozen=True, slots=True)
class Subjects:
    """The persons of one report: `rows` are columns by name, `behaviour` the features of what each did before.

    `first` is the place of the first of them in the relation `subjects`.
    """

    lots: Lots
    first: int
    rows: Mapping[str, Any]
    behaviour: NDArray[np.float64]


def gather_subjects(
    con: "duckdb.DuckDBPyConnection",
    site_id: str,
    columns: str,
    question: str,
    asked: Sequence[Mapping[str, Any]],
    *,
    search: tuple[str, dict[str, Any]] | None = None,
    keeping: Keeping = UNKEPT,
    name: str = "",
) -> dict[str, Subjects]:
    """Return the persons of each report; leaves the relation `subjects` of all of them.

    `columns` declares what `question` adds of each; it is asked once for each of `asked`, which name their `report`.
    `search` is a question with its parameters ($from and $to among them) that then looks for the moments of those who
    have none, for all reports at once. `name` is of what is kept for the next run.
    """
    con.execute(load_question("begin_subjects").replace("{columns}", columns))
    for given in asked:
        con.execute(load_question(question), dict(given))
    if search is not None:
        _find_moments(con, search[0], search[1], keeping, name)
    con.execute(load_question("number_subjects"))
    rows = con.execute(load_question("subject_rows")).fetchnumpy()
    before = fetch_prior_behaviour(con, site_id, keeping, f"{name} behaviour")
    report = np.asarray(rows["report"], dtype=object).astype(str)
    gathered = {}
    for given in asked:
        places = np.flatnonzero(report == given["report"])
        part = slice(int(places[0]), int(places[-1]) + 1) if len(places) else slice(0, 0)
        own = {name: column[part] for name, column in rows.items()}
        behaviour = build_behaviour({name: column[part] for name, column in before.items()})
        gathered[str(given["report"])] = Subjects(own["lot"], part.start, own, behaviour.values)
    return gathered


def _find_moments(
    con: "duckdb.DuckDBPyConnection", question: str, given: dict[str, Any], keeping: Keeping, name: str
) -> None:
    def make() -> None:
        con.execute(load_question(question), given)

    edges = (given["from"], given["to"])
    gathered = "gathered_subjects"
    keeping.build(
        f"{name} moments", make, relations=("found_moments",), inputs=(gathered,), among=gathered, edges=edges
    )
    con.execute(load_question("add_moments"))


def load_outcomes(
    con: "duckdb.DuckDBPyConnection", place: NDArray[np.int64], index_at: NDArray[np.int64], window_ms: int
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return for each row whether a conversion followed its moment within the window, and what they were worth.

    `place` is of the relation `subjects`; needs `conversions` on this connection.
    """
    converted, value = np.zeros(len(place), dtype=bool), np.zeros(len(place))
    if len(place):
        con.register("indexes", {"row": np.arange(len(place)), "place": place, "index_at": index_at})
        found = con.execute(load_question("index_outcomes"), {"window_ms": window_ms}).fetchnumpy()
        con.unregister("indexes")
        rows = np.asarray(found["row"], dtype=np.int64)
        converted[rows] = True
        value[rows] = np.asarray(found["value"], dtype=np.float64)
    return converted, value
