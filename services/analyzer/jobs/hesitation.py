"""The job `hesitation`: fits each site's hesitation score to its sessions, and publishes it.

Never publishes a score that does no better, on persons held out, than saying the same of everybody.
"""

import asyncio

import duckdb

from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.sites import DEFAULT_GOAL
from services.analyzer.control.versions import raise_snapshot_version
from services.analyzer.hesitation.fit import SessionSample, fit_hesitation
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.sites import run_each_site
from services.analyzer.reports.hesitation import HesitationQuestion, load_sessions, name_salt, shape_hesitation_report
from services.analyzer.reports.hesitation_model import load_hesitation_model, save_hesitation_model
from services.analyzer.reports.site import default_window, load_goal, load_site_context
from services.analyzer.reports.stored import save_report

REPORT = "hesitation"


async def run_hesitation(context: JobContext) -> JobOutcome:
    """Fit, keep and publish the score of every site of the run."""
    return await run_each_site(context, lambda site_id: _run_site(context, site_id), "sessions")


async def _run_site(context: JobContext, site_id: str) -> int:
    with read_session(context.database) as session:
        site = load_site_context(session, site_id)
        goal = load_goal(session, site_id, DEFAULT_GOAL)
    asked = HesitationQuestion(site_id, default_window(context.now), goal, context.now)

    def extract(con: "duckdb.DuckDBPyConnection") -> SessionSample:
        with context.kept.open(con, site_id) as keeping:
            return load_sessions(con, site, asked, keeping)

    sample = await context.reader.read(extract, timeout_s=None)
    # The fit alone: with the report its process would load the database and the web framework.
    fitting = context.fits.submit(fit_hesitation, sample, salt=name_salt(asked), now=asked.now)
    fitted = await asyncio.wrap_future(fitting)
    report, model = shape_hesitation_report(sample, asked, fitted), fitted.model
    with write_session(context.database) as session:
        before = load_hesitation_model(session, site_id)
        save_report(session, site_id, REPORT, "", report, now=context.now)
        save_hesitation_model(session, site_id, model, now=context.now)
        if before != model:
            raise_snapshot_version(session)
    context.publish_soon()
    return len(sample.left)
