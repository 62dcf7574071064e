"""The job `lifecycle`: stages, cohorts and rhythms of every site's customers, and what came after purchases, kept.

Never holds the orders of more than one site at once.
"""

from typing import Any

import duckdb

from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.lifecycle import load_lifecycle
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.sites import run_each_site
from services.analyzer.reports.aftercare import AftercareQuestion, build_aftercare_report, load_buyer_campaigns
from services.analyzer.reports.lifecycle import LifecycleQuestion, build_lifecycle_report
from services.analyzer.reports.site import default_window, load_goal, load_site_context
from services.analyzer.reports.stored import save_report

REPORT = "lifecycle"
AFTERCARE = "aftercare"
SUBJECT = ""


async def run_lifecycle(context: JobContext) -> JobOutcome:
    """Compute and keep the reports on customers of every site of the run."""
    return await run_each_site(context, lambda site_id: _run_site(context, site_id), "customers")


async def _run_site(context: JobContext, site_id: str) -> int:
    with read_session(context.database) as session:
        site = load_site_context(session, site_id)
        goal = load_goal(session, site_id, DEFAULT_GOAL)
        campaigns = load_buyer_campaigns(session, site_id)
        rules = load_lifecycle(session, site_id)
    asked = LifecycleQuestion(site_id, site, goal, default_window(context.now), context.now, rules)
    after = AftercareQuestion(site_id, site, goal, default_window(context.now), context.now, campaigns)

    def compute(con: "duckdb.DuckDBPyConnection") -> tuple[dict[str, Any], dict[str, Any]]:
        with context.kept.open(con, site_id) as keeping:
            return build_lifecycle_report(con, asked, keeping), build_aftercare_report(con, after, keeping)

    report, aftercare = await context.reader.read(compute, timeout_s=None)
    with write_session(context.database) as session:
        save_report(session, site_id, REPORT, SUBJECT, report, now=context.now)
        save_report(session, site_id, AFTERCARE, SUBJECT, aftercare, now=context.now)
    return int(report["sample_sizes"]["customers"])
