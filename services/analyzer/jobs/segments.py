"""The job `segments`: who is in which segment, by rule over the whole history or by list.

Never loses a change: it is in the log before it is in the table, and a crash between the two only repeats it.
"""

import duckdb
from sqlmodel import select

from services.analyzer.control.database import read_session
from services.analyzer.control.models import Segment
from services.analyzer.control.rules import find_segments
from services.analyzer.jobs.context import JobContext, JobOutcome
from services.analyzer.jobs.memberships import Difference, Member, save_difference
from services.analyzer.jobs.sites import run_each_site
from services.analyzer.reports.site import load_site_context
from services.analyzer.store.columns import build_columns
from services.analyzer.store.history import build_rule_history
from services.analyzer.store.kept import Keeping
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

    def compare(con: "duckdb.DuckDBPyConnection") -> Difference:
        # What comes in meanwhile is for all segments or for none.
        with context.kept.open(con, site_id) as keeping:
            return _compare(con, site_id, site, segments, context.now, keeping)

    difference = await context.reader.read(compare, timeout_s=None)
    return await save_difference(context, site_id, difference)


def _compare(
    con: "duckdb.DuckDBPyConnection",
    site_id: str,
    site: SiteContext,
    segments: list[Segment],
    now: Millis,
    keeping: Keeping,
) -> Difference:
    con.execute(load_question("stored_members"), {"site": site_id})
    con.execute(load_question("fresh_members"))
    computed = [segment for segment in segments if segment.kind in ("rule", "list")]
    rules = {segment.id: parse_rule(segment.rule, live=False) for segment in computed if segment.kind == "rule"}
    queries = {segment_id: compile_rule(rule, site=site, now=now) for segment_id, rule in rules.items()}
    if segments:
        build_rule_history(con, site_id, " ".join(query.sql for query in queries.values()), keeping)
    for segment in sorted((s for s in segments if s.kind == "lookalike"), key=lambda one: one.id):
        # Who they are was found by another job; who they have become since is found here.
        asked = {"site": site_id, "segment": segment.id}
        con.execute(load_question("keep_members"), asked)
        moved = con.execute(load_question("members_moved"), asked).fetchall()
        _put_listed(con, site_id, segment.id, [person_id for (person_id,) in moved])
    for segment in _order(computed):
        if (query := queries.get(segment.id)) is not None:
            _put_found(con, segment.id, query)
        else:
            _put_listed(con, site_id, segment.id, segment.members or [])
    added: set[Member] = set()
    removed: set[Member] = set()
    people: dict[str, bool] = {}
    for segment_id, person_id, is_added, is_user in con.execute(load_question("member_changes")).fetchall():
        (added if is_added else removed).add((segment_id, person_id))
        people[person_id] = is_user
    return Difference(added, removed, people)


def _put_found(con: "duckdb.DuckDBPyConnection", segment_id: str, query: SqlRule) -> None:
    """Put those who satisfy a rule into the membership of this run, so that later segments can name this one."""
    text = load_question("remember_members").replace("{segment}", f"${len(query.parameters) + 1}")
    con.execute(text.replace("{found}", query.sql), [*query.parameters, segment_id])


def _put_listed(con: "duckdb.DuckDBPyConnection", site_id: str, segment_id: str, members: list[str]) -> None:
    """Put the persons that the listed ids are now into the membership of this run; an id never met is a user's."""
    if members:
        con.register("listed", build_columns([(member,) for member in members]))
        con.execute(load_question("listed_people"), {"site": site_id, "segment": segment_id})


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
