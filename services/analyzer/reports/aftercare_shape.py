"""The parts of the report on what came after a purchase, as JSON values.

Never reads the store.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.analyzer.lifecycle.aftercare import Contrast, Counts
from services.analyzer.reports.campaign_uplift import compare_arms
from services.analyzer.stats.experiments import Arm, compare_conversion
from services.analyzer.stats.proportions import find_wilson
from services.analyzer.stats.waiting import Reached

ARM_FIGURES = ("persons", "watched", "came_back", "bought_again", "back_open", "again_open")


def show_counts(counts: Counts, seconds: NDArray[np.float64]) -> dict[str, Any]:
    """Return the way of the buyers: how many were reached, watched, came back, bought again, so far."""
    told = seconds[seconds > 0]
    shares = {
        "share_delivered": counts.delivered / counts.buyers if counts.buyers else None,
        "share_watched": counts.watched / counts.buyers if counts.buyers else None,
    }
    reasons = {name: "no_buyers" for name, share in shares.items() if share is None}
    if not len(told):
        reasons["seconds_p50"] = "no_seconds_told" if counts.watched else "nobody_watched"
    return {
        "buyers": counts.buyers,
        "prompted": counts.prompted,
        "viewed": counts.viewed,
        "delivered": counts.delivered,
        "watched": counts.watched,
        **shares,
        "seconds": float(seconds.sum()),
        "seconds_p50": float(np.median(told)) if len(told) else None,
        "came_back": counts.came_back,
        "back_open": counts.back_open,
        "bought_again": counts.bought_again,
        "again_open": counts.again_open,
        "reasons": reasons,
    }


def show_reached(found: Sequence[Reached]) -> list[dict[str, Any]]:
    """Return a curve: the share by each day."""
    return [
        {
            "day": one.day,
            "share": one.share,
            "ci_low": one.ci_low,
            "ci_high": one.ci_high,
            "followed": one.followed,
            "reasons": {}
            if one.share is not None
            else dict.fromkeys(("share", "ci_low", "ci_high"), "not_followed_that_long"),
        }
        for one in found
    ]


def show_contrast(found: Contrast) -> dict[str, Any]:
    """Return those who watched in the first days beside those who did not."""
    figures = ("day", "difference", "ci_low", "ci_high")
    return {
        "watched": {"persons": found.persons[0], "bought_again_by": show_reached(found.watched)},
        "not_watched": {"persons": found.persons[1], "bought_again_by": show_reached(found.not_watched)},
        "bought_before": found.before_landmark,
        **{name: getattr(found, name) for name in figures},
        "reasons": {} if found.reason is None else dict.fromkeys(figures, found.reason),
    }


def show_campaigns(
    campaigns: Sequence[tuple[str, str, str, float]], rows: Sequence[tuple[Any, ...]]
) -> list[dict[str, Any]]:
    """Return the campaigns for buyers (id, name, status, holdout) with what their prompt brought, by lot."""
    arms: dict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
    for campaign_id, arm, *figures in rows:
        arms[campaign_id][arm] = tuple(figures)
    shown = []
    for campaign_id, name, status, holdout in campaigns:
        found = {arm: dict(zip(ARM_FIGURES, figures, strict=True)) for arm, figures in arms[campaign_id].items()}
        nobody = dict.fromkeys(ARM_FIGURES, 0)
        ours, held = found.get("shown", nobody), found.get("withheld", nobody)
        reasons: dict[str, str] = {}
        compared = {
            field: compare_arms(
                Arm(held["persons"], held[field]), Arm(ours["persons"], ours[field]), field, reasons, compare_conversion
            )
            for field in ("watched", "came_back", "bought_again")
        }
        shown.append(
            {
                "campaign": campaign_id,
                "name": name,
                "status": status,
                "holdout": holdout,
                "shown": ours,
                "withheld": held,
                "seen_in_two_arms": found.get("both", nobody)["persons"],
                **compared,
                "reasons": reasons,
            }
        )
    return shown


def show_videos(rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Return the videos that buyers met after the purchase, with those who bought again after watching, so far."""
    shown = []
    for video, viewers, watched, played_ms, told, bought_again, again_open in rows:
        low, high = find_wilson(bought_again, watched) if watched else (None, None)
        reasons = {} if watched else dict.fromkeys(("share_bought_again", "ci_low", "ci_high"), "nobody_watched")
        if not told:
            reasons["seconds_mean"] = "no_seconds_told"
        shown.append(
            {
                "video": video,
                "viewers": viewers,
                "watched": watched,
                "seconds_mean": played_ms / told / 1000 if told else None,
                "bought_again": bought_again,
                "again_open": again_open,
                "share_bought_again": bought_again / watched if watched else None,
                "ci_low": low,
                "ci_high": high,
                "reasons": reasons,
            }
        )
    return shown
