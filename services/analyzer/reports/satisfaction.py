"""The satisfaction report: what a survey was answered, after which video, and what goes together with it.

Never calls a difference an effect unless it is adjusted: who is satisfied would have bought more anyway.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import msgspec
import numpy as np

from services.analyzer.reports.behaviour import load_prior_behaviour
from services.analyzer.reports.satisfaction_shape import QuestionFound, show_pairs, show_questions, show_share
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.stats.effects import FEWEST_AN_ARM, Effect, estimate_effect, refuse
from services.analyzer.stats.folds import assign_folds, draw_lots, hash_ids
from services.analyzer.stats.overlap import find_comparable
from services.analyzer.store.columns import build_columns
from services.analyzer.store.questions import load_question
from services.analyzer.surveys.answers import Bools, Coded, Reply, code_answers, keep_last
from services.analyzer.surveys.compare import relate_all
from services.analyzer.surveys.questions import Question
from shared.clock import DAY_MS, Millis, to_rfc3339
from shared.rules.sql import SiteContext

MOST_REPLIES = 200_000
MOST_COMPARED = 20_000
"""Persons of a question that the adjusted figure rests on; of more, those whose hash is smallest."""
VIDEO_DAYS = 7
"""An answer is about the video seen last, if that was within so many days before it."""
FOLDS = 3
ASSUMPTIONS = (
    "last_answer_of_a_person_counts",
    "video_seen_last_before_the_answer",
    "ratings_rise_in_their_order",
    "raw_figures_are_not_causal",
    "effect_is_adjusted_for_what_came_before_the_answer",
)


@dataclass(frozen=True, slots=True)
class SatisfactionQuestion:
    """What is asked: of a campaign's `questions`, one of them (`question`) or all, about any video or one.

    `videos`: by variant, the video that it names itself.
    """

    site_id: str
    site: SiteContext
    goal: GoalSpec
    window: Window
    now: Millis
    campaign_id: str
    questions: Sequence[Question]
    videos: Mapping[str, str]
    question: str | None = None
    video: str | None = None


def build_satisfaction_report(con: "duckdb.DuckDBPyConnection", asked: SatisfactionQuestion) -> dict[str, Any]:
    """Return the whole report as JSON values."""
    build_conversions(con, asked.site_id, asked.site, asked.goal)
    _build_messages(con, asked)
    about = {"video": asked.video}
    reached, answered = con.execute(load_question("survey_reached"), about).fetchall()[0]
    persons_asked = _count_asked(con, asked)
    replies, is_capped = _load_replies(con, asked)
    given, others = keep_last(replies, asked.questions)
    coded = {one.id: code_answers(one, given[one.id]) for one in asked.questions}
    shown = [one for one in asked.questions if asked.question in (None, one.id)]
    converted = _load_outcomes(con, [coded[one.id] for one in shown], asked.goal)
    effects = _estimate_effects(con, asked, [coded[one.id] for one in shown], converted)
    by_video = _split_by_video(replies, shown)
    found = [
        QuestionFound(
            coded=coded[one.id],
            given=given[one.id],
            asked=max(persons_asked.get(one.id, 0), len(given[one.id])),
            converted=converted[one.id],
            effect=effects.get(one.id),
            by_video=by_video[one.id],
            incomplete=sum(last.at + asked.goal.window_ms > asked.now for last in given[one.id]),
        )
        for one in shown
    ]
    pairs, has_more = relate_all([coded[one.id] for one in asked.questions], asked.question)
    share, reasons = show_share(answered, reached, "response_rate", "nobody_asked")
    return {
        "campaign": asked.campaign_id,
        "question": asked.question,
        "video": asked.video,
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        "shown": reached,
        "answered": answered,
        **share,
        "questions": show_questions(found),
        "related": show_pairs(pairs),
        "assumptions": list(ASSUMPTIONS),
        "diagnostics": {
            "answers_to_other_questions": others,
            "newest_answers_only": is_capped,
            "more_pairs_than_shown": has_more,
            "video_days": VIDEO_DAYS,
            "window_days": asked.goal.window_days,
        },
        "reasons": reasons | ({} if asked.questions else {"questions": "no_questions"}),
    }


def _build_messages(con: "duckdb.DuckDBPyConnection", asked: SatisfactionQuestion) -> None:
    # A relation without a row has no columns of text.
    videos = [*asked.videos.items(), ("", "")]
    con.register("variant_videos", build_columns(videos))
    given = {
        "site": asked.site_id,
        "campaign": asked.campaign_id,
        "from": asked.window.start,
        "to": asked.window.end,
        "video_ms": VIDEO_DAYS * DAY_MS,
    }
    con.execute(load_question("survey_messages"), given)


def _count_asked(con: "duckdb.DuckDBPyConnection", asked: SatisfactionQuestion) -> dict[str, int]:
    asks = [(one.id, variant) for one in asked.questions for variant in sorted(one.variants)]
    if not asks:
        return {}
    con.register("asks", build_columns(asks))
    return dict(con.execute(load_question("survey_asked"), {"video": asked.video}).fetchall())


def _load_replies(con: "duckdb.DuckDBPyConnection", asked: SatisfactionQuestion) -> tuple[list[Reply], bool]:
    rows = con.execute(load_question("survey_replies"), {"video": asked.video, "most": MOST_REPLIES}).fetchall()
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    return [Reply(person, at, video, decode(text)) for person, at, video, text in rows], len(rows) == MOST_REPLIES


def _load_outcomes(con: "duckdb.DuckDBPyConnection", coded: Sequence[Coded], goal: GoalSpec) -> dict[str, Bools]:
    """Return by question which of its persons converted within the window after the answer."""
    persons = [(person,) for one in coded for person in one.persons]
    converted = np.zeros(len(persons), dtype=bool)
    if persons:
        relation = {
            "row": np.arange(len(persons)),
            "person_id": build_columns(persons)["c0"],
            "answered_at": np.concatenate([one.at for one in coded]),
        }
        con.register("answered", relation)
        found = con.execute(load_question("survey_outcomes"), {"window_ms": goal.window_ms}).fetchnumpy()
        converted[np.asarray(found["row"], dtype=np.int64)] = True
    found_by, start = {}, 0
    for one in coded:
        found_by[one.question.id] = converted[start : start + len(one.persons)]
        start += len(one.persons)
    return found_by


def _split_by_video(replies: Sequence[Reply], questions: Sequence[Question]) -> dict[str, dict[str | None, Coded]]:
    """Return by question and video the answers, a person's last about each video."""
    apart: dict[str | None, list[Reply]] = defaultdict(list)
    for reply in replies:
        apart[reply.video].append(reply)
    found: dict[str, dict[str | None, Coded]] = {one.id: {} for one in questions}
    for video, own in apart.items():
        given, _ = keep_last(own, questions)
        for one in questions:
            if given[one.id]:
                found[one.id][video] = code_answers(one, given[one.id])
    return found


