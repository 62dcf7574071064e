"""The parts of the satisfaction report as JSON values.

Never reads the store, and gives no figure without its counts nor a null without a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.analyzer.stats.effects import Effect, refuse
from services.analyzer.stats.proportions import find_wilson
from services.analyzer.surveys.answers import Bools, Coded, Given
from services.analyzer.surveys.compare import (
    FEWEST,
    Contrast,
    Pair,
    contrast_side,
    find_q_values,
    list_sides,
    measure_mean,
)
from services.analyzer.surveys.questions import Level
from shared.clock import to_rfc3339

MOST_TEXTS = 50
MOST_LETTERS = 500
MOST_VIDEOS = 50
FIGURES = {
    "share": "share",
    "others_share": "others_share",
    "difference": "difference",
    "difference_low": "low",
    "difference_high": "high",
    "ratio": "ratio",
    "p_value": "p_value",
}
"""Names in the report, and in `SharesCompared`."""


@dataclass(frozen=True, slots=True)
class QuestionFound:
    """What was found of one question; `given` holds answers in words, too, `coded` those with a level."""

    coded: Coded
    given: Sequence[Given]
    asked: int
    converted: Bools
    effect: Effect | None
    by_video: Mapping[str | None, Coded]
    incomplete: int


def show_share(count: int, total: int, name: str, nobody: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a share with its interval under `name`, and the reason where nobody is there to take a share of."""
    ends = (f"{name}_low", f"{name}_high")
    if not total:
        return dict.fromkeys((name, *ends)), dict.fromkeys((name, *ends), nobody)
    return {name: count / total} | dict(zip(ends, find_wilson(count, total), strict=True)), {}


def show_questions(found: Sequence[QuestionFound]) -> list[dict[str, Any]]:
    """Return the questions; the q-values of purchases are over all that is compared with it here."""
    contrasts = [[contrast_side(side, one.converted) for side in list_sides(one.coded)] for one in found]
    q_values = iter(find_q_values([contrast for own in contrasts for contrast in own]))
    return [
        _show_question(one, [_show_purchase(contrast, next(q_values), one.effect) for contrast in own])
        for one, own in zip(found, contrasts, strict=True)
    ]


