"""What a stall costs, on simulated viewers: nothing where it costs nothing, and what it costs where it does."""

import numpy as np
from scipy.stats import binom

from services.analyzer.quality.impact import SOON_LEFT_MS, FirstViews, compare_stalls
from services.analyzer.stats.effects import Effect, estimate_effect
from services.analyzer.stats.folds import assign_folds, hash_ids

RUNS = 40
VIEWERS = 2_000
MOST_MISSED = int(binom.ppf(0.999, RUNS, 0.05))


def simulate(generator: np.random.Generator, viewers: int, leaves_at_stall: float) -> tuple[FirstViews, np.ndarray]:
    """Return views and what is known of each viewer: a bad connection brings stalls, and impatience of its own.

    Leaving and stalling are memoryless; a stall makes a viewer leave at once with the given probability.
    """
    connection = generator.normal(size=viewers)
    stay_s = generator.exponential(60 * np.exp(-0.4 * connection))
    stall_s = generator.exponential(120 * np.exp(-0.6 * connection))
    stalls = stall_s < stay_s
    goes = stalls & (generator.random(viewers) < leaves_at_stall)
    seen_s = np.where(goes, stall_s, stay_s)
    milliseconds = np.round(np.column_stack([seen_s, np.where(stalls, stall_s, -1)]) * 1000).astype(np.int64)
    zero = np.zeros(viewers, dtype=np.int64)
    views = FirstViews(
        lots=hash_ids([f"v{generator.integers(2**62)}" for _ in range(viewers)]),
        t0=zero,
        is_started=np.ones(viewers, dtype=bool),
        is_completed=np.zeros(viewers, dtype=bool),
        is_start_failure=np.zeros(viewers, dtype=bool),
        played_at=zero,
        last_seen_at=milliseconds[:, 0],
        stalled_at=np.where(stalls, milliseconds[:, 1], -1),
        rebuffers=stalls.astype(np.int64),
        waited_ms=zero,
        play_ms=milliseconds[:, 0],
    )
    return views, connection


def estimate(views: FirstViews, connection: np.ndarray) -> tuple[Effect, float]:
    """Return the effect on leaving as the report estimates it, and what whole views would say of it."""
    compared = compare_stalls(views)
    known = np.column_stack([connection[compared.chosen], np.log1p(compared.offset_ms / 1000)])
    fold = assign_folds(views.lots[compared.chosen], 3, "quality")
    stalled = views.stalled_at >= 0
    left_early = views.last_seen_at <= SOON_LEFT_MS
    naive = float(left_early[stalled].mean() - left_early[~stalled].mean())
    return estimate_effect(compared.left, compared.treated, known, fold), naive


def find_truth(leaves_at_stall: float) -> float:
    """Return the mean effect over the rows compared, from very many viewers: a stall now against none just now.

    Who has none now may have one later in the half minute, and leave at it.
    """
    generator = np.random.default_rng(1)
    views, connection = simulate(generator, 400_000, leaves_at_stall)
    known = connection[compare_stalls(views).chosen]
    half_minute = SOON_LEFT_MS / 1000
    leaving, stalling = np.exp(0.4 * known) / 60, np.exp(0.6 * known) / 120
    stays_after_stall = (1 - leaves_at_stall) * np.exp(-leaving * half_minute)
    stays_without = np.exp(-(leaving + leaves_at_stall * stalling) * half_minute)
    return float((stays_without - stays_after_stall).mean())


def test_a_stall_that_costs_nothing_is_said_to_cost_nothing() -> None:
    generator = np.random.default_rng(21)
    rejected, naive = 0, []
    for _ in range(RUNS):
        effect, raw = estimate(*simulate(generator, VIEWERS, 0.0))
        assert effect.p_value is not None
        rejected += effect.p_value < 0.05
        naive.append(raw)
    assert rejected <= MOST_MISSED
    assert np.mean(naive) < -0.15, "whole views would say that stalls keep viewers"


def test_the_cost_of_a_stall_lies_in_its_interval() -> None:
    generator = np.random.default_rng(22)
    truth = find_truth(0.25)
    missed, estimates = 0, []
    for _ in range(RUNS):
        effect, _ = estimate(*simulate(generator, VIEWERS, 0.25))
        assert effect.estimate is not None and effect.ci_low is not None and effect.ci_high is not None
        missed += not effect.ci_low <= truth <= effect.ci_high
        estimates.append(effect.estimate)
    assert missed <= MOST_MISSED
    assert abs(np.mean(estimates) - truth) < 0.1 * truth, (truth, np.mean(estimates))
