"""Learns what members of a seed were like before they joined, and finds others like them.

Pure and deterministic; persons, not moments, are held out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.lookalikes.traces import Traces
from services.analyzer.stats.folds import Lots, draw_uniform
from services.analyzer.stats.logistic import Floats, Logistic, fit_logistic
from services.analyzer.stats.normal import Z95

HELD_OUT = 0.3
FEWEST_MEMBERS = 30
"""Fewer members whose joining was seen, and nothing is learnt."""
FEWEST_HELD_OUT = 10
DECILES = 10
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
DEFAULT_SIZE = 0.1
NOT_USED = (
    *("pages_just_before", "product_views_just_before"),
    "checkouts",
    *("events", "product_views", "video_events", "any_orders", "any_cart_additions", "any_searches"),
)
"""Features of the moment itself, which a person at rest does not have; the way out through the checkout; and those that
say what another says: drivers would share its weight, with odd signs.
"""

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Moments:
    """Rows to learn from: members just before they joined, and others at moments of their own."""

    lots: Lots
    names: Sequence[str]
    values: Floats
    is_member: Bools


@dataclass(frozen=True, slots=True)
class Decile:
    """A tenth of the held-out moments by score, the best first; `lift` is its rate over that of all."""

    decile: int
    moments: int
    members: int
    rate: float
    lift: float | None


@dataclass(frozen=True, slots=True)
class Reach:
    """What to expect of taking the best `share`: its lift on held-out moments, and the share of members it holds."""

    share: float
    lift: float
    captured: float


@dataclass(frozen=True, slots=True)
class Driver:
    """A feature, and what one standard deviation more of it adds to the logit."""

    feature: str
    effect: float


@dataclass(frozen=True)
class Likeness:
    """The model and how well it tells members from others on persons that it has not seen.

    Refused with a `reason` (too_few_members, too_few_others, too_few_held_out), and then without a model.
    """

    names: tuple[str, ...] = ()
    model: Logistic | None = None
    auc: float | None = None
    auc_low: float | None = None
    auc_high: float | None = None
    held_out: int = 0
    deciles: tuple[Decile, ...] = ()
    reaches: tuple[Reach, ...] = ()
    drivers: tuple[Driver, ...] = ()
    reason: str | None = None


def fit_likeness(moments: Moments, traces: Traces, *, salt: str) -> Likeness:
    """Return what tells members from others before they join; features that repeat the definition are left out."""
    members = int(moments.is_member.sum())
    if members < FEWEST_MEMBERS:
        return Likeness(reason="too_few_members")
    if len(moments.is_member) - members < FEWEST_MEMBERS:
        return Likeness(reason="too_few_others")
    used = [place for place, name in enumerate(moments.names) if name not in NOT_USED and traces.keeps(name)]
    names = tuple(moments.names[place] for place in used)
    values = moments.values[:, used]
    held_out = draw_uniform(moments.lots, salt) < HELD_OUT
    told = moments.is_member[held_out]
    if min(told.sum(), (~told).sum()) < FEWEST_HELD_OUT:
        return Likeness(reason="too_few_held_out")
    judge = fit_logistic(values[~held_out], moments.is_member[~held_out])
    score = judge.predict(values[held_out])
    auc, low, high = compute_auc(score, told)
    model = fit_logistic(values, moments.is_member)
    return Likeness(
        names,
        model,
        auc,
        low,
        high,
        int(held_out.sum()),
        tuple(build_deciles(score, told)),
        tuple(build_reaches(score, told)),
        tuple(list_drivers(names, model, values)),
    )


def compute_auc(score: Floats, positive: Bools) -> tuple[float, float, float]:
    """Return the area under the ROC curve with a 95 % interval (Hanley and McNeil 1982); ties count half."""
    order = np.argsort(score, kind="stable")
    _, first, counts = np.unique(score[order], return_index=True, return_counts=True)
    rank = np.empty(len(score))
    rank[order] = np.repeat(first + (counts + 1) / 2, counts)
    hits, misses = int(positive.sum()), int((~positive).sum())
    auc = float((rank[positive].sum() - hits * (hits + 1) / 2) / (hits * misses))
    both, one = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = (auc * (1 - auc) + (hits - 1) * (both - auc**2) + (misses - 1) * (one - auc**2)) / (hits * misses)
    half = Z95 * float(np.sqrt(max(0.0, spread)))
    return auc, max(0.0, auc - half), min(1.0, auc + half)


def rank_by(score: Floats) -> NDArray[np.int64]:
    """Return places from the highest score to the lowest, ties in the order given."""
    return np.argsort(-score, kind="stable").astype(np.int64)


def build_deciles(score: Floats, positive: Bools) -> list[Decile]:
    """Return ten groups of about as many rows each, the best scores first."""
    base = float(positive.mean())
    deciles = []
    for number, group in enumerate(np.array_split(positive[rank_by(score)], DECILES), start=1):
        rate = float(group.mean()) if len(group) else 0.0
        deciles.append(Decile(number, len(group), int(group.sum()), rate, rate / base if base else None))
    return deciles


def build_reaches(score: Floats, positive: Bools) -> list[Reach]:
    """Return what the best shares hold."""
    ranked = positive[rank_by(score)]
    reaches = []
    for share in SHARES:
        taken = ranked[: max(1, round(share * len(ranked)))]
        reaches.append(Reach(share, float(taken.mean() / positive.mean()), float(taken.sum() / positive.sum())))
    return reaches


def list_drivers(names: Sequence[str], model: Logistic, values: Floats) -> list[Driver]:
    """Return the features by what they add, the strongest first; those that say nothing are left out."""
    effects = model.coefficients * values.std(axis=0)
    drivers = [Driver(name, float(effect)) for name, effect in zip(names, effects, strict=True) if abs(effect) > 1e-9]
    return sorted(drivers, key=lambda one: (-abs(one.effect), one.feature))
