"""Finds those candidates of a lookalike segment that are most like the seed's members.

Never brings a person out of the store that is not chosen.
"""

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any

import duckdb

from services.analyzer.lookalikes.fit import DEFAULT_SIZE, Likeness
from services.analyzer.reports.behaviour import RAREST_SHARE
from services.analyzer.store.questions import load_question

KINDS = ("channel", "device")
_LARGEST_LOGIT = 30.0


def choose_members(
    con: "duckdb.DuckDBPyConnection", likeness: Likeness, candidates: int, size: float | None
) -> dict[str, bool]:
    """Return the most alike of the relation `described`, each with whether its id is a user's; equals by id.

    `size` is a share of the `candidates` up to 1, above that a number of them.
    """
    if likeness.model is None or not candidates:
        return {}
    weights = dict(zip(likeness.names, likeness.model.coefficients.tolist(), strict=True))
    for name in _find_alike(con, [name for name in weights if name.partition(":")[0] in KINDS], candidates):
        del weights[name]
    wanted = DEFAULT_SIZE if size is None else size
    parameters: list[Any] = [ceil(wanted * candidates) if wanted <= 1 else int(wanted)]

    def bind(value: Any) -> str:
        parameters.append(value)
        return f"${len(parameters)}"

    terms = [bind(likeness.model.intercept)]
    terms += [f"{bind(weight)} * {_write_feature(name, bind)}" for name, weight in weights.items()]
    score = f"greatest(-{_LARGEST_LOGIT}, least({_LARGEST_LOGIT}, {' + '.join(terms)}))"
    found = con.execute(load_question("lookalike_found").replace("{score}", score), parameters).fetchnumpy()
    return dict(zip(found["person_id"].tolist(), found["is_user"].tolist(), strict=True))


def _find_alike(con: "duckdb.DuckDBPyConnection", levels: Sequence[str], candidates: int) -> list[str]:
    """Return the channels and devices that hardly any candidates have, or nearly all: no features of theirs."""
    parameters: list[Any] = []

    def bind(value: Any) -> str:
        parameters.append(value)
        return f"${len(parameters)}"

    sums = ", ".join(f"CAST(sum({_write_feature(level, bind)}) AS BIGINT)" for level in levels)
    # Fixed parts; every value is a parameter.
    counts = con.execute(f"SELECT {sums} FROM described", parameters).fetchall()[0] if levels else ()  # noqa: S608
    low, high = RAREST_SHARE * candidates, (1 - RAREST_SHARE) * candidates
    return [level for level, count in zip(levels, counts, strict=True) if not low <= count <= high]


def _write_feature(name: str, bind: Callable[[Any], str]) -> str:
    """Return a feature of `build_behaviour`, or a category's, as an expression over `described`."""
    kind, _, level = name.partition(":")
    if kind in KINDS:
        return f"CAST(coalesce({kind} = {bind(level)}, false) AS DOUBLE)"
    return f"ln(1 + coalesce({f'interests[{bind(level)}]' if level else name}, 0))"
