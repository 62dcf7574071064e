"""`POST /v1/forget`: erase one person.

Never answers before no report shows it any more.
"""

from typing import Annotated, Self

import redis.asyncio as redis
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.analyzer.api.access import State, Tenant
from services.analyzer.forget import forget_person
from services.analyzer.problems import Refused

router = APIRouter(prefix="/v1/forget", tags=["erasure"])

Id = Annotated[str, Field(min_length=1, max_length=256)]


class Forgotten(BaseModel):
    """Whom to forget: one of both."""

    model_config = ConfigDict(extra="forbid")

    visitor: Annotated[Id | None, Field(description="`anonymousId` of one browser.")] = None
    user: Annotated[Id | None, Field(description="`userId` of a person; its own visitors go with it.")] = None

    @model_validator(mode="after")
    def _name_one(self) -> Self:
        if (self.visitor is None) == (self.user is None):
            raise ValueError("name either a visitor or a user")
        return self


class Erasure(BaseModel):
    """What was erased."""

    users: list[str]
    visitors: list[str]
    shared_visitors: Annotated[
        list[str],
        Field(description="Visitors that other users were, too: of theirs only messages naming the user are erased."),
    ]
    messages: Annotated[int, Field(description="Messages that were stored; 0 when nobody was known by this id.")]


@router.post("", summary="Erase a person")
async def post_forget(state: State, site_id: Tenant, asked: Forgotten) -> Erasure:
    """Erase everything received until now of a user with its visitors, or of one visitor.

    Reports and exports no longer show it when this answers, decisions within a second; what a collector still holds
    back of that time is dropped when it comes. Whoever comes again under the id is somebody new.
    """
    known_as, is_user = (asked.user, True) if asked.user is not None else (asked.visitor or "", False)
    try:
        known = await forget_person(
            state.get_active(), state.database, site_id=site_id, known_as=known_as, is_user=is_user, now=state.clock()
        )
    except (redis.RedisError, OSError) as error:
        raise Refused("store_unavailable", "The log cannot be written right now: nothing was erased") from error
    return Erasure(
        users=sorted(known.users),
        visitors=sorted(known.visitors),
        shared_visitors=sorted(known.shared_visitors),
        messages=known.messages,
    )
