"""Reading and changing the things of one site; the site is part of every query.

Never decides whether a change makes sense: `services.analyzer.api.checks` did that before.
"""

import secrets
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from services.analyzer.control.models import Owned
from services.analyzer.problems import Refused
from shared.clock import Millis

Thing = TypeVar("Thing", bound=Owned)


def generate_id(prefix: str) -> str:
    """Return a new random id."""
    return f"{prefix}_{secrets.token_hex(8)}"


def load_page(
    session: Session, model: type[Thing], site_id: str, *, after: str | None, limit: int
) -> tuple[list[Thing], str | None]:
    """Return up to `limit` things by id, and the id to go on after when there are more."""
    query = select(model).where(model.site_id == site_id).order_by(col(model.id)).limit(limit + 1)
    if after is not None:
        query = query.where(model.id > after)
    found = list(session.exec(query))
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def load_thing(session: Session, model: type[Thing], site_id: str, thing_id: str) -> Thing:
    """Return one thing of the site; raises `Refused` (not_found) for an unknown one or another site's."""
    found = session.get(model, (site_id, thing_id))
    if found is None:
        raise Refused("not_found", f"There is no {model.__tablename__} {thing_id!r} on this site")
    return found


def insert_thing(session: Session, thing: Thing) -> Thing:
    """Add a thing; raises `Refused` (exists) when its id is taken."""
    if session.get(type(thing), (thing.site_id, thing.id)) is not None:
        raise Refused("exists", f"There is a {type(thing).__tablename__} {thing.id!r} already")
    session.add(thing)
    try:
        session.flush()
    except IntegrityError as error:
        raise Refused("exists", f"There is a {type(thing).__tablename__} {thing.id!r} already") from error
    return thing


def lock_version(session: Session, model: type[Thing], site_id: str, thing_id: str, version: int | None) -> Thing:
    """Return the thing to change, locked until the transaction ends.

    Raises `Refused`: version_missing without `version`, stale_version when another change came first.
    """
    found = session.get(model, (site_id, thing_id), with_for_update=True)
    if found is None:
        raise Refused("not_found", f"There is no {model.__tablename__} {thing_id!r} on this site")
    check_version(found.version, version)
    return found


def check_version(present: int, based_on: int | None) -> None:
    """Raise `Refused` unless a change was based on the present version."""
    if based_on is None:
        raise Refused("version_missing", f"Send `version`; it is {present} now")
    if based_on != present:
        raise Refused("stale_version", f"It is at version {present} by now, the change was based on {based_on}")


def apply_changes(thing: Any, changes: dict[str, Any], *, now: Millis) -> None:
    """Write the changed fields and raise the version."""
    for field, value in changes.items():
        setattr(thing, field, value)
    thing.version += 1
    thing.updated_at = now
