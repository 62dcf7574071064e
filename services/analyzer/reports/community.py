"""The community report: acts, talk, topics, triggers of loyalty and where members come from, shaped for the operator.

Never computes: see `services/analyzer/community`.
"""

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from services.analyzer.community.activity import MemberWeeks, Week, count_fans, count_weeks
from services.analyzer.community.dialogue import Dialogue, Said, measure_dialogue
from services.analyzer.fits import FitPool
from services.analyzer.lifecycle.calendar import clip_span, find_units, list_starts
from services.analyzer.reports.community_triggers import find_triggers, shape_trigger
from services.analyzer.reports.community_words import recommend_trigger
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.clock import DAY_MS, Millis, to_rfc3339
from shared.rules.sql import SiteContext

ACTS = ("Community Joined", "Community Posted", "Community Replied", "Community Liked")
MOST_SAID = 500_000
MOST_TOPICS = 50
ANSWER_DAYS = 7.0
TREND_WEEKS = 4

Span = tuple[Millis, Millis]


@dataclass(frozen=True, slots=True)
class CommunityQuestion:
    """What a community report is about.

    `events`: the operator's own community events; `hosts`: where the community lives; `fan_weeks`: weeks with an act
    that make a fan; `loyal_orders`: conversions that make a member loyal, after `landmark_days` first days.
    """

    site_id: str
    site: SiteContext
    goal: GoalSpec
    window: Window
    now: Millis
    events: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    fan_weeks: int = 4
    landmark_days: float = 7.0
    loyal_orders: int = 2


def build_community_report(
    con: "duckdb.DuckDBPyConnection", fits: FitPool, asked: CommunityQuestion, keeping: Keeping = UNKEPT
) -> dict[str, Any]:
    """Return the whole report as JSON values."""
    span: Span = clip_span(asked.window.start, asked.window.end, asked.now)
    build_conversions(con, asked.site_id, asked.site, asked.goal, keeping)
    con.execute(load_question("community_acts"), {"site": asked.site_id, "to": span[1], "events": list(asked.events)})
    con.execute(load_question("community_members"))
    con.execute(load_question("community_said"), {"most": MOST_SAID})
    activity, depth, members = _show_life(con, asked, span)
    factors, sample = find_triggers(
        con,
        fits,
        site_id=asked.site_id,
        span=span,
        landmark_days=asked.landmark_days,
        loyal_orders=asked.loyal_orders,
    )
    recommendation, missing = recommend_trigger(factors, (*ACTS, *asked.events), asked.goal.id)
    reasons = {} if missing is None else {"recommendation": "no_members" if not members else missing}
    return {
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        "rules": {
            "events": list(asked.events),
            "hosts": list(asked.hosts),
            "fan_weeks": asked.fan_weeks,
            "answer_days": ANSWER_DAYS,
            "landmark_days": asked.landmark_days,
            "loyal_orders": asked.loyal_orders,
        },
        "activity": activity,
        "depth": depth,
        "topics": _show_topics(con, span),
        "triggers": [shape_trigger(one) for one in factors],
        "recommendation": recommendation,
        "loop": _show_loop(con, asked, span),
        "sample_sizes": {
            "members": members,
            "members_compared": len(sample.lots),
            "members_followed": int(sample.at_risk.sum()),
            "became_loyal_after": int((sample.at_risk & sample.converted_after).sum()),
        },
        "assumptions": [
            "members_are_who_ever_acted",
            "weeks_are_whole",
            "answers_are_by_others",
            "loyal_from_a_number_of_conversions",
            "effect_counts_first_days_only",
            "triggers_are_leads_until_tested",
            "channel_of_the_first_message",
        ],
        "diagnostics": {"most_posts_and_replies": MOST_SAID},
        "reasons": reasons,
    }


