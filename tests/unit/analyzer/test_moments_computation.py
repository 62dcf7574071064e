"""What the adjusted figures of a video must not depend on: the order of viewers, and features that say nothing new."""

from dataclasses import replace

import numpy as np
import pytest

from services.analyzer.stats.folds import Lots, assign_folds
from services.analyzer.video.bands import estimate_bins
from services.analyzer.video.finding import find_stretches
from services.analyzer.video.viewing import Viewing, build_viewing
from tests.simulation.viewers import Plant, Scenario, simulate_viewers


def simulate(seed: int) -> tuple[Viewing, Lots]:
    scenario = Scenario(viewers=3_000, plants=(Plant(40, 52, 0.12),))
    sample = simulate_viewers(scenario, np.random.default_rng(seed)).sample
    viewing = build_viewing(sample)
    return viewing, sample.lots[viewing.place]


def test_the_bands_are_the_same_in_any_order_of_the_viewers() -> None:
    viewing, lots = simulate(1)
    order = np.random.default_rng(2).permutation(len(lots))
    found = estimate_bins(viewing, assign_folds(lots, 3, "fold"))
    again = estimate_bins(viewing.select(order), assign_folds(lots[order], 3, "fold"))
    assert [one.reason for one in found] == [one.reason for one in again]
    figures, figures_again = (
        np.array([(one.estimate, one.ci_low, one.ci_high) for one in side if one.reason is None])
        for side in (found, again)
    )
    assert len(figures) and figures == pytest.approx(figures_again, rel=1e-6, abs=1e-8)


def test_a_feature_that_follows_from_the_others_moves_no_stretch() -> None:
    viewing, _ = simulate(3)
    known = viewing.background
    zeros = np.zeros((len(known), 3))
    richer = np.column_stack([zeros, zeros + 2.5, known[:, :1] - 3 * known[:, 1:2], known])
    found, again = find_stretches(viewing), find_stretches(replace(viewing, background=richer))
    assert found and [(one.low, one.high) for one in found] == [(one.low, one.high) for one in again]
    # A combination counts once more for the ridge, which is one row's worth.
    assert [one.z for one in found] == pytest.approx([one.z for one in again], rel=1e-2)


def test_a_feature_that_never_varies_is_none() -> None:
    sample = simulate_viewers(Scenario(viewers=600), np.random.default_rng(4)).sample
    plain = build_viewing(sample)
    constant = np.full((sample.views, 2), 1.5)
    padded = build_viewing(replace(sample, behaviour=np.column_stack([constant, sample.behaviour, constant])))
    assert (padded.background == plain.background).all() and padded.prior == plain.prior
