"""Whose steps are followed: everybody, or a part that a few more people do not change; and their ids as arrays."""

import duckdb
import numpy as np

from services.analyzer.journeys.texts import pack_texts
from services.analyzer.store.questions import load_question

MOST, VIEWERS = 1_000, 100


def choose(people: int) -> dict[str, bool]:
    """Return who is followed, and who of them stands for all; every fourth has viewed a video, of two."""
    con = duckdb.connect()
    con.execute(
        f"CREATE TABLE journey_known AS SELECT 'p' || range AS person_id, range AS first_ts FROM range({people})"
    )
    con.execute(
        "CREATE TABLE journey_firsts AS SELECT 'film-' || first_ts % 8 AS video_id, person_id FROM journey_known"
        " WHERE first_ts % 4 = 0"
    )
    con.execute(load_question("journey_walkers"), {"most": MOST, "viewers": VIEWERS})
    return dict(con.execute("SELECT person_id, is_base FROM walkers").fetchall())


def test_everybody_is_followed_until_there_are_too_many() -> None:
    assert all(choose(MOST).values()) and len(choose(MOST)) == MOST
    assert 0.4 * MOST < sum(choose(MOST + 1).values()) < 0.6 * MOST


def test_nobody_moves_because_a_few_more_came() -> None:
    before, after = choose(5_000), choose(5_100)
    assert 0.5 * MOST < sum(before.values()) < MOST
    assert {name: after.get(name) for name in before} == before
    viewers = [name for name in before if int(name[1:]) % 4 == 0]
    assert VIEWERS < len(viewers) < 1_250, "of each video about half of so many at least"


def test_ids_come_back_as_they_were() -> None:
    ids = ["", "visitor-1", "訪問者", "a\x00b"]
    assert pack_texts(ids).take(np.array([2, 0, 3, 3])) == ["訪問者", "", "a\x00b", "a\x00b"]
    assert pack_texts([]).take(np.zeros(0, dtype=np.int64)) == []
