"""What the schemas share: strictness, ids, pages, JSON values.

Never looser than the contract: an unknown field is an error.
"""

import math
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Item = TypeVar("Item")

UNCHANGED: Any = None
"""Default of every field of a change: what is not sent stays as it is (defaults are never validated)."""

DEEPEST = 32


def check_json(value: Any, depth: int = 0) -> Any:
    """Return `value`; raises `ValueError` for what no store can hold (NaN, U+0000) or nesting beyond 32."""
    if depth > DEEPEST:
        raise ValueError(f"nested deeper than {DEEPEST} levels")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("numbers must be finite")
    if isinstance(value, str):
        return check_text(value)
    if isinstance(value, dict):
        for key, inner in value.items():
            check_text(key)
            check_json(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            check_json(inner, depth + 1)
    return value


def check_text(value: str) -> str:
    """Return `value`; raises `ValueError` for characters that no store can hold."""
    if "\x00" in value or (not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value)):
        raise ValueError("must not contain U+0000 or lone surrogates")
    return value


Text = Annotated[str, AfterValidator(check_text)]
Name = Annotated[Text, Field(min_length=1, max_length=200)]
NewId = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,64}$", description="Chosen by the client, or made when absent.")]
JsonObject = Annotated[dict[str, Any], AfterValidator(check_json)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Sent(BaseModel):
    """Base of what a client sends: exact types, no unknown fields."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)


class Shown(BaseModel):
    """Base of what a client gets: every field always there."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True, serialize_by_alias=True)


class FieldProblem(Shown):
    """What is wrong with one field."""

    index: int
    pointer: Annotated[str, Field(description="JSON pointer into the body, or the name of a query parameter.")]
    code: str
    detail: str


class ProblemShown(BaseModel):
    """An RFC 9457 problem document."""

    title: str
    status: int
    code: Annotated[str, Field(description="Stable; decide by it.")]
    message: Annotated[str, Field(description="The title again, for Segment-style clients.")]
    detail: str | None = None
    errors: list[FieldProblem] | None = None


class Page(Shown, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next_cursor: Annotated[str | None, Field(description="Give it as `cursor` for the next page; null at the end.")]


VersionField = Annotated[
    int | None, Field(description="The version this change is based on; 428 without it, 409 when it is stale.")
]
ShownVersion = Annotated[int, Field(description="Grows with every change; send it back with a change.")]
ShownTime = Annotated[str, Field(description="RFC 3339, UTC.")]
