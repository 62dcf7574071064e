"""What persons answered last, by question, and which levels that is.

Pure. Never counts a person twice at one question.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.analyzer.surveys.questions import Question, read_value
from shared.clock import Millis

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reply:
    """One message with answers: whose, when, after which video, and what was said by question."""

    person: str
    at: Millis
    video: str | None
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """What a person said last to one question."""

    person: str
    at: Millis
    video: str | None
    value: Any


@dataclass(frozen=True, slots=True)
class Coded:
    """The persons of one question, in order of time, and which levels each chose (persons x levels).

    `unknown` counts those who answered with none of the levels: they are in no row.
    """

    question: Question
    persons: list[str]
    at: NDArray[np.int64]
    chosen: Bools
    unknown: int

    def find_top(self) -> Bools:
        """Return who chose one of the top levels of a rating."""
        return np.asarray(self.chosen[:, len(self.question.levels) - len(self.question.top) :].any(axis=1), dtype=bool)

    def list_values(self) -> NDArray[np.float64] | None:
        """Return each person's rating as a number; None where levels are words."""
        values = [level.value for level in self.question.levels]
        if self.question.type != "rating" or not all(isinstance(value, float) for value in values):
            return None
        return np.array(values, dtype=np.float64)[self.chosen.argmax(axis=1)] if len(self.persons) else np.empty(0)


def keep_last(replies: Iterable[Reply], questions: Sequence[Question]) -> tuple[dict[str, list[Given]], int]:
    """Return by question what each person said last, and how many answers were to something never asked here.

    `replies` in order of time; so are the answers.
    """
    last: dict[str, dict[str, Given]] = {question.id: {} for question in questions}
    others = 0
    for reply in replies:
        for question_id, value in reply.answers.items():
            if question_id not in last:
                others += 1
            elif value not in (None, "", []):
                last[question_id].pop(reply.person, None)
                last[question_id][reply.person] = Given(reply.person, reply.at, reply.video, value)
    return {question_id: list(given.values()) for question_id, given in last.items()}, others


def code_answers(question: Question, given: Sequence[Given]) -> Coded:
    """Return who chose what; a rating or a single choice has one level a person."""
    places = {level.value: place for place, level in enumerate(question.levels)}
    kept: list[Given] = []
    rows: list[list[int]] = []
    for one in given:
        values = one.value if isinstance(one.value, list) else [one.value]
        chosen = [places[value] for value in (read_value(each, question.type) for each in values) if value in places]
        if chosen:
            kept.append(one)
            rows.append(chosen if question.type == "multiple" else chosen[:1])
    matrix = np.zeros((len(kept), len(question.levels)), dtype=bool)
    for place, chosen in enumerate(rows):
        matrix[place, chosen] = True
    at = np.array([one.at for one in kept], dtype=np.int64)
    return Coded(question, [one.person for one in kept], at, matrix, len(given) - len(kept))


def choose_rows(coded: Coded, rows: Bools) -> Coded:
    """Return the part of the persons that `rows` says."""
    persons = [person for person, is_kept in zip(coded.persons, rows.tolist(), strict=True) if is_kept]
    return Coded(coded.question, persons, coded.at[rows], coded.chosen[rows], 0)
