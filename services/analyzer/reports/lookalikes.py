"""The lookalikes report: extracts what members did before they joined, has the model fitted, finds others like them.

Never learns from the seed's own traces, nor from anything after a person joined it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from sqlmodel import Session, select

from services.analyzer.control.models import Segment
from services.analyzer.lookalikes.fit import Likeness, Moments, fit_likeness
from services.analyzer.lookalikes.traces import (
    BEST_CUSTOMERS,
    BUILT_IN_SEEDS,
    MOST_ENGAGED,
    Traces,
    find_built_in_traces,
    find_traces,
)
from services.analyzer.reports.behaviour import build_behaviour
from services.analyzer.reports.drawn import find_part
from services.analyzer.reports.lookalike_members import choose_members
from services.analyzer.reports.lookalike_words import word_feature
from services.analyzer.reports.site import GoalSpec, Window, build_conversions, load_site_context
from services.analyzer.store.columns import build_columns
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.clock import Millis, to_rfc3339
from shared.rules.parse import parse_rule
from shared.rules.sql import SiteContext, compile_where

MOST_MEMBERS, CONTROLS = 5_000, 4
"""Members to learn from (of more a part drawn by hash), and moments of others for each."""
MOST_PERSONS = 100_000
"""Of more people those others are drawn from a part of about this size, by hash."""


@dataclass(frozen=True, slots=True)
class LookalikeQuestion:
    """What a lookalikes report is about; `traces` are those of the seed's definition."""

    site_id: str
    site: SiteContext
    segment_id: str
    seed_id: str
    size: float | None
    traces: Traces
    window: Window
    goal: GoalSpec
    now: Millis


@dataclass(frozen=True)
class Found:
    """The members of a lookalike segment, each with whether its id is a user's."""

    members: dict[str, bool]
    likeness: Likeness
    report: dict[str, Any]


def find_lookalikes(
    con: "duckdb.DuckDBPyConnection",
    asked: LookalikeQuestion,
    keeping: Keeping = UNKEPT,
    *,
    most_members: int = MOST_MEMBERS,
) -> Found:
    """Return who resembles the seed's members most, and the report about it."""
    window = {"from": asked.window.start, "to": asked.window.end}
    _build_seeds(con, asked)
    seeds = int(con.execute(load_question("lookalike_seed_size")).fetchall()[0][0])
    _build_steps(con, asked, keeping)
    con.execute(load_question("lookalike_moments"), {**window, "most": most_members, "controls": CONTROLS})
    moments = _load_moments(con, asked, keeping)
    likeness = fit_likeness(moments, asked.traces, salt=f"lookalike:{asked.site_id}:{asked.seed_id}")
    candidates = _build_candidates(con, asked, keeping, is_described=likeness.model is not None)
    members = choose_members(con, likeness, candidates, asked.size)
    counts = {"seed_members": seeds, "candidates": candidates, "members": len(members)}
    joined = int(moments.is_member.sum())
    learnt = {"members_learnt_from": joined, "others_learnt_from": len(moments.is_member) - joined}
    return Found(members, likeness, shape_lookalike_report(asked, likeness, {**counts, **learnt}))


def _build_steps(con: "duckdb.DuckDBPyConnection", asked: LookalikeQuestion, keeping: Keeping) -> None:
    """Make the relations `seed_traces`, `steps` and `viewed_categories`; needs `seeds`."""
    span = {"site": asked.site_id, "from": asked.window.start, "to": asked.window.end}
    below = find_part(con, asked.site_id, MOST_PERSONS, keeping)

    def make() -> None:
        _build_traces(con, asked)
        con.execute(load_question("lookalike_steps"), {**span, "below": below})
        con.execute(load_question("lookalike_viewed"), span)

    keeping.build(
        f"lookalike {asked.segment_id}",
        make,
        relations=("seed_traces", "steps", "viewed_categories"),
        inputs=("seeds",),
        edges=(asked.window.start, asked.window.end),
        settings=(below, _describe(asked.traces)),
    )


