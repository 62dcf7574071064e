"""The report on what came after a purchase: content delivered to buyers, what they watched, and what they did then.

Never calls the raw difference an effect: who watches after buying may be who would have come back anyway.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from sqlmodel import Session, select

from services.analyzer.control.models import Campaign, Segment
from services.analyzer.lifecycle.advocacy import NEVER
from services.analyzer.lifecycle.aftercare import (
    AGAIN_DAYS,
    BACK_DAYS,
    LANDMARK_DAYS,
    Buyers,
    contrast_watchers,
    count_buyers,
    follow_again,
    follow_back,
)
from services.analyzer.lifecycle.buyers_only import is_for_buyers
from services.analyzer.lifecycle.calendar import clip_span
from services.analyzer.lifecycle.stages import Ints
from services.analyzer.reports.aftercare_shape import (
    show_campaigns,
    show_contrast,
    show_counts,
    show_reached,
    show_videos,
)
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.clock import DAY_MS, Millis, to_rfc3339
from shared.rules.model import Rule
from shared.rules.parse import RuleError, parse_rule
from shared.rules.sql import SiteContext

DEFAULT_DAYS = 30
MOST_VIDEOS = 100
ASSUMPTIONS = (
    "buyers_by_their_first_purchase_of_the_window",
    "engaged_is_three_seconds_played",
    "campaigns_for_buyers_by_their_audience",
    "seconds_are_those_that_players_told",
    "came_back_is_a_later_visit",
    "shares_by_day_count_the_days_seen",
    "raw_figures_are_not_causal",
    "withheld_by_lot_after_the_purchase",
)


@dataclass(frozen=True, slots=True)
class BuyerCampaign:
    """A campaign that only buyers can meet."""

    id: str
    name: str
    status: str
    holdout: float


@dataclass(frozen=True, slots=True)
class AftercareQuestion:
    """What the report is about; `days` after the purchase content counts."""

    site_id: str
    site: SiteContext
    goal: GoalSpec
    window: Window
    now: Millis
    campaigns: Sequence[BuyerCampaign]
    days: float = DEFAULT_DAYS


def load_buyer_campaigns(session: Session, site_id: str) -> list[BuyerCampaign]:
    """Return the site's campaigns whose audience nobody without an order can be in, by id."""
    segments: dict[str, Rule] = {}
    for one in session.exec(select(Segment).where(Segment.site_id == site_id)):
        rule = None if one.rule is None else _parse(one.rule)
        if rule is not None:
            segments[one.id] = rule
    found = []
    for campaign in session.exec(select(Campaign).where(Campaign.site_id == site_id).order_by(Campaign.id)):
        audience = _parse(campaign.audience)
        if audience is not None and is_for_buyers(audience, segments):
            found.append(BuyerCampaign(campaign.id, campaign.name, campaign.status, campaign.holdout))
    return found


def build_aftercare_report(
    con: "duckdb.DuckDBPyConnection", asked: AftercareQuestion, keeping: Keeping = UNKEPT
) -> dict[str, Any]:
    """Return the whole report as JSON values."""
    buyers = _load_buyers(con, asked, keeping)
    given = {"again_ms": AGAIN_DAYS * DAY_MS, "now": asked.now}
    videos = con.execute(load_question("aftercare_of_videos"), given | {"most": MOST_VIDEOS}).fetchall()
    spans = {"back_ms": BACK_DAYS * DAY_MS, "days_ms": round(asked.days * DAY_MS)}
    arms = con.execute(load_question("aftercare_arms"), given | spans).fetchall()
    campaigns = show_campaigns([(one.id, one.name, one.status, one.holdout) for one in asked.campaigns], arms)
    counts = count_buyers(buyers, asked.now)
    return {
        "goal": asked.goal.id,
        "computed_at": to_rfc3339(asked.now),
        "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
        "rules": {
            "days": asked.days,
            "back_days": BACK_DAYS,
            "again_days": AGAIN_DAYS,
            "landmark_days": LANDMARK_DAYS,
        },
        **show_counts(counts, buyers.seconds),
        "came_back_by": show_reached(follow_back(buyers, asked.now)),
        "bought_again_by": show_reached(follow_again(buyers, asked.now)),
        "raw": show_contrast(contrast_watchers(buyers, asked.now)),
        "campaigns": campaigns,
        "evidence": "by_lot" if any(one["bought_again"] for one in campaigns) else "raw",
        "videos": show_videos(videos),
        "sample_sizes": {"buyers": counts.buyers, "campaigns_for_buyers": len(asked.campaigns)},
        "assumptions": list(ASSUMPTIONS),
        "diagnostics": {"most_videos": MOST_VIDEOS},
    }


def _load_buyers(con: "duckdb.DuckDBPyConnection", asked: AftercareQuestion, keeping: Keeping) -> Buyers:
    """Make the relations of this report; returns what became of each buyer."""
    start, end = clip_span(asked.window.start, asked.window.end, asked.now)
    until = max(end, asked.now + 1)
    build_conversions(con, asked.site_id, asked.site, asked.goal, keeping)
    seen = {"site": asked.site_id, "from": start, "until": until}
    days_ms = round(asked.days * DAY_MS)
    campaigns = [one.id for one in asked.campaigns]

    def make() -> None:
        con.execute(load_question("aftercare_buyers"), {"from": start, "to": end, "until": until})
        con.execute(load_question("aftercare_visits"), seen)
        views = load_question("engaged_views").replace("{people}", "people SEMI JOIN buyers USING (person_id)")
        con.execute(views, {"site": asked.site_id, "video": None, "from": start, "to": until})
        con.execute(load_question("aftercare_videos"), seen | {"days_ms": days_ms})
        con.execute(load_question("aftercare_prompts"), seen | {"days_ms": days_ms, "campaigns": campaigns})

    keeping.build(
        "aftercare",
        make,
        relations=("buyers", "buyer_visits", "engaged_views", "buyer_videos", "buyer_prompts"),
        inputs=("conversions",),
        edges=(start - DAY_MS, start, end, until, until + DAY_MS),
        settings=(days_ms, campaigns),
    )
    rows = con.execute(load_question("aftercare_rows")).fetchnumpy()
    return Buyers(
        bought=_times(rows["bought_at"]),
        prompted=_times(rows["prompted_at"]),
        viewed=_times(rows["viewed_at"]),
        watched=_times(rows["watched_at"]),
        back=_times(rows["back_at"]),
        again=_times(rows["again_at"]),
        seconds=np.asarray(rows["played_ms"]).astype(np.float64) / 1000,
    )


def _parse(rule: Any) -> Rule | None:
    try:
        return parse_rule(rule, live=False)
    except RuleError:
        return None


def _times(values: Any) -> Ints:
    found: Ints = np.ma.filled(np.ma.asarray(values), NEVER).astype(np.int64)
    return found
