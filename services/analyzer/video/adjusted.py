"""What watching each part of a video was worth, adjusted for who its viewers were and how they watched the rest.

Pure. Finds stretches on 40 % of the viewers and says on the other 60 % what they are worth; the same persons fall into
the same part every time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.analyzer.stats.effects import Effect, estimate_effect, widen
from services.analyzer.stats.folds import assign_folds, draw_uniform
from services.analyzer.stats.multiple import adjust_p_values
from services.analyzer.video.bands import BinEffect, estimate_bins
from services.analyzer.video.coverage import Bools, Ints
from services.analyzer.video.finding import Stretch, find_stretches
from services.analyzer.video.moments import Contrast, ViewSample, contrast
from services.analyzer.video.viewing import (
    Viewing,
    build_viewing,
    compute_share,
    describe_after,
    describe_before,
    find_eligible,
    find_watchers,
)

FINDING_SHARE = 0.4
FOLDS = 3
FOUND_Q = 0.05
MODEL_DOUBT = 0.5
"""
An answer that moves with the choice of what to adjust for is less sure than its sampling error says: this share of the
move counts as a further standard error (after Athey and Imbens 2015).
"""
MOST_ELSEWHERE, FEWEST_ELSEWHERE = 4, 2
"""
Stretches away from every candidate, where nothing was found, that are asked the same: what they come to on the average
is what hidden intent leaves in every answer (negative controls: Lipsitch, Tchetgen Tchetgen and Cohen 2010; Schuemie
and others 2018). It is not taken off, for a film may work all through, but the interval reaches to where it would be.
"""
HIDDEN_LEAN = 1.5
"""A stretch that stands out may owe more to hidden intent than the others do: half as much again."""
CLEARANCE = 2
"""Bins between them and the next candidate."""
MOST_VIEWERS = 100_000
"""Of more viewers than this a part is taken, by lot."""
FEWEST_VIEWERS = 500
FEWEST_CONVERTERS = 30


@dataclass(frozen=True, slots=True)
class Moment:
    """A candidate stretch, seconds, with what it is worth. It is found when `q_value` is at most 0.05."""

    start: float
    end: float
    raw: Contrast
    effect: Effect
    total: Effect
    q_value: float | None
    robustness: float | None
    share_dropped: float | None
    control: Effect | None
    """The effect on behaviour before the view, which must be nil."""

    @property
    def is_found(self) -> bool:
        """Whether it stands out from chance, among all that was tried."""
        return self.q_value is not None and self.q_value <= FOUND_Q


@dataclass(frozen=True, slots=True)
class AdjustedAction:
    """What doing something in the player was worth."""

    effect: Effect
    q_value: float | None


@dataclass(frozen=True, slots=True)
class AdjustedMoments:
    """The adjusted figures of one video; `reason` says why there is none. `recommended` is a place in `moments`."""

    bins: list[BinEffect]
    moments: list[Moment]
    entries: dict[str, Effect]
    actions: dict[str, AdjustedAction]
    recommended: int | None
    recommendation_reason: str | None
    reason: str | None
    analysed: int
    finding_viewers: int
    estimating_viewers: int
    elsewhere: float | None = None
    """What stretches are worth on the average where nothing was found; None with too few places for them."""


def compute_adjusted_moments(sample: ViewSample, action_names: Sequence[str] = ()) -> AdjustedMoments:
    """Return every adjusted figure of the report.

    Reasons: unknown_length, too_few_viewers, too_few_conversions.
    """
    viewing = build_viewing(sample) if sample.duration > 0 else None
    if viewing is None:
        return _nothing("unknown_length", 0)
    everyone = viewing
    lots = sample.lots[viewing.place]
    if len(lots) > MOST_VIEWERS:
        drawn = draw_uniform(lots, "sample")
        kept = drawn < np.partition(drawn, MOST_VIEWERS)[MOST_VIEWERS]
        viewing, lots = viewing.select(kept), lots[kept]
    if len(lots) < FEWEST_VIEWERS:
        return _nothing("too_few_viewers", len(lots))
    if viewing.converted.sum() < FEWEST_CONVERTERS:
        return _nothing("too_few_conversions", len(lots))
    fold = assign_folds(lots, FOLDS, "fold")
    finding = draw_uniform(lots, "part") < FINDING_SHARE
    stretches = sorted(find_stretches(viewing.select(finding)), key=lambda one: one.low)
    raw = [_compare_raw(everyone, sample.views, one) for one in stretches]
    estimating, parts = viewing.select(~finding), fold[~finding]
    elsewhere = _estimate_elsewhere(estimating, parts, stretches)
    moments = _estimate_moments(estimating, parts, stretches, raw, lean=HIDDEN_LEAN * (elsewhere or 0.0))
    actions = _estimate_actions(sample, viewing, fold, action_names)
    tried = [one.effect for one in moments] + [one.effect for one in actions.values()]
    q_values = adjust_p_values([effect.p_value for effect in tried])
    moments = [replace(one, q_value=q) for one, q in zip(moments, q_values, strict=False)]
    actions = {
        name: replace(one, q_value=q) for (name, one), q in zip(actions.items(), q_values[len(moments) :], strict=True)
    }
    recommended, why_not = _recommend(moments)
    return AdjustedMoments(
        bins=estimate_bins(viewing, fold),
        moments=moments,
        entries=_estimate_entries(sample, viewing, fold),
        actions=actions,
        recommended=recommended,
        recommendation_reason=why_not,
        reason=None,
        analysed=len(lots),
        finding_viewers=int(finding.sum()),
        estimating_viewers=int((~finding).sum()),
        elsewhere=elsewhere,
    )


def _nothing(reason: str, viewers: int) -> AdjustedMoments:
    return AdjustedMoments([], [], {}, {}, None, reason, reason, viewers, 0, 0)


def _estimate_moments(
    viewing: Viewing, fold: Ints, stretches: Sequence[Stretch], raw: Sequence[Contrast], *, lean: float
) -> list[Moment]:
    moments = []
    for one, compared in zip(stretches, raw, strict=True):
        start, end = float(viewing.edges[one.low]), float(viewing.edges[one.high])
        eligible = find_eligible(viewing, start, end)
        able, parts = viewing.select(eligible), fold[eligible]
        did = find_watchers(able, one.low, one.high)
        before = np.column_stack([able.background, *describe_before(able, one.low)])
        effect = _estimate_direct(able, parts, one, stretches)
        total = estimate_effect(able.converted, did, before, parts)
        if effect.estimate is not None and total.estimate is not None:
            effect = widen(effect, MODEL_DOUBT * abs(total.estimate - effect.estimate), lean)
        moments.append(
            Moment(
                start=start,
                end=end,
                raw=compared,
                effect=effect,
                total=total,
                q_value=None,
                robustness=compute_e_value(effect),
                share_dropped=float(1 - eligible.mean()) if len(eligible) else None,
                control=_check_control(able, did, parts, one),
            )
        )
    return moments


def _estimate_direct(able: Viewing, fold: Ints, stretch: Stretch, stretches: Sequence[Stretch]) -> Effect:
    """Return what playing one stretch instead of skipping it was worth, all other viewing held as it was."""
    others = [find_watchers(able, other.low, other.high) for other in stretches if other is not stretch]
    around = [*describe_before(able, stretch.low), *describe_after(able, stretch.high)]
    held = np.column_stack([able.background, *around, *others])
    return estimate_effect(able.converted, find_watchers(able, stretch.low, stretch.high), held, fold)


def _estimate_elsewhere(viewing: Viewing, fold: Ints, stretches: Sequence[Stretch]) -> float | None:
    """Return the mean effect of stretches as long as the candidates, where nothing was found; None without places."""
    bins = viewing.watched.shape[1]
    taken: Bools = np.zeros(bins, dtype=bool)
    for one in stretches:
        taken[max(0, one.low - CLEARANCE) : one.high + CLEARANCE] = True
    length = int(np.median([one.high - one.low for one in stretches])) if stretches else bins
    free = [low for low in range(bins - length + 1) if not taken[low : low + length].any()]
    places = sorted({free[int(at)] for at in np.linspace(0, len(free) - 1, MOST_ELSEWHERE)}) if free else []
    if len(places) < FEWEST_ELSEWHERE:
        return None
    found = []
    for low in places:
        control = Stretch(low=low, high=low + length, z=0.0)
        eligible = find_eligible(viewing, float(viewing.edges[low]), float(viewing.edges[low + length]))
        effect = _estimate_direct(viewing.select(eligible), fold[eligible], control, [control, *stretches])
        if effect.estimate is not None:
            found.append(effect.estimate)
    return float(np.mean(found)) if len(found) >= FEWEST_ELSEWHERE else None


def _compare_raw(everyone: Viewing, viewers: int, stretch: Stretch) -> Contrast:
    """Return who watched against who did not, over all viewers, those of whom no played second is known included."""
    did = find_watchers(everyone, stretch.low, stretch.high)
    converted = everyone.converted
    return contrast(int(did.sum()), int(converted[did].sum()), viewers, int(converted.sum()))


def _check_control(able: Viewing, did: Bools, fold: Ints, stretch: Stretch) -> Effect | None:
    """Return the effect on the behaviour that varies most before the view, all else being adjusted for."""
    known = able.background[:, : able.prior]
    if not known.shape[1]:
        return None
    spread = known.std(axis=0)
    column = int(np.argmax(spread))
    if spread[column] <= 0:
        return None
    rest = np.delete(able.background, column, axis=1)
    held = np.column_stack([rest, *describe_before(able, stretch.low), *describe_after(able, stretch.high)])
    return estimate_effect(known[:, column] / spread[column], did, held, fold)


def compute_e_value(effect: Effect) -> float | None:
    """Return how strongly an unknown cause would have to go with both watching and converting to explain the effect.

    As a risk ratio (VanderWeele and Ding 2017): 1 is nothing at all.
    """
    high, low = effect.mean_treated, effect.mean_untreated
    if high is None or low is None or high <= 0 or low <= 0:
        return None
    ratio = max(high / low, low / high)
    return float(ratio + np.sqrt(ratio * (ratio - 1)))


def _estimate_entries(sample: ViewSample, viewing: Viewing, fold: Ints) -> dict[str, Effect]:
    """Return, for each way in, converting of those who took it minus of those who took another."""
    began, prompted = viewing.first_start, sample.by_prompt[viewing.place]
    length = sample.duration
    start, middle = began * 10 < length, (began * 10 >= length) & (began * 3 < 2 * length)
    kinds = {
        "start": start & ~prompted,
        "middle": middle & ~prompted,
        "late": ~start & ~middle & ~prompted,
        "prompt": prompted,
    }
    before = viewing.background[:, : viewing.prior]
    return {kind: estimate_effect(viewing.converted, did, before, fold) for kind, did in kinds.items()}


def _estimate_actions(
    sample: ViewSample, viewing: Viewing, fold: Ints, names: Sequence[str]
) -> dict[str, AdjustedAction]:
    """Return what each action was worth among viewers who watched alike."""
    length, bins = viewing.edges[-1], viewing.watched.shape[1]
    watched = np.column_stack([compute_share(viewing, 0, bins), np.clip(viewing.furthest / length, 0, 1)])
    held = np.column_stack([viewing.background, watched, watched**2])
    found = {}
    for name in names:
        views, at = sample.actions[name]
        did: Bools = np.zeros(sample.views, dtype=bool)
        did[views[at <= sample.converted_at[views]]] = True
        found[name] = AdjustedAction(estimate_effect(viewing.converted, did[viewing.place], held, fold), None)
    return found


def _recommend(moments: Sequence[Moment]) -> tuple[int | None, str | None]:
    """Return the found moment to start others at: both effects positive, the largest lower bound first."""
    best: tuple[float, int] | None = None
    for place, one in enumerate(moments):
        effect, total = one.effect, one.total
        if not one.is_found or effect.estimate is None or effect.ci_low is None or total.estimate is None:
            continue
        if effect.estimate > 0 and total.estimate > 0 and (best is None or effect.ci_low > best[0]):
            best = (effect.ci_low, place)
    if best is not None:
        return best[1], None
    return None, "no_positive_moment" if any(one.is_found for one in moments) else "no_moment_found"
