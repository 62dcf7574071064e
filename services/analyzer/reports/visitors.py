"""One person's report: identity, profile, segments, and the timeline cut into sessions.

Never shows another site's person, nor one id's events as two people's.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

import duckdb
import msgspec

from services.analyzer.control.lifecycle import LifecycleRules
from services.analyzer.customer.person import Person
from services.analyzer.customer.timeline import Timeline, Told, cut_sessions, fold_timeline, value_scores
from services.analyzer.problems import Refused
from services.analyzer.reports.customer import CustomerAsked, LoadStored, build_customer_parts
from services.analyzer.store.person import find_person, place_ids
from services.analyzer.store.questions import load_question
from shared.clock import Millis, to_rfc3339
from shared.rules.sql import SiteContext

ROWS_AT_ONCE = 2_000
MOST_APART = 50
"""Of a person with more visitors, several are looked for together."""
VISITOR = Told._fields.index("anonymous_id")
BY_TIME = itemgetter(0, 1)


def build_visitor_report(
    con: "duckdb.DuckDBPyConnection",
    *,
    site_id: str,
    known_as: str,
    limit: int,
    now: Millis,
    site: SiteContext,
    rules: LifecycleRules,
    load_stored: LoadStored,
    include_bots: bool = False,
) -> dict[str, Any]:
    """Return the report of the person known by a user or visitor id; `limit` bounds the events shown (newest).

    Raises `Refused` (not_found) for an id never met on this site.
    """
    person = find_person(con, site_id, known_as)
    timeline = fold_timeline(
        _load_messages(con, site_id, person, include_bots),
        now=now,
        limit=limit,
        recommending=rules.advocate_events,
        scored=site.scores.by_event,
    )
    if not timeline.sessions:
        raise Refused("not_found", f"Nobody with the id {known_as!r} was seen on this site")
    events = sum(session.messages for session in timeline.sessions)
    parts, reasons = build_customer_parts(CustomerAsked(site, rules, now, person.is_user), timeline, load_stored)
    segments = con.execute(load_question("segments_of"), {"site": site_id, "person": person.id}).fetchall()
    return {
        "id": person.id,
        "computed_at": to_rfc3339(now),
        "identity": {
            "user_id": person.id if person.is_user else None,
            "anonymous_ids": person.anonymous_ids,
            "merged_ids": [one for one in person.merged_ids if one not in person.anonymous_ids],
        },
        "profile": {
            "first_seen": to_rfc3339(timeline.sessions[0].first),
            "last_seen": to_rfc3339(timeline.newest[-1].ts),
            "events": events,
            "sessions": len(timeline.sessions),
            "device_type": timeline.device_type,
            "locale": timeline.locale,
            "traits": timeline.traits,
        },
        **parts,
        "segments": [{"id": segment_id, "since": to_rfc3339(since)} for segment_id, since in segments],
        "scores": value_scores(timeline.counted, site.scores, now),
        "sessions": _build_sessions(timeline),
        "truncated": events > len(timeline.newest),
        "reasons": reasons | ({} if site.scores.by_id else {"scores": "no_scores_defined"}),
    }


def _load_messages(
    con: "duckdb.DuckDBPyConnection", site_id: str, person: Person, include_bots: bool
) -> Iterator[Told]:
    """Yield the person's messages by time and id, each with its session."""
    own, named = _name_own(person)
    text = load_question("timeline").replace("{own}", own)
    parameters = {"site": site_id, "include_bots": include_bots, **named}

    def ask(order: str) -> None:
        con.execute(text.replace("{order}", order), parameters)

    told = (Told._make(row[:-1]) for row in _read_rows(con, ask) if person.owns(row[0], row[VISITOR], row[-1]))
    return cut_sessions(told)


def _name_own(person: Person) -> tuple[str, dict[str, str]]:
    """Return the question after the messages that may be the person's, and the ids that it names."""
    visitors = sorted({person.id, *person.anonymous_ids, *person.merged_ids})
    # Each id by itself: DuckDB reads whole groups of rows where it looks for several, and picks from them after.
    groups = [("timeline_own", visitors[place::MOST_APART]) for place in range(min(len(visitors), MOST_APART))]
    if person.is_user:  # only users have messages that name no visitor
        groups.append(("timeline_unvisited", [person.id, *person.merged_ids]))
    placed = [place_ids(load_question(name), ids, f"id_{place}") for place, (name, ids) in enumerate(groups)]
    return "UNION ALL\n".join(text for text, _ in placed), {name: one for _, ids in placed for name, one in ids.items()}


def _read_rows(con: "duckdb.DuckDBPyConnection", ask: Callable[[str], None]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows by time and id. Few are sorted here; of many, no more are held than a portion."""
    ask("")
    rows = con.fetchmany(ROWS_AT_ONCE)
    if len(rows) < ROWS_AT_ONCE:
        yield from sorted(rows, key=BY_TIME)
        return
    ask("ORDER BY ts, message_id")
    while rows := con.fetchmany(ROWS_AT_ONCE):
        yield from rows


def _build_sessions(timeline: Timeline) -> list[dict[str, Any]]:
    """Return the sessions of the newest messages, newest first."""
    events: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in timeline.newest:
        events[one.session_key].append(
            {
                "message_id": one.message_id,
                "type": one.type,
                "event": one.event,
                "timestamp": to_rfc3339(one.ts),
                "anonymous_id": one.anonymous_id,
                "page_path": one.page_path,
                "properties": msgspec.json.decode(one.properties) if one.properties else {},
            }
        )
    return [
        {
            "session_id": session.key,
            "start": to_rfc3339(session.first),
            "end": to_rfc3339(session.last),
            "channel": session.channel or "direct",
            "events": events[session.key],
        }
        for session in reversed(timeline.sessions)
        if session.key in events
    ]
