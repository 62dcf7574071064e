"""Schemas of the list of persons.

Shapes only.
"""

from typing import Annotated

from pydantic import Field

from services.analyzer.api.schemas.common import Page, Shown


class VisitorRow(Shown):
    """One person of the list."""

    id: str
    user_id: str | None
    anonymous_ids: Annotated[list[str], Field(description="Visitors of this person, at most 20.")]
    first_seen: str
    last_seen: str
    events: int
    orders: int
    device: str | None


class VisitorListShown(Page[VisitorRow]):
    """Persons by id."""

    total: Annotated[int | None, Field(description="Persons that the rule describes; null without a rule.")]
    computed_at: str
