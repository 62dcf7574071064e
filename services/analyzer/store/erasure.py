"""Forgets persons: what is stored of them, and what was received before and comes in later (out of a spool).

Never keeps an erased id itself, only a hash to know it by.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b

import duckdb

from services.analyzer.store import identity_writer
from services.analyzer.store.columns import EVENT_COLUMNS
from services.analyzer.store.port import EventRow
from services.analyzer.store.questions import load_question
from shared.clock import Millis
from shared.log.entry import Erased, LoggedDecision

_PLACES = {name: place for place, (name, _) in enumerate(EVENT_COLUMNS)}
SITE, VISITOR, USER, PREVIOUS, RECEIVED = (
    _PLACES[name] for name in ("site_id", "anonymous_id", "user_id", "previous_id", "received_at")
)
Halves = tuple[int, int]


def _hash_id(site_id: str, person_id: str, *, is_user: bool) -> Halves:
    text = f"{site_id}\x00{'u' if is_user else 'v'}\x00{person_id}"
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


class Erasures:
    """The erasures of a store; only for the thread that writes."""

    def __init__(self, found: Iterable[tuple[int, int, Millis]] = ()) -> None:
        self._at = {(high, low): at for high, low, at in found}
        self._newest = max(self._at.values(), default=-1)

    @classmethod
    def load(cls, con: "duckdb.DuckDBPyConnection") -> "Erasures":
        """Return those that the store remembers."""
        return cls(con.execute(load_question("erasures")).fetchall())

    def leave_out(
        self, rows: Sequence[EventRow], decisions: Sequence[LoggedDecision]
    ) -> tuple[list[EventRow], list[LoggedDecision]]:
        """Return what nobody has asked to forget before it came in."""
        return (
            [row for row in rows if row[RECEIVED] > self._newest or not self._is_erased_row(row)],
            [one for one in decisions if one.at > self._newest or not self._is_erased_decision(one)],
        )

    def erase(self, con: "duckdb.DuckDBPyConnection", erased: Erased) -> None:
        """Delete what is stored of an id, within the transaction of `con`."""
        parameters = {"site": erased.site_id, "person": erased.person_id, "at": erased.at}
        for table in ("events", "decisions", "members", "scores"):
            name = f"erase_{'user' if erased.is_user else 'visitor'}_{table}"
            question = load_question(name)
            con.execute(question, {key: value for key, value in parameters.items() if f"${key}" in question})
        identity_writer.forget_identities(con, erased)
        high, low = _hash_id(erased.site_id, erased.person_id, is_user=erased.is_user)
        con.execute(load_question("add_erasure"), {"high": high, "low": low, "at": erased.at})

    def remember(self, erased: Iterable[Erased]) -> None:
        """Know erasures that are committed from now on."""
        for one in erased:
            key = _hash_id(one.site_id, one.person_id, is_user=one.is_user)
            self._at[key] = max(one.at, self._at.get(key, -1))
            self._newest = max(self._newest, one.at)

    def _is_erased_row(self, row: EventRow) -> bool:
        names = ((row[VISITOR], (False,)), (row[USER], (True,)), (row[PREVIOUS], (False, True)))
        return any(
            person_id is not None and self._is_erased(row[SITE], person_id, is_user, row[RECEIVED])
            for person_id, kinds in names
            for is_user in kinds
        )

    def _is_erased_decision(self, one: LoggedDecision) -> bool:
        return (one.anonymous_id is not None and self._is_erased(one.site_id, one.anonymous_id, False, one.at)) or (
            one.user_id is not None and self._is_erased(one.site_id, one.user_id, True, one.at)
        )

    def _is_erased(self, site_id: str, person_id: str, is_user: bool, at: Millis) -> bool:
        return at <= self._at.get(_hash_id(site_id, person_id, is_user=is_user), -1)