def _build_candidates(
    con: "duckdb.DuckDBPyConnection", asked: LookalikeQuestion, keeping: Keeping, *, is_described: bool
) -> int:
    """Return how many could be found, and leave them as the relation `described`, if they are; needs `seeds`."""
    span = {"site": asked.site_id, "from": asked.window.start, "to": asked.window.end}
    if not is_described:
        con.execute(load_question("lookalike_candidates"), span)
        return _count(con, "subject_moments")

    def make() -> None:
        _build_traces(con, asked)
        con.execute(load_question("lookalike_candidates"), span)
        _describe_subjects(con, asked.site_id)

    keeping.build(
        f"lookalike {asked.segment_id} candidates",
        make,
        relations=("seed_traces", "described"),
        inputs=("seeds",),
        edges=(asked.window.start, asked.window.end),
        settings=_describe(asked.traces),
    )
    return _count(con, "described")


def _describe(traces: Traces) -> tuple[object, ...]:
    events = sorted(repr(one) for one in traces.events)
    return events, traces.any_video, sorted(traces.videos), sorted(traces.categories)


def _build_seeds(con: "duckdb.DuckDBPyConnection", asked: LookalikeQuestion) -> None:
    """Make the relation `seeds`."""
    window = {"from": asked.window.start, "to": asked.window.end}
    if asked.seed_id == BEST_CUSTOMERS:
        build_conversions(con, asked.site_id, asked.site, asked.goal)
        con.execute(load_question("lookalike_best_customers"), window)
    elif asked.seed_id == MOST_ENGAGED:
        con.execute(load_question("lookalike_most_engaged"), {"site": asked.site_id, **window})
    else:
        con.execute(load_question("lookalike_seeds"), {"site": asked.site_id, "seed": asked.seed_id})


def build_question(
    session: Session, segment: Segment, *, goal: GoalSpec, window: Window, now: Millis
) -> LookalikeQuestion:
    """Return the question of a lookalike segment; its seed may be gone, and then has no members."""
    rows = session.exec(select(Segment).where(Segment.site_id == segment.site_id, Segment.kind != "lookalike"))
    rules = {row.id: parse_rule(row.rule, live=False) if row.kind == "rule" else None for row in rows}
    seed_id = segment.seed or ""
    site = load_site_context(session, segment.site_id)
    if seed_id in BUILT_IN_SEEDS:
        traces = find_built_in_traces(seed_id, goal_event=goal.event)
    else:
        traces = find_traces(
            rules.get(seed_id), rules, goal_event=goal.event, above=frozenset({seed_id}), scores=site.scores
        )
    return LookalikeQuestion(segment.site_id, site, segment.id, seed_id, segment.size, traces, window, goal, now)


def _build_traces(con: "duckdb.DuckDBPyConnection", asked: LookalikeQuestion) -> None:
    """Make the relation `seed_traces`. The text is made of fixed parts; every value is a parameter."""
    parameters: list[Any] = [asked.site_id]

    def bind(value: Any) -> str:
        parameters.append(value)
        return f"${len(parameters)}"

    conditions, views = [], []
    for trace in sorted(asked.traces.events, key=lambda one: (one.event, repr(one.where))):
        event = f"event = {bind(trace.event)}"
        where = compile_where(trace.where, first_parameter=len(parameters) + 1)
        parameters.extend(where.parameters)
        conditions.append(f"({event} AND {where.sql})")
        if trace.event.startswith("Video "):
            views.append(conditions[-1])
    if asked.traces.any_video:
        views.append("starts_with(event, 'Video ')")
    views.extend(f"video_id = {bind(video)}" for video in sorted(asked.traces.videos))
    viewed = " OR ".join(views) or "false"
    conditions.extend(
        f"(event = 'Product Viewed' AND product_category = {bind(category)})"
        for category in sorted(asked.traces.categories)
    )
    question = load_question("lookalike_traces").replace("{views}", viewed)
    con.execute(question.replace("{where}", " OR ".join([*conditions, f"({viewed})"])), parameters)


