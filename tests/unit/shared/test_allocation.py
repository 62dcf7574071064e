"""Shares from draws: what was won, never below the floor, in whatever order; refused when unreadable."""

from collections.abc import Sequence
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.engager.decision.allocation import Kept, assign_arm, draw_variant
from shared.allocation.context import BASE, COLUMNS, EVERYBODY, FACTS, find_cell
from shared.allocation.draws import DRAWS, EXPLORED, Draws, Shares, mix_shares, pack_draws, read_allocator
from shared.snapshot.model import Campaign, Variant
from shared.wire.decide import Content, When


def make_draws(**arms: Sequence[float]) -> Draws:
    """Return draws of one column; the given values are repeated."""
    values = [values[place % len(values)] for values in arms.values() for place in range(DRAWS)]
    return pack_draws(list(arms), (BASE,), values)


def make_campaign(*arms: str, holdout: float = 0.0) -> Campaign:
    variants = [Variant(id=arm, kind="popup", content=Content()) for arm in arms]
    return Campaign(id="c", audience={"all": []}, when=When(), variants=variants, holdout=holdout)


def test_a_share_is_what_was_won_mixed_with_an_even_one() -> None:
    allocator = read_allocator(make_draws(a=[0.3, 0.1, 0.1, 0.1], b=[0.2]), ["b", "a"])
    assert allocator is not None and not allocator.is_contextual
    assert [arm for arm, _ in allocator.compute_shares(EVERYBODY)] == ["a", "b"]
    quarter = 0.025 + 0.95 / 4
    assert [share for _, share in allocator.compute_shares(EVERYBODY)] == pytest.approx([quarter, 1 - quarter])
    even = read_allocator(make_draws(a=[0.1], b=[0.1]), ["a", "b"])
    assert even is not None and even.compute_shares(EVERYBODY) == (("a", 0.5), ("b", 0.5))


def test_a_variant_that_is_gone_leaves_its_part_to_the_others() -> None:
    allocator = read_allocator(make_draws(a=[0.9], b=[0.2, 0.1], c=[0.15]), ["b", "c"])
    assert allocator is not None and dict(allocator.compute_shares(())) == {"b": 0.5, "c": 0.5}


def test_contexts_have_shares_of_their_own() -> None:
    mobile = COLUMNS.index("device.type=mobile")
    values = [[0.0] * len(COLUMNS) for _ in "ab"]
    values[0][0], values[1][mobile] = 1.0, 2.0
    draws = pack_draws("ab", COLUMNS, [column for arm in values for column in arm for _ in range(DRAWS)])
    allocator = read_allocator(draws, ["a", "b"])
    assert allocator is not None and allocator.is_contextual
    assert dict(allocator.compute_shares(()))["a"] == 0.975
    facts = {"device.type": "mobile", "session.is_first": True, "channel": "line", "time.hour": 23}
    cell = find_cell(facts)
    assert [COLUMNS[place] for place in cell] == [
        "device.type=mobile", "visit=first", "channel=message", "daypart=evening"
    ]  # fmt: skip
    assert dict(allocator.compute_shares(cell))["b"] == 0.975


@pytest.mark.parametrize(
    ("facts", "names"),
    [
        ({}, []),
        (dict.fromkeys(FACTS), []),
        ({"device.type": "tv", "channel": "podcast"}, ["device.type=other", "channel=other"]),
        ({"device.type": 3, "session.is_first": 1, "channel": [], "time.hour": 24}, []),
        ({"time.hour": True}, []),
        ({"session.is_first": False, "time.hour": 0}, ["visit=returning", "daypart=night"]),
    ],
)
def test_missing_and_strange_facts_have_no_level(facts: dict[str, object], names: list[str]) -> None:
    assert [COLUMNS[place] for place in find_cell(facts)] == names


@pytest.mark.parametrize(
    "draws",
    [
        None,
        make_draws(a=[0.1]),
        pack_draws("ab", ("strange",), [0.1] * 2 * DRAWS),
        pack_draws("ab", (BASE,), [0.1] * DRAWS),
        pack_draws("ab", (BASE,), [nan] * 2 * DRAWS),
        pack_draws("aa", (BASE,), [0.1] * 2 * DRAWS),
        Draws(arms=("a", "b"), columns=(BASE,), values=b"xyz"),
        Draws(arms=(), columns=(), values=b""),
    ],
)
def test_draws_that_do_not_fit_are_none(draws: Draws | None) -> None:
    assert read_allocator(draws, ["a", "b"]) is None


def test_one_variant_needs_no_draws() -> None:
    assert read_allocator(make_draws(a=[0.1], b=[0.2]), ["a"]) is None


shares = st.lists(st.integers(0, 256), min_size=2, max_size=6).filter(any)


@given(shares, st.integers(0, 2**32))
def test_the_same_visitor_gets_the_same_variant_in_whatever_order(won: list[int], visitor: int) -> None:
    arms = [f"v{place}" for place in range(len(won))]
    mixed = mix_shares({arm: part / sum(won) for arm, part in zip(arms, won, strict=True)})
    assert sum(share for _, share in mixed) == pytest.approx(1)
    assert all(share >= EXPLORED / len(arms) for _, share in mixed)
    given_arm = assign_arm("shop", make_campaign(*arms), f"v{visitor}", None, mixed)
    assert given_arm == assign_arm("shop", make_campaign(*reversed(arms)), f"v{visitor}", None, mixed)
    assert given_arm[1] == dict(mixed)[given_arm[0]]


def test_arms_come_as_often_as_their_logged_chance_says_and_the_holdout_stays() -> None:
    mixed: Shares = (("a", 0.7), ("b", 0.275), ("c", 0.025))
    campaign = make_campaign("c", "b", "a", holdout=0.2)
    persons = 20_000
    drawn = [assign_arm("shop", campaign, f"visitor-{number}", None, mixed) for number in range(persons)]
    expected = {"": 0.2, "a": 0.56, "b": 0.22, "c": 0.02}
    for arm, chance in expected.items():
        of_arm = [told for given_arm, told in drawn if given_arm == arm]
        assert all(told == pytest.approx(chance) for told in of_arm)
        assert len(of_arm) / persons == pytest.approx(chance, abs=0.012)
    held = {number for number, (arm, _) in enumerate(drawn) if arm == ""}
    evenly = {number for number in range(persons) if assign_arm("shop", campaign, f"visitor-{number}", None)[0] == ""}
    assert held == evenly


def test_what_was_given_stays_with_the_chance_it_was_given_by() -> None:
    campaign = make_campaign("a", "b", holdout=0.5)
    mixed: Shares = (("a", 0.975), ("b", 0.025))
    assert assign_arm("shop", campaign, "v", Kept("b", 0.31), mixed) == ("b", 0.31)
    assert assign_arm("shop", campaign, "v", Kept("b", None), mixed) == ("b", 0.25)
    assert assign_arm("shop", campaign, "v", Kept("", 0.31), mixed) == ("", 0.5)
    gone = assign_arm("shop", campaign, "v", Kept("z", 0.31), mixed)
    assert gone == assign_arm("shop", campaign, "v", None, mixed)
    assert draw_variant("shop", campaign, "v", mixed).id in ("a", "b")
