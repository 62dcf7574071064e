"""Keeps identity links and merges up to date with the messages of a batch, in its transaction.

Never reads all history for a batch: only visitors whose new message says something else are looked up.
"""

from collections import defaultdict
from collections.abc import Sequence

import duckdb

from services.analyzer.store.columns import (
    ANONYMOUS_ID,
    BOT,
    INTERNAL,
    MESSAGE_ID,
    PREVIOUS_ID,
    SITE,
    TS,
    TYPE,
    USER_ID,
    build_columns,
)
from services.analyzer.store.identities import Link, Observation, build_links, build_merges, is_implied
from services.analyzer.store.port import EventRow
from services.analyzer.store.questions import load_question
from services.analyzer.store.touched import touch
from shared.log.entry import Erased

Visitor = tuple[str, str]
"""Site and anonymous id."""


def save_identities(con: "duckdb.DuckDBPyConnection", rows: list[EventRow]) -> None:
    """Fold rows that were just inserted into `identity_links`, `aliases` and `user_merges`."""
    people = [row for row in rows if not row[BOT] and not row[INTERNAL]]
    _save_links(con, people)
    _save_aliases(con, [row for row in people if row[TYPE] == "alias"])


def forget_identities(con: "duckdb.DuckDBPyConnection", erased: Erased) -> None:
    """Make links and merges what the messages that are left say, after those of an erased person were deleted."""
    parameters = {"site": erased.site_id, "person": erased.person_id}
    visitors = con.execute(load_question("visitors_linked"), parameters | {"is_user": erased.is_user}).fetchall()
    # An alias of somebody else that names the erased id holds that id, too.
    con.execute(load_question("erase_aliases_of"), parameters | {"at": erased.at})
    if visitors:
        _register_visitors(con, visitors)
        changed = _rebuild_links(con)
        _drop_links(con)
        con.unregister("visitors")
        _insert_links(con, changed)
    con.execute(load_question("drop_orphaned_aliases"), {"site": erased.site_id})
    _rebuild_merges(con, erased.site_id)


def _save_links(con: "duckdb.DuckDBPyConnection", rows: list[EventRow]) -> None:
    seen: dict[Visitor, set[Observation]] = defaultdict(set)
    for row in rows:
        if row[ANONYMOUS_ID] is not None and row[USER_ID] is not None:
            seen[row[SITE], row[ANONYMOUS_ID]].add(Observation(row[TS], row[MESSAGE_ID], row[USER_ID]))
    if not seen:
        return
    present = _load_links(con, list(seen))
    changed: dict[Visitor, list[Link]] = {}
    to_look_up = []
    for visitor, observations in seen.items():
        links = present.get(visitor)
        if links is None:  # never linked before, so no earlier message has both ids
            changed[visitor] = build_links(observations)
        elif not all(is_implied(links, one) for one in observations):
            to_look_up.append(visitor)
    if to_look_up:
        _register_visitors(con, to_look_up)
        changed |= _rebuild_links(con)
        _drop_links(con)
        con.unregister("visitors")
    _insert_links(con, changed)


def _rebuild_links(con: "duckdb.DuckDBPyConnection") -> dict[Visitor, list[Link]]:
    """Return the links of the registered visitors from all that is stored of them; none for one without."""
    history: dict[Visitor, list[Observation]] = defaultdict(list)
    for site_id, anonymous_id, ts, message_id, user_id in con.execute(load_question("observations")).fetchall():
        history[site_id, anonymous_id].append(Observation(ts, message_id, user_id))
    return {visitor: build_links(seen) for visitor, seen in history.items()}


def _insert_links(con: "duckdb.DuckDBPyConnection", changed: dict[Visitor, list[Link]]) -> None:
    _insert(
        con,
        "insert_links",
        [
            (site_id, anonymous_id, link.user_id, str(link.valid_from), str(link.valid_to))
            for (site_id, anonymous_id), links in changed.items()
            for link in links
        ],
    )


def _load_links(con: "duckdb.DuckDBPyConnection", visitors: list[Visitor]) -> dict[Visitor, list[Link]]:
    _register_visitors(con, visitors)
    found: dict[Visitor, list[Link]] = defaultdict(list)
    for site_id, anonymous_id, user_id, valid_from, valid_to in con.execute(load_question("links")).fetchall():
        found[site_id, anonymous_id].append(Link(user_id, valid_from, valid_to))
    con.unregister("visitors")
    return found


def _save_aliases(con: "duckdb.DuckDBPyConnection", rows: list[EventRow]) -> None:
    aliases = [
        (row[SITE], row[PREVIOUS_ID], row[USER_ID], str(row[TS]), row[MESSAGE_ID])
        for row in rows
        if row[PREVIOUS_ID] is not None and row[USER_ID] is not None
    ]
    _insert(con, "insert_aliases", aliases)
    for site_id in {alias[0] for alias in aliases}:
        _rebuild_merges(con, site_id)


def _rebuild_merges(con: "duckdb.DuckDBPyConnection", site_id: str) -> None:
    known = con.execute(load_question("aliases"), {"site": site_id}).fetchall()
    fresh = set(build_merges(known).items())
    before = set(con.execute(load_question("drop_merges"), {"site": site_id}).fetchall())
    _insert(con, "insert_merges", [(site_id, *merge) for merge in sorted(fresh)])
    touch(con, ((site_id, one) for merge in before ^ fresh for one in merge))


def _drop_links(con: "duckdb.DuckDBPyConnection") -> None:
    """Forget the links of the registered visitors; who was such a visitor's user may be it no longer."""
    dropped = con.execute(load_question("drop_links")).fetchall()
    touch(con, ((site_id, one) for site_id, *ids in dropped for one in ids))


def _register_visitors(con: "duckdb.DuckDBPyConnection", visitors: list[Visitor]) -> None:
    con.register("visitors", build_columns(visitors))


def _insert(con: "duckdb.DuckDBPyConnection", question: str, rows: Sequence[tuple[str, ...]]) -> None:
    if rows:
        con.register("incoming", build_columns(rows))
        con.execute(load_question(question))
        con.unregister("incoming")
