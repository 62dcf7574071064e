"""The relations `history` and `persons`, as the rule language reads them.

Never copies what the store holds: a view's columns, compressed and met by each query's conditions, are read faster.
"""

import duckdb

from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.rules.sql import load_history_sql, load_persons_sql


def build_rule_history(con: "duckdb.DuckDBPyConnection", site_id: str, asked: str, keeping: Keeping = UNKEPT) -> None:
    """Make the relations `history` and `persons` for queries whose text is `asked`.

    Sessions are cut only for queries that tell one from another, and only of people with a message that does not tell
    its session: for all others each message says it.
    """
    people = load_question("person_events")
    con.execute("SET VARIABLE rule_site = $site", {"site": site_id})
    # All texts are those of files of our own.
    if "session_key" not in asked and "persons.sessions" not in asked:
        con.execute(f"CREATE OR REPLACE TEMP VIEW history AS SELECT * EXCLUDE (context_session_id) FROM ({people})")  # noqa: S608

        def make() -> None:
            con.execute(load_question("history_people"), {"site": site_id})

        keeping.build("persons of rules", make, relations=("persons",))
        return
    loose = f"SELECT DISTINCT person_id FROM ({people}) WHERE context_session_id IS NULL"  # noqa: S608
    con.execute(f"CREATE OR REPLACE TEMP TABLE loose_people AS {loose}")
    narrow = "person_id, ts, message_id, context_session_id, context_session_id IS NULL AS is_loose"
    theirs = f"SELECT {narrow} FROM ({people}) SEMI JOIN loose_people USING (person_id)"  # noqa: S608
    keys = f"WITH person_events AS ({theirs}) SELECT message_id, session_key FROM ({load_history_sql()}) WHERE is_loose"  # noqa: S608
    con.execute(f"CREATE OR REPLACE TEMP TABLE loose_keys AS {keys}")
    con.execute(load_question("history").replace("{people}", people))
    con.execute(f"CREATE OR REPLACE TEMP TABLE persons AS {load_persons_sql()}")
