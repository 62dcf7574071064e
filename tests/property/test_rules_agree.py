"""One language, two compilers: whatever the rule and whatever happened, live profiles and SQL give one verdict."""

import operator
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from services.analyzer.lifecycle.stages import NOBODY, STAGES, Orders, find_changes, find_stages
from services.engager.profiles.view import LiveView, SiteTerms
from shared.clock import DAY_MS, HOUR_MS
from shared.log.entry import LoggedMessage, SegmentsChanged
from shared.log.partition import compute_partition
from shared.rules import compile_rules, parse_rule
from shared.rules.interest import BrandModel, compile_brands
from shared.rules.lifecycle import PUBLISHED, StageRules
from shared.rules.model import OPS, Happened
from shared.rules.python import build_event_test
from shared.rules.scores import ScoreDefinition, ScoreRule, compile_scores
from shared.rules.sql import SiteContext, compile_rule
from shared.rules.view import SIMPLE_FACTS
from tests.property.histories import NOW, SITE, PersonOf, SqlWorld, World, enrich_all, histories

RATES = {"EUR": 1.1}
SCORES, _ = compile_scores(
    [
        ScoreDefinition(
            id="heat",
            name="Heat",
            half_life_days=1.5,
            rules=[
                ScoreRule(event="Product Viewed", points=1.25),
                ScoreRule(
                    event="Product Viewed", points=2, where=[{"property": "category", "op": "eq", "value": "hats"}]
                ),
                ScoreRule(event="Order Completed", points=10),
                ScoreRule(event="Order Refunded", points=-4),
            ],
        ),
        ScoreDefinition(
            id="steady",
            name="Steady",
            half_life_days=None,
            rules=[ScoreRule(event="page", points=1), ScoreRule(event="Order Completed", points=0.5)],
        ),
    ]
)
BRANDS = compile_brands(
    BrandModel(
        similar={"acme": [("zen", 0.61), ("7", 0.1)], "zen": [("acme", 0.2503)], "7": [("zen", 1.0)]},
        brand_of={"p1": "acme", "3": "zen"},
    )
)
ORDERINGS_AND_EQUALITY = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
TIME_ZONE = "Asia/Tokyo"

_value = st.sampled_from(
    [
        *(0, 0.5, 1, 2, 3, 10, 12.5, 20, 99.99, 1800, 2**60, True, False, "a", "/", "/shoes", "desktop", "mobile"),
        *("p1", "p2", "3", 5),
        *(
            "ja",
            "email",
            "direct",
            "paid_search",
            "日本",
            "1",
            "",
            "news",
            "new",
            "first",
            "repeat",
            "loyal",
            "at_risk",
            "dormant",
        ),
    ]
)
_fact = st.sampled_from(
    [*SIMPLE_FACTS, "traits.plan", "traits.plan.x", "traits.level", "interest.shoes", "interest.hats"]
    + ["product_of_interest", "brand.acme", "brand.zen", "brand.other"]
    + ["score.heat", "score.steady", "score.gone"]
    + [
        f"video.{video}.{what}"
        for video in ("film", "clip")
        for what in ("watched_ratio", "interest", "position", "liked", "completed")
    ]
)
_TEXTS = {
    name
    for name in SIMPLE_FACTS
    if name.partition(".")[0] in ("page", "channel", "campaign", "device", "locale", "lifecycle", "product_of_interest")
}


def _comparison(op: str, value: Any, values: list[Any], text: bool) -> dict[str, Any]:
    if op == "exists":
        return {"op": op, "value": bool(value)}
    if op == "in":
        return {"op": op, "value": values}
    if op == "matches":
        return {"op": op, "value": "^[/a-z]+s?$"} if text else {"op": "exists", "value": True}
    if op in ("lt", "le", "gt", "ge") and isinstance(value, bool):
        return {"op": op, "value": 1}
    return {"op": op, "value": value}


_ops = st.sampled_from(OPS)
_compare = st.builds(
    lambda fact, op, value, values: {
        "fact": fact,
        **_comparison(op, value, values, fact in _TEXTS or fact.startswith("traits")),
    },
    _fact,
    _ops,
    _value,
    st.lists(_value, max_size=3),
)
_condition = st.builds(
    lambda path, op, value, values: {"property": path, **_comparison(op, value, values, True)},
    st.sampled_from(["plan", "size", "plan.x", "product_id", "revenue", "category", "missing"]),
    _ops,
    _value,
    st.lists(_value, max_size=3),
)
_event = st.builds(
    lambda event, where, count_op, count, within: {
        "event": event,
        "where": where,
        "count": {"op": count_op, "value": count},
        "within": within,
    },
    st.sampled_from(["page", "identify", "Product Viewed", "Signed", "Order Completed", "Never"]),
    st.lists(_condition, max_size=2),
    st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]),
    st.integers(0, 3),
    st.sampled_from(["session", "1h", "24h", "2d", "30d"]),
)
_watched = st.builds(
    lambda video, start, length, share: {
        "watched": {"video": video, "from": start, "to": start + length, "share": share}
    },
    st.sampled_from(["film", "clip", "other"]),
    st.integers(0, 15),
    st.sampled_from([0.5, 2, 5, 20]),
    st.sampled_from([0, 0.25, 0.5, 1]),
)
_segment = st.sampled_from(["vip", "nobody"]).map(lambda name: {"segment": name})
_leaf = st.one_of(_compare, _compare, _event, _watched, _segment)
rules = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=5,
)


