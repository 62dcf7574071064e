"""Runs a job's work site by site.

Never lets one site's trouble cost the others.
"""

from collections.abc import Awaitable, Callable

from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.problems import Refused


async def run_each_site(context: JobContext, work: Callable[[str], Awaitable[int]], words: str) -> JobOutcome:
    """Return the rows of all sites; a site that cannot be worked on (deleted meanwhile, no goal) is noted.

    With a single site there are no others to spare: its trouble is the run's.
    """
    rows, notes = 0, []
    for place, site_id in enumerate(context.site_ids):
        try:
            rows += await work(site_id)
        except Refused as refused:
            if len(context.site_ids) == 1:
                raise
            notes.append(f"site {site_id} left out: {refused}")
        context.report_progress((place + 1) / len(context.site_ids))
    return JobOutcome(rows, "; ".join([f"{rows} {words}", *notes])[:1_000])
