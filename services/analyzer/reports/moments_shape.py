"""The moments report as JSON values, in the contract's words.

Never computes a figure: what cannot be given is null, with its reason.
"""

from collections.abc import Sequence
from typing import Any

from services.analyzer.reports.moments import MomentsQuestion
from services.analyzer.reports.moments_words import build_advice, build_reason
from services.analyzer.stats.effects import Effect
from services.analyzer.video.adjusted import AdjustedAction, AdjustedMoments, Moment
from services.analyzer.video.bands import BinEffect
from services.analyzer.video.moments import Action, Bin, Entry, RawMoments, ViewSample
from shared.clock import to_rfc3339

EFFECT_FIELDS = ("effect", "ci_low", "ci_high")
ASSUMPTIONS = [
    "viewers_are_persons",
    "first_view_in_window",
    "raw_figures_are_not_causal",
    "ranges_after_the_conversion_do_not_count",
]
ADJUSTED_ASSUMPTIONS = [
    "adjusted_for_behaviour_before_and_viewing_around",
    "later_viewing_is_a_sign_of_intent",
    "found_on_some_viewers_estimated_on_others",
    "bins_include_their_neighbours",
]
CONTROL_P = 0.001
CONTROL_SIZE = 0.1
"""In standard deviations: a smaller effect on the past is no cause for doubt, however certain."""


def shape_moments_report(
    asked: MomentsQuestion, sample: ViewSample, raw: RawMoments, adjusted: AdjustedMoments
) -> dict[str, Any]:
    """Return the whole report."""
    reasons: dict[str, str] = {} if raw.bins else {"bins": "unknown_length"}
    if adjusted.reason is not None:
        reasons["moments"] = adjusted.reason
    best = None if adjusted.recommended is None else adjusted.moments[adjusted.recommended]
    if best is None:
        reasons["recommendation"] = adjusted.recommendation_reason or "no_moment_found"
    return {
        "video": asked.video_id,
        "viewing": asked.viewing,
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        "viewers": raw.viewers,
        "converters": raw.converters,
        "incomplete": raw.incomplete,
        "bin_seconds": raw.bin_seconds,
        "bins": _shape_bins(raw.bins, adjusted),
        "moments": [_shape_moment(one) for one in adjusted.moments],
        "entries": [_shape_entry(one, adjusted) for one in raw.entries],
        "actions": [_shape_action(one, adjusted) for one in raw.actions],
        "recommendation": None if best is None else {"start_at": best.start, "reason": build_reason(best)},
        "advice": build_advice(adjusted.moments, raw.viewers),
        "diagnostics": _shape_diagnostics(asked, sample, raw, adjusted),
        "assumptions": ASSUMPTIONS + (ADJUSTED_ASSUMPTIONS if adjusted.reason is None else []),
        "reasons": reasons,
    }


def _shape_bins(bins: Sequence[Bin], adjusted: AdjustedMoments) -> list[dict[str, Any]]:
    missing = BinEffect(None, None, None, adjusted.reason)
    effects = adjusted.bins or [missing] * len(bins)
    return [_shape_bin(one, effect) for one, effect in zip(bins, effects, strict=True)]


def _shape_bin(one: Bin, effect: BinEffect) -> dict[str, Any]:
    contrast = one.contrast
    reasons = dict(contrast.reasons)
    if effect.reason is not None:
        reasons |= dict.fromkeys(EFFECT_FIELDS, effect.reason)
    return {
        "start": one.start,
        "end": one.end,
        "viewers": contrast.viewers,
        "rate_watched": contrast.rate_did,
        "rate_not_watched": contrast.rate_did_not,
        "difference": contrast.difference,
        "ratio": contrast.ratio,
        "effect": effect.estimate,
        "ci_low": effect.ci_low,
        "ci_high": effect.ci_high,
        "reasons": reasons,
    }


