"""`GET /v1/facts`: every fact a rule may name.

Never a list of its own: it shows the registry.
"""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from services.analyzer.api.access import CallerOf
from services.analyzer.api.schemas.common import Shown
from shared.rules.facts import FACTS

router = APIRouter(prefix="/v1/facts", tags=["rules"])


class Meaning(Shown):
    """What a fact means."""

    en: str
    ja: str


class FactShown(Shown):
    """A fact; a part in angle brackets stands for any text."""

    name: str
    type: Annotated[str, Field(description="number, string, boolean or any.")]
    meaning: Meaning


class FactList(Shown):
    """All facts."""

    items: list[FactShown]


@router.get("", summary="List the facts that rules may name")
def get_facts(_caller: CallerOf) -> FactList:
    """Return every fact with its type and its meaning in English and Japanese."""
    return FactList(
        items=[FactShown(name=fact.pattern, type=fact.type, meaning=Meaning(en=fact.en, ja=fact.ja)) for fact in FACTS]
    )