def show_pairs(pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    """Return the cross tables; the q-values are over the contrasts of all of them."""
    q_values = iter(find_q_values([contrast for pair in pairs for contrast in pair.contrasts]))
    return [
        {
            "question": pair.first.question.id,
            "other": pair.second.question.id,
            "persons": pair.persons,
            "counts": pair.counts.tolist(),
            "contrasts": [
                {"other_values": _list_values(outcome), **_show_contrast(contrast, next(q_values), "chose")}
                for contrast, outcome in zip(pair.contrasts, pair.outcomes, strict=True)
            ],
        }
        for pair in pairs
    ]


def _show_question(found: QuestionFound, purchases: list[dict[str, Any]]) -> dict[str, Any]:
    question, coded = found.coded.question, found.coded
    answered = len(found.given)
    share, reasons = show_share(answered, found.asked, "response_rate", "nobody_asked")
    rating, missing = _show_rating(coded)
    return {
        "id": question.id,
        "type": question.type,
        "label": question.label,
        "asked": found.asked,
        "answered": answered,
        **share,
        "levels": _show_levels(coded, found.converted),
        "other_answers": 0 if question.type == "text" else coded.unknown,
        **rating,
        "purchases": purchases,
        "incomplete": found.incomplete,
        "by_video": [_show_video(video, own) for video, own in _choose_videos(found.by_video)],
        "texts": _show_texts(found.given) if question.type == "text" else [],
        "reasons": reasons | missing,
    }


def _show_levels(coded: Coded, converted: Bools) -> list[dict[str, Any]]:
    shown = []
    for place, level in enumerate(coded.question.levels):
        chose = coded.chosen[:, place]
        persons, buyers = int(chose.sum()), int((chose & converted).sum())
        share, reasons = show_share(persons, len(coded.persons), "share", "no_answers")
        rate, missing = show_share(buyers, persons, "conversion_rate", "no_answers")
        shown.append(
            {"value": level.value, "label": level.label, "persons": persons, **share, "converted": buyers, **rate}
            | {"reasons": reasons | missing}
        )
    return shown


def _show_rating(coded: Coded) -> tuple[dict[str, Any], dict[str, str]]:
    """Return mean and top of a rating; of another question they are null."""
    figures = ("mean", "mean_low", "mean_high")
    ends = ("top_share", "top_share_low", "top_share_high")
    top = coded.question.top
    shown: dict[str, Any] = {"top_values": _list_values(top), "top_persons": int(coded.find_top().sum())}
    if coded.question.type != "rating":
        return shown | dict.fromkeys((*figures, *ends)), dict.fromkeys((*figures, *ends), "only_for_ratings")
    mean = measure_mean(coded.list_values())
    values = dict(zip(figures, (mean.value, mean.low, mean.high), strict=True))
    reasons = {name: mean.reason for name, value in values.items() if value is None and mean.reason is not None}
    missing = "too_few_levels" if not top else "too_few_answers" if len(coded.persons) < FEWEST else None
    if missing is not None:
        return shown | values | dict.fromkeys(ends), reasons | dict.fromkeys(ends, missing)
    share, _ = show_share(shown["top_persons"], len(coded.persons), "top_share", "no_answers")
    return shown | values | share, reasons


def _show_video(video: str | None, coded: Coded) -> dict[str, Any]:
    rating, reasons = _show_rating(coded)
    return {"video": video, "answered": len(coded.persons), **rating, "reasons": reasons}


def _choose_videos(by_video: Mapping[str | None, Coded]) -> list[tuple[str | None, Coded]]:
    told = [(video, coded) for video, coded in by_video.items() if coded.persons]
    return sorted(told, key=lambda one: (-len(one[1].persons), one[0] is None, one[0] or ""))[:MOST_VIDEOS]


def _show_purchase(contrast: Contrast, q_value: float | None, effect: Effect | None) -> dict[str, Any]:
    shown = _show_contrast(contrast, q_value, "converted")
    adjusted = effect or refuse("only_for_ratings", contrast.persons, contrast.others)
    if adjusted.reason is not None:
        reason = {"too_few_viewers": "too_few_answers"}.get(adjusted.reason, adjusted.reason)
        shown["reasons"] |= dict.fromkeys(("effect", "ci_low", "ci_high"), reason)
    return shown | {"effect": adjusted.estimate, "ci_low": adjusted.ci_low, "ci_high": adjusted.ci_high}


def _show_contrast(contrast: Contrast, q_value: float | None, outcome: str) -> dict[str, Any]:
    """Return counts and raw figures; `outcome` names what was counted."""
    shares = contrast.shares
    figures = {name: None if shares is None else getattr(shares, field) for name, field in FIGURES.items()}
    figures["q_value"] = q_value
    reasons = {
        name: contrast.reason or ("division_by_zero" if name == "ratio" else "no_variation")
        for name, value in figures.items()
        if value is None
    }
    return {
        "values": _list_values(contrast.levels),
        "persons": contrast.persons,
        outcome: contrast.count,
        "others": contrast.others,
        f"others_{outcome}": contrast.others_count,
        **figures,
        "reasons": reasons,
    }


def _list_values(levels: Sequence[Level]) -> list[str | float]:
    return [level.value for level in levels]


def _show_texts(given: Sequence[Given]) -> list[dict[str, Any]]:
    """Return the newest answers in words: data, never markup."""
    told = [one for one in given if isinstance(one.value, str)][-MOST_TEXTS:]
    return [
        {"text": one.value[:MOST_LETTERS], "at": to_rfc3339(one.at), "person": one.person} for one in reversed(told)
    ]
