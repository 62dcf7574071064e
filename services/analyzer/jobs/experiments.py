"""The job `experiments`: every campaign's report and what they brought together, of every site, kept for readers.

Never leaves a campaign's figures of one run beside the sums of another: both are kept at once.
"""

from typing import Any

import duckdb

from services.analyzer.control.database import read_session, write_session
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.sites import run_each_site
from services.analyzer.reports.experiments import ExperimentsQuestion, build_experiments, load_campaigns
from services.analyzer.reports.site import default_window, load_site_context
from services.analyzer.reports.stored import drop_other_reports, save_report

REPORT = "experiments"
SUBJECT = ""
CAMPAIGN_REPORT = "campaigns"
"""Of one campaign, by its id."""


async def run_experiments(context: JobContext) -> JobOutcome:
    """Compute and keep the campaigns' reports of every site of the run."""
    return await run_each_site(context, lambda site_id: _run_site(context, site_id), "campaigns")


async def _run_site(context: JobContext, site_id: str) -> int:
    with read_session(context.database) as session:
        site = load_site_context(session, site_id)
        campaigns = load_campaigns(session, site_id, None)
    asked = ExperimentsQuestion(site_id, site, campaigns, None, default_window(context.now), context.now)
    reports: dict[str, dict[str, Any]] = {}

    def compute(con: "duckdb.DuckDBPyConnection") -> dict[str, Any]:
        progress = context.report_progress if len(context.site_ids) == 1 else None
        with context.kept.open(con, site_id) as keeping:
            return build_experiments(con, asked, keep=reports.__setitem__, progress=progress, keeping=keeping)

    report = await context.reader.read(compute, timeout_s=None)
    with write_session(context.database) as session:
        for campaign_id, own in reports.items():
            save_report(session, site_id, CAMPAIGN_REPORT, campaign_id, own, now=context.now)
        drop_other_reports(session, site_id, CAMPAIGN_REPORT, reports)
        save_report(session, site_id, REPORT, SUBJECT, report, now=context.now)
    return len(reports)
