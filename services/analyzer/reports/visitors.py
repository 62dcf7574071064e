"""One person's report: identity, profile, segments, and the timeline cut into sessions.

Never shows another site's person, nor one id's events as two people's.
"""

from collections.abc import Iterable
from typing import Any

import duckdb
import msgspec

from services.analyzer.problems import Refused
from services.analyzer.reports.customer import CustomerAsked, LoadStored, build_customer_parts
from services.analyzer.store.columns import build_columns
from services.analyzer.store.questions import load_question
from shared.clock import Millis, to_rfc3339
from shared.rules.scores import SiteScores, round_score
from shared.rules.sql import SiteContext, compile_score_values, load_history_sql


def build_visitor_report(
    con: "duckdb.DuckDBPyConnection",
    *,
    site_id: str,
    known_as: str,
    limit: int,
    now: Millis,
    site: SiteContext,
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
    # Text of files of our own; values are parameters.
    own = [load_question(name) for name in ("timeline_own", "timeline_unvisited")[: 1 + is_user]]
    text = load_question("timeline_events").replace("{own}", "UNION ALL\n".join(own))
    text = text.replace("{ids}", ", ".join(f"${name}" for name in ids))
    timeline = f"WITH person_events AS ({text}) SELECT * FROM ({load_history_sql()})"  # noqa: S608
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE timeline AS {timeline}",
        {"site": site_id, "person": person_id, "include_bots": include_bots, **ids},
    )
    sessions = con.execute(load_question("timeline_sessions")).fetchall()
    if not sessions:
        raise unknown
    events = sum(session[3] for session in sessions)
    rows = con.execute(load_question("timeline"), {"limit": limit}).fetchall()
    asked = CustomerAsked(site, now, is_user, [session[:4] for session in sessions])
    parts, reasons = build_customer_parts(con, asked, load_stored)
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
            "first_seen": to_rfc3339(min(session[1] for session in sessions)),
            "last_seen": to_rfc3339(max(session[2] for session in sessions)),
            "events": events,
            "sessions": len(sessions),
            "device_type": _pick_newest(session[5] for session in sessions),
            "locale": _pick_newest(session[6] for session in sessions),
            "traits": _fold_traits(con),
        },
        **parts,
        "segments": [{"id": segment_id, "since": to_rfc3339(since)} for segment_id, since in segments],
        "scores": _compute_scores(con, site.scores, now),
        "sessions": _build_sessions(sessions, rows),
        "truncated": events > len(rows),
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


def _compute_scores(con: "duckdb.DuckDBPyConnection", scores: SiteScores, now: Millis) -> dict[str, float]:
    if scores.by_id:
        con.execute(load_question("timeline_scored"))
    found = {}
    for score in scores.by_id.values():
        query = compile_score_values(score, now=now)
        rows = con.execute(query.sql, query.parameters).fetchall()
        found[score.id] = round_score(rows[0][2]) if rows else 0.0
    return found


def _fold_traits(con: "duckdb.DuckDBPyConnection") -> dict[str, Any]:
    traits: dict[str, Any] = {}
    for (raw,) in con.execute(load_question("timeline_traits")).fetchall():
        traits |= msgspec.json.decode(raw)
    return traits


def _pick_newest(told: Iterable[tuple[Millis, str, str] | None]) -> str | None:
    """Return what the newest message (time, id, value) says."""
    return max((one for one in told if one is not None), default=(0, "", None))[2]


def _build_sessions(found: list[tuple[Any, ...]], rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    bounds = {session[0]: (session[1], session[2], session[4]) for session in found}
    sessions: dict[str, dict[str, Any]] = {}
    for message_id, kind, event, ts, anonymous_id, page_path, properties, session_key in rows:
        if session_key not in sessions:
            first_ts, last_ts, channel = bounds[session_key]
            sessions[session_key] = {
                "session_id": session_key,
                "start": to_rfc3339(first_ts),
                "end": to_rfc3339(last_ts),
                "channel": channel,
                "events": [],
            }
        sessions[session_key]["events"].append(
            {
                "message_id": message_id,
                "type": kind,
                "event": event,
                "timestamp": to_rfc3339(ts),
                "anonymous_id": anonymous_id,
                "page_path": page_path,
                "properties": msgspec.json.decode(properties) if properties else {},
            }
        )
    return sorted(sessions.values(), key=lambda session: (session["start"], session["session_id"]), reverse=True)
