"""Patterns in simulated journeys: a planted one is found, and where there is nothing next to nothing is found."""

import numpy as np

from services.analyzer.journeys.patterns import Search, search_patterns
from services.analyzer.journeys.risk_sets import draw_risk_sets, read_walks
from services.analyzer.journeys.walks import NEVER, Walks, align_steps, cut_walks, find_first

TOKENS = 8
PURCHASE = TOKENS
PLANTED = (2, 5)
RUNS = 40
LONGEST = 25


def draw_walks(generator: np.random.Generator, persons: int, *, planted: float) -> Walks:
    """Return walks of very different length; each step may be followed by a purchase, likelier after PLANTED."""
    likely = np.linspace(2.0, 0.5, TOKENS)
    steps = generator.choice(TOKENS, size=(persons, LONGEST), p=likely / likely.sum())
    length = np.minimum(generator.geometric(0.12, size=persons), LONGEST)
    has = np.zeros((persons, LONGEST), dtype=bool)
    has[:, 1:] = (steps[:, :-1] == PLANTED[0]) & (steps[:, 1:] == PLANTED[1])
    chance = 0.02 + planted * (np.cumsum(has, axis=1) > 0)
    bought = generator.random((persons, LONGEST)) < chance
    made = np.arange(LONGEST)[None, :] < length[:, None]
    rows = [
        (place, token, 2 * at + after)
        for place, at in zip(*np.nonzero(made), strict=True)
        for token, after in ((steps[place, at], 1), *([(PURCHASE, 2)] if bought[place, at] else []))
    ]
    place, token, since = (np.array([row[index] for row in rows], dtype=np.int64) for index in range(3))
    return Walks(persons, place, token, since, np.zeros(len(rows), dtype=np.uint64), np.ones(len(rows), dtype=bool))


def search(walks: Walks, lot: np.ndarray) -> Search:
    """As the report does it."""
    bought_at = find_first(walks, PURCHASE)
    told = cut_walks(walks, bought_at)
    reach = np.bincount(told.place, minlength=told.persons).astype(np.int64)
    sets = draw_risk_sets(reach, bought_at < NEVER, lot, most=5_000)
    before, after = align_steps(read_walks(told, sets), before=8, after=16)
    return search_patterns(np.hstack([before, after]), sets.bought)


def test_a_planted_pattern_is_found() -> None:
    generator = np.random.default_rng(7)
    found = 0
    for _ in range(RUNS):
        walks = draw_walks(generator, 2_000, planted=0.04)
        best = search(walks, generator.random(walks.persons)).findings[0]
        found += best.q_value <= 0.05 and best.pattern.steps == PLANTED and best.ratio is not None and best.ratio > 1.5
    assert found >= 0.8 * RUNS


def test_that_late_buyers_walk_long_is_no_finding() -> None:
    generator = np.random.default_rng(8)
    with_finds = 0
    for _ in range(RUNS):
        walks = draw_walks(generator, 1_000, planted=0.0)
        result = search(walks, generator.random(walks.persons))
        assert result.tested > 50
        with_finds += any(finding.q_value <= 0.05 for finding in result.findings)
    # 5 % expected; in 99.9 % of all repetitions of 40 runs at most 8.
    assert with_finds <= 8
