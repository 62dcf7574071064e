"""The whole computation of one video's moments: raw figures, then adjusted ones.

Pure; a function of its own so that it can run in another process.
"""

from services.analyzer.video.adjusted import AdjustedMoments, compute_adjusted_moments
from services.analyzer.video.moments import RawMoments, ViewSample, compute_raw_moments

MomentsFigures = tuple[RawMoments, AdjustedMoments]


def compute_moments(sample: ViewSample) -> MomentsFigures:
    """Return every figure of the moments report."""
    raw = compute_raw_moments(sample)
    return raw, compute_adjusted_moments(sample, [one.event for one in raw.actions])
