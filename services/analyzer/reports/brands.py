"""Which brands are alike on a site: extracts who deals with which, has it counted, gives the model to be published.

Never more than the brands and products that most people deal with.
"""

import duckdb

from services.analyzer.reports.drawn import find_part
from services.analyzer.reports.site import Window
from services.analyzer.stats.similarity import LEAST_SHARED, find_similar
from services.analyzer.store.columns import build_columns
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.rules.interest import ACTS, BrandModel
from shared.rules.sql import place_ids

MOST_PERSONS = 100_000
"""Of more people brands are learnt from a part of about this size, by hash."""
MOST_BRANDS = 200
MOST_IMPORTED = 2_000
MOST_OF_ONE = 50
"""Brands of one person: whoever deals with more of them is no evidence that two are alike."""


def learn_brands(
    con: "duckdb.DuckDBPyConnection", site_id: str, window: Window, keeping: Keeping = UNKEPT
) -> BrandModel:
    """Return the brands alike by the people of `window`, and the brands of products that acts do not tell."""
    below = find_part(con, site_id, MOST_PERSONS, keeping)
    span = {"site": site_id, "from": window.start, "to": window.end}

    def make() -> None:
        con.execute(_load("brand_acts"), span | {"events": list(ACTS), "below": below})

    keeping.build("brands", make, relations=("brand_acts",), edges=(window.start, window.end), settings=below)
    imported = con.execute(_load("brand_imported"), {"site": site_id, "most": MOST_IMPORTED}).fetchall()
    con.register("imported", build_columns(imported or [("", None)]))
    con.execute(_load("brand_people"), {"most_brands": MOST_BRANDS, "most_of_one": MOST_OF_ONE})
    dealt = dict(con.execute(_load("brand_counts")).fetchall())
    ((persons,),) = con.execute("SELECT count(DISTINCT person_id) FROM brand_people").fetchall()
    shared = con.execute(_load("brand_pairs"), {"least": LEAST_SHARED}).fetchall()
    return BrandModel(similar=find_similar(persons, dealt, shared), brand_of=dict(sorted(imported)))


def _load(name: str) -> str:
    return place_ids(load_question(name))