def build_stage_rules(unit_ms: int, most: int) -> st.SearchStrategy[StageRules]:
    """Return the published day rules, and any other of up to `most` units."""
    lapse = st.integers(1, most).map(lambda units: units * unit_ms)
    own = st.builds(
        lambda orders, within, risk, more: StageRules(orders, within, risk, risk + more),
        st.integers(2, 20) | st.integers(2, 4),
        lapse,
        lapse,
        lapse,
    )
    return st.just(PUBLISHED) | own


@pytest.fixture(scope="module")
def sql_world() -> SqlWorld:
    return SqlWorld()


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(histories(), st.lists(rules, min_size=1, max_size=6), st.randoms(use_true_random=False), st.data())
def test_live_and_sql_agree(
    sql_world: SqlWorld, messages: list[LoggedMessage], texts: list[dict[str, Any]], random: Any, data: st.DataObject
) -> None:
    arrival = data.draw(st.permutations(messages))
    again = data.draw(st.lists(st.sampled_from(messages), max_size=3))
    world = World()
    waiting = [*arrival, *again]
    while waiting:
        cut = random.randint(1, len(waiting))
        world.log(waiting[:cut])
        del waiting[:cut]

    enriched = enrich_all(messages)
    person_of = PersonOf.resolve(enriched)
    sql_world.fill(enriched, person_of)
    vips = data.draw(st.sets(st.sampled_from(sorted(person_of.people()))))
    sql_world.put_members("vip", [person_id for person_id, _ in vips])
    for person_id, is_user in vips:
        told = SegmentsChanged(SITE, person_id, is_user, ["vip"], [], NOW)
        world.run([(compute_partition(SITE, None if is_user else person_id, person_id if is_user else None), told)])
    parsed = [parse_rule(text, live=True) for text in texts]
    compiled = compile_rules(parsed)
    lifecycle = data.draw(build_stage_rules(HOUR_MS, 48), "lifecycle")
    site = SiteTerms("USD", RATES, ZoneInfo(TIME_ZONE), scores=SCORES, brands=BRANDS, lifecycle=lifecycle)
    live: list[set[str]] = [set() for _ in parsed]
    for person_id, is_user in person_of.people():
        person = world.build_person(person_id, is_user=is_user)
        verdicts, _ = compiled.evaluate(LiveView(person, site, NOW))
        for index, verdict in enumerate(verdicts):
            if verdict:
                live[index].add(person_id)
    context = SiteContext("USD", RATES, TIME_ZONE, scores=SCORES, brands=BRANDS, lifecycle=lifecycle)
    for text, rule, expected in zip(texts, parsed, live, strict=True):
        query = compile_rule(rule, site=context, now=NOW)
        found = sql_world.ask(query.sql, query.parameters)
        if found != expected:
            note(f"site {SITE}, rule {text}")
            note(query.sql)
        assert found == expected


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(histories(max_size=30))
def test_live_and_sql_give_the_same_score(sql_world: SqlWorld, messages: list[LoggedMessage]) -> None:
    world = World()
    world.log(messages)
    enriched = enrich_all(messages)
    person_of = PersonOf.resolve(enriched)
    sql_world.fill(enriched, person_of)
    terms, context = SiteTerms("USD", RATES, ZoneInfo(TIME_ZONE)), SiteContext("USD", RATES, TIME_ZONE)
    for person_id, is_user in person_of.people():
        person = world.build_person(person_id, is_user=is_user)
        score = LiveView(person, terms, NOW).hesitation
        wanted: dict[str, Any] = {"op": "exists", "value": False} if score is None else {"op": "eq", "value": score}
        query = compile_rule(parse_rule({"fact": "hesitation", **wanted}, live=True), site=context, now=NOW)
        assert person_id in sql_world.ask(query.sql, query.parameters)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(histories(max_size=30), st.data())
