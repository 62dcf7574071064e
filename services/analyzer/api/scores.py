"""`/v1/scores`: points for what a person does, and the values of interest.

Never reaches beyond the caller's site.
"""

import duckdb
import msgspec
from fastapi import APIRouter, Response

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.paging import Cursor, Limit, read_cursor, write_cursor
from services.analyzer.api.schemas.common import Page
from services.analyzer.api.schemas.score import ScoreCreate, ScoreDefinitionShown, ScorePatch, ScorePreviewed
from services.analyzer.api.score_checks import check_room, check_score, check_score_unused, number_thresholds
from services.analyzer.control.crud import (
    apply_changes,
    generate_id,
    insert_thing,
    load_page,
    load_thing,
    lock_version,
)
from services.analyzer.control.database import read_session, write_session
from services.analyzer.control.models import Score
from services.analyzer.control.versions import raise_snapshot_version
from services.analyzer.reports.scores import count_reached
from shared.clock import to_rfc3339
from shared.rules.scores import ScoreDefinition, compile_score

router = APIRouter(prefix="/v1/scores", tags=["scores"])


def show_score(score: Score) -> ScoreDefinitionShown:
    """Return a score as clients see it."""
    times = {"created_at": to_rfc3339(score.created_at), "updated_at": to_rfc3339(score.updated_at)}
    return ScoreDefinitionShown.model_validate(score.model_dump() | times)


@router.post("", status_code=201, summary="Create a score")
def post_score(body: ScoreCreate, state: State, site_id: Tenant) -> ScoreDefinitionShown:
    """Create a score; 409 when its id is taken."""
    now = state.clock()
    values = body.model_dump() | {"id": body.id or generate_id("score")}
    values["thresholds"] = number_thresholds(values["thresholds"])
    check_score(values)
    with write_session(state.database) as session:
        check_room(session, site_id)
        score = insert_thing(session, Score(**values, site_id=site_id, created_at=now, updated_at=now))
        raise_snapshot_version(session)
    state.publish_soon()
    return show_score(score)


@router.post("/preview", summary="Count whom a score would reach")
async def preview_score(body: ScoreCreate, state: State, site_id: Tenant) -> ScorePreviewed:
    """Return how many people have points by this definition, and stand at its thresholds; nothing is stored."""
    values = body.model_dump() | {"id": body.id or "preview"}
    values["thresholds"] = number_thresholds(values["thresholds"])
    check_score(values)
    score = compile_score(msgspec.convert(values, ScoreDefinition))
    now = state.clock()
    reached = [one["value"] for one in values["thresholds"]]

    def count(con: "duckdb.DuckDBPyConnection") -> tuple[int, list[int]]:
        return count_reached(con, site_id, score, reached, now)

    persons, at_or_above = await state.get_active().reader.read(count)
    return ScorePreviewed(persons=persons, at_or_above=at_or_above)


@router.get("", summary="List scores")
def get_scores(state: State, site_id: Tenant, limit: Limit = 100, cursor: Cursor = None) -> Page[ScoreDefinitionShown]:
    """List the site's scores by id."""
    with read_session(state.database) as session:
        found, last_id = load_page(session, Score, site_id, after=read_cursor(cursor), limit=limit)
    return Page(items=[show_score(score) for score in found], next_cursor=write_cursor(last_id))


@router.get("/{score_id}", summary="Read a score")
def get_score(score_id: str, state: State, site_id: Tenant) -> ScoreDefinitionShown:
    """Return one score."""
    with read_session(state.database) as session:
        return show_score(load_thing(session, Score, site_id, score_id))


@router.patch("/{score_id}", summary="Change a score")
def patch_score(score_id: str, body: ScorePatch, state: State, site_id: Tenant) -> ScoreDefinitionShown:
    """Change the fields sent; `version` must be the present one."""
    sent = body.model_fields_set - {"version"}
    changes = {name: value for name, value in body.model_dump().items() if name in sent}
    if "thresholds" in changes:
        changes["thresholds"] = number_thresholds(changes["thresholds"])
    with write_session(state.database) as session:
        score = lock_version(session, Score, site_id, score_id, body.version)
        apply_changes(score, changes, now=state.clock())
        check_score(score.model_dump())
        raise_snapshot_version(session)
        session.flush()
    state.publish_soon()
    return show_score(score)


@router.delete("/{score_id}", status_code=204, summary="Delete a score")
def delete_score(score_id: str, state: State, site_id: Tenant) -> Response:
    """Delete a score; 409 while a campaign or a segment names it."""
    with write_session(state.database) as session:
        score = load_thing(session, Score, site_id, score_id)
        check_score_unused(session, site_id, score_id)
        session.delete(score)
        raise_snapshot_version(session)
    state.publish_soon()
    return Response(status_code=204)
