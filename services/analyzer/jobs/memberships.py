"""Carries changes of membership into the log, and then into the store.

Never loses a change: it is in the log before it is in the table, and a crash between the two only repeats it.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import duckdb

from services.analyzer.jobs.context import JobContext
from services.analyzer.jobs.telling import tell_log
from services.analyzer.store.columns import build_columns
from services.analyzer.store.questions import load_question
from shared.clock import Millis
from shared.log.entry import SegmentsChanged, encode_entry
from shared.log.partition import compute_partition

Member = tuple[str, str]
"""Segment id and person id."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`people` says of each person whether its id is a user id."""

    added: set[Member]
    removed: set[Member]
    people: dict[str, bool]


def load_present_members(
    con: "duckdb.DuckDBPyConnection", site_id: str, segment_ids: list[str]
) -> tuple[set[Member], dict[str, bool]]:
    """Return who is in these segments by the last run, and of each person whether its id is a user id."""
    before: set[Member] = set()
    people: dict[str, bool] = {}
    asked = {"site": site_id, "segments": segment_ids}
    for segment_id, person_id, is_user in con.execute(load_question("present_members"), asked).fetchall():
        before.add((segment_id, person_id))
        people[person_id] = is_user
    return before, people


async def save_difference(context: JobContext, site_id: str, difference: Difference) -> int:
    """Tell the log, then store; returns how many memberships changed."""
    await _publish(context, site_id, difference)
    await context.write(lambda con: _store(con, site_id, difference, context.now))
    return len(difference.added) + len(difference.removed)


async def _publish(context: JobContext, site_id: str, difference: Difference) -> None:
    changes: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for segment_id, person_id in sorted(difference.added):
        changes[person_id][0].append(segment_id)
    for segment_id, person_id in sorted(difference.removed):
        changes[person_id][1].append(segment_id)
    entries = []
    for person_id, (add, remove) in changes.items():
        is_user = difference.people.get(person_id, True)
        entry = SegmentsChanged(site_id, person_id, is_user, add, remove, context.now)
        partition = compute_partition(site_id, None if is_user else person_id, person_id if is_user else None)
        entries.append((partition, encode_entry(entry)))
    await tell_log(context.log, entries)


def _store(con: "duckdb.DuckDBPyConnection", site_id: str, difference: Difference, now: Millis) -> None:
    def register(name: str, members: set[Member]) -> bool:
        rows: list[tuple[Any, ...]] = [
            (segment_id, person_id, difference.people.get(person_id, True)) for segment_id, person_id in members
        ]
        if rows:
            con.register(name, build_columns(rows))
        return bool(rows)

    con.execute("BEGIN")
    try:
        if register("removed", difference.removed):
            con.execute(load_question("drop_members"), {"site": site_id})
        if register("added", difference.added):
            con.execute(load_question("add_members"), {"site": site_id, "now": now})
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise
