"""Attribution of plain paths: hand-counted cases, sums, symmetry, and a chain simulated step by step."""

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analyzer.attribution.markov import attribute_by_removal
from services.analyzer.attribution.paths import Credit, Path
from services.analyzer.attribution.rules import RULES, RuleSettings, attribute_by_rule

PATHS = st.lists(
    st.builds(
        Path,
        steps=st.lists(st.sampled_from(["search", "email", "video", "direct"]), min_size=1, max_size=5).map(tuple),
        conversions=st.integers(0, 20).map(float),
        value=st.integers(0, 500).map(float),
        non_conversions=st.integers(0, 20).map(float),
    ),
    min_size=1,
    max_size=8,
)


def by_channel(credit: list[Credit]) -> dict[str, float]:
    return {one.channel: one.conversions for one in credit}


@pytest.mark.parametrize(
    ("rule", "steps", "expected"),
    [
        ("first", "a b c", {"a": 1, "b": 0, "c": 0}),
        ("last", "a b c", {"a": 0, "b": 0, "c": 1}),
        ("last_non_direct", "a b direct", {"a": 0, "b": 1, "direct": 0}),
        ("last_non_direct", "direct direct", {"direct": 1}),
        ("linear", "a b a", {"a": 2 / 3, "b": 1 / 3}),
        ("position", "a b c d", {"a": 0.4, "b": 0.1, "c": 0.1, "d": 0.4}),
        ("position", "a b", {"a": 0.5, "b": 0.5}),
        ("position", "a", {"a": 1}),
        ("time_decay", "a b", {"a": 2 ** (-1 / 7) / (1 + 2 ** (-1 / 7)), "b": 1 / (1 + 2 ** (-1 / 7))}),
        ("shapley", "a b a a", {"a": 0.5, "b": 0.5}),
    ],
)
def test_a_rule_by_hand(rule: str, steps: str, expected: dict[str, float]) -> None:
    assert by_channel(attribute_by_rule([Path(tuple(steps.split()), 1.0)], rule)) == pytest.approx(expected)


def test_rules_take_settings_and_real_times() -> None:
    path = Path(("a", "b", "c"), 1.0, ages_days=(14.0, 7.0, 0.0))
    decayed = by_channel(attribute_by_rule([path], "time_decay", RuleSettings(half_life_days=7)))
    assert decayed == pytest.approx({"a": 1 / 7, "b": 2 / 7, "c": 4 / 7})
    ends = by_channel(attribute_by_rule([path], "position", RuleSettings(position_first=0.1, position_last=0.7)))
    assert ends == pytest.approx({"a": 0.1, "b": 0.2, "c": 0.7})


@given(PATHS)
def test_credits_sum_to_conversions_and_to_value(paths: list[Path]) -> None:
    conversions, value = sum(path.conversions for path in paths), sum(path.value for path in paths)
    credited = [attribute_by_rule(paths, rule) for rule in RULES]
    if conversions:
        credited += [attribute_by_removal(paths, order=order).credits for order in (1, 2)]
        assert all(math.isclose(math.fsum(one.share or 0 for one in models), 1) for models in credited)
    for models in credited:
        assert math.fsum(one.conversions for one in models) == pytest.approx(conversions)
    for models in credited[: len(RULES)]:
        assert math.fsum(one.value for one in models) == pytest.approx(value)


@given(PATHS)
def test_shapley_is_that_of_the_game(paths: list[Path]) -> None:
    """Against the definition: every order in which the channels may join."""
    channels = sorted({step for path in paths for step in path.steps})

    def worth(members: tuple[str, ...]) -> float:
        return sum(path.conversions for path in paths if set(path.steps) <= set(members))

    expected = dict.fromkeys(channels, 0.0)
    orders = list(itertools.permutations(channels))
    for order in orders:
        for place, channel in enumerate(order):
            expected[channel] += (worth(order[: place + 1]) - worth(order[:place])) / len(orders)
    assert by_channel(attribute_by_rule(paths, "shapley")) == pytest.approx(expected)


def test_removal_by_hand() -> None:
    paths = [Path(("a", "b"), 1.0, 10.0, 1.0), Path(("b",), 1.0, 30.0, 1.0)]
    found = attribute_by_removal(paths)
    assert found.removal_effects == pytest.approx({"a": 0.5, "b": 1.0})
    assert by_channel(found.credits) == pytest.approx({"a": 2 / 3, "b": 4 / 3})
    assert {one.channel: one.value for one in found.credits} == pytest.approx({"a": 40 / 3, "b": 80 / 3})


def test_without_null_only_converting_paths_count() -> None:
    paths = [Path(("a",), 1.0, 0.0, 99.0), Path(("b",), 1.0)]
    assert attribute_by_removal(paths, with_null=False).removal_effects == pytest.approx({"a": 0.5, "b": 0.5})
    assert attribute_by_removal(paths).removal_effects == pytest.approx({"a": 0.5, "b": 0.5})
    longer = [Path(("a", "b"), 1.0), Path(("a",), 0.0, 0.0, 1.0)]
    assert attribute_by_removal(longer, with_null=False).removal_effects == {"a": 1.0, "b": 1.0}


@pytest.mark.parametrize("order", [1, 2])
def test_removal_agrees_with_walking_the_chain(order: int) -> None:
    paths = [
        Path(("a", "b", "a", "c"), 4.0, non_conversions=3.0),
        Path(("b", "c"), 2.0, non_conversions=5.0),
        Path(("c", "c", "a"), 3.0, non_conversions=1.0),
    ]
    random.seed(1)
    moves: dict[tuple[str, ...], list[tuple[str, ...] | bool]] = {}
    for path in paths:
        for converted, times in ((True, path.conversions), (False, path.non_conversions)):
            state: tuple[str, ...] = ()
            for step in path.steps:
                moves.setdefault(state, []).extend([(*state, step)[-order:]] * int(times))
                state = (*state, step)[-order:]
            moves.setdefault(state, []).extend([converted] * int(times))

    def walk(removed: str) -> bool:
        state: tuple[str, ...] = ()
        while True:
            following = random.choice(moves[state])
            if isinstance(following, bool):
                return following
            if following[-1] == removed:
                return False
            state = following

    found = attribute_by_removal(paths, order=order).removal_effects
    whole = sum(walk("") for _ in range(20_000))
    for channel, effect in found.items():
        assert 1 - sum(walk(channel) for _ in range(20_000)) / whole == pytest.approx(effect, abs=0.03)


def test_nothing_converted_and_a_senseless_order() -> None:
    found = attribute_by_removal([Path(("a",), 0.0, non_conversions=3.0)])
    assert found.removal_effects == {"a": 0.0} and found.credits[0].share is None
    with pytest.raises(ValueError, match="order"):
        attribute_by_removal([Path(("a",), 1.0)], order=0)