def _load_moments(con: "duckdb.DuckDBPyConnection", asked: LookalikeQuestion, keeping: Keeping) -> Moments:
    """Return the moments of the relation `subjects`, with what was done before; needs `viewed_categories`."""
    con.execute(load_question("lookalike_learnt"))
    keeping.build(
        f"lookalike {asked.segment_id} moments",
        lambda: _describe_subjects(con, asked.site_id),
        relations=("described",),
        inputs=("subject_moments",),
        among="subject_moments",
    )
    rows = con.execute(load_question("lookalike_subjects")).fetchnumpy()
    behaviour = build_behaviour(rows)
    viewed = con.execute(load_question("lookalike_categories")).fetchall()
    categories = [str(name) for (name,) in viewed if name not in asked.traces.categories]
    numbers = {"number": np.arange(len(categories) or 1)}
    con.register("categories", build_columns([(name,) for name in categories or [""]]) | numbers)
    interests = con.execute(load_question("lookalike_interested")).fetchnumpy()
    columns = np.zeros((len(rows["place"]), len(categories)))
    columns[interests["place"], interests["number"]] = np.log1p(interests["times"])
    names = behaviour.names + [f"category:{name}" for name in categories]
    is_member = np.asarray(rows["is_member"], dtype=bool)
    return Moments(rows["lot"], names, np.hstack((behaviour.values, columns)), is_member)


def _describe_subjects(con: "duckdb.DuckDBPyConnection", site_id: str) -> None:
    """Make the relation `described` of `subject_moments`."""
    con.execute(load_question("prior_behaviour"), {"site": site_id})
    con.execute(load_question("lookalike_interests"), {"site": site_id})
    con.execute(load_question("lookalike_described"))


def _count(con: "duckdb.DuckDBPyConnection", relation: str) -> int:
    ((rows,),) = con.execute(f"SELECT count(*) FROM {relation}").fetchall()  # noqa: S608 (a name of our own)
    return int(rows)


def shape_lookalike_report(asked: LookalikeQuestion, likeness: Likeness, counts: Mapping[str, int]) -> dict[str, Any]:
    """Return the whole report as JSON values."""
    fields = ("auc", "auc_low", "auc_high")
    reasons = dict.fromkeys([*fields, "members"], likeness.reason) if likeness.reason is not None else {}
    return {
        "segment": asked.segment_id,
        "seed": asked.seed_id,
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        "size": asked.size,
        **counts,
        "held_out": likeness.held_out,
        "auc": likeness.auc,
        "auc_low": likeness.auc_low,
        "auc_high": likeness.auc_high,
        "lift": [
            {
                "decile": one.decile,
                "moments": one.moments,
                "seed_members": one.members,
                "rate": one.rate,
                "lift": one.lift,
                "reasons": {} if one.lift is not None else {"lift": "division_by_zero"},
            }
            for one in likeness.deciles
        ],
        "sizes": [
            {
                "share": one.share,
                "persons": round(one.share * counts["candidates"]),
                "lift": one.lift,
                "captured": one.captured,
            }
            for one in likeness.reaches
        ],
        "drivers": [
            {
                "feature": one.feature,
                "meaning": word_feature(one.feature),
                "effect": one.effect,
                "towards": "seed" if one.effect > 0 else "others",
            }
            for one in likeness.drivers
        ],
        "left_out": {
            "events": sorted({trace.event for trace in asked.traces.events}),
            "videos": ["*"] if asked.traces.any_video else sorted(asked.traces.videos),
            "categories": sorted(asked.traces.categories),
            "features": sorted(asked.traces.features),
        },
        "warnings": ["no_better_than_chance"] if (likeness.auc_low or 1.0) <= 0.5 else [],
        "assumptions": [
            "features_before_the_first_trace_of_the_definition",
            "others_at_steps_drawn_by_hash",
            "others_had_made_as_many_steps",
            "persons_held_out_by_hash",
            "drivers_are_not_causal",
        ],
        "reasons": reasons,
    }
