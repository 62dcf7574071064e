"""What passes between profiles: links, relinks, aliases, erasure, bounds."""

from typing import Any

import msgspec

from services.engager.profiles.history import MOST_EVENTS
from services.engager.profiles.person import build_person
from services.engager.profiles.profile import MOST_HASHES, build_profile, encode_profile, take_message_id
from services.engager.profiles.view import LiveView, RequestTerms, SiteTerms
from shared.clock import DAY_MS, MINUTE_MS
from shared.log.entry import Erased, LoggedMessage, SegmentsChanged
from shared.log.partition import compute_partition
from shared.wire.decide import Page
from tests.property.histories import NOW, SITE, USERS, World


def event(message_id: str, ts: int, name: str = "Signed", **fields: Any) -> LoggedMessage:
    body = {"type": "track", "event": name, "messageId": message_id, **fields}
    return LoggedMessage(message_id, ts, None, msgspec.json.encode(body))


def messages_of(world: World, person_id: str, *, is_user: bool = True) -> list[str]:
    return [kept.message_id for kept in world.load(is_user, person_id).history.load_events()]


def test_a_link_brings_the_events_before_it() -> None:
    world = World()
    world.log([event("a", 1, anonymousId="v1")])
    world.log([event("b", 2, anonymousId="v1", userId="ann"), event("c", 3, anonymousId="v1")])
    assert messages_of(world, "ann") == ["a", "b", "c"]
    assert messages_of(world, "v1", is_user=False) == ["a", "b", "c"]


def test_a_visitor_identified_as_another_user_belongs_to_that_one_from_then_on() -> None:
    world = World()
    world.log([event("a", 1, anonymousId="v1", userId="ann"), event("b", 2, anonymousId="v1")])
    world.log([event("c", 3, anonymousId="v1", userId="bob"), event("d", 4, anonymousId="v1")])
    assert (messages_of(world, "ann"), messages_of(world, "bob")) == (["a", "b"], ["c", "d"])
    world.log([event("late", 2, anonymousId="v1")])
    assert messages_of(world, "ann") == ["a", "b", "late"]


def test_a_link_that_arrives_late_takes_back_what_went_to_the_wrong_user() -> None:
    world = World()
    world.log([event("c", 30, anonymousId="v1", userId="bob"), event("b", 20, anonymousId="v1")])
    assert messages_of(world, "bob") == ["b", "c"]
    world.log([event("a", 10, anonymousId="v1", userId="ann")])
    assert (messages_of(world, "ann"), messages_of(world, "bob")) == (["a", "b"], ["c"])


def test_an_alias_merges_visitor_and_user() -> None:
    world = World()
    world.log(
        [event("a", 1, anonymousId="v1"), event("u", 2, userId="old"), event("v", 3, anonymousId="v2", userId="old")]
    )
    alias = {"type": "alias", "userId": "ann", "messageId": "x"}
    for number, previous_id in enumerate(("v1", "old")):
        body = alias | {"previousId": previous_id, "messageId": f"x{number}"}
        world.log([LoggedMessage(f"x{number}", 4 + number, None, msgspec.json.encode(body))])
    assert messages_of(world, "ann") == ["a", "u", "v", "x0", "x1"]
    world.log([event("w", 6, anonymousId="v2"), event("z", 7, userId="old")])
    assert messages_of(world, "ann") == ["a", "u", "v", "x0", "x1", "w", "z"]
    visitor, user = world.load(False, "v2"), world.load(True, "ann")
    assert len(build_person("v2", visitor, ["old", "ann"], user).history.ring) == 7, "nothing is counted twice"


def test_circular_aliases_end() -> None:
    world = World()
    world.log([event("a", 1, userId="one"), event("b", 2, userId="two")])
    for number, (previous_id, user_id) in enumerate((("one", "two"), ("two", "one"))):
        body = {"type": "alias", "previousId": previous_id, "userId": user_id}
        world.log([LoggedMessage(f"x{number}", 3 + number, None, msgspec.json.encode(body))])
    world.log([event("c", 9, userId="one")])
    assert {"a", "b", "c"} <= set(messages_of(world, "two"))


def test_a_visitor_named_as_a_user_by_the_request_brings_what_it_did() -> None:
    world = World()
    world.log([event("u", 1, userId="ann"), event("a", 2, anonymousId="v9")])
    person = build_person("v9", world.load(False, "v9"), ["ann"], world.load(True, "ann"))
    assert len(person.history.ring) == 2 and person.user_id == "ann"


def test_erasure_forgets_what_was_logged_before_it() -> None:
    world = World()
    world.log([event("a", 1, anonymousId="v1", userId="ann")])
    world.run([(compute_partition(SITE, "v1", None), Erased(SITE, "v1", False, NOW))])
    assert messages_of(world, "v1", is_user=False) == [] and messages_of(world, "ann") == []
    world.log([event("again", 5, anonymousId="v1")])
    assert messages_of(world, "v1", is_user=False) == [], "it was received before the erasure"


