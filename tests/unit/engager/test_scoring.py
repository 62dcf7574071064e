"""Scores in a profile: whose word holds, what is a crossing, and that nothing grows without bound."""

from typing import Any

import msgspec

from services.engager.profiles.profile import Profile, build_profile
from services.engager.profiles.scoring import MOST_ABOVE, MOST_SCORES, compute_all, take_counts
from shared.log.entry import Erased, LoggedMessage, Messages, ScoresCounted
from shared.log.partition import PARTITIONS, compute_partition
from shared.rules.scores import ScoreDefinition, ScoreRule, SiteScores, Threshold, compile_scores
from tests.property.histories import NOW, SITE, World, group_of

DAY = 86_400_000


def build(value: float = 5, **fields: Any) -> SiteScores:
    definition = {"id": "heat", "name": "Heat", "rules": [ScoreRule(event="Signed", points=2)]}
    thresholds = [Threshold(id="warm", name="Warm", value=value)]
    scores, problems = compile_scores([ScoreDefinition(**{**definition, "thresholds": thresholds, **fields})])
    assert not problems
    return scores


SCORES = build()
STAMP = SCORES.by_id["heat"].stamp


def signed(name: str, days_ago: float = 0, **ids: str | None) -> LoggedMessage:
    body = {"type": "track", "event": "Signed", "anonymousId": "v1", **ids}
    return LoggedMessage(name, round(NOW - days_ago * DAY), None, msgspec.json.encode(body))


def told(value: float, position: int, *, stamp: int = STAMP, score_id: str = "heat") -> ScoresCounted:
    return ScoresCounted(SITE, "v1", False, [(score_id, stamp, value, NOW)], [position] * PARTITIONS)


def say(world: World, entry: ScoresCounted | Erased) -> None:
    world.run([(compute_partition(SITE, "v1", None), entry)])


def read(profile: Profile) -> float:
    return compute_all(profile, SCORES, NOW)["heat"]


def list_told(world: World) -> list[dict[str, Any]]:
    return [msgspec.json.decode(one.raw) for group in world.told for one in group.messages]


def test_the_first_word_on_a_definition_is_its_past_and_a_later_one_may_cross() -> None:
    world = World(SCORES)
    say(world, told(9, world.position))
    assert read(world.load(False, "v1")) == 9 and list_told(world) == []
    world = World(SCORES)
    say(world, told(1, world.position))
    say(world, told(6, world.position + 5))
    (crossing,) = list_told(world)
    assert crossing["properties"]["value"] == 6 and crossing["anonymousId"] == "v1"
    say(world, told(7, world.position + 5))
    assert len(list_told(world)) == 1


def test_a_word_on_another_definition_counts_nothing() -> None:
    world = World(SCORES)
    world.log([signed("a")])
    say(world, told(9, world.position, stamp=STAMP + 1))
    assert read(world.load(False, "v1")) == 2


def test_a_moved_threshold_is_another_threshold() -> None:
    world = World(build(3))
    world.log([signed("a")])
    world.log([signed("b")])
    assert len(list_told(world)) == 1
    world.scores = build(5)
    world.log([signed("c")])
    assert [one["properties"]["threshold"] for one in list_told(world)] == [3, 5]


def test_what_was_counted_before_an_erasure_is_forgotten() -> None:
    world = World(SCORES)
    world.log([signed("a")])
    counted = told(2, world.position)
    say(world, Erased(SITE, "v1", False, NOW + DAY))
    say(world, counted)
    assert read(world.load(False, "v1")) == 0


def test_a_repeated_batch_tells_the_same() -> None:
    ids = []
    for batches in ([["a", "b", "c"]], [["a"], ["b", "c"]], [["a"], ["b"], ["c"]]):
        world = World(SCORES)
        for batch in batches:
            messages = Messages([group_of([signed(name) for name in batch])])
            world.run([(compute_partition(SITE, "v1", None), messages)])
        ids.append([one["messageId"] for one in list_told(world)])
    assert ids[0] == ids[1] == ids[2] and len(ids[0]) == 1


def test_linked_the_user_takes_the_points_and_is_not_told_again() -> None:
    world = World(SCORES)
    world.log([signed(name) for name in "abc"])
    say(world, told(6, world.position))
    world.log([signed("d", userId="u1")])
    assert read(world.load(True, "u1")) == 8
    assert len(list_told(world)) == 1


def test_nothing_grows_without_bound() -> None:
    profile = build_profile()
    for number in range(MOST_SCORES + 10):
        take_counts(profile, told(1, 1 << 40, score_id=f"s{number}"), SCORES)
    assert len(profile.scores) == MOST_SCORES
    for number in range(MOST_ABOVE + 10):
        thresholds = [Threshold(id=f"t{number}", name="T", value=1)]
        take_counts(profile, told(2, 1 << 40), build(thresholds=thresholds))
    assert len(profile.above) <= MOST_ABOVE