def _show_life(
    con: "duckdb.DuckDBPyConnection", asked: CommunityQuestion, span: Span
) -> tuple[dict[str, Any], dict[str, Any], int]:
    """Return activity, depth, and how many members there are."""
    first_ts = _ints(con.execute(load_question("community_firsts")).fetchnumpy()["first_ts"])
    oldest = max(span[0], int(first_ts.min())) if len(first_ts) else span[1] - 1
    names, starts = list_starts(min(oldest, span[1] - 1), span[1] - 1, asked.site.time_zone, "week")
    con.register("weeks", {"week": np.arange(len(starts)), "start": starts})
    found = con.execute(load_question("community_weeks"), {"from": int(starts[0])}).fetchnumpy()
    con.unregister("weeks")
    rows = MemberWeeks(*(_ints(found[name]) for name in ("place", "week", "posts", "replies", "likes", "acts")))
    weeks = count_weeks(rows, find_units(first_ts, starts), len(starts)) if len(first_ts) else []
    is_running = list_starts(span[1], span[1], asked.site.time_zone, "week")[0][0] == names[-1]
    shown = [
        _show_week(name, week, is_first=place == 0, is_complete=place < len(weeks) - 1 or not is_running)
        for place, (name, week) in enumerate(zip(names, weeks, strict=bool(weeks)))
    ]
    active, fans = count_fans(rows, asked.fan_weeks)
    activity = {
        "members": len(first_ts),
        "active": active,
        "weeks": shown,
        "trend": _show_trend([week for week, one in zip(weeks, shown, strict=True) if one["is_complete"]]),
        "reasons": {} if weeks else {"weeks": "no_members"},
    }
    return activity, _show_depth(con, span, active, fans), len(first_ts)


def _show_week(name: str, week: Week, *, is_first: bool, is_complete: bool) -> dict[str, Any]:
    reasons: dict[str, str] = {}
    if is_first:
        reasons |= dict.fromkeys(("returning_share", "lapsed"), "no_week_before")
    elif not week.active_before:
        reasons["returning_share"] = "nobody_before"
    elif not is_complete:
        reasons |= dict.fromkeys(("returning_share", "lapsed"), "week_is_running")
    if not week.active:
        reasons["acts_per_active"] = "nobody_active"
    return {
        "week": name,
        "active": week.active,
        "returning_share": None if "returning_share" in reasons else week.returned / week.active_before,
        "returned": week.returned,
        "new": week.new,
        "back": week.back,
        "lapsed": None if "lapsed" in reasons else week.lapsed,
        "posts": week.posts,
        "replies": week.replies,
        "likes": week.likes,
        "acts": week.acts,
        "acts_per_active": week.acts / week.active if week.active else None,
        "is_complete": is_complete,
        "reasons": reasons,
    }


def _show_trend(complete: list[Week]) -> dict[str, Any]:
    """Return the mean of the newest four complete weeks beside that of the four before."""
    parts = complete[-TREND_WEEKS:], complete[-2 * TREND_WEEKS : -TREND_WEEKS]
    fields = ("active", "active_before", "acts_per_active", "acts_per_active_before", "ratio")
    if len(complete) < 2 * TREND_WEEKS:
        return dict.fromkeys(fields) | {"reasons": dict.fromkeys(fields, "too_few_weeks")}
    active = [sum(week.active for week in part) for part in parts]
    acts = [
        sum(week.acts for week in part) / count if count else None for part, count in zip(parts, active, strict=True)
    ]
    reasons = {name: "nobody_active" for name, value in zip(fields[2:4], acts, strict=True) if value is None}
    ratio = active[0] / active[1] if active[1] else None
    return {
        "active": active[0] / TREND_WEEKS,
        "active_before": active[1] / TREND_WEEKS,
        "acts_per_active": acts[0],
        "acts_per_active_before": acts[1],
        "ratio": ratio,
        "reasons": reasons | ({} if ratio is not None else {"ratio": "nobody_active"}),
    }


