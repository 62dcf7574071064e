"""The job `stores`: how visits lead to purchases, and what the community does, of every site, kept for readers.

Never holds the visits of more than one site at once.
"""

from typing import Any

import duckdb

from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.sites import run_each_site
from services.analyzer.reports.community import CommunityQuestion, build_community_report
from services.analyzer.reports.site import default_window, load_goal, load_site_context
from services.analyzer.reports.stored import save_report
from services.analyzer.reports.stores import StoresQuestion, build_stores_report

REPORT = "stores"
COMMUNITY = "community"
SUBJECT = ""


async def run_stores(context: JobContext) -> JobOutcome:
    """Compute and keep the reports on stores and the community of every site of the run."""
    return await run_each_site(context, lambda site_id: _run_site(context, site_id), "visits")


async def _run_site(context: JobContext, site_id: str) -> int:
    with read_session(context.database) as session:
        site = load_site_context(session, site_id)
        goal = load_goal(session, site_id, DEFAULT_GOAL)
    asked = StoresQuestion(site_id, site, goal, default_window(context.now), context.now)
    about = CommunityQuestion(site_id, site, goal, default_window(context.now), context.now)

    def compute(con: "duckdb.DuckDBPyConnection") -> tuple[dict[str, Any], dict[str, Any]]:
        with context.kept.open(con, site_id) as keeping:
            report = build_stores_report(con, asked, keeping)
            return report, build_community_report(con, context.fits, about, keeping)

    report, community = await context.reader.read(compute, timeout_s=None)
    with write_session(context.database) as session:
        save_report(session, site_id, REPORT, SUBJECT, report, now=context.now)
        save_report(session, site_id, COMMUNITY, SUBJECT, community, now=context.now)
    return int(report["sample_sizes"]["visits"])
