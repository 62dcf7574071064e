"""`POST /v1/segments/match`: the persons behind a column of a sheet, so that a list segment can be made of them.

Never stores anything: the sheet stays with its owner.
"""

import duckdb
from fastapi import APIRouter

from services.analyzer.api.access import State, Tenant
from services.analyzer.api.schemas.segment import SheetColumn, SheetMatched
from services.analyzer.reports.sheet_match import Matched, match_sheet

router = APIRouter(prefix="/v1/segments", tags=["segments"])


@router.post("/match", summary="Find the persons behind a column of a sheet")
async def post_match(body: SheetColumn, state: State, site_id: Tenant) -> SheetMatched:
    """Return the persons behind the values, for `members` of a list segment, and which values nobody is known by.

    An e-mail address finds who told it last in `traits.email`; several persons may have told the same. Who refused
    personalisation is not found by an address, as in the files for ad platforms.
    """

    def ask(con: "duckdb.DuckDBPyConnection") -> Matched:
        return match_sheet(con, site_id, body.values, None if body.kind == "auto" else body.kind)

    return SheetMatched.model_validate(await state.get_active().reader.read(ask))
