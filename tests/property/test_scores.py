"""Scores: whatever arrives in whatever order, live and batch agree, and a crossing is one however batches are cut."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from services.engager.profiles.view import LiveView, SiteTerms
from shared.log.entry import LoggedMessage, ScoresCounted
from shared.log.partition import PARTITIONS, compute_partition
from shared.rules import parse_rule
from shared.rules.scores import ScoreDefinition, ScoreRule, SiteScores, Threshold, compile_scores
from shared.rules.sql import SiteContext, compile_rule, compile_score_values
from tests.property.histories import NOW, SITE, PersonOf, SqlWorld, World, enrich_all, histories

HATS = [{"property": "category", "op": "eq", "value": "hats"}]
THRESHOLDS = [Threshold(id="warm", name="Warm", value=2), Threshold(id="hot", name="Hot", value=4)]


def build_scores(*rules: ScoreRule) -> SiteScores:
    scores, problems = compile_scores(
        ScoreDefinition(
            id=name, name=name, half_life_days=half_life_days, rules=list(rules), thresholds=list(THRESHOLDS)
        )
        for name, half_life_days in (("heat", 0.5), ("steady", None))
    )
    assert not problems
    return scores


SCORES = build_scores(
    ScoreRule(event="Product Viewed", points=1.1),
    ScoreRule(event="Product Viewed", points=2, where=HATS),
    ScoreRule(event="page", points=0.7),
    ScoreRule(event="Signed", points=-1.5),
)
WITH_ORDERS = build_scores(ScoreRule(event="Order Completed", points=3), ScoreRule(event="page", points=0.7))
SETTINGS = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def sql_world() -> SqlWorld:
    return SqlWorld()


def count(world: World, sql_world: SqlWorld, messages: list[LoggedMessage]) -> list[tuple[int, ScoresCounted]]:
    """Return the entries that the job would log, having read `messages`."""
    if not messages:
        return []
    enriched = enrich_all(messages)
    sql_world.fill(enriched, PersonOf.resolve(enriched))
    entries = []
    for score in SCORES.by_id.values():
        query = compile_score_values(score)
        for person_id, is_user, value, at in sql_world.connection.execute(query.sql, query.parameters).fetchall():
            rows = [(score.id, score.stamp, value, at)]
            told = ScoresCounted(SITE, person_id, is_user, rows, [world.position] * PARTITIONS)
            entries.append((compute_partition(SITE, None if is_user else person_id, person_id), told))
    return entries


def check_agreement(world: World, sql_world: SqlWorld, messages: list[LoggedMessage]) -> None:
    enriched = enrich_all(messages)
    person_of = PersonOf.resolve(enriched)
    sql_world.fill(enriched, person_of)
    terms = SiteTerms("USD", {}, ZoneInfo("UTC"), scores=world.scores)
    context = SiteContext("USD", {}, "UTC", scores=world.scores)
    for person_id, is_user in person_of.people():
        person = world.build_person(person_id, is_user=is_user)
        for name in world.scores.by_id:
            value = LiveView(person, terms, NOW).score(name)
            rule = parse_rule({"fact": f"score.{name}", "op": "eq", "value": value}, live=True)
            query = compile_rule(rule, site=context, now=NOW)
            assert person_id in sql_world.ask(query.sql, query.parameters), (name, value)


@SETTINGS
@given(histories(), st.data())
def test_history_counted_at_any_moment_and_what_follows_it_add_up(
    sql_world: SqlWorld, messages: list[LoggedMessage], data: st.DataObject
) -> None:
    """The job reads some of the log; meanwhile more arrives; what it counted arrives after that."""
    unlinked = [one for one, said in zip(messages, enrich_all(messages), strict=True) if not said.user_id]
    # In order, and no two at once, no link moves what belonged to another user.
    in_order = [structs.replace(one, timestamp=one.timestamp + place) for place, one in enumerate(messages)]
    arrival = data.draw(st.permutations(unlinked)) if data.draw(st.booleans()) else in_order
    read = data.draw(st.integers(0, len(arrival)))
    told = data.draw(st.integers(read, len(arrival)))
    world = World(SCORES)
    if arrival[:read]:
        world.log(arrival[:read])
    counted = count(world, sql_world, arrival[:read])
    if arrival[read:told]:
        world.log(arrival[read:told])
    world.run([*counted])
    if arrival[told:]:
        world.log(arrival[told:])
    if arrival:
        check_agreement(world, sql_world, arrival)


@SETTINGS
@given(histories(), st.data())
def test_an_order_counts_once(sql_world: SqlWorld, messages: list[LoggedMessage], data: st.DataObject) -> None:
    world = World(WITH_ORDERS)
    for message in data.draw(st.permutations(messages)):
        world.log([message])
    check_agreement(world, sql_world, messages)


@SETTINGS
@given(histories(max_size=30), st.data())
def test_how_batches_are_cut_changes_no_crossing(messages: list[LoggedMessage], data: st.DataObject) -> None:
    unlinked = [one for one, said in zip(messages, enrich_all(messages), strict=True) if not said.user_id]
    arrival = data.draw(st.permutations(unlinked))
    crossings = []
    for _ in range(2):
        world = World(SCORES)
        waiting = list(arrival)
        while waiting:
            cut = data.draw(st.integers(1, len(waiting)))
            world.log(waiting[:cut])
            del waiting[:cut]
        crossings.append({(one.message_id, one.timestamp) for group in world.told for one in group.messages})
    assert crossings[0] == crossings[1]


@SETTINGS
@given(histories(), st.data())
def test_the_next_count_puts_right_whatever_links_have_moved(
    sql_world: SqlWorld, messages: list[LoggedMessage], data: st.DataObject
) -> None:
    """Links that arrive late move a past that was counted for somebody else: right again once counted anew."""
    arrival = data.draw(st.permutations(messages))
    read = data.draw(st.integers(0, len(arrival)))
    world = World(SCORES)
    for message in arrival[:read]:
        world.log([message])
    first = count(world, sql_world, arrival[:read])
    world.run([*first])
    for message in arrival[read:]:
        world.log([message])
    second = count(world, sql_world, arrival)
    still = {(entry.person_id, entry.is_user, entry.scores[0][0]) for _, entry in second}
    gone = [
        (partition, ScoresCounted(SITE, one.person_id, one.is_user, [(*one.scores[0][:2], 0.0, 0)], second_counted))
        for partition, one in first
        if (one.person_id, one.is_user, one.scores[0][0]) not in still
        for second_counted in ([world.position] * PARTITIONS,)
    ]
    world.run([*second, *gone])
    check_agreement(world, sql_world, arrival)
