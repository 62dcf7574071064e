"""The job `expiry`: deletes what a site no longer wants to keep, and what belongs to sites that are gone; then tidies.

Never touches a site that stands and has no `retention_days`.
"""

import duckdb
from sqlmodel import select

from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import DeletedSite, Site
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.store.compaction import compact_events, is_compaction_due
from services.analyzer.store.questions import load_question
from services.analyzer.store.touched import touch_expiring
from shared.clock import DAY_MS, Millis

KEPT_MS = 90 * DAY_MS
"""How long an erasure is remembered for what a collector held back meanwhile."""


async def run_expiry(context: JobContext) -> JobOutcome:
    """Delete events and decisions older than each site's retention, and those of deleted sites."""
    limits: dict[str, Millis] = {}
    gone: dict[str, Millis] = {}
    with read_session(context.database) as session:
        for site in session.exec(select(Site)):
            if site.retention_days is not None and site.id in context.site_ids:
                limits[site.id] = context.now - site.retention_days * DAY_MS
        for deleted in session.exec(select(DeletedSite)):
            gone[deleted.id] = deleted.deleted_at
    rows = 0
    for place, (site_id, before) in enumerate(sorted(limits.items())):
        limit = {"site": site_id, "before": before}

        def delete(con: "duckdb.DuckDBPyConnection", limit: dict[str, object] = limit) -> int:
            touch_expiring(con, str(limit["site"]), before=int(str(limit["before"])))
            (events,) = con.execute(load_question("expire_events"), limit).fetchall()[0]
            (decisions,) = con.execute(load_question("expire_decisions"), limit).fetchall()[0]
            return int(events) + int(decisions)

        rows += await context.write(delete)
        context.report_progress((place + 1) / len(limits))
    for site_id, before in gone.items():
        rows += await _forget_site(context, site_id, before)
    await context.write(lambda con: con.execute(load_question("expire_erasures"), {"before": context.now - KEPT_MS}))
    noted = {"turn": context.kept.tidy()}
    await context.write(lambda con: con.execute(load_question("forget_touched"), noted))
    words = f"{rows} rows of {len(limits) + len(gone)} sites deleted"
    if await context.reader.read(is_compaction_due):
        words += f", {await context.write(compact_events)} messages sorted"
    return JobOutcome(rows, words)


async def _forget_site(context: JobContext, site_id: str, before: Millis) -> int:
    """Delete what was received before the site was deleted; a new site of the same id keeps what it got since."""
    limit: dict[str, object] = {"site": site_id, "before": before}

    def delete(con: "duckdb.DuckDBPyConnection") -> int:
        rows = 0
        touch_expiring(con, site_id, received=before)
        for question in ("forget_events", "forget_decisions", "forget_members", "forget_scores"):
            text = load_question(question)
            given = {name: value for name, value in limit.items() if f"${name}" in text}
            rows += int(con.execute(text, given).fetchall()[0][0])
        return rows

    rows: int = await context.write(delete)
    with write_session(context.database) as session:
        tombstone = session.get(DeletedSite, site_id)
        if tombstone is not None and tombstone.deleted_at == before:
            session.delete(tombstone)
    return rows
