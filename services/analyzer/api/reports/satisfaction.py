"""`/v1/reports/satisfaction`: what a survey was answered, and what goes together with it.

Never reaches beyond the caller's site.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import duckdb
import msgspec
from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.reports.answer import answer
from services.analyzer.api.reports.default import refuse_unknown_video
from services.analyzer.api.schemas.satisfaction_report import SatisfactionShown
from services.analyzer.api.window import From, GoalQuery, IncludeBots, To, read_window
from services.analyzer.control.crud import load_thing
from services.analyzer.control.database import read_session
from services.analyzer.control.models import Campaign, Video
from services.analyzer.problems import FieldError, refuse_fields
from services.analyzer.reports.satisfaction import SatisfactionQuestion, build_satisfaction_report
from services.analyzer.reports.site import load_goal, load_site_context
from services.analyzer.state import AnalyzerState
from services.analyzer.store import people
from services.analyzer.surveys.questions import Question, read_questions
from shared.clock import Millis

router = APIRouter()


@router.get("/satisfaction", summary="What a survey was answered", response_model=SatisfactionShown)
async def get_satisfaction(
    state: State,
    site_id: Tenant,
    campaign: Annotated[str, Query(min_length=1, max_length=64, description="Id of the campaign with the survey.")],
    question: Annotated[
        str | None, Query(min_length=1, max_length=256, description="Id of one question; all without.")
    ] = None,
    video: Annotated[
        str | None, Query(min_length=1, max_length=256, description="Only answers about this video.")
    ] = None,
    start: From = None,
    end: To = None,
    goal: GoalQuery = None,
    include_bots: IncludeBots = False,
) -> Response:
    """Return each question's answers, by level and by video, with the purchases after them and the other answers.

    Computed now, and kept for a minute: a survey is watched as it runs.
    """
    now = state.clock()
    asked_for = (start, end, goal)
    asked, is_known = await run_in_threadpool(_prepare, state, site_id, (campaign, question, video), asked_for, now)

    def compute(con: "duckdb.DuckDBPyConnection") -> bytes:
        refuse_unknown_video(con, site_id, video, is_known=is_known)
        if include_bots:
            people.include_bots(con)
        return msgspec.json.encode(build_satisfaction_report(con, asked))

    active = state.get_active()
    # What is asked may be edited while the answers stay.
    key = (site_id, "satisfaction", campaign, question, video, *asked_for, include_bots, tuple(asked.questions))
    return answer(await active.cache.load(key, lambda: active.reader.read(compute)))


def _prepare(
    state: AnalyzerState,
    site_id: str,
    about: tuple[str, str | None, str | None],
    asked_for: tuple[str | None, str | None, str | None],
    now: Millis,
) -> tuple[SatisfactionQuestion, bool]:
    """Return what to compute, and whether the control database has the video; refuses what there is not."""
    campaign_id, question, video = about
    start, end, goal = asked_for
    with read_session(state.database) as session:
        campaign = load_thing(session, Campaign, site_id, campaign_id)
        site = load_site_context(session, site_id)
        questions = read_questions(campaign.variants)
        _check_question(question, questions)
        asked = SatisfactionQuestion(
            site_id=site_id,
            site=site,
            goal=load_goal(session, site_id, goal or campaign.goal),
            window=read_window(start, end, time_zone=site.time_zone, now=now).window,
            now=now,
            campaign_id=campaign_id,
            questions=questions,
            videos=_find_videos(campaign.variants, campaign.when),
            question=question,
            video=video,
        )
        return asked, video is not None and session.get(Video, (site_id, video)) is not None


def _check_question(question: str | None, questions: Sequence[Question]) -> None:
    if question is not None and question not in {one.id for one in questions}:
        known = ", ".join(one.id for one in questions) or "none at all"
        words = f"this campaign does not ask {question!r}; it asks {known}"
        raise refuse_fields([FieldError("/question", "unknown_question", words)])


def _find_videos(variants: Sequence[Mapping[str, Any]], when: Mapping[str, Any]) -> dict[str, str]:
    """Return by variant the video that it opens, else the one whose moment the campaign waits for."""
    found = {}
    for variant in variants:
        own = (variant.get("content") or {}).get("video") or {}
        video = own.get("id") or when.get("video")
        if isinstance(video, str) and video:
            found[str(variant["id"])] = video
    return found
