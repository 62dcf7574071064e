"""Patterns in simulated journeys: a planted one is found, and where there is nothing next to nothing is found."""

import numpy as np

from services.analyzer.journeys.patterns import search_patterns
from services.analyzer.journeys.walks import NO_STEP

TOKENS = 8
RUNS = 40
PLANTED = (2, 5)


def draw_sequences(generator: np.random.Generator, persons: int) -> np.ndarray:
    """Return walks of 3 to 12 steps without adjacent repeats, some steps likelier than others."""
    likely = np.linspace(2.0, 0.5, TOKENS)
    sequences = np.full((persons, 12), NO_STEP, dtype=np.int64)
    for place in range(persons):
        steps = generator.choice(TOKENS, size=generator.integers(3, 13), p=likely / likely.sum())
        kept = [step for at, step in enumerate(steps) if at == 0 or step != steps[at - 1]]
        sequences[place, : len(kept)] = kept
    return sequences


def has_planted(sequences: np.ndarray) -> np.ndarray:
    first, second = sequences[:, :-1], sequences[:, 1:]
    return np.any((first == PLANTED[0]) & (second == PLANTED[1]), axis=1)


def test_a_planted_pattern_is_found() -> None:
    generator = np.random.default_rng(7)
    sequences = draw_sequences(generator, 3_000)
    chance = 0.08 + 0.10 * has_planted(sequences)
    found = 0
    for _ in range(RUNS):
        converted = generator.random(len(sequences)) < chance
        search = search_patterns(sequences, converted)
        best = search.findings[0]
        found += best.q_value <= 0.05 and best.pattern.steps == PLANTED and not best.pattern.gapped
    assert found >= 0.8 * RUNS


def test_without_an_effect_false_finds_are_rare() -> None:
    generator = np.random.default_rng(8)
    sequences = draw_sequences(generator, 1_000)
    with_finds = 0
    for _ in range(RUNS):
        converted = generator.random(len(sequences)) < 0.1
        search = search_patterns(sequences, converted)
        assert search.tested > 50
        with_finds += any(finding.q_value <= 0.05 for finding in search.findings)
    # 5 % expected; 99.9 % of all repetitions of 40 runs have at most 8.
    assert with_finds <= 8
