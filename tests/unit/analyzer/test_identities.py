"""Links and merges on small cases that can be read at sight."""

from services.analyzer.store.identities import (
    ALWAYS_AFTER,
    ALWAYS_BEFORE,
    Link,
    Observation,
    build_links,
    build_merges,
    is_implied,
)


def test_the_first_user_has_everything_before() -> None:
    assert build_links([Observation(5, "m", "u")]) == [Link("u", ALWAYS_BEFORE, ALWAYS_AFTER)]


def test_another_user_takes_over_from_the_message_that_says_so() -> None:
    seen = [
        Observation(20, "c", "u2"),
        Observation(5, "a", "u1"),
        Observation(10, "b", "u1"),
        Observation(30, "d", "u1"),
    ]
    assert build_links(seen) == [
        Link("u1", ALWAYS_BEFORE, 20),
        Link("u2", 20, 30),
        Link("u1", 30, ALWAYS_AFTER),
    ]


def test_of_two_users_at_the_same_time_the_later_message_id_stays() -> None:
    assert build_links([Observation(5, "b", "u2"), Observation(5, "a", "u1")]) == [
        Link("u2", ALWAYS_BEFORE, ALWAYS_AFTER)
    ]


def test_what_the_links_say_already_is_implied() -> None:
    links = build_links([Observation(5, "a", "u1"), Observation(20, "b", "u2")])
    assert is_implied(links, Observation(1, "x", "u1")) and is_implied(links, Observation(99, "x", "u2"))
    assert not is_implied(links, Observation(1, "x", "u2")) and not is_implied(links, Observation(20, "x", "u1"))


def test_merges_run_to_the_end_and_the_newest_of_an_id_wins() -> None:
    aliases = [(1, "a", "v", "u1"), (2, "b", "u1", "u2"), (3, "c", "v", "u3")]
    assert build_merges(aliases) == {"v": "u3", "u1": "u2"}


def test_circles_and_aliases_of_itself_count_for_nothing() -> None:
    assert build_merges([(1, "a", "x", "y"), (2, "b", "y", "x"), (3, "c", "z", "z")]) == {"x": "y"}
    # Nor one that would close it only by taking the place of an older alias of that id.
    assert build_merges([(1, "a", "x", "z"), (2, "b", "y", "x"), (3, "c", "x", "y")]) == {"x": "z", "y": "z"}
