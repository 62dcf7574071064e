"""Which stretch a prompt leads to, and what its experiment says of the estimate beside it."""

from typing import Any

import pytest

from services.analyzer.reports.moment_experiments import find_starts, find_stretch, judge_agreement


def build_moment(start: float, end: float, *, found: bool = True, effect: float | None = 0.1) -> dict[str, Any]:
    low, high = (None, None) if effect is None else (effect - 0.04, effect + 0.04)
    return {"start": start, "end": end, "found": found, "effect": effect, "ci_low": low, "ci_high": high}


def build_uplift(low: float, high: float) -> dict[str, float]:
    return {"always_valid_low": low, "always_valid_high": high}


def expect(effect: float, share: float) -> dict[str, float]:
    return {name: value * share for name, value in build_moment(0, 1, effect=effect).items() if name.startswith("ci_")}


def build_variant(name: str, video: str | None, start_at: float | None = None) -> dict[str, Any]:
    content: dict[str, Any] = {"title": "t"}
    return {"id": name, "content": content | ({"video": {"id": video, "start_at": start_at}} if video else {})}


def test_starts_of_all_variants_or_of_each() -> None:
    assert find_starts([build_variant("a", "v", 30), build_variant("b", "v", 30)], "v") == [(30, None)]
    assert find_starts([build_variant("a", "v", 30), build_variant("b", "v", 60)], "v") == [(30, "a"), (60, "b")]
    assert find_starts([build_variant("a", "v", 30), build_variant("b", None)], "v") == [(30, "a")]
    assert find_starts([build_variant("a", "w", 30)], "v") == []
    assert find_starts([build_variant("a", "v", None)], "v") == [(0, None)]
    assert find_starts([{"id": "a", "content": None}, {"id": "b"}], "v") == []


@pytest.mark.parametrize(
    ("start_at", "stretch"), [(19.9, None), (20, 0), (30, 0), (41, 0), (42, 1), (58, 1), (60, 2), (70, None)]
)
def test_a_prompt_leads_to_the_stretch_it_starts_in_or_up_to_ten_seconds_before(
    start_at: float, stretch: int | None
) -> None:
    moments = [build_moment(30, 42), build_moment(50, 60), build_moment(55, 70, found=False)]
    assert find_stretch(moments, start_at) == stretch


@pytest.mark.parametrize(
    ("effect", "uplift", "share", "agreement"),
    [
        (0.1, (0.01, 0.05), 0.5, "agrees"),
        (0.1, (-0.05, -0.01), 0.5, "disagrees"),
        (0.1, (-0.05, 0.05), 0.5, "too_early"),
        # The effect promises at least 6 points; half of the people clicked, and at most 2 came.
        (0.1, (-0.01, 0.02), 0.5, "disagrees"),
        (0.1, (-0.01, 0.02), 0.2, "too_early"),
        # An estimate that may be nothing promises nothing.
        (0.03, (-0.01, 0.02), 0.9, "too_early"),
        (-0.1, (-0.05, -0.01), 0.5, "agrees"),
        (-0.1, (0.01, 0.05), 0.5, "disagrees"),
        (-0.1, (-0.02, 0.01), 0.5, "disagrees"),
    ],
)
def test_agreement(effect: float, uplift: tuple[float, float], share: float, agreement: str) -> None:
    moment = build_moment(0, 1, effect=effect)
    assert judge_agreement(moment, build_uplift(*uplift), expect(effect, share)) == agreement


def test_without_figures_it_is_too_early() -> None:
    assert judge_agreement(build_moment(0, 1, effect=None), build_uplift(0.1, 0.2), None) == "too_early"
    assert judge_agreement(build_moment(0, 1), None, expect(0.1, 0.5)) == "too_early"
    assert judge_agreement(build_moment(0, 1), build_uplift(-0.2, -0.1), None) == "disagrees"