def _estimate_effects(
    con: "duckdb.DuckDBPyConnection",
    asked: SatisfactionQuestion,
    coded: Sequence[Coded],
    converted: Mapping[str, Bools],
) -> dict[str, Effect]:
    """Return the adjusted difference of each rating's top against the others."""
    effects: dict[str, Effect] = {}
    compared: list[tuple[Coded, Bools, list[int]]] = []
    for one in coded:
        if not one.question.top:
            continue
        top = one.find_top()
        sides = int(top.sum()), int((~top).sum())
        if min(sides) < FEWEST_AN_ARM:
            effects[one.question.id] = refuse("too_few_answers", *sides)
            continue
        drawn = draw_lots(hash_ids(one.persons), f"satisfaction {one.question.id}")
        compared.append((one, top, np.sort(np.argsort(drawn, kind="stable")[:MOST_COMPARED]).tolist()))
    if not compared:
        return effects
    subjects = [(one.persons[row], one.at[row]) for one, _, rows in compared for row in rows]
    relation = {
        "place": np.arange(len(subjects)),
        "person_id": build_columns([(person,) for person, _ in subjects])["c0"],
        "t0": np.array([at for _, at in subjects], dtype=np.int64),
    }
    con.register("subjects", relation)
    behaviour = load_prior_behaviour(con, asked.site_id).values
    start = 0
    for one, top, rows in compared:
        known = np.column_stack([behaviour[start : start + len(rows)], (one.at[rows] - asked.window.start) / DAY_MS])
        start += len(rows)
        fold = assign_folds(hash_ids([one.persons[row] for row in rows]), FOLDS, "satisfaction")
        kept = find_comparable(top[rows], known, fold)
        outcome = converted[one.question.id][rows]
        effects[one.question.id] = estimate_effect(outcome[kept], top[rows][kept], known[kept], fold[kept])
    return effects
