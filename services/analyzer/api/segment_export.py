"""`GET /v1/segments/{id}/members.csv`: the members of a segment as a file, for other tools.

Never contains an address or a number in clear, nor the hash of one whose owner refused personalisation.
"""

import csv
import io
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import duckdb
from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from services.analyzer.api.access import State, Tenant
from services.analyzer.control.crud import load_thing
from services.analyzer.control.database import read_session
from services.analyzer.control.models import Segment
from services.analyzer.reports.contacts import hash_email, hash_phone
from services.analyzer.state import AnalyzerState
from services.analyzer.store.columns import build_columns
from services.analyzer.store.questions import load_question
from shared.clock import Millis, to_rfc3339

router = APIRouter(prefix="/v1/segments", tags=["segments"])

AT_ONCE = 5_000
Format = Literal["plain", "google", "meta"]
HEADERS: dict[Format, list[str]] = {
    "plain": ["id", "user_id", "anonymous_ids", "since", "email_sha256", "phone_sha256"],
    "google": ["Email", "Phone"],
    "meta": ["email", "phone"],
}


@dataclass(frozen=True, slots=True)
class _Exported:
    person_id: str
    is_user: bool
    since: Millis
    anonymous_ids: list[str]
    email: str | None
    phone: str | None


@router.get("/{segment_id}/members.csv", summary="Download the members of a segment", response_class=StreamingResponse)
async def get_members_csv(
    segment_id: str,
    state: State,
    site_id: Tenant,
    format: Annotated[  # noqa: A002 the query's own name
        Format,
        Query(
            description="`plain`: ids, with hashes beside them; `google` (Customer Match) and `meta` (Custom"
            " Audiences): hashes only, of the members who have one."
        ),
    ] = "plain",
) -> StreamingResponse:
    """Return all members as of the last run, as CSV, written while it is read.

    E-mail: SHA-256 of the trimmed, lower-case `traits.email`. Phone: SHA-256 of `traits.phone` in E.164; numbers
    without a country code are left out. Both empty for whoever refused personalisation.
    """
    await run_in_threadpool(_check_segment, state, site_id, segment_id)
    return StreamingResponse(
        _write_csv(state, site_id, segment_id, format),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{segment_id}.csv"'},
    )


async def _write_csv(state: AnalyzerState, site_id: str, segment_id: str, kind: Format) -> AsyncIterator[str]:
    yield _write_rows([HEADERS[kind]])
    after: str | None = None
    while True:

        def ask(con: "duckdb.DuckDBPyConnection", after: str | None = after) -> list[_Exported]:
            return _load_members(con, site_id, segment_id, after)

        members = await state.get_active().reader.read(ask)
        yield _write_rows([row for one in members if (row := _build_row(one, kind)) is not None])
        if len(members) < AT_ONCE:
            return
        after = members[-1].person_id


def _load_members(
    con: "duckdb.DuckDBPyConnection", site_id: str, segment_id: str, after: str | None
) -> list[_Exported]:
    page = {"site": site_id, "segment": segment_id, "after": after, "limit": AT_ONCE}
    rows = con.execute(load_question("members"), page).fetchall()
    if not rows:
        return []
    con.register("wanted", build_columns([(person_id,) for person_id, _, _ in rows]))
    contacts = {row[0]: row[1:] for row in con.execute(load_question("member_contacts"), {"site": site_id}).fetchall()}
    visitors: dict[str, list[str]] = defaultdict(list)
    for person_id, anonymous_id in con.execute(load_question("visitors_of_users"), {"site": site_id}).fetchall():
        visitors[person_id].append(anonymous_id)
    members = []
    for person_id, is_user, since in rows:
        email, phone, personalisation = contacts.get(person_id, (None, None, None))
        own = visitors[person_id] if is_user else [person_id]
        told = personalisation != "false"
        members.append(_Exported(person_id, is_user, since, own, email if told else None, phone if told else None))
    return members


def _build_row(one: _Exported, kind: Format) -> list[Any] | None:
    email, phone = hash_email(one.email), hash_phone(one.phone, plus=kind != "meta")
    if kind != "plain":
        return [email or "", phone or ""] if email or phone else None
    user_id = one.person_id if one.is_user else ""
    ids = [_disarm(text) for text in (one.person_id, user_id, " ".join(one.anonymous_ids))]
    return [*ids, to_rfc3339(one.since), email or "", phone or ""]


def _disarm(text: str) -> str:
    """Return `text` so that a spreadsheet does not take it for a formula: anybody can choose a visitor's id."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _write_rows(rows: list[list[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _check_segment(state: AnalyzerState, site_id: str, segment_id: str) -> None:
    with read_session(state.database) as session:
        load_thing(session, Segment, site_id, segment_id)
