"""A profile is what happened, not how it arrived: order, repeats and batches make no difference."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.engager.profiles.history import MOST_EVENTS
from services.engager.profiles.links import compress_links, find_owner
from services.engager.profiles.merge import merge_states
from services.engager.profiles.profile import decode_profile, encode_profile
from services.engager.profiles.state import State, decode_state, encode_state
from shared.log.entry import LoggedMessage
from tests.property.histories import USERS, VISITORS, World, histories

SLOW_IS_FINE = [HealthCheck.too_slow]
"""Histories take a while to draw on a busy machine; that is no failure."""


def _summarise(world: World) -> dict[tuple[bool, str], tuple[bytes, list[tuple[str, str]], int]]:
    """Return head, events and length of every profile; feeds are numbered by arrival, so numbers are left out."""
    found = {}
    for is_user, names in ((False, VISITORS), (True, USERS)):
        for name in names:
            history = world.load(is_user, name).history
            events = [(event.message_id, event.session_key) for event in history.load_events()]
            found[is_user, name] = (encode_state(history.head), events, len(history.ring))
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW_IS_FINE)
@given(histories(), st.data(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_makes_no_difference(
    messages: list[LoggedMessage], data: st.DataObject, random: Any
) -> None:
    straight = World()
    for message in messages:
        straight.log([message])
    shuffled = World()
    waiting = data.draw(st.permutations([*messages, *messages[: len(messages) // 2]]))
    while waiting:
        cut = random.randint(1, len(waiting))
        shuffled.log(waiting[:cut])
        waiting = waiting[cut:]
    assert _summarise(shuffled) == _summarise(straight)


@settings(deadline=None, suppress_health_check=SLOW_IS_FINE)
@given(histories(max_size=8))
def test_a_profile_survives_its_encoding(messages: list[LoggedMessage]) -> None:
    world = World()
    world.log(messages)
    for raw in world.profiles.values():
        assert encode_profile(decode_profile(raw)) == raw
        assert len(decode_profile(raw).history.ring) <= MOST_EVENTS


@settings(max_examples=50, deadline=None, suppress_health_check=SLOW_IS_FINE)
@given(histories(max_size=12), st.integers(0, 12))
def test_merged_states_count_what_their_parts_count(messages: list[LoggedMessage], cut: int) -> None:
    def fold(part: list[LoggedMessage]) -> State:
        world = World()
        world.log(part)
        return decode_state(encode_state(world.load(False, VISITORS[0]).history.head))

    merged = merge_states([fold(messages[:cut]), fold(messages[cut:])])
    whole = fold(messages)
    assert merged.traits == whole.traits and merged.last_ts == whole.last_ts
    assert {name: video.ranges for name, video in merged.videos.items()} == {
        name: video.ranges for name, video in whole.videos.items()
    }
    assert merged.orders.keys() == whole.orders.keys()
    assert merged.interest.keys() == whole.interest.keys()


_points = st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abc")), max_size=8)


@settings(deadline=None, suppress_health_check=SLOW_IS_FINE)
@given(_points, st.integers(-1, 10))
def test_owners_follow_the_last_link_before_the_event(points: list[tuple[int, str]], at: int) -> None:
    links = compress_links(points)
    ordered = sorted(dict(points).items())
    before = [user for since, user in ordered if since <= at]
    expected = before[-1] if before else (ordered[0][1] if ordered else None)
    assert find_owner(links, at) == expected
    assert compress_links(links) == links
