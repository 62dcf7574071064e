"""Simulates the viewers of one video whose conversions are known to the point: hidden intent and planted effects.

Pure: everything random comes from the generator that is given.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from services.analyzer.stats.folds import hash_ids
from services.analyzer.video.moments import NEVER, ViewSample

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

RANGE_AT = 1_000
CONVERTED_AT = 10_000_000


@dataclass(frozen=True)
class Plant:
    """A stretch, seconds, whose watching adds `effect` to the probability of converting.

    By `half`: all of it once half was watched; by `share`: in proportion to what was watched.
    """

    start: int
    end: int
    effect: float
    works_by: Literal["half", "share"] = "half"

    def compute_gain(self, seconds: Bools) -> Floats:
        """Return what each view (views x seconds watched) gains."""
        share = seconds[:, self.start : self.end].mean(axis=1)
        gain: Floats = self.effect * ((share >= 0.5) if self.works_by == "half" else share)
        return gain


@dataclass(frozen=True)
class Scenario:
    """A video and its viewers. `base` is the mean conversion without any plant."""

    viewers: int = 20_000
    duration: int = 120
    base: float = 0.08
    plants: tuple[Plant, ...] = ()
    intent: float = 1.3
    """How strongly the hidden intent moves conversion (logits a standard deviation)."""
    patience: float = 0.8
    """How strongly it keeps viewers from leaving (log hazard a standard deviation)."""


@dataclass(frozen=True)
class Simulated:
    """The sample as the report gets it, and what only the simulation knows."""

    sample: ViewSample
    seconds: Bools
    """Views x seconds: really watched."""
    base: Floats
    """Each view's probability of converting without any plant."""


def simulate_viewers(scenario: Scenario, rng: np.random.Generator) -> Simulated:
    """Return viewers with intent that shows before the view, drop-off, skips, rewinds and late starts."""
    n, duration = scenario.viewers, scenario.duration
    intent = rng.normal(size=n)
    behaviour = _simulate_behaviour(intent, rng)
    seconds, starts = _simulate_viewing(intent, scenario, rng)
    logit = np.log(scenario.base / (1 - scenario.base)) - 0.3 + scenario.intent * intent
    base = 1 / (1 + np.exp(-logit))
    base *= scenario.base / base.mean()
    chance = base.copy()
    for plant in scenario.plants:
        chance += plant.compute_gain(seconds)
    converted = rng.random(n) < np.clip(chance, 0, 1)
    view, start, end = _to_ranges(seconds, starts)
    sample = ViewSample(
        views=n,
        converted_at=np.where(converted, CONVERTED_AT, NEVER),
        is_open=np.zeros(n, dtype=bool),
        by_prompt=np.zeros(n, dtype=bool),
        duration=float(duration),
        range_view=view,
        range_at=np.full(len(view), RANGE_AT),
        range_start=start,
        range_end=end,
        lots=hash_ids([f"viewer-{rng.integers(1 << 62)}-{place}" for place in range(n)]),
        behaviour=behaviour,
    )
    return Simulated(sample, seconds, base)


def compute_true_effect(simulated: Simulated, scenario: Scenario, start: int, end: int, population: Ints) -> float:
    """Return the mean change of conversion of these views if all played these seconds instead of none of them did."""
    played, skipped = simulated.seconds[population].copy(), simulated.seconds[population].copy()
    played[:, start:end] = True
    skipped[:, start:end] = False
    base = simulated.base[population]
    chance = np.zeros((2, len(base))) + base
    for plant in scenario.plants:
        chance[0] += plant.compute_gain(played)
        chance[1] += plant.compute_gain(skipped)
    return float(np.mean(np.clip(chance[0], 0, 1) - np.clip(chance[1], 0, 1)))


def _simulate_behaviour(intent: Floats, rng: np.random.Generator) -> Floats:
    n = len(intent)
    rates = ((2.0, 0.35), (6.0, 0.45), (2.5, 0.55), (0.6, 0.4), (0.3, 0.7), (0.25, 0.6), (1.2, 0.2))
    counts = [np.log1p(rng.poisson(rate * np.exp(slope * intent - slope**2 / 2))) for rate, slope in rates]
    channel = rng.random(n) < 1 / (1 + np.exp(-(0.5 * intent - 0.5)))
    phone = rng.random(n) < 0.6
    return np.column_stack([*counts, channel, phone]).astype(np.float64)


def _simulate_viewing(intent: Floats, scenario: Scenario, rng: np.random.Generator) -> tuple[Bools, NDArray[np.int64]]:
    """Play second by second: leave with a hazard that intent lowers, skip ahead, now and then go back."""
    n, duration = len(intent), scenario.duration
    kind = rng.random(n)
    position = np.where(
        kind < 0.8,
        0,
        np.where(
            kind < 0.92,
            rng.integers(duration // 10, 2 * duration // 3, n),
            rng.integers(2 * duration // 3, duration, n),
        ),
    )
    starts = position.copy()
    seconds = np.zeros((n, duration), dtype=bool)
    here = np.ones(n, dtype=bool)
    dull = 1 + 1.5 * np.sin(np.arange(duration) / duration * 2 * np.pi * rng.uniform(1, 2.5) + rng.uniform(0, 6)) ** 2
    leaving, skipping = 1.0 / duration, 1.6 / duration
    rows = np.arange(n)
    for _ in range(duration + duration // 2):
        at = np.minimum(position, duration - 1)
        seconds[rows[here], at[here]] = True
        position += here
        here &= position < duration
        at = np.minimum(position, duration - 1)
        drawn = rng.random((4, n))
        here &= drawn[0] >= leaving * dull[at] * np.exp(-scenario.patience * intent)
        skip = here & (drawn[1] < skipping * dull[at] * np.exp(-0.3 * intent))
        position = np.where(skip, position + 5 + (drawn[2] * duration * 0.2).astype(np.int64), position)
        back = here & (drawn[3] < 0.2 / duration)
        position = np.where(back, np.maximum(position - 10, 0), position)
        here &= position < duration
        if not here.any():
            break
    return seconds, starts


def _to_ranges(seconds: Bools, starts: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return each view's played ranges; the one that it began with comes first."""
    padded = np.zeros((len(seconds), seconds.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = seconds
    change = np.diff(padded, axis=1)
    view, start = np.nonzero(change == 1)
    end = np.nonzero(change == -1)[1]
    begins = (start <= starts[view]) & (starts[view] < end)
    order = np.lexsort((start, ~begins, view))
    view, start, end = view[order], start[order], end[order]
    opens = begins[order]
    # A view that rewound before its start has begun where it began.
    shown = np.where(opens, starts[view], start)
    split = opens & (shown > start)
    view = np.concatenate([view, view[split]])
    shown, end = np.concatenate([shown, start[split]]), np.concatenate([end, shown[split]])
    rank = np.concatenate([~opens, np.ones(int(split.sum()), dtype=bool)])
    order = np.lexsort((shown, rank, view))
    return view[order].astype(np.int64), shown[order].astype(np.float64), end[order].astype(np.float64)
