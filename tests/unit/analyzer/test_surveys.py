"""Surveys: what is a question, what a person said last, and what goes together with it, by hand."""

from typing import Any

import numpy as np
import pytest

from services.analyzer.surveys.answers import Given, Reply, code_answers, keep_last
from services.analyzer.surveys.compare import contrast_side, list_sides, measure_mean, relate_all
from services.analyzer.surveys.questions import Question, read_questions

RATING = {"id": "sat", "type": "rating", "label": "How did you like it?"}
CHOICE = {"id": "buy", "type": "single", "label": "Will you buy?", "options": ["Yes", {"value": "n", "label": "No"}]}
WORDS = {"id": "fits", "type": "multiple", "label": "What fits?", "options": ["fresh", "cosy", "dear"]}
TEXT = {"id": "why", "type": "text", "label": "Why?"}


def read(*questions: Any) -> list[Question]:
    return read_questions([{"id": "a", "content": {"questions": list(questions)}}])


def code(question: Question, values: list[Any]) -> Any:
    return code_answers(question, [Given(f"p{place}", place, None, value) for place, value in enumerate(values)])


def test_levels_are_what_the_sdk_sends() -> None:
    sat, buy, fits, why = read(RATING, CHOICE, WORDS, TEXT)
    assert [level.value for level in sat.levels] == [1, 2, 3, 4, 5] and sat.levels[0].label == "1"
    assert [(level.value, level.label) for level in buy.levels] == [("Yes", "Yes"), ("n", "No")]
    assert [level.value for level in fits.levels] == ["fresh", "cosy", "dear"] and why.levels == ()
    assert [level.value for level in sat.top] == [4, 5] and buy.top == ()


def test_ratings_of_other_levels() -> None:
    (moods,) = read(RATING | {"options": ["bad", "so-so", "good"]})
    assert [level.value for level in moods.levels] == ["bad", "so-so", "good"]
    assert [level.value for level in moods.top] == ["good"], "the best alone of three"
    (zero_to_ten,) = read(RATING | {"options": [str(step) for step in range(10, -1, -1)]})
    assert [level.value for level in zero_to_ten.top] == [9, 10], "numbers rise, whatever their order"
    assert code(moods, ["good"]).list_values() is None


def test_what_is_no_question_is_left_out() -> None:
    wrong: list[Any] = [{}, {"id": "x"}, {"id": "x", "label": "X", "type": "slider"}, "x", {**CHOICE, "id": 3}]
    assert read(*wrong) == []
    assert read_questions([{"id": "a", "content": {}}, {"id": "b", "content": {"questions": None}}]) == []
    (kept,) = read({**CHOICE, "options": ["Yes", None, True, {"label": "No"}, "Yes"]})
    assert [level.value for level in kept.levels] == ["Yes"]


def test_two_variants_may_ask_the_same() -> None:
    first = {"id": "a", "content": {"questions": [WORDS]}}
    second = {"id": "b", "content": {"questions": [WORDS | {"options": ["dear", "new"]}, RATING]}}
    fits, sat = read_questions([first, second])
    assert [level.value for level in fits.levels] == ["fresh", "cosy", "dear", "new"]
    assert fits.variants == frozenset("ab") and sat.variants == frozenset("b")


def test_a_persons_last_answer_counts_once() -> None:
    questions = read(RATING, CHOICE)
    replies = [
        Reply("ann", 1, None, {"sat": 2, "buy": "Yes"}),
        Reply("bob", 2, None, {"sat": 3, "other": "x"}),
        Reply("ann", 3, None, {"sat": 5, "buy": ""}),
    ]
    given, others = keep_last(replies, questions)
    assert [(one.person, one.value) for one in given["sat"]] == [("bob", 3), ("ann", 5)]
    assert [(one.person, one.value) for one in given["buy"]] == [("ann", "Yes")], "an empty answer is none"
    assert others == 1


def test_answers_to_levels_that_are_not_asked_for_are_in_no_row() -> None:
    sat, buy, fits = read(RATING, CHOICE, WORDS)
    rated = code(sat, [5, "4", 9, None, True, {"a": 1}])
    assert rated.persons == ["p0", "p1"] and rated.unknown == 4
    values = rated.list_values()
    assert values is not None and values.tolist() == [5, 4]
    assert code(buy, [["Yes", "n"], "n"]).chosen.tolist() == [[True, False], [False, True]], "one choice a person"
    assert code(fits, [["fresh", "dear", "huge"], "cosy"]).chosen.tolist() == [
        [True, False, True],
        [False, True, False],
    ]


def test_figures_by_hand() -> None:
    (sat,) = read(RATING)
    coded = code(sat, [5] * 12 + [2] * 12)
    (side,) = list_sides(coded)
    outcome = np.array([True] * 6 + [False] * 6 + [True] * 3 + [False] * 9)
    found = contrast_side(side, outcome)
    assert (found.persons, found.count, found.others, found.others_count) == (12, 6, 12, 3)
    assert found.shares is not None and found.shares.difference == pytest.approx(0.25)
    assert found.shares.ratio == pytest.approx(2)
    mean = measure_mean(coded.list_values())
    assert mean.value == 3.5 and mean.low is not None and mean.low == pytest.approx(2.853, abs=1e-3)
    few = contrast_side(list_sides(code(sat, [5] * 9 + [2] * 12))[0], np.zeros(21, dtype=bool))
    assert few.shares is None and few.reason == "too_few_answers"
    assert measure_mean(np.ones(9)).reason == "too_few_answers"
    assert measure_mean(np.ones(10)).value == 1 and measure_mean(np.ones(10)).reason == "no_variation"


def test_pairs_are_ratings_beside_the_others_unless_one_is_asked_for() -> None:
    questions = read(RATING, {**RATING, "id": "again"}, CHOICE, TEXT)
    coded = [code(one, [4, 1] if one.type == "rating" else ["Yes", "n"]) for one in questions]
    pairs, has_more = relate_all(coded, None)
    names = [(pair.first.question.id, pair.second.question.id) for pair in pairs]
    assert names == [("sat", "again"), ("sat", "buy"), ("again", "buy")] and not has_more
    assert pairs[1].persons == 2 and pairs[1].counts[3].tolist() == [1, 0]
    chosen, _ = relate_all(coded, "buy")
    assert [pair.second.question.id for pair in chosen] == ["sat", "again"]
    assert relate_all(coded, "why")[0] == [] and relate_all([], None) == ([], False)
    unrated, _ = relate_all(coded[2:], None)
    assert unrated == []
