"""Replications of the moments analysis on simulated viewers, and what they add up to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.analyzer.stats.folds import draw_uniform
from services.analyzer.video.adjusted import FINDING_SHARE, Moment, compute_adjusted_moments
from services.analyzer.video.viewing import build_viewing, find_eligible
from tests.simulation.viewers import Plant, Scenario, Simulated, compute_true_effect, simulate_viewers

SCENARIOS = ("none", "plus_9", "plus_5", "two", "minus_5")


@dataclass(frozen=True)
class Stretch:
    """One reported stretch beside the truth of it."""

    covered: bool
    found: bool
    true: float
    error: float
    raw_error: float
    recommended: bool


@dataclass(frozen=True)
class Replication:
    """One simulated video: overlap (IoU) of the found stretches with each planted one, and every reported stretch."""

    overlaps: tuple[float, ...]
    stretches: tuple[Stretch, ...]


def build_scenario(name: str, rng: np.random.Generator, viewers: int = 20_000) -> Scenario:
    """Return the scenario with its planted stretches (8 to 20 s) somewhere in the video."""
    base = float(rng.uniform(0.06, 0.10))
    length = int(rng.integers(8, 20))
    start = int(rng.integers(8, 95))
    effects = {"none": (), "plus_9": (0.09,), "plus_5": (0.05,), "two": (0.09, 0.05), "minus_5": (-0.05,)}[name]
    plants = tuple(
        Plant(at, at + length, effect) for at, effect in zip((start, (start + 50) % 95 + 5), effects, strict=False)
    )
    return Scenario(viewers=viewers, base=base, plants=plants)


def run_replication(name: str, seed: int, viewers: int = 20_000) -> Replication:
    """Return what the analysis says of one simulated video, beside the truth."""
    rng = np.random.default_rng([SCENARIOS.index(name), seed])
    scenario = build_scenario(name, rng, viewers)
    simulated = simulate_viewers(scenario, rng)
    adjusted = compute_adjusted_moments(simulated.sample)
    stretches = []
    for place, one in enumerate(adjusted.moments):
        if one.effect.estimate is None or one.effect.ci_low is None or one.effect.ci_high is None:
            continue
        true = _find_truth(simulated, scenario, one)
        stretches.append(
            Stretch(
                covered=one.effect.ci_low <= true <= one.effect.ci_high,
                found=one.is_found,
                true=true,
                error=one.effect.estimate - true,
                raw_error=(one.raw.difference or 0.0) - true,
                recommended=adjusted.recommended == place,
            )
        )
    found = [one for one in adjusted.moments if one.is_found]
    overlaps = tuple(max((_overlap(one, plant) for one in found), default=0.0) for plant in scenario.plants)
    return Replication(overlaps, tuple(stretches))


def _find_truth(simulated: Simulated, scenario: Scenario, one: Moment) -> float:
    """Return the true effect of the reported stretch among the viewers it was estimated on."""
    viewing = build_viewing(simulated.sample)
    estimating = viewing.select(draw_uniform(simulated.sample.lots[viewing.place], "part") >= FINDING_SHARE)
    able = estimating.place[find_eligible(estimating, one.start, one.end)]
    return compute_true_effect(simulated, scenario, int(one.start), int(one.end), able)


def _overlap(one: Moment, plant: Plant) -> float:
    """Return the overlap of two stretches: length in common by length together."""
    common = min(one.end, plant.end) - max(one.start, plant.start)
    return max(0.0, common) / (max(one.end, plant.end) - min(one.start, plant.start))


@dataclass(frozen=True)
class Summary:
    """Shares over the replications of one scenario; None where it has no meaning."""

    scenario: str
    replications: int
    reported: int
    coverage: float | None
    false_found: float
    overlap_60: float | None
    overlap_40: float | None
    mean_error: float | None
    mean_raw_error: float | None


def summarise(name: str, replications: Sequence[Replication]) -> Summary:
    """Return the shares of one scenario. Falsely found: a found stretch whose true effect is nil."""
    stretches = [one for each in replications for one in each.stretches]
    overlaps = [overlap for each in replications for overlap in each.overlaps]
    return Summary(
        scenario=name,
        replications=len(replications),
        reported=len(stretches),
        coverage=_mean([one.covered for one in stretches]),
        false_found=_mean([any(one.found and one.true == 0 for one in each.stretches) for each in replications]) or 0.0,
        overlap_60=_mean([overlap >= 0.6 for overlap in overlaps]),
        overlap_40=_mean([overlap >= 0.4 for overlap in overlaps]),
        mean_error=_mean([one.error for one in stretches]),
        mean_raw_error=_mean([one.raw_error for one in stretches]),
    )


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if len(values) else None