def _show_depth(con: "duckdb.DuckDBPyConnection", span: Span, active: int, fans: int) -> dict[str, Any]:
    rows = con.execute(load_question("community_said_rows")).fetchnumpy()
    is_post, has_id = (np.asarray(rows[name], dtype=bool) for name in ("is_post", "has_id"))
    parent = _ints(rows["parent"])
    told = measure_dialogue(
        Said(_ints(rows["place"]), _ints(rows["ts"]), is_post, parent), *span, round(ANSWER_DAYS * DAY_MS)
    )
    reasons: dict[str, str] = {} if active else {"fan_share": "nobody_active"}
    linked = bool((parent >= 0).any())
    missing = None
    if not told.posts:
        missing = "no_posts"
    elif not linked:
        missing = "no_post_ids" if not (is_post & has_id).any() else "no_parent_ids"
    of_threads = ("replies_per_post", "answered_share", "mean_depth", "participants", "hours_to_answer", "hours_to_90")
    if missing is not None:
        reasons |= dict.fromkeys(of_threads, missing)
    return {
        "active": active,
        "fans": fans,
        "fan_share": fans / active if active else None,
        "posts": told.posts,
        "replies": told.replies,
        "most_depth": told.most_depth,
        **_show_answers(told, reasons, of_threads, is_told=missing is None),
        "replies_without_post": int((~is_post & (parent < 0)).sum()),
        "reasons": reasons,
    }


def _show_answers(told: Dialogue, reasons: dict[str, str], names: tuple[str, ...], *, is_told: bool) -> dict[str, Any]:
    """Return how posts are answered; adds the reasons of what cannot be said."""
    if not is_told:
        return dict.fromkeys(names) | {"posts_followed": told.followed}
    if not told.followed:
        reasons["answered_share"] = "posts_too_young"
    if told.participants is None:
        reasons["participants"] = "no_replies"
    if not told.hours_to_answer:
        reasons |= dict.fromkeys(("hours_to_answer", "hours_to_90"), "no_answers")
    hours = told.hours_to_answer
    return {
        "replies_per_post": told.replies / told.posts,
        "answered_share": told.answered / told.followed if told.followed else None,
        "posts_followed": told.followed,
        "mean_depth": told.mean_depth,
        "participants": told.participants,
        "hours_to_answer": float(np.quantile(hours, 0.5)) if hours else None,
        "hours_to_90": float(np.quantile(hours, 0.9)) if hours else None,
    }


def _show_topics(con: "duckdb.DuckDBPyConnection", span: Span) -> list[dict[str, Any]]:
    asked = {"from": span[0], "middle": (span[0] + span[1]) // 2, "most": MOST_TOPICS}
    names = ("kind", "name", "acts", "acts_later_half", "members", "buyers")
    rows = con.execute(load_question("community_topics"), asked).fetchall()
    return [dict(zip(names, row, strict=True)) | {"buyer_share": row[5] / row[4]} for row in rows]


def _show_loop(con: "duckdb.DuckDBPyConnection", asked: CommunityQuestion, span: Span) -> dict[str, Any]:
    chosen = {"site": asked.site_id, "from": span[0], "to": span[1], "window_ms": asked.goal.window_ms}
    rows = con.execute(load_question("community_channels"), chosen).fetchall()
    members = sum(row[1] for row in rows)
    hosts = [host.lower() for host in asked.hosts]
    ((visits, persons, known_members, newcomers, converters),) = con.execute(
        load_question("community_back"), {**chosen, "hosts": hosts}
    ).fetchall()
    return {
        "channels": [
            {
                "channel": channel,
                "members": count,
                "share": count / members,
                "speakers": speakers,
                "converters": converted,
                "conversion_rate": converted / count,
                "new_customers": new_customers,
                "value": float(value),
            }
            for channel, count, speakers, converted, new_customers, value in rows
        ],
        "back": {
            "visits": visits,
            "persons": persons,
            "members": known_members,
            "newcomers": newcomers,
            "converters": converters,
            "conversion_rate": converters / persons if persons else None,
            "reasons": {} if persons else {"conversion_rate": "nobody_came_back"},
        },
    }


def _ints(values: Any) -> Any:
    return np.asarray(values).astype(np.int64)
