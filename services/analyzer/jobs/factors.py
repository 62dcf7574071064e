"""The job `factors`: the loyalty factors of every site, with the default goal and window, kept for readers.

Never holds the persons of more than one site at once.
"""

from typing import Any

import duckdb

from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.sites import run_each_site
from services.analyzer.reports.factors import FactorsQuestion, build_factors_report
from services.analyzer.reports.factors_definition import load_definition
from services.analyzer.reports.site import default_window, load_goal, load_site_context
from services.analyzer.reports.stored import save_report

REPORT = "factors"
SUBJECT = ""


async def run_factors(context: JobContext) -> JobOutcome:
    """Compute and keep the factors report of every site of the run."""
    return await run_each_site(context, lambda site_id: _run_site(context, site_id), "behaviours")


async def _run_site(context: JobContext, site_id: str) -> int:
    with read_session(context.database) as session:
        site = load_site_context(session, site_id)
        goal = load_goal(session, site_id, DEFAULT_GOAL)
        definition = load_definition(session, site_id)
    asked = FactorsQuestion(site_id, site, goal, default_window(context.now), context.now, definition=definition)

    def compute(con: "duckdb.DuckDBPyConnection") -> dict[str, Any]:
        with context.kept.open(con, site_id) as keeping:
            return build_factors_report(con, context.fits, asked, keeping)

    report = await context.reader.read(compute, timeout_s=None)
    with write_session(context.database) as session:
        save_report(session, site_id, REPORT, SUBJECT, report, now=context.now)
    return len(report["factors"])
