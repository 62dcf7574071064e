"""How large a part of very many persons stands for all of them.

Never another part because a few persons came: it halves when their number has doubled.
"""

from typing import Final

import duckdb

from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question

ALL: Final = 1_000_000


def find_part(con: "duckdb.DuckDBPyConnection", site_id: str, most: int, keeping: Keeping = UNKEPT) -> int:
    """Return how many of a million parts of people, by hash, are about `most` persons to half as many, or everybody."""

    def make() -> None:
        con.execute(f"CREATE OR REPLACE TEMP TABLE about AS {load_question('persons_about')}", {"site": site_id})

    keeping.share("persons about", make, relation="about", by_person=False)
    ((persons,),) = con.execute("FROM about").fetchall()
    halvings = 0
    while persons > most << halvings:
        halvings += 1
    return ALL >> halvings
