"""Which jobs there are, and how often each runs by itself.

Never runs one.
"""

from collections.abc import Mapping

from services.analyzer.jobs.allocation import run_allocation
from services.analyzer.jobs.attribution import run_attribution
from services.analyzer.jobs.context import JobTable
from services.analyzer.jobs.experiments import run_experiments
from services.analyzer.jobs.expiry import run_expiry
from services.analyzer.jobs.factors import run_factors
from services.analyzer.jobs.hesitation import run_hesitation
from services.analyzer.jobs.influence import run_influence
from services.analyzer.jobs.journeys import run_journeys
from services.analyzer.jobs.lifecycle import run_lifecycle
from services.analyzer.jobs.lookalike import run_lookalike
from services.analyzer.jobs.moments import run_moments
from services.analyzer.jobs.qoe import run_qoe
from services.analyzer.jobs.scores import run_scores
from services.analyzer.jobs.segments import run_segments
from services.analyzer.jobs.stores import run_stores

JOBS: JobTable = {
    "allocation": run_allocation,
    "attribution": run_attribution,
    "experiments": run_experiments,
    "expiry": run_expiry,
    "factors": run_factors,
    "hesitation": run_hesitation,
    "journeys": run_journeys,
    "lifecycle": run_lifecycle,
    "lookalike": run_lookalike,
    "moments": run_moments,
    "qoe": run_qoe,
    "scores": run_scores,
    "segments": run_segments,
    "stores": run_stores,
    "videos": run_influence,
}

EVERY_S: Mapping[str, int] = {
    "allocation": 900,
    "attribution": 3_600,
    "experiments": 3_600,
    "expiry": 24 * 3600,
    "factors": 6 * 3600,
    "hesitation": 24 * 3600,
    "journeys": 3_600,
    "lifecycle": 3_600,
    "lookalike": 24 * 3600,
    "moments": 300,
    "qoe": 900,
    "scores": 3_600,
    "segments": 60,
    "stores": 3_600,
    "videos": 60,
}
"""Seconds between two starts of a job by itself."""
