"""One person's page is read by small questions of its own: it says what the relations for everybody say."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analyzer.control.lifecycle import DEFAULT_RULES
from services.analyzer.customer.timeline import SESSION_MS, Told, cut_sessions
from services.analyzer.ingest.rows import build_batch
from services.analyzer.problems import Refused
from services.analyzer.reports.visitors import build_visitor_report
from services.analyzer.store.duck import DuckStore
from services.analyzer.store.people import include_bots
from services.analyzer.store.questions import load_question
from shared.log.entry import LoggedMessage, MessageGroup, Messages
from shared.log.reader import ReadEntry
from shared.rules.sql import SiteContext, load_history_sql
from tests.builders import NOW

ROBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
SITES = count()
IDS = ("v1", "v2", "v3", "u1", "u2", "u3", "stranger")
BLANK = Told(0, "", "track", "E", "s", *(None,) * 14, set_aside=False)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {
            "ts": st.integers(0, 40).map(lambda step: NOW + step * SESSION_MS // 3),
            "anonymousId": st.sampled_from(["v1", "v2", "v3", None]),
            "userId": st.sampled_from(["u1", "u2", "u3", None]),
            # A user may have the id of a visitor, as when an alias names it so.
            "previousId": st.sampled_from([None, None, None, "v1", "v3", "u1", "u2"]),
            "session": st.sampled_from([None, None, "s1", "s2"]),
            "is_robot": st.sampled_from([False, False, False, True]),
        }
    ).filter(lambda sent: sent["anonymousId"] is not None or sent["userId"] is not None),
    max_size=14,
    # A visitor that is two users in one millisecond is linked to the later one only.
    unique_by=lambda sent: sent["ts"],
)


@pytest.fixture(scope="module")
def store() -> Iterator[DuckStore]:
    with tempfile.TemporaryDirectory() as folder:
        store = DuckStore(Path(folder) / "events.duckdb", memory_limit_mb=256, threads=1)
        yield store
        store.close()


def build_entry(site_id: str, sent: list[dict[str, Any]]) -> ReadEntry:
    messages = []
    for place, one in enumerate(sent):
        context: dict[str, Any] = {"sessionId": one["session"]} if one["session"] else {}
        if one["is_robot"]:
            context["userAgent"] = ROBOT
        kind = "alias" if one["previousId"] and one["userId"] else "track"
        fields = {key: one[key] for key in ("anonymousId", "userId", "previousId")}
        raw = msgspec.json.encode({"type": kind, "event": "E", "context": context, **fields})
        messages.append(LoggedMessage(f"{place:02}", one["ts"], None, raw))
    return ReadEntry(b"1-0", Messages([MessageGroup(site_id, NOW, None, None, 0, messages)]), b"")


def read_everybody(con: "duckdb.DuckDBPyConnection", site_id: str) -> dict[str, list[tuple[str, str]]]:
    """Return each person's messages with their sessions, by time."""
    people = load_question("person_events")
    con.execute("SET VARIABLE rule_site = $site", {"site": site_id})
    found = defaultdict(list)
    for person_id, message_id, session_key in con.execute(
        f"WITH person_events AS ({people}) SELECT person_id, message_id, session_key FROM ({load_history_sql()})"
        " ORDER BY ts, message_id"
    ).fetchall():
        found[person_id].append((message_id, session_key))
    return dict(found)


def read_page(con: "duckdb.DuckDBPyConnection", site_id: str, known_as: str, *, bots: bool) -> dict[str, Any] | None:
    try:
        return build_visitor_report(
            con,
            site_id=site_id,
            known_as=known_as,
            limit=50,
            now=NOW,
            site=SiteContext(),
            rules=DEFAULT_RULES,
            load_stored=lambda *_: None,
            include_bots=bots,
        )
    except Refused:
        return None


@settings(max_examples=40, deadline=None)
@given(sent=MESSAGES, bots=st.booleans())
def test_a_page_shows_the_messages_that_are_this_persons_for_everybody(
    store: DuckStore, sent: list[dict[str, Any]], bots: bool
) -> None:
    site_id = f"shop-{next(SITES)}"  # an empty one for each example, in one store
    batch, unreadable = build_batch({0: [build_entry(site_id, sent)]}, {})
    assert not unreadable
    store.append(batch)
    with store.cursor() as con:
        if bots:
            include_bots(con)
        everybody = read_everybody(con, site_id)
        pages = {known_as: read_page(con, site_id, known_as, bots=bots) for known_as in IDS}
    for known_as, page in pages.items():
        if page is None:
            assert bots or known_as not in everybody
            continue
        shown = {
            event["message_id"]: session["session_id"] for session in page["sessions"] for event in session["events"]
        }
        told = dict(everybody[page["id"]])
        # What a robot sends under both ids links nobody, and is not looked for under the user's.
        assert shown.keys() <= told.keys() if bots else shown == told
        assert page["profile"]["events"] == len(shown)
        assert page["id"] == known_as or known_as not in everybody
    # Whoever is asked for by a visitor's or a merged id is found by it as long as it is one of that person's.
    for page in filter(None, list(pages.values())):
        for one in (*page["identity"]["anonymous_ids"], *page["identity"]["merged_ids"]):
            assert pages[one] is not None


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.sampled_from([None, None, "", "s1", "s2"])), max_size=12))
def test_sessions_are_cut_as_they_are_for_everybody(rows: list[tuple[int, str | None]]) -> None:
    told = [
        BLANK._replace(ts=NOW + step * SESSION_MS // 2, message_id=f"{place:02}", session_key=own)  # type: ignore[arg-type]
        for place, (step, own) in enumerate(rows)
    ]
    told.sort(key=lambda one: (one.ts, one.message_id))
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE person_events (person_id VARCHAR, ts BIGINT, message_id VARCHAR, context_session_id VARCHAR)"
        )
        for one in told:
            con.execute("INSERT INTO person_events VALUES ('u', ?, ?, ?)", [one.ts, one.message_id, one.session_key])
        keys = dict(con.execute(f"SELECT message_id, session_key FROM ({load_history_sql()})").fetchall())
    assert {one.message_id: one.session_key for one in cut_sessions(told)} == keys
