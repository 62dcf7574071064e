"""The job `lifecycle`: stages, transitions, cohorts and rhythms of every site's customers, kept for readers.

Never holds the orders of more than one site at once.
"""

from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.sites import run_each_site
from services.analyzer.reports.lifecycle import LifecycleQuestion, build_lifecycle_report
from services.analyzer.reports.site import default_window, load_goal, load_site_context
from services.analyzer.reports.stored import save_report

REPORT = "lifecycle"
SUBJECT = ""


async def run_lifecycle(context: JobContext) -> JobOutcome:
    """Compute and keep the lifecycle report of every site of the run."""
    return await run_each_site(context, lambda site_id: _run_site(context, site_id), "customers")


async def _run_site(context: JobContext, site_id: str) -> int:
    with read_session(context.database) as session:
        site = load_site_context(session, site_id)
        goal = load_goal(session, site_id, DEFAULT_GOAL)
    asked = LifecycleQuestion(site_id, site, goal, default_window(context.now), context.now)
    report = await context.reader.read(lambda con: build_lifecycle_report(con, asked), timeout_s=None)
    with write_session(context.database) as session:
        save_report(session, site_id, REPORT, SUBJECT, report, now=context.now)
    return int(report["sample_sizes"]["customers"])
