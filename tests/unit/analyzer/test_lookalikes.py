"""Lookalikes: traces of a definition, the fit, sizes, and hashes of contacts."""

from typing import Any

import duckdb
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from services.analyzer.lookalikes.fit import Likeness, Moments, compute_auc, fit_likeness
from services.analyzer.lookalikes.traces import BUYING, EventTrace, Traces, find_traces
from services.analyzer.reports.contacts import hash_email, hash_phone, read_phone
from services.analyzer.reports.lookalike_members import choose_members
from services.analyzer.stats.folds import hash_ids
from services.analyzer.stats.logistic import Logistic
from shared.rules import parse_rule
from shared.rules.model import Rule
from shared.rules.scores import ScoreDefinition, ScoreRule, compile_scores


def parse(rule: dict[str, Any]) -> Rule:
    return parse_rule(rule, live=False)


def test_traces_of_a_definition() -> None:
    rule = parse(
        {
            "all": [
                {"event": "Signed", "where": [{"property": "plan", "op": "eq", "value": "pro"}], "within": "9d"},
                {"watched": {"video": "film", "from": 0, "to": 9}},
                {"fact": "interest.tea", "op": "gt", "value": 1},
                {"fact": "device.type", "op": "eq", "value": "mobile"},
                {"not": {"fact": "video.clip.liked", "op": "eq", "value": True}},
                {"not": {"fact": "channel", "op": "eq", "value": "email"}},
            ]
        }
    )
    traces = find_traces(rule, {}, goal_event="Order Completed")
    assert {trace.event for trace in traces.events} == {"Signed"} and all(trace.where for trace in traces.events)
    assert traces.videos == {"film"}, "members have not left a trace in what they did not do"
    assert traces.categories == {"tea"}
    assert not traces.keeps("device:mobile") and not traces.keeps("channel:email") and traces.keeps("pages")


@pytest.mark.parametrize(
    "rule", [{"fact": "orders.value", "op": "gt", "value": 9}, {"event": "Order Completed", "within": "9d"}, None]
)
def test_whoever_bought_left_all_traces_of_buying(rule: dict[str, Any] | None) -> None:
    traces = find_traces(parse(rule) if rule else None, {}, goal_event="Subscribed")
    assert traces.events == {EventTrace(event) for event in {*BUYING, "Subscribed"}}


def test_traces_of_segments_within_segments_end() -> None:
    rules = {name: parse({"any": [{"segment": other}]}) for name, other in (("a", "b"), ("b", "a"))}
    rules["c"] = parse({"event": "E", "within": "1h"})
    assert find_traces(parse({"segment": "a"}), rules, goal_event="G") == Traces()
    both = parse({"any": [{"segment": "a"}, {"segment": "c"}, {"segment": "gone"}]})
    assert find_traces(both, rules, goal_event="G").events == {EventTrace("E")}


def draw_moments(generator: np.random.Generator, rows: int) -> Moments:
    values = generator.normal(size=(rows, 3))
    chance = 1 / (1 + np.exp(2 - 1.5 * values[:, 0] + values[:, 1]))
    names = ["likes", "dislikes", "orders"]
    return Moments(hash_ids([f"p{n}" for n in range(rows)]), names, values, generator.random(rows) < chance)


def test_a_planted_likeness_is_learnt_and_leaves_out_what_repeats_the_definition() -> None:
    moments = draw_moments(np.random.default_rng(1), 4_000)
    traces = Traces(features=frozenset({"orders"}))
    likeness = fit_likeness(moments, traces, salt="s")
    assert likeness.reason is None and likeness.auc is not None and likeness.auc_low is not None
    assert likeness.names == ("likes", "dislikes") and likeness.auc > 0.75 and likeness.auc_low > 0.7
    assert [driver.feature for driver in likeness.drivers] == ["likes", "dislikes"]
    lifts = [decile.lift for decile in likeness.deciles]
    assert len(lifts) == 10 and lifts[0] is not None and lifts[-1] is not None and lifts[0] > 2 > 0.5 > lifts[-1]
    again = fit_likeness(moments, traces, salt="s")
    assert again.auc == likeness.auc and again.drivers == likeness.drivers


