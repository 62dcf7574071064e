"""Campaigns pooled into one lift: weights, sums over months, and coverage of its interval."""

import numpy as np
import pytest

from services.analyzer.stats.experiments import Arm
from services.analyzer.stats.lift import Cell, Lift, compute_lift

RUNS = 400


def build_cell(name: str, served: tuple[int, int], withheld: tuple[int, int], worth: float = 10.0) -> Cell:
    arms = [Arm(persons, bought, bought * worth, bought * worth**2) for persons, bought in (served, withheld)]
    return Cell(name, *arms)


def compute(*cells: Cell) -> Lift:
    return compute_lift(cells, conversion_variance=0.0, value_variance=0.0)


def test_effects_are_weighted_by_persons_that_got_a_prompt() -> None:
    cells = build_cell("a", (900, 90), (100, 5)), build_cell("b", (100, 20), (100, 10))
    lift = compute(*cells)
    assert lift.conversion is not None and lift.value is not None and lift.conversions_won is not None
    assert lift.conversion.estimate == pytest.approx((900 * 0.05 + 100 * 0.1) / 1_000)
    assert lift.conversions_won.estimate == pytest.approx(900 * 0.05 + 100 * 0.1)
    assert lift.value.estimate == pytest.approx(10 * lift.conversion.estimate)
    assert (lift.persons, lift.control_persons, lift.campaigns, lift.left_out) == (1_000, 200, 2, 0)
    apart = [compute(cell).conversions_won for cell in cells]
    assert sum(one.estimate for one in apart if one) == pytest.approx(lift.conversions_won.estimate)


def test_small_cells_are_left_out_and_counted() -> None:
    lift = compute(build_cell("a", (100, 10), (100, 5)), build_cell("b", (500, 400), (9, 0)))
    assert (lift.persons, lift.campaigns, lift.left_out) == (100, 1, 509)
    few = compute(build_cell("a", (200, 10), (29, 5)))
    assert few.reason == "too_few_persons" and few.conversion is None and few.persons == 200
    assert compute().reason == "too_few_persons"


def test_no_conversions_are_no_certainty() -> None:
    lift = compute(build_cell("a", (40, 0), (40, 0)))
    assert lift.value is None and lift.value_won is None and lift.reason is None, "nothing was worth anything"
    assert lift.conversion is not None and lift.conversion.ci_low < -0.03 < 0.03 < lift.conversion.ci_high


def test_persons_met_by_several_campaigns_widen_the_interval() -> None:
    cells = [build_cell(name, (400, 40), (400, 30)) for name in "abc"]
    alone = compute(*cells)
    together = compute_lift(cells, conversion_variance=3 * 240.0, value_variance=0.0)
    assert alone.conversion is not None and together.conversion is not None
    assert together.conversion.estimate == alone.conversion.estimate
    assert together.conversion.ci_low < alone.conversion.ci_low


def test_the_interval_covers_the_lift_of_busy_and_quiet_months() -> None:
    """The holdout shrinks when trade picks up: a plain comparison of all persons would be 4 points off."""
    generator = np.random.default_rng(3)
    plan = [(0.05, 0.02, 150, 150), (0.15, 0.03, 900, 60), (0.08, 0.0, 300, 40)]
    truth = sum(effect * served for _, effect, served, _ in plan) / sum(served for _, _, served, _ in plan)
    covered, valued, estimates = 0, 0, []
    for _ in range(RUNS):
        cells = []
        for place, (base, effect, served, withheld) in enumerate(plan):
            arms = []
            for persons, rate in ((served, base + effect), (withheld, base)):
                spent = np.where(generator.random(persons) < rate, generator.gamma(2, 10, persons), 0.0)
                arms.append(Arm(persons, int((spent > 0).sum()), float(spent.sum()), float((spent**2).sum())))
            cells.append(Cell(f"c{place}", *arms))
        lift = compute(*cells)
        assert lift.conversion is not None and lift.value is not None
        estimates.append(lift.conversion.estimate)
        covered += lift.conversion.ci_low <= truth <= lift.conversion.ci_high
        valued += lift.value.ci_low <= 20 * truth <= lift.value.ci_high
    assert 0.92 <= covered / RUNS <= 0.99
    assert 0.90 <= valued / RUNS <= 0.99
    assert abs(float(np.mean(estimates)) - truth) < 3.3 * float(np.std(estimates)) / RUNS**0.5
