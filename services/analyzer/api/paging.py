"""Cursors: opaque to clients, the last id of a page inside.

Pure.
"""

import base64
import binascii
from typing import Annotated

from fastapi import Query

from services.analyzer.problems import FieldError, refuse_fields

Limit = Annotated[int, Query(ge=1, le=1_000, description="Most items of a page.")]
Cursor = Annotated[str | None, Query(max_length=2_000, description="`next_cursor` of the page before.")]


def write_cursor(last_id: str | None) -> str | None:
    """Return the cursor that goes on after `last_id`."""
    return None if last_id is None else base64.urlsafe_b64encode(last_id.encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> str | None:
    """Return the id to go on after; raises `Refused` for a cursor that was never given out."""
    if not cursor:
        return None
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise refuse_fields([FieldError("/cursor", "invalid_cursor", "not a cursor of this list")]) from error
