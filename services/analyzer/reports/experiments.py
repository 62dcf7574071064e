"""All campaigns side by side: what each brought, what they brought together, and whether the arithmetic holds.

Never a figure of another site's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
from sqlmodel import Session, select

from services.analyzer.control.models import Campaign, Goal
from services.analyzer.reports.campaign_uplift import HOLDOUT
from services.analyzer.reports.campaigns import CampaignAsked, CampaignReports, CampaignsQuestion
from services.analyzer.reports.lift import build_lift, check_splits, load_coverage, shape_check
from services.analyzer.reports.site import GoalSpec, Window, load_goal
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.clock import Millis, to_rfc3339
from shared.rules.sql import SiteContext

SRM_P = 0.001
"""Below this the arms' sizes do not fit the weights that they were drawn with."""
COMPARED = ("uplift", "uplift_adjusted", "value_uplift", "value_uplift_adjusted")
VERDICT_WORDS = {
    "works": ("It works.", "効果があります。"),
    "harms": ("It harms.", "逆効果です。"),
    "open": ("Not decided yet.", "まだ判断できません。"),
    "broken": ("The arms' sizes do not fit: do not read the result.", "人数の割合が合わず、結果は使えません。"),
    "not_compared": ("Cannot be compared yet.", "まだ比べられません。"),
}
ASSUMPTIONS = [
    "arms_count_persons",
    "converted_after_the_trigger",
    "seen_in_two_arms_are_set_aside",
    "weighted_by_persons_that_got_a_prompt",
    "months_of_the_first_trigger",
]
Progress = Callable[[float], None]
Keep = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class CampaignListed:
    """A campaign with its name, its status, and the goal by which it is judged."""

    asked: CampaignAsked
    name: str
    status: str
    goal: GoalSpec


@dataclass(frozen=True, slots=True)
class ExperimentsQuestion:
    """What is asked. `goal` None: each campaign by its own."""

    site_id: str
    site: SiteContext
    campaigns: Sequence[CampaignListed]
    goal: GoalSpec | None
    window: Window
    now: Millis


def load_campaigns(session: Session, site_id: str, goal: GoalSpec | None) -> list[CampaignListed]:
    """Return the site's campaigns by id; one whose goal is gone is judged by no goal and left out."""
    goals = {one.id for one in session.exec(select(Goal).where(Goal.site_id == site_id))}
    listed = []
    for one in session.exec(select(Campaign).where(Campaign.site_id == site_id).order_by(Campaign.id)):
        if goal is None and one.goal not in goals:
            continue
        own = goal if goal is not None else load_goal(session, site_id, one.goal)
        asked = CampaignAsked(one.id, one.variants, one.holdout, one.allocation)
        listed.append(CampaignListed(asked, one.name, one.status, own))
    return listed


def build_experiments(
    con: "duckdb.DuckDBPyConnection",
    asked: ExperimentsQuestion,
    *,
    keep: Keep | None = None,
    progress: Progress | None = None,
    keeping: Keeping = UNKEPT,
) -> dict[str, Any]:
    """Return the report; `keep` is given each campaign's own on the way, `progress` the share of campaigns done."""
    con.execute(load_question("begin_lift"))
    rows: list[dict[str, Any]] = []
    done = 0
    for goal_id in sorted({one.goal.id for one in asked.campaigns}):
        listed = [one for one in asked.campaigns if one.goal.id == goal_id]
        question = CampaignsQuestion(asked.site_id, asked.site, listed[0].goal, asked.window, asked.now)
        reports = CampaignReports(con, question, [one.asked for one in listed], keeping)
        con.execute(load_question("add_lift"))
        for one in listed:
            if reports.has_persons(one.asked.id):
                report = reports.build(one.asked)
                rows.append(shape_row(one, report))
                if keep is not None:
                    keep(one.asked.id, report)
            done += 1
            if progress is not None:
                progress(done / (len(asked.campaigns) + 1))
    lift = build_lift(con, asked.site)
    return {
        "goal": asked.goal.id if asked.goal is not None else None,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        "campaigns": sorted(rows, key=lambda row: (-row["triggered"] - row["withheld"], row["campaign"])),
        "coverage": load_coverage(con, asked.site_id, asked.window, keeping),
        "lift": lift,
        "self_check": shape_check(check_splits(con)),
        "sample_sizes": {
            "campaigns": len(rows),
            "triggered": sum(row["triggered"] for row in rows),
            "withheld": sum(row["withheld"] for row in rows),
        },
        "assumptions": ASSUMPTIONS,
        "reasons": {} if asked.goal is not None else {"goal": "each_campaigns_own"},
    }


def shape_row(listed: CampaignListed, report: dict[str, Any]) -> dict[str, Any]:
    """Return a campaign's line: its sizes, its differences, and its verdict."""
    served = [arm for arm in report["arms"] if arm["id"] != HOLDOUT]
    (held,) = (arm for arm in report["arms"] if arm["id"] == HOLDOUT)
    verdict = judge_campaign(report)
    en, ja = VERDICT_WORDS[verdict]
    return {
        "campaign": listed.asked.id,
        "name": listed.name,
        "status": listed.status,
        "goal": report["goal"],
        "holdout": listed.asked.holdout,
        "triggered": sum(arm["triggered"] for arm in served),
        "withheld": held["triggered"],
        "shown": sum(arm["shown"] for arm in served),
        "clicked": sum(arm["clicked"] for arm in served),
        "converted": sum(arm["converted"] for arm in served),
        **{name: report[name] for name in COMPARED},
        "srm_p": report["srm_p"],
        "srm": judge_sizes(report["srm_p"]),
        "seen_in_two_arms": report["diagnostics"]["seen_in_two_arms"],
        "verdict": verdict,
        "words": {"en": en, "ja": ja},
        "reasons": {name: code for name, code in report["reasons"].items() if name in (*COMPARED, "srm_p")},
    }


def judge_sizes(srm_p: float | None) -> str:
    """Return whether the arms' sizes fit: fits, broken, or unknown."""
    if srm_p is None:
        return "unknown"
    return "broken" if srm_p < SRM_P else "fits"


def judge_campaign(report: dict[str, Any]) -> str:
    """Return what the always-valid interval allows to say: works, harms, open, broken or not_compared."""
    uplift = report["uplift"]
    if uplift is None:
        return "not_compared"
    if judge_sizes(report["srm_p"]) == "broken":
        return "broken"
    if uplift["always_valid_low"] > 0:
        return "works"
    return "harms" if uplift["always_valid_high"] < 0 else "open"
