"""Finds one person among the links and merges: which ids it has, and who its visitors were when.

Small questions one after the other: to plan a join of them all costs more. Never reads the links of anybody else.
"""

from collections import defaultdict
from collections.abc import Iterable

import duckdb

from services.analyzer.customer.person import Person
from services.analyzer.store.identities import Link
from services.analyzer.store.questions import load_question

Links = dict[str, list[Link]]


def find_person(con: "duckdb.DuckDBPyConnection", site_id: str, known_as: str) -> Person:
    """Return the person behind an id; a user's id goes before a visitor's that looks the same.

    An id that nobody knows is taken for a visitor's: of such a one there are no messages.
    """
    links, merges = _load_links(con, site_id, [known_as]), _load_merges(con, site_id, known_as)
    named = known_as
    is_user = (
        known_as in merges.values()
        or bool(_find_visitors(links, {known_as}))
        or bool(con.execute(load_question("unvisited_user"), {"site": site_id, "id": known_as}).fetchall())
    )
    if not is_user and known_as in links:
        is_user, named = True, max(links[known_as], key=lambda link: link.valid_from).user_id
        merges = _load_merges(con, site_id, named)
    person_id = merges.get(named, named)
    if not is_user and person_id == known_as:
        return Person(known_as, False, [known_as])
    if person_id != named:
        merges = _load_merges(con, site_id, person_id)
    users = {person_id, *merges}
    if users != {known_as}:
        links = _load_links(con, site_id, users)
    visitors = _find_visitors(links, users)
    if merges:
        # A visitor's id can be merged without having been linked.
        text, ids = place_ids(load_question("met_visitors"), merges)
        visitors |= {visitor for (visitor,) in con.execute(text, {"site": site_id, **ids}).fetchall()}
    # They may have been somebody else before or after.
    links = _load_links(con, site_id, users | visitors)
    return Person(person_id, True, sorted(visitors), sorted(merges), links)


def place_ids(question: str, ids: Iterable[str], name: str = "id") -> tuple[str, dict[str, str]]:
    """Return a question with a placeholder for each id where it has braces, and their values."""
    named = {f"{name}_{place}": one for place, one in enumerate(ids)}
    return question.replace("{ids}", ", ".join(f"${one}" for one in named)), named


def _find_visitors(links: Links, users: set[str]) -> set[str]:
    return {visitor for visitor, stretches in links.items() if any(one.user_id in users for one in stretches)}


def _load_links(con: "duckdb.DuckDBPyConnection", site_id: str, ids: Iterable[str]) -> Links:
    text, named = place_ids(load_question("links_of_ids"), ids)
    found: Links = defaultdict(list)
    for anonymous_id, user_id, valid_from, valid_to in con.execute(text, {"site": site_id, **named}).fetchall():
        found[anonymous_id].append(Link(user_id, valid_from, valid_to))
    return dict(found)


def _load_merges(con: "duckdb.DuckDBPyConnection", site_id: str, one: str) -> dict[str, str]:
    """Return who was merged into whom, as far as this id is in it."""
    return dict(con.execute(load_question("merges_of_id"), {"site": site_id, "id": one}).fetchall())
