"""Schema of the satisfaction report, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Rate, Reasons, WindowShown

Value = Annotated[str | float, Field(description="As it was sent; a rating by numbers is a number.")]


class LevelShown(Shown):
    """One possible answer, who gave it, and who of them converted within the goal's window after it."""

    value: Value
    label: str
    persons: int
    share: Rate
    share_low: Annotated[float | None, Field(description="95 %, Wilson.")]
    share_high: float | None
    converted: int
    conversion_rate: Rate
    conversion_rate_low: float | None
    conversion_rate_high: float | None
    reasons: Reasons


class RatingShown(Shown):
    """Mean and top of a rating; null for any other question."""

    mean: float | None
    mean_low: Annotated[float | None, Field(description="95 %, Student's t.")]
    mean_high: float | None
    top_values: Annotated[list[Value], Field(description="The two best levels; of fewer than four levels the best.")]
    top_persons: int
    top_share: Rate
    top_share_low: Annotated[float | None, Field(description="95 %, Wilson.")]
    top_share_high: float | None
    reasons: Reasons


class RatedVideo(RatingShown):
    """What was answered about one video; a person's last answer about it counts."""

    video: Annotated[str | None, Field(description="Null: none was seen in the days before the answer.")]
    answered: int


class RawContrast(Shown):
    """Those who answered with one of `values` against all others who answered, raw."""

    values: list[Value]
    persons: int
    others: int
    share: Rate
    others_share: Rate
    difference: Annotated[float | None, Field(description="Raw: `share` minus `others_share`.")]
    difference_low: Annotated[float | None, Field(description="95 %, Newcombe.")]
    difference_high: float | None
    ratio: float | None
    p_value: Annotated[float | None, Field(description="Fisher's exact test.")]
    q_value: float | None
    reasons: Reasons


class PurchaseContrast(RawContrast):
    """Conversion after the answer; `effect` is the difference adjusted for what came before the answer."""

    converted: int
    others_converted: int
    effect: float | None
    ci_low: Annotated[float | None, Field(description="95 %, of the effect.")]
    ci_high: float | None


class AnswerContrast(RawContrast):
    """How many chose `other_values` at the other question."""

    other_values: list[Value]
    chose: int
    others_chose: int


class TextShown(Shown):
    """An answer in a person's own words: data, never markup."""

    text: str
    at: str
    person: str


class SurveyQuestionShown(RatingShown):
    """One question; a person's last answer counts."""

    id: str
    type: Literal["rating", "single", "multiple", "text"]
    label: str
    asked: Annotated[int, Field(description="Persons who were shown it, or answered it.")]
    answered: int
    response_rate: Rate
    response_rate_low: Annotated[float | None, Field(description="95 %, Wilson.")]
    response_rate_high: float | None
    levels: list[LevelShown]
    other_answers: Annotated[int, Field(description="Persons whose answer is none of the levels asked for now.")]
    purchases: list[PurchaseContrast]
    incomplete: Annotated[int, Field(description="Persons whose window for converting is still open.")]
    by_video: Annotated[list[RatedVideo], Field(description="At most 50, the most answered first.")]
    texts: Annotated[list[TextShown], Field(description="The newest 50 answers in words.")]


class AnswersRelated(Shown):
    """Two questions that the same persons answered."""

    question: str
    other: str
    persons: int
    counts: Annotated[list[list[int]], Field(description="Persons by level of `question` and by level of `other`.")]
    contrasts: list[AnswerContrast]


class SatisfactionShown(Shown):
    """What a survey was answered, and what goes together with it."""

    campaign: str
    question: str | None
    video: str | None
    goal: str
    computed_at: str
    window: WindowShown
    shown: Annotated[int, Field(description="Persons who were shown the survey, or answered it.")]
    answered: Annotated[int, Field(description="Persons who answered any question.")]
    response_rate: Rate
    response_rate_low: Annotated[float | None, Field(description="95 %, Wilson.")]
    response_rate_high: float | None
    questions: list[SurveyQuestionShown]
    related: Annotated[
        list[AnswersRelated], Field(description="Each rating beside each other question; with `question`, that one.")
    ]
    assumptions: list[str]
    diagnostics: dict[str, Any]
    reasons: Reasons
