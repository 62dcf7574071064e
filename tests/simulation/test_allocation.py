"""Campaigns that learn, visitor by visitor: little is lost, and the truth comes back from the log."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest

from services.analyzer.reports.allocation import ArmInContext, Learner, Method, draw_campaign
from services.analyzer.stats.off_policy import evaluate_policy
from services.engager.decision.allocation import assign_arm
from shared.allocation.context import EVERYBODY, Cell, find_cell
from shared.allocation.draws import EXPLORED, read_allocator
from shared.snapshot.model import Campaign, Variant
from shared.wire.decide import Content, When

RUNS = 40
VISITORS = 2_000
BATCH = 100
"""Visitors between two runs of the job."""
ARMS = ("a", "b")
MOBILE, DESKTOP = find_cell({"device.type": "mobile"}), find_cell({"device.type": "desktop"})
Rates = Mapping[Cell, Mapping[str, float]]


@dataclass
class Run:
    """What one campaign logged: arm, chance, reward; `lost`: conversions that the best variant would have had more."""

    lost: float = 0.0
    lost_evenly: float = 0.0
    arms: list[str] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)
    rewards: list[float] = field(default_factory=list)


def run_campaign(seed: int, method: Method, rates: Rates) -> Run:
    """Run one campaign over `VISITORS`, half of them in each context, by the code of both services."""
    generator = np.random.default_rng(seed)
    variants = [Variant(id=arm, kind="popup", content=Content()) for arm in ARMS]
    campaign = Campaign(id=f"c{seed}", audience={"all": []}, when=When(), variants=variants, allocation=method)
    learner = Learner(campaign.id, method, ARMS, (1.0, 1.0), None)
    shown, bought = Counter[tuple[str, Cell]](), Counter[tuple[str, Cell]]()
    found, allocator, cells = Run(), None, list(rates)
    for number in range(VISITORS):
        if number % BATCH == 0:
            counts = [ArmInContext(*place, shown[place], bought[place], shown[place]) for place in sorted(shown)]
            allocator = read_allocator(draw_campaign("shop", learner, counts), ARMS)
        cell = cells[int(generator.integers(len(cells)))]
        shares = allocator.compute_shares(cell) if allocator is not None else None
        arm, chance = assign_arm("shop", campaign, f"v{seed}-{number}", None, shares)
        reward = bool(generator.uniform() < rates[cell][arm])
        shown[arm, cell] += 1
        bought[arm, cell] += reward
        best = max(rates[cell].values())
        found.lost += best - rates[cell][arm]
        found.lost_evenly += best - sum(rates[cell].values()) / len(ARMS)
        found.arms.append(arm)
        found.chances.append(chance)
        found.rewards.append(float(reward))
    return found


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    """Campaigns of arms that convert 5 % and 10 %."""
    return [run_campaign(seed, "thompson", {EVERYBODY: {"a": 0.05, "b": 0.1}}) for seed in range(RUNS)]


def test_fewer_conversions_are_lost_than_evenly(runs: list[Run]) -> None:
    lost, evenly = np.array([run.lost for run in runs]), np.array([run.lost_evenly for run in runs])
    assert evenly.mean() == pytest.approx(50)
    assert lost.mean() < 0.55 * evenly.mean()
    assert np.mean(lost < evenly) > 0.9


def test_arms_come_as_often_as_their_chances_say_and_never_less_than_the_floor(runs: list[Run]) -> None:
    for arm in ARMS:
        # The chance of `arm` at each visitor: as logged if it was given, else what the other left.
        chances = [
            chance if given == arm else 1 - chance
            for run in runs
            for given, chance in zip(run.arms, run.chances, strict=True)
        ]
        given = [one == arm for run in runs for one in run.arms]
        error = float(np.sqrt(np.sum(np.array(chances) * (1 - np.array(chances))))) / len(given)
        assert abs(np.mean(given) - np.mean(chances)) < 3.3 * error
        assert min(chances) >= EXPLORED / len(ARMS) - 1e-12


def test_the_true_rates_come_back_from_the_logged_chances(runs: list[Run]) -> None:
    for arm, rate in (("a", 0.05), ("b", 0.1)):
        estimates, covered = [], 0
        for run in runs:
            target = np.array([float(given == arm) for given in run.arms])
            told = evaluate_policy(np.array(run.rewards), np.array(run.chances), target).ips
            assert told.estimate is not None and told.ci_low is not None and told.ci_high is not None
            estimates.append(told.estimate)
            covered += told.ci_low <= rate <= told.ci_high
        error = float(np.std(estimates, ddof=1)) / np.sqrt(RUNS)
        assert abs(np.mean(estimates) - rate) < 3.3 * error
        # Where the poor arm is seldom shown, its normal interval is a little short.
        assert covered >= 0.75 * RUNS
    raw = [np.mean([r for r, g in zip(run.rewards, run.arms, strict=True) if g == "a"]) for run in runs]
    assert np.mean(raw) < 0.05, "learning gives up an arm when it had bad luck: its plain mean is too low"


def test_contexts_pay_where_the_variants_suit_different_visitors() -> None:
    rates = {MOBILE: {"a": 0.04, "b": 0.12}, DESKTOP: {"a": 0.12, "b": 0.04}}
    by_context = np.mean([run_campaign(seed, "contextual", rates).lost for seed in range(20)])
    overall = [run_campaign(seed, "thompson", rates) for seed in range(20)]
    assert by_context < 0.6 * np.mean([run.lost for run in overall])
    assert by_context < 0.6 * np.mean([run.lost_evenly for run in overall])
