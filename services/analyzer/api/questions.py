"""`/v1/questions`: what the dashboard asks.

Never reaches beyond the caller's site.
"""

from fastapi import APIRouter, Response

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.paging import Cursor, Limit, read_cursor, write_cursor
from services.analyzer.api.question_checks import check_question
from services.analyzer.api.schemas.common import Page
from services.analyzer.api.schemas.question import QuestionCreate, QuestionPatch, QuestionShown
from services.analyzer.control.crud import (
    apply_changes,
    generate_id,
    insert_thing,
    load_page,
    load_thing,
    lock_version,
)
from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import Question
from shared.clock import to_rfc3339

router = APIRouter(prefix="/v1/questions", tags=["questions"])


def show_question(question: Question) -> QuestionShown:
    """Return a question as clients see it."""
    times = {"created_at": to_rfc3339(question.created_at), "updated_at": to_rfc3339(question.updated_at)}
    return QuestionShown.model_validate(question.model_dump() | times)


@router.post("", status_code=201, summary="Create a question")
def post_question(body: QuestionCreate, state: State, site_id: Tenant) -> QuestionShown:
    """Create a question; 409 when its id is taken."""
    now = state.clock()
    values = body.model_dump() | {"id": body.id or generate_id("question")}
    with write_session(state.database) as session:
        check_question(session, site_id, values)
        question = insert_thing(session, Question(**values, site_id=site_id, created_at=now, updated_at=now))
    return show_question(question)


@router.get("", summary="List questions")
def get_questions(state: State, site_id: Tenant, limit: Limit = 100, cursor: Cursor = None) -> Page[QuestionShown]:
    """List the site's questions by id."""
    with read_session(state.database) as session:
        found, last_id = load_page(session, Question, site_id, after=read_cursor(cursor), limit=limit)
    return Page(items=[show_question(question) for question in found], next_cursor=write_cursor(last_id))


@router.get("/{question_id}", summary="Read a question")
def get_question(question_id: str, state: State, site_id: Tenant) -> QuestionShown:
    """Return one question."""
    with read_session(state.database) as session:
        return show_question(load_thing(session, Question, site_id, question_id))


@router.patch("/{question_id}", summary="Change a question")
def patch_question(question_id: str, body: QuestionPatch, state: State, site_id: Tenant) -> QuestionShown:
    """Change the fields sent; `version` must be the present one."""
    changes = body.model_dump(exclude_unset=True, exclude={"version"})
    with write_session(state.database) as session:
        question = lock_version(session, Question, site_id, question_id, body.version)
        apply_changes(question, changes, now=state.clock())
        check_question(session, site_id, question.model_dump())
        session.flush()
    return show_question(question)


@router.delete("/{question_id}", status_code=204, summary="Delete a question")
def delete_question(question_id: str, state: State, site_id: Tenant) -> Response:
    """Delete a question."""
    with write_session(state.database) as session:
        question = load_thing(session, Question, site_id, question_id)
        session.delete(question)
    return Response(status_code=204)
