"""How the difference between those who did and those who did not stands in a report: raw and adjusted, side by side.

Never gives a figure without its counts, nor a null without a reason.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.analyzer.stats.effects import Effect


def shape_contrast(outcome: NDArray[np.generic], treated: NDArray[np.bool_], effect: Effect) -> dict[str, Any]:
    """Return raw means, difference and ratio beside the adjusted effect."""
    values = np.asarray(outcome, dtype=np.float64)
    did, did_not = values[treated], values[~treated]
    mean_did = float(did.mean()) if len(did) else None
    mean_not = float(did_not.mean()) if len(did_not) else None
    reasons: dict[str, str] = {}
    for name, mean in (("mean_did", mean_did), ("mean_did_not", mean_not)):
        if mean is None:
            reasons |= dict.fromkeys((name, "difference", "ratio"), "nobody")
    difference = ratio = None
    if mean_did is not None and mean_not is not None:
        difference = mean_did - mean_not
        ratio = mean_did / mean_not if mean_not else None
        if ratio is None:
            reasons["ratio"] = "division_by_zero"
    if effect.reason is not None:
        reasons |= dict.fromkeys(("effect", "ci_low", "ci_high", "p_value"), effect.reason)
    return {
        "persons_did": len(did),
        "persons_did_not": len(did_not),
        "mean_did": mean_did,
        "mean_did_not": mean_not,
        "difference": difference,
        "ratio": ratio,
        "effect": effect.estimate,
        "ci_low": effect.ci_low,
        "ci_high": effect.ci_high,
        "p_value": effect.p_value,
        "overlap": effect.overlap,
        "reasons": reasons,
    }