def test_live_and_sql_give_the_same_interest(
    sql_world: SqlWorld, messages: list[LoggedMessage], data: st.DataObject
) -> None:
    world = World()
    for message in data.draw(st.permutations(messages)):
        world.log([message])
    enriched = enrich_all(messages)
    person_of = PersonOf.resolve(enriched)
    sql_world.fill(enriched, person_of)
    terms = SiteTerms("USD", RATES, ZoneInfo(TIME_ZONE), brands=BRANDS)
    context = SiteContext("USD", RATES, TIME_ZONE, brands=BRANDS)
    for person_id, is_user in person_of.people():
        view = LiveView(world.build_person(person_id, is_user=is_user), terms, NOW)
        told: dict[str, Any] = {f"brand.{name}": view.brand(name) for name in ("acme", "zen", "7", "other")}
        told["product_of_interest"] = view.product_of_interest
        wanted = [
            {"fact": fact, "op": "exists", "value": False}
            if value is None
            else {"fact": fact, "op": "eq", "value": value}
            for fact, value in told.items()
        ]
        query = compile_rule(parse_rule({"all": wanted}, live=True), site=context, now=NOW)
        assert person_id in sql_world.ask(query.sql, query.parameters), told


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(histories(), st.lists(_event, min_size=1, max_size=4), st.integers(1, 400), st.integers(31, 400))
def test_long_windows_count_the_whole_history(
    sql_world: SqlWorld, messages: list[LoggedMessage], texts: list[dict[str, Any]], apart: int, days: int
) -> None:
    """Windows beyond what a profile keeps, against counting message by message."""
    spread = [
        LoggedMessage(one.message_id, NOW - (NOW - one.timestamp) * apart, one.claimed, one.raw) for one in messages
    ]
    enriched = enrich_all(spread)
    person_of = PersonOf.resolve(enriched)
    sql_world.fill(enriched, person_of)
    for text in texts:
        rule = parse_rule({**text, "within": f"{days}d"}, live=False)
        assert isinstance(rule, Happened)
        test = build_event_test(rule.where)
        expected = set()
        for person_id, is_user in person_of.people():
            times = sum(
                message.event == rule.event
                and message.timestamp >= NOW - days * DAY_MS
                and (test is None or test(message.properties))
                for message in enriched
                if person_of.by_message[message.message_id] == (person_id, is_user)
            )
            if ORDERINGS_AND_EQUALITY[rule.count_op](times, rule.count):
                expected.add(person_id)
        query = compile_rule(rule, site=SiteContext("USD", RATES, TIME_ZONE), now=NOW)
        assert sql_world.ask(query.sql, query.parameters) == expected


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.sampled_from(["v1", None]), st.integers(0, 395)), min_size=1, max_size=8),
    st.sampled_from([0, 1, DAY_MS - 1]),
    build_stage_rules(DAY_MS, 200),
)
def test_live_and_sql_give_the_same_stage(
    sql_world: SqlWorld, orders: list[tuple[str | None, int]], off: int, rules: StageRules
) -> None:
    """Orders of a year and more, against the stages that the lifecycle report finds."""
    told: list[dict[str, Any]] = [
        {
            "type": "track",
            "event": "Order Completed",
            "anonymousId": visitor,
            "userId": None if visitor else "u1",
            "properties": {"order_id": f"o{place}", "revenue": 5},
        }
        for place, (visitor, _) in enumerate(orders)
    ]
    told.append({"type": "identify", "userId": "u2", "anonymousId": None})
    ages = [age * DAY_MS + off for _, age in orders] + [5]
    messages = [
        LoggedMessage(f"m{place:02}", NOW - age, None, msgspec.json.encode(body))
        for place, (body, age) in enumerate(zip(told, ages, strict=True))
    ]
    world = World()
    world.log(messages)
    enriched = enrich_all(messages)
    person_of = PersonOf.resolve(enriched)
    sql_world.fill(enriched, person_of)
    terms = SiteTerms("USD", RATES, ZoneInfo(TIME_ZONE), lifecycle=rules)
    context = SiteContext("USD", RATES, TIME_ZONE, lifecycle=rules)
    for person_id, is_user in person_of.people():
        times = sorted(
            one.timestamp
            for one in enriched
            if one.event == "Order Completed" and person_of.by_message[one.message_id] == (person_id, is_user)
        )
        own = Orders(*(np.array(column, dtype=np.int64) for column in ([0] * len(times), times, [0] * len(times))))
        changes = find_changes(np.array([NOW - 1_000 * DAY_MS if is_user else NOW]), own, rules, NOW + 1)
        stage = int(find_stages(changes, 1, NOW + 1)[0])
        expected = None if stage == NOBODY or (not times and not is_user) else STAGES[stage]
        person = world.build_person(person_id, is_user=is_user)
        assert LiveView(person, terms, NOW).lifecycle == expected
        wanted: dict[str, Any] = (
            {"op": "exists", "value": False} if expected is None else {"op": "eq", "value": expected}
        )
        query = compile_rule(parse_rule({"fact": "lifecycle", **wanted}, live=True), site=context, now=NOW)
        assert person_id in sql_world.ask(query.sql, query.parameters)