def test_the_newest_word_on_a_segment_wins() -> None:
    world = World()
    for at, add, remove in ((20, ["s"], []), (10, [], ["s"]), (15, ["t"], []), (30, [], ["t"])):
        world.run([(0, SegmentsChanged(SITE, "v1", False, add, remove, at))])
    profile = world.load(False, "v1")
    assert {name for name, (member, _) in profile.segments.items() if member} == {"s"}


def test_a_profile_stays_bounded_and_its_sums_stay_right() -> None:
    world = World()
    big = "x" * 2_000
    for start in range(0, 1_500, 250):
        world.log(
            [
                event(f"m{number:05}", NOW - 40 * DAY_MS + number * MINUTE_MS, "Product Viewed",
                      anonymousId="v1", properties={"product_id": number, "category": "c", "note": big})
                for number in range(start, start + 250)
            ]
        )  # fmt: skip
    world.log([event("order", NOW - 39 * DAY_MS, "Order Completed", anonymousId="v1", properties={"order_id": "1"})])
    profile = world.load(False, "v1")
    assert len(encode_profile(profile)) < 512 * 1024 and len(profile.history.ring) < MOST_EVENTS
    view = LiveView(build_person("v1", profile, [], None), SiteTerms(), NOW)
    assert view.visitor_sessions == 1 and view.orders_count == 1 and profile.seq == 1_501
    world.log([event("new", NOW, anonymousId="v1")])
    assert len(world.load(False, "v1").history.ring) == 1, "what is older than a month is folded away"


def test_a_profile_of_a_hostile_visitor_stays_under_its_cap() -> None:
    world = World()
    ranges = [[number * 4, number * 4 + 1] for number in range(150)]
    for number in range(0, 400, 50):
        world.log(
            [
                event(f"v{place:04}", NOW - 1_000 + place, "Video Content Playing", anonymousId="v1",
                      userId=USERS[place % 2],
                      properties={"asset_id": f"film-{place}", "played": ranges, "note": "x" * 1_000})
                for place in range(number, number + 50)
            ]
        )  # fmt: skip
    traits = {f"trait-{number}": "x" * 1_000 for number in range(30)}
    body = {"type": "identify", "anonymousId": "v1", "traits": traits}
    world.log([LoggedMessage("i", NOW, None, msgspec.json.encode(body))])
    assert all(len(raw) <= 512 * 1024 for raw in world.profiles.values())
    assert world.load(False, "v1").history.head.traits.keys() == traits.keys()


def test_a_user_of_very_many_visitors_stays_bounded() -> None:
    world = World()
    for number in range(0, 600, 100):
        world.log(
            [
                event(f"m{place}", NOW - 60 * DAY_MS + place * DAY_MS // 10, "Product Viewed", anonymousId=f"v{place}",
                      userId="shared", properties={"product_id": "p", "category": "c"})
                for place in range(number, number + 100)
            ]
        )  # fmt: skip
    user = world.load(True, "shared")
    assert len(user.feeds) <= 500 and len(user.history.bases) <= 10
    view = LiveView(build_person(None, build_profile(), ["shared"], user), SiteTerms(), NOW)
    assert view.interest("c") > 0


def test_message_ids_are_remembered_512_messages_and_7_days() -> None:
    profile = build_profile()
    assert take_message_id(profile, "a", 0)
    assert not take_message_id(profile, "a", 6 * DAY_MS)
    assert take_message_id(profile, "a", 8 * DAY_MS)
    for number in range(MOST_HASHES):
        assert take_message_id(profile, f"m{number}", 8 * DAY_MS)
    assert take_message_id(profile, "a", 8 * DAY_MS)


def test_a_new_session_by_request_is_empty_and_takes_the_page_of_the_request() -> None:
    world = World()
    world.log([event("a", NOW - DAY_MS, anonymousId="v1", context={"sessionId": "s1"})])
    person = build_person("v1", world.load(False, "v1"), [], None)
    page = Page(url="https://shop.example/?utm_medium=email", path="/", title="Home", referrer="")
    view = LiveView(person, SiteTerms(), NOW, RequestTerms("s2", page))
    assert (view.visitor_sessions, view.session_is_first, view.session_page_views) == (2, False, 0)
    assert (view.channel, view.campaign_medium, view.page_path) == ("email", "email", "/")
    assert view.visitor_days_since_last == 1.0
    known = LiveView(person, SiteTerms(), NOW, RequestTerms("s1", page))
    assert (known.visitor_sessions, known.session_is_first) == (1, True)
