"""Forgets one person everywhere: tombstones in the log for whoever keeps something, and what the reports say by name.

Never reaches beyond one site, and never takes a visitor along that other users were, too.
"""

from dataclasses import dataclass, replace

import duckdb
import msgspec
from sqlalchemy import Engine
from sqlmodel import select

from services.analyzer.control.database import write_session
from services.analyzer.control.models import Segment, StoredReport
from services.analyzer.control.videos import strip_posted
from services.analyzer.state import ActiveStore
from services.analyzer.store.columns import build_columns
from services.analyzer.store.questions import load_question
from shared.clock import Millis
from shared.log.entry import Erased, encode_entry
from shared.log.partition import compute_partition


@dataclass(frozen=True, slots=True)
class Known:
    """The ids of one person, and how many messages are stored of them.

    `shared_visitors` were other users as well: of theirs only messages that name the user are this person's. `videos`
    were posted by this person first.
    """

    users: frozenset[str]
    visitors: frozenset[str]
    shared_visitors: frozenset[str] = frozenset()
    videos: frozenset[str] = frozenset()
    messages: int = 0


async def forget_person(
    active: ActiveStore, database: Engine, *, site_id: str, known_as: str, is_user: bool, now: Millis
) -> Known:
    """Erase everything logged until `now` of a user with its own visitors, or of one visitor; return what that was.

    When it returns, no report and no export shows it; profiles follow as soon as they have read the log.
    Raises `redis.RedisError` or `OSError` while the log is away: then nothing was erased.
    """
    await active.follower.catch_up(await active.follower.load_ends())
    known = await active.reader.read(lambda con: _find_ids(con, site_id, known_as, is_user))
    erased = [Erased(site_id, one, True, now) for one in sorted(known.users)]
    erased += [Erased(site_id, one, False, now) for one in sorted(known.visitors)]
    await active.log.append_all([(_find_partition(one), encode_entry(one)) for one in erased])
    await active.follower.catch_up(await active.follower.load_ends())
    _strip_control(database, site_id, known)
    active.cache.clear()
    return known


def _find_partition(erased: Erased) -> int:
    visitor, user = (None, erased.person_id) if erased.is_user else (erased.person_id, None)
    return compute_partition(erased.site_id, visitor, user)


def _find_ids(con: "duckdb.DuckDBPyConnection", site_id: str, known_as: str, is_user: bool) -> Known:
    known = _find_user(con, site_id, known_as) if is_user else Known(frozenset(), frozenset([known_as]))
    con.register("users", build_columns([(one,) for one in known.users] or [("",)]))
    con.register("visitors", build_columns([(one,) for one in known.visitors] or [("",)]))
    ((messages,),) = con.execute(load_question("stored_of_ids"), {"site": site_id}).fetchall()
    posted = con.execute(load_question("videos_posted"), {"site": site_id}).fetchall()
    videos = frozenset(row[0] for row in posted if row[4] in known.users or row[5] in known.visitors)
    return replace(known, messages=int(messages), videos=videos)


def _find_user(con: "duckdb.DuckDBPyConnection", site_id: str, known_as: str) -> Known:
    asked = {"site": site_id, "id": known_as}
    ((person_id, found_user),) = con.execute(load_question("person_of"), asked).fetchall()
    user_id = person_id if person_id is not None and found_user else known_as
    of_user = {"site": site_id, "person": user_id}
    merged = {one for (one,) in con.execute(load_question("merged_ids"), of_user).fetchall()}
    users = frozenset({user_id, known_as, *merged})
    con.register("wanted", build_columns([(user_id,)]))
    rows = con.execute(load_question("visitors_of_users"), {"site": site_id}).fetchall()
    visitors = {visitor for _, visitor in rows}
    if not visitors:
        return Known(users, frozenset())
    con.register("wanted", build_columns([(visitor,) for visitor in visitors]))
    con.register("names", build_columns([(one,) for one in users]))
    rows = con.execute(load_question("shared_visitors"), {"site": site_id}).fetchall()
    shared = frozenset(visitor for (visitor,) in rows)
    return Known(users, frozenset(visitors) - shared, shared)


def _strip_control(database: Engine, site_id: str, known: Known) -> None:
    """Take the ids out of lists, drop reports that name one, and strip the videos; readers have reports made anew."""
    ids = known.users | known.visitors
    quoted = [msgspec.json.encode(one) for one in ids]
    with write_session(database) as session:
        for report in session.exec(select(StoredReport).where(StoredReport.site_id == site_id)):
            if any(text in report.body for text in quoted):
                session.delete(report)
        for segment in session.exec(select(Segment).where(Segment.site_id == site_id)):
            if segment.members and not ids.isdisjoint(segment.members):
                segment.members = [one for one in segment.members if one not in ids]
                segment.version += 1
                session.add(segment)
        strip_posted(session, site_id, known.videos)
