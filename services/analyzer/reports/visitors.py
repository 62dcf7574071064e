"""One person's report: identity, profile, segments, and the timeline cut into sessions.

Never shows another site's person, nor one id's events as two people's.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import duckdb
import msgspec

from services.analyzer.control.lifecycle import LifecycleRules
from services.analyzer.customer.timeline import Timeline, Told, fold_timeline, value_scores
from services.analyzer.problems import Refused
from services.analyzer.reports.customer import CustomerAsked, LoadStored, build_customer_parts
from services.analyzer.store.columns import build_columns
from services.analyzer.store.questions import load_question
from shared.clock import Millis, to_rfc3339
from shared.rules.sql import SiteContext, load_history_sql

ROWS_AT_ONCE = 2_000


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
    unknown = Refused("not_found", f"Nobody with the id {known_as!r} was seen on this site")
    person_id, is_user = _find_person(con, site_id, known_as)
    if person_id is None:
        raise unknown
    anonymous_ids = _load_visitors(con, site_id, person_id) if is_user else [person_id]
    merged = [
        row[0] for row in con.execute(load_question("merged_ids"), {"site": site_id, "person": person_id}).fetchall()
    ]
    ids = {f"id_{place}": one for place, one in enumerate(sorted({person_id, *anonymous_ids, *merged}))}
    own = [load_question(name) for name in ("timeline_own", "timeline_unvisited")[: 1 + is_user]]
    text = load_question("timeline_events").replace("{own}", "UNION ALL\n".join(own))
    text = text.replace("{ids}", ", ".join(f"${name}" for name in ids))
    # Text of files of our own; values are parameters.
    question = load_question("timeline").replace("{history}", load_history_sql())
    con.execute(
        f"WITH person_events AS ({text}) {question}",
        {"site": site_id, "person": person_id, "include_bots": include_bots, **ids},
    )
    timeline = fold_timeline(
        _read_rows(con), now=now, limit=limit, recommending=rules.advocate_events, scored=site.scores.by_event
    )
    if not timeline.sessions:
        raise unknown
    events = sum(session.messages for session in timeline.sessions)
    parts, reasons = build_customer_parts(CustomerAsked(site, rules, now, is_user), timeline, load_stored)
    segments = con.execute(load_question("segments_of"), {"site": site_id, "person": person_id}).fetchall()
    return {
        "id": person_id,
        "computed_at": to_rfc3339(now),
        "identity": {
            "user_id": person_id if is_user else None,
            "anonymous_ids": anonymous_ids,
            "merged_ids": [one for one in merged if one not in anonymous_ids],
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


def _find_person(con: "duckdb.DuckDBPyConnection", site_id: str, known_as: str) -> tuple[str | None, bool]:
    for by_any_message in (False, True):
        asked = {"site": site_id, "id": known_as, "by_any_message": by_any_message}
        person_id, is_user = con.execute(load_question("person_of"), asked).fetchall()[0]
        if person_id is not None:
            break
    return person_id, bool(is_user)


def _load_visitors(con: "duckdb.DuckDBPyConnection", site_id: str, user_id: str) -> list[str]:
    con.register("wanted", build_columns([(user_id,)]))
    return [visitor for _, visitor in con.execute(load_question("visitors_of_users"), {"site": site_id}).fetchall()]


def _read_rows(con: "duckdb.DuckDBPyConnection") -> Iterator[Told]:
    while rows := con.fetchmany(ROWS_AT_ONCE):
        yield from map(Told._make, rows)


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