def _shape_effect(effect: Effect | None, reason: str | None, *more: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the effect's fields, and the reasons of those that are null; `more` fields go missing with it."""
    if effect is None or effect.estimate is None:
        code = (effect.reason if effect is not None else reason) or "too_few_viewers"
        return dict.fromkeys(EFFECT_FIELDS), dict.fromkeys((*EFFECT_FIELDS, *more), code)
    return {"effect": effect.estimate, "ci_low": effect.ci_low, "ci_high": effect.ci_high}, {}


def _shape_moment(one: Moment) -> dict[str, Any]:
    fields, reasons = _shape_effect(one.effect, None, "p_value", "q_value", "robustness")
    if one.total.estimate is None:
        reasons["total_effect"] = one.total.reason or "too_few_viewers"
    if one.robustness is None and "robustness" not in reasons:
        reasons["robustness"] = "no_conversions"
    reasons |= {name: code for name, code in one.raw.reasons.items() if not name.startswith("rate_")}
    return {
        "start": one.start,
        "end": one.end,
        "viewers": one.raw.viewers,
        "difference": one.raw.difference,
        "ratio": one.raw.ratio,
        **fields,
        "p_value": one.effect.p_value,
        "q_value": one.q_value,
        "found": one.is_found,
        "total_effect": one.total.estimate,
        "robustness": one.robustness,
        "share_dropped": one.share_dropped,
        "analysed": one.effect.treated + one.effect.untreated,
        "reasons": reasons,
    }


def _shape_entry(one: Entry, adjusted: AdjustedMoments) -> dict[str, Any]:
    fields, reasons = _shape_effect(adjusted.entries.get(one.kind), adjusted.reason)
    if one.conversion_rate is None:
        reasons["conversion_rate"] = "no_viewers"
    return {
        "kind": one.kind,
        "from": one.start,
        "to": one.end,
        "viewers": one.viewers,
        "conversion_rate": one.conversion_rate,
        **fields,
        "reasons": reasons,
    }


def _shape_action(one: Action, adjusted: AdjustedMoments) -> dict[str, Any]:
    found: AdjustedAction | None = adjusted.actions.get(one.event)
    fields, reasons = _shape_effect(found.effect if found else None, adjusted.reason, "q_value")
    contrast = one.contrast
    return {
        "event": one.event,
        "viewers": contrast.viewers,
        "difference": contrast.difference,
        "ratio": contrast.ratio,
        **fields,
        "q_value": found.q_value if found else None,
        "reasons": reasons | {name: code for name, code in contrast.reasons.items() if not name.startswith("rate_")},
    }


def _shape_diagnostics(
    asked: MomentsQuestion, sample: ViewSample, raw: RawMoments, adjusted: AdjustedMoments
) -> dict[str, Any]:
    return {
        "duration": sample.duration or None,
        "unplayed": raw.unplayed,
        "window_days": asked.goal.window_days,
        "rebuilt_from_positions": sample.rebuilt,
        "precision": "positions" if sample.rebuilt * 2 > max(raw.viewers - raw.unplayed, 1) else "ranges",
        "analysed": adjusted.analysed,
        "finding_viewers": adjusted.finding_viewers,
        "estimating_viewers": adjusted.estimating_viewers,
        "effect_elsewhere": adjusted.elsewhere,
        "tried": len(adjusted.moments) + len(adjusted.actions),
        "checks": [_shape_check(one) for one in adjusted.moments],
    }


def _shape_check(one: Moment) -> dict[str, Any]:
    """The overlap of those who watched with those who did not, and the effect on the past, which must be nil."""
    control = one.control
    passed = None
    if control is not None and control.estimate is not None and control.p_value is not None:
        passed = control.p_value > CONTROL_P or abs(control.estimate) < CONTROL_SIZE
    return {
        "start": one.start,
        "end": one.end,
        "overlap": one.effect.overlap,
        "control_effect": control.estimate if control is not None else None,
        "control_p_value": control.p_value if control is not None else None,
        "control_passed": passed,
    }
