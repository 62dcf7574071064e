"""The community against slow and obvious counts, on random acts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.analyzer.community.activity import MemberWeeks, count_fans, count_weeks
from services.analyzer.community.dialogue import MOST_DEPTH, Said, measure_dialogue
from services.analyzer.reports.community import ACTS
from services.analyzer.reports.community_tests import find_trigger, judge
from shared.clock import HOUR_MS

WEEKS = 5
ACTIVE = st.sets(st.tuples(st.integers(0, WEEKS - 1), st.integers(0, 6)), max_size=25)


@given(ACTIVE, st.sets(st.integers(0, 6)))
def test_weeks_count_who_stays_comes_and_goes(active: set[tuple[int, int]], known: set[int]) -> None:
    rows = sorted(active)
    week, member = (np.array([row[place] for row in rows], dtype=np.int64) for place in (0, 1))
    ones = np.ones(len(rows), dtype=np.int64)
    first = np.array([-1 if one in known else min((w for w, m in rows if m == one), default=WEEKS) for one in range(7)])
    counted = count_weeks(MemberWeeks(member, week, ones, ones, ones, 3 * ones), first, WEEKS)
    for place, shown in enumerate(counted):
        now = {m for w, m in rows if w == place}
        before = {m for w, m in rows if w == place - 1}
        earlier = known | {m for w, m in rows if w < place}
        assert (shown.active, shown.returned, shown.lapsed) == (len(now), len(now & before), len(before - now))
        assert (shown.new, shown.back) == (len(now - earlier), len((now & earlier) - before))
        assert (shown.posts, shown.acts) == (len(now), 3 * len(now))
    members, fans = count_fans(MemberWeeks(member, week, ones, ones, ones, ones), 2)
    weeks_of = {m: len({w for w, one in rows if one == m}) for _, m in rows}
    assert (members, fans) == (len(weeks_of), sum(count >= 2 for count in weeks_of.values()))


WORDS = st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.none() | st.integers(0, 9)), max_size=10)


@given(WORDS)
def test_threads_against_climbing_by_hand(words: list[tuple[int, bool, int | None]]) -> None:
    """A row answers an earlier one, or nothing."""
    parents = [-1 if post or to is None or to >= place else to for place, (_, post, to) in enumerate(words)]
    is_post = [post for _, post, _ in words]
    members = [member for member, _, _ in words]

    def climb(row: int) -> tuple[int, int]:
        depth = 0
        while parents[row] >= 0:
            row, depth = parents[row], depth + 1
        return depth, row

    patience = 3
    said = Said(
        np.array(members, dtype=np.int64),
        np.arange(len(words), dtype=np.int64) * HOUR_MS,
        np.array(is_post, dtype=bool),
        np.array(parents, dtype=np.int64),
    )
    end = len(words)
    told = measure_dialogue(said, 0, end * HOUR_MS, patience * HOUR_MS)
    posts = [row for row in range(len(words)) if is_post[row]]
    replies = [row for row in range(len(words)) if climb(row)[0] and climb(row)[1] in posts]
    waits = {
        post: min(
            (row - post for row in replies if climb(row)[1] == post and members[row] != members[post]), default=99
        )
        for post in posts
    }
    assert (told.posts, told.replies) == (len(posts), len(replies))
    assert told.hours_to_answer == sorted(wait for wait in waits.values() if wait <= patience)
    assert told.followed == sum(post + patience <= end for post in posts)
    assert told.answered == sum(post + patience <= end and waits[post] <= patience for post in posts)
    assert told.most_depth == max((climb(row)[0] for row in replies), default=0)
    threads = {climb(row)[1] for row in replies}
    talkers = {(climb(row)[1], members[row]) for row in replies} | {(post, members[post]) for post in threads}
    assert told.participants == (len(talkers) / len(threads) if threads else None)


def test_a_circle_of_replies_ends() -> None:
    circle = Said(np.zeros(2, np.int64), np.arange(2), np.zeros(2, bool), np.array([1, 0]))
    told = measure_dialogue(circle, 0, 10, 1)
    assert (told.posts, told.replies, told.most_depth) == (0, 0, 0)
    chain = np.arange(-1, MOST_DEPTH + 20)
    deep = Said(np.arange(len(chain)), np.arange(len(chain)), chain < 0, chain)
    assert measure_dialogue(deep, 0, 10_000, 1).most_depth <= MOST_DEPTH


def test_a_test_of_a_trigger_is_known_by_its_audience() -> None:
    joined, posted = ({"event": f"Community {act}", "within": "30d"} for act in ("Joined", "Posted"))
    assert find_trigger({"all": [{"any": [joined]}, {"not": posted}]}, ACTS) == "Community Posted"
    assert find_trigger({"all": [joined, {"not": posted}]}, ACTS) == "Community Posted"
    for other in (
        {"all": [{"not": posted}]},
        {"all": [joined, posted]},
        {"any": [joined, {"not": posted}]},
        {"all": [joined, {"not": {"event": "Order Completed", "within": "30d"}}]},
        {"event": "Community Posted", "within": "30d"},
    ):
        assert find_trigger(other, ACTS) is None
    bounds = [(0.1, 0.2, "confirmed"), (-0.2, -0.1, "refuted"), (-0.1, 0.1, "too_early"), (None, None, "too_early")]
    for low, high, verdict in bounds:
        assert judge({"always_valid_low": low, "always_valid_high": high}) == verdict
