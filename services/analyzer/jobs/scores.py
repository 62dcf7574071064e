"""The job `scores`: what everybody's points come to over the whole history, told to the profiles where it is news.

Never loses a change: it is in the log before it is in the table, and a crash between the two only repeats it.
"""

from itertools import groupby
from typing import Any

import duckdb

from services.analyzer.control.database import read_session
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.sites import run_each_site
from services.analyzer.jobs.telling import tell_log
from services.analyzer.reports.site import load_site_context
from services.analyzer.store.columns import build_columns
from services.analyzer.store.questions import load_question
from services.analyzer.store.scores import gather_scored
from shared.log.entry import ScoresCounted, encode_entry
from shared.log.partition import PARTITIONS, compute_partition
from shared.log.position import pack_position
from shared.rules.scores import SiteScores
from shared.rules.sql import compile_score_values

Changed = tuple[str, int, str, bool, float | None, int | None]
"""Score, stamp of its definition, person, whether that is a user id, value and the time it is valued at."""
_FRESH = (
    "CREATE OR REPLACE TEMP TABLE fresh_scores (score_id VARCHAR, stamp BIGINT, person_id VARCHAR, is_user BOOLEAN,"
    " value DOUBLE, valued_at BIGINT)"
)


async def run_scores(context: JobContext) -> JobOutcome:
    """Count every score anew; tell the log the differences, then store them."""
    return await run_each_site(context, lambda site_id: _run_site(context, site_id), "scores changed")


async def _run_site(context: JobContext, site_id: str) -> int:
    with read_session(context.database) as session:
        scores = load_site_context(session, site_id).scores
    counted, changed = await context.reader.read(lambda con: _compare(con, site_id, scores), timeout_s=None)
    # Of a score that is gone nobody has to be told: no rule can name it.
    await _publish(context, site_id, counted, [row for row in changed if row[0] in scores.by_id])
    if changed:
        await context.write(lambda con: _store(con, site_id, changed))
    return len(changed)


def _compare(con: "duckdb.DuckDBPyConnection", site_id: str, scores: SiteScores) -> tuple[list[int], list[Changed]]:
    """Return how far the log is counted, and the differences; both as of one moment."""
    con.execute("BEGIN TRANSACTION")
    try:
        counted = [0] * PARTITIONS
        for partition, last_id in con.execute(load_question("log_offsets")).fetchall():
            counted[partition] = pack_position(last_id.encode())
        if scores.by_id:
            gather_scored(con, site_id, scores.by_event)
        con.execute(_FRESH)
        for score in scores.by_id.values():
            query = compile_score_values(score)
            last = len(query.parameters)
            # The text is our own; its values are parameters.
            fresh = f"SELECT ${last + 1}, ${last + 2}, person_id, is_user, value, valued_at FROM ({query.sql})"  # noqa: S608
            con.execute(f"INSERT INTO fresh_scores {fresh}", [*query.parameters, score.id, score.stamp])
        return counted, con.execute(load_question("score_differences"), {"site": site_id}).fetchall()
    finally:
        con.execute("ROLLBACK")


async def _publish(context: JobContext, site_id: str, counted: list[int], changed: list[Changed]) -> None:
    entries = []
    for (person_id, is_user), rows in groupby(changed, key=lambda row: (row[2], row[3])):
        told = [(row[0], row[1], row[4] or 0.0, row[5] or 0) for row in rows]
        partition = compute_partition(site_id, None if is_user else person_id, person_id if is_user else None)
        entries.append((partition, encode_entry(ScoresCounted(site_id, person_id, is_user, told, counted))))
    await tell_log(context.log, entries)


def _store(con: "duckdb.DuckDBPyConnection", site_id: str, changed: list[Changed]) -> None:
    rows: list[tuple[Any, ...]] = [
        (
            score_id,
            str(stamp),
            person_id,
            is_user,
            None if value is None else repr(value),
            None if at is None else str(at),
        )
        for score_id, stamp, person_id, is_user, value, at in changed
    ]
    con.register("changed", build_columns(rows))
    con.execute("BEGIN")
    try:
        con.execute(load_question("drop_scores"), {"site": site_id})
        con.execute(load_question("add_scores"), {"site": site_id})
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise
    finally:
        con.unregister("changed")
