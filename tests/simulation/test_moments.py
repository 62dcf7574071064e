"""A short version of `make simulate`: planted moments are found and rightly judged, and nothing else is found."""

import pytest

from tests.simulation.moments import Summary, run_replication, summarise


def simulate(name: str, replications: int) -> Summary:
    return summarise(name, [run_replication(name, seed) for seed in range(replications)])


def test_a_video_without_effects_seldom_yields_a_moment() -> None:
    assert simulate("none", 12).false_found <= 2 / 12


@pytest.mark.parametrize(("name", "overlap"), [("plus_9", "overlap_60"), ("plus_5", "overlap_40")])
def test_a_planted_moment_is_found_and_its_worth_freed_of_intent(name: str, overlap: str) -> None:
    found = simulate(name, 12)
    assert getattr(found, overlap) >= 8 / 12
    assert found.coverage is not None and found.coverage >= 0.75
    assert found.mean_error is not None and found.mean_raw_error is not None
    assert abs(found.mean_error) <= abs(found.mean_raw_error) / 3
