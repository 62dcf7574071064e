"""The job `expiry`: deletes what a site no longer wants to keep, and what belongs to sites that are gone.

Never touches a site without `retention_days`.
"""

import duckdb
from sqlmodel import select

from services.analyzer.control.database import read_session
from services.analyzer.control.models import Site
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.store.questions import load_question
from shared.clock import DAY_MS, Millis


async def run_expiry(context: JobContext) -> JobOutcome:
    """Delete events and decisions older than each site's retention."""
    limits: dict[str, Millis] = {}
    with read_session(context.database) as session:
        for site in session.exec(select(Site)):
            if site.retention_days is not None and site.id in context.site_ids:
                limits[site.id] = context.now - site.retention_days * DAY_MS
    deleted = 0
    for place, (site_id, before) in enumerate(sorted(limits.items())):
        limit = {"site": site_id, "before": before}

        def delete(con: "duckdb.DuckDBPyConnection", limit: dict[str, object] = limit) -> int:
            (events,) = con.execute(load_question("expire_events"), limit).fetchall()[0]
            (decisions,) = con.execute(load_question("expire_decisions"), limit).fetchall()[0]
            return int(events) + int(decisions)

        deleted += await context.write(delete)
        context.report_progress((place + 1) / len(limits))
    return JobOutcome(deleted, f"{deleted} rows of {len(limits)} sites deleted")
