"""The job `segments`: who is in which segment, by rule over the whole history or by list.

Never loses a change: it is in the log before it is in the table, and a crash between the two only repeats it.
"""

import duckdb
from sqlmodel import select

from services.analyzer.control.database import read_session
from services.analyzer.control.models import Segment
from services.analyzer.control.rules import find_segments
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.memberships import Difference, Member, load_present_members, save_difference
from services.analyzer.jobs.sites import run_each_site
from services.analyzer.reports.site import load_site_context
from services.analyzer.store.columns import build_columns
from services.analyzer.store.history import build_rule_history
from services.analyzer.store.questions import load_question
from shared.clock import Millis
from shared.rules.parse import parse_rule
from shared.rules.sql import SiteContext, SqlRule, compile_rule


async def run_segments(context: JobContext) -> JobOutcome:
    """Recompute every segment; tell the log the differences, then store them."""
    return await run_each_site(context, lambda site_id: _run_site(context, site_id), "memberships changed")


async def _run_site(context: JobContext, site_id: str) -> int:
    with read_session(context.database) as session:
        site = load_site_context(session, site_id)
        rows = session.exec(select(Segment).where(Segment.site_id == site_id))
        segments = [segment.model_copy() for segment in rows]
    difference = await context.reader.read(
        lambda con: _compare(con, site_id, site, segments, context.now), timeout_s=None
    )
    return await save_difference(context, site_id, difference)


def _compare(
    con: "duckdb.DuckDBPyConnection", site_id: str, site: SiteContext, segments: list[Segment], now: Millis
) -> Difference:
    before, people = load_present_members(con, site_id)
    computed = [segment for segment in segments if segment.kind in ("rule", "list")]
    lookalikes = {s.id for s in segments if s.kind == "lookalike"}
    kept = {name: sorted(person for member_of, person in before if member_of == name) for name in sorted(lookalikes)}
    after: set[Member] = set()
    if computed or any(kept.values()):
        queries = {s.id: _compile(s, site, now) for s in computed if s.kind == "rule"}
        build_rule_history(con, site_id, " ".join(query.sql for query in queries.values()))
        people |= dict(con.execute(load_question("history_people")).fetchall())
        con.execute(load_question("fresh_members"))
        for segment_id, members in kept.items():
            # Who they are was found by another job; who they have become since is found here.
            found = _find_listed(con, site_id, members, people)
            _remember(con, segment_id, found)
            after |= {(segment_id, person_id) for person_id in found}
        for segment in _order(computed):
            if (query := queries.get(segment.id)) is not None:
                found = {person_id for (person_id,) in con.execute(query.sql, query.parameters).fetchall()}
            else:
                found = _find_listed(con, site_id, segment.members or [], people)
            _remember(con, segment.id, found)
            after |= {(segment.id, person_id) for person_id in found}
    return Difference(after - before, before - after, people)


def _compile(segment: Segment, site: SiteContext, now: Millis) -> SqlRule:
    return compile_rule(parse_rule(segment.rule, live=False), site=site, now=now)


def _find_listed(
    con: "duckdb.DuckDBPyConnection", site_id: str, members: list[str], people: dict[str, bool]
) -> set[str]:
    """Return the persons that the listed ids are now; an id never met is taken as a user's."""
    if not members:
        return set()
    con.register("listed", build_columns([(member,) for member in members]))
    found = set()
    for person_id, is_user in con.execute(load_question("listed_people"), {"site": site_id}).fetchall():
        found.add(person_id)
        people.setdefault(person_id, is_user)
    return found


def _remember(con: "duckdb.DuckDBPyConnection", segment_id: str, found: set[str]) -> None:
    """Let later segments of this run name this one."""
    if found:
        con.register("found", build_columns([(segment_id, person_id) for person_id in found]))
        con.execute(load_question("remember_members"))


def _order(segments: list[Segment]) -> list[Segment]:
    """Return segments such that each comes after those that its rule names (circles are refused on entry)."""
    by_id = {segment.id: segment for segment in segments}
    ordered: dict[str, Segment] = {}

    def visit(segment: Segment, above: frozenset[str]) -> None:
        for named in sorted(find_segments(segment.rule)):
            if named in by_id and named not in ordered and named not in above:
                visit(by_id[named], above | {segment.id})
        ordered.setdefault(segment.id, segment)

    for segment in segments:
        visit(segment, frozenset({segment.id}))
    return list(ordered.values())