@pytest.mark.parametrize(("rows", "reason"), [(10, "too_few_members"), (0, "too_few_members")])
def test_too_little_is_refused(rows: int, reason: str) -> None:
    likeness = fit_likeness(draw_moments(np.random.default_rng(1), rows), Traces(), salt="s")
    assert likeness.reason == reason and likeness.model is None and likeness.auc is None


def test_auc_equals_the_library() -> None:
    generator = np.random.default_rng(2)
    score, positive = np.round(generator.random(300), 1), generator.random(300) < 0.3
    auc, low, high = compute_auc(score, positive)
    assert auc == pytest.approx(roc_auc_score(positive, score)) and low < auc < high


def describe(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    """Make the relation `described` and return how many candidates there are."""
    con.execute(
        "CREATE TABLE described AS SELECT person_id, false AS is_user, pages, channel, interests"
        f" FROM (VALUES {rows}) AS told(person_id, pages, channel, interests)"
    )
    return int(con.execute("SELECT count(*) FROM described").fetchall()[0][0])


@pytest.mark.parametrize(
    ("size", "expected"), [(0.5, ["b", "d"]), (1.0, [*"abcd"]), (1.5, ["b"]), (3, ["a", "b", "d"]), (99, [*"abcd"])]
)
def test_a_size_is_a_share_up_to_one_and_a_number_above(size: float, expected: list[str]) -> None:
    likeness = Likeness(("pages",), Logistic(np.array([1.0]), 0.0))
    with duckdb.connect() as con:
        candidates = describe(
            con, "('d', 9, NULL, NULL), ('c', 1, NULL, NULL), ('b', 9, NULL, NULL), ('a', 2, NULL, NULL)"
        )
        assert sorted(choose_members(con, likeness, candidates, size)) == expected


def test_candidates_are_chosen_by_all_that_is_known_of_them() -> None:
    rows = ["('pages', 9, NULL, NULL)", "('tea', 0, NULL, MAP {'tea': 9})", "('email', 0, 'email', NULL)"]
    rows += ["('nobody', NULL, NULL, NULL)", "('seldom', 0, 'video', NULL)", "('cups', 0, NULL, MAP {'cups': 9})"]
    rows += [f"('email{number}', 0, 'email', NULL)" for number in range(300)]
    names = ("pages", "category:tea", "channel:email", "channel:video")
    likeness = Likeness(names, Logistic(np.array([1.0, 1.1, 2.2, 9.0]), -1.0))
    with duckdb.connect() as con:
        candidates = describe(con, ", ".join(rows))
        assert list(choose_members(con, likeness, candidates, 3)) == ["tea", "pages", "email"]
        assert "seldom" not in choose_members(con, likeness, candidates, 303), "one video of hundreds is no feature"
        assert choose_members(con, Likeness(reason="too_few_members"), candidates, 3) == {}


def test_contacts_are_hashed_as_platforms_match_them() -> None:
    # The SHA-256 of test@example.com, as in public guides.
    known = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"
    assert hash_email(" TEST@example.com\n") == known
    assert [hash_email(text) for text in (None, "", "nobody", "a b@c.d", "@x.y")] == [None] * 5
    assert read_phone("+1 (212) 565-0000") == "+12125650000" and read_phone("0081 90 1234 5678") == "+819012345678"
    assert [read_phone(text) for text in (None, "", "090-1234-5678", "+0123456789", "+12", "+1" * 20)] == [None] * 6
    assert hash_phone("+12125650000", plus=True) != hash_phone("+12125650000", plus=False)


def test_a_score_leaves_the_traces_of_what_it_counts() -> None:
    plan = [{"property": "plan", "op": "eq", "value": "pro"}]
    rules = [ScoreRule(event="Signed", points=5, where=plan), ScoreRule(event="Order Completed", points=1)]
    scores, _ = compile_scores([ScoreDefinition(id="heat", name="Heat", rules=rules)])
    rule = parse({"fact": "score.heat", "op": "ge", "value": 9})
    events = find_traces(rule, {}, goal_event="G", scores=scores).events
    assert {trace.event for trace in events} == {"Signed", *BUYING, "G"}
    assert find_traces(rule, {}, goal_event="G") == Traces(), "of a score that is gone nothing is known"
