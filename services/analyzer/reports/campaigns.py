"""Campaigns' reports: persons by arm, from decisions, prompt events and conversions, and what each prompt brought.

Never counts a person twice in one arm.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from services.analyzer.reports.campaign_adjusted import shape_adjusted
from services.analyzer.reports.campaign_exits import build_exits, load_exits, shape_exits
from services.analyzer.reports.campaign_quadrants import build_quadrant_relations, build_quadrants, load_about
from services.analyzer.reports.campaign_stages import load_stage_sums, shape_stages
from services.analyzer.reports.campaign_uplift import HOLDOUT, ArmSums, choose_weights, load_arm_sums, shape_uplift
from services.analyzer.reports.campaign_weighted import ASSUMPTION as WEIGHED
from services.analyzer.reports.campaign_weighted import weigh_variants
from services.analyzer.reports.site import GoalSpec, Window, build_conversions
from services.analyzer.store.kept import UNKEPT, Keeping
from services.analyzer.store.questions import load_question
from shared.clock import Millis, to_rfc3339
from shared.enrich.money import get_exponent
from shared.rules.sql import SiteContext

ArmCounts = tuple[int, int, int, int, int, int, float]
NOBODY: ArmCounts = (0, 0, 0, 0, 0, 0, 0.0)
ASSUMPTIONS = (
    "arms_count_persons",
    "converted_after_the_trigger",
    "seen_in_two_arms_are_set_aside",
    "stages_before_the_trigger",
)
FIGURES = ("assigned", "triggered", "shown", "clicked", "dismissed", "converted", "value")


@dataclass(frozen=True, slots=True)
class CampaignAsked:
    """A campaign as its report needs it."""

    id: str
    variants: list[dict[str, Any]]
    holdout: float
    allocation: str


@dataclass(frozen=True, slots=True)
class CampaignsQuestion:
    """What is asked of campaigns of one goal."""

    site_id: str
    site: SiteContext
    goal: GoalSpec
    window: Window
    now: Millis

    @property
    def minor_units(self) -> int:
        """Return how many minor units the site's currency has."""
        return int(10 ** get_exponent(self.site.currency))


def build_campaign_persons(
    con: "duckdb.DuckDBPyConnection", asked: CampaignsQuestion, campaign_ids: Sequence[str]
) -> None:
    """Make the relations `conversions` and `campaign_persons`."""
    build_conversions(con, asked.site_id, asked.site, asked.goal)
    make_campaign_persons(con, asked, campaign_ids)


def make_campaign_persons(
    con: "duckdb.DuckDBPyConnection", asked: CampaignsQuestion, campaign_ids: Sequence[str]
) -> None:
    """Make the relation `campaign_persons`; needs `conversions`."""
    con.execute(
        load_question("campaign_persons"),
        {
            "site": asked.site_id,
            "campaigns": list(campaign_ids),
            "from": asked.window.start,
            "to": asked.window.end,
            "window_ms": asked.goal.window_ms,
            "minor_units": asked.minor_units,
        },
    )


def _build_relations(
    con: "duckdb.DuckDBPyConnection", asked: CampaignsQuestion, campaign_ids: Sequence[str], keeping: Keeping
) -> None:
    build_conversions(con, asked.site_id, asked.site, asked.goal, keeping)

    def make() -> None:
        make_campaign_persons(con, asked, campaign_ids)
        con.execute(load_question("campaign_priors"), {"site": asked.site_id, "minor_units": asked.minor_units})
        build_quadrant_relations(con, asked.site_id)
        build_exits(con, asked.site_id)

    keeping.build(
        f"campaigns {asked.goal.id}",
        make,
        relations=("campaign_persons", "campaign_priors", "quadrant_persons", "quadrant_steps", "campaign_exits"),
        inputs=("conversions",),
        edges=(asked.window.start, asked.window.end),
        settings=(list(campaign_ids), asked.goal.window_ms, asked.minor_units),
    )


class CampaignReports:
    """The reports of several campaigns, whose persons and their behaviour are read once for all of them."""

    def __init__(
        self,
        con: "duckdb.DuckDBPyConnection",
        asked: CampaignsQuestion,
        campaigns: Sequence[CampaignAsked],
        keeping: Keeping = UNKEPT,
    ) -> None:
        """Make the relations that the reports rest on; `campaign_persons` is one of them."""
        self._con, self._asked = con, asked
        _build_relations(con, asked, [campaign.id for campaign in campaigns], keeping)
        self._about = load_about(con)
        self._counted: dict[str, dict[str, ArmCounts]] = defaultdict(dict)
        for campaign_id, arm, *counts, minor in con.execute(load_question("campaign_arms")).fetchall():
            self._counted[campaign_id][arm] = (*counts, minor / asked.minor_units)
        self._sums: dict[str, dict[str, ArmSums]] = load_arm_sums(con, asked.minor_units)
        self._stages = load_stage_sums(con, asked.minor_units)
        self._exits = load_exits(con, asked.now)
        self._in_two: dict[str, int] = dict(con.execute(load_question("campaign_two_arms")).fetchall())
        self._unvalued = con.execute(load_question("unvalued")).fetchall()[0][0]

    def has_persons(self, campaign_id: str) -> bool:
        """Return whether anybody met the campaign."""
        return campaign_id in self._counted

    def build(self, campaign: CampaignAsked) -> dict[str, Any]:
        """Return one report as JSON values; arms are the variants, the holdout, and what else was seen."""
        asked, counted = self._asked, self._counted.get(campaign.id, {})
        variant_ids = [str(variant["id"]) for variant in campaign.variants]
        names = [*variant_ids, HOLDOUT, *sorted(set(counted) - {*variant_ids, HOLDOUT})]
        weights = choose_weights(campaign.variants, campaign.holdout, campaign.allocation)
        compared = shape_uplift(self._sums.get(campaign.id, {}), weights)
        adjusted = shape_adjusted(self._con, campaign.id, asked.minor_units, compared)
        assumptions = list(ASSUMPTIONS)
        if weights is None:
            # The holdout's share is fixed, so the pooled uplift stays as it is; the variants' shares were not.
            compared["by_variant"] = weigh_variants(self._con, campaign.id, asked.minor_units)
            assumptions.append(WEIGHED)
        return {
            "campaign": campaign.id,
            "goal": asked.goal.id,
            "computed_at": to_rfc3339(asked.now),
            "window": {"from": to_rfc3339(asked.window.start), "to": to_rfc3339(asked.window.end)},
            "arms": [{"id": arm} | dict(zip(FIGURES, counted.get(arm, NOBODY), strict=True)) for arm in names],
            **compared,
            **adjusted,
            "by_stage": shape_stages(self._stages.get(campaign.id, {})),
            "exits": shape_exits(self._exits.get(campaign.id, {})),
            "quadrants": build_quadrants(self._con, campaign.id, self._about),
            "diagnostics": {
                "conversions_without_value": self._unvalued,
                "seen_in_two_arms": self._in_two.get(campaign.id, 0),
            },
            "assumptions": assumptions,
        }


def build_campaign_report(
    con: "duckdb.DuckDBPyConnection",
    *,
    site_id: str,
    site: SiteContext,
    campaign_id: str,
    variants: list[dict[str, Any]],
    holdout: float,
    allocation: str,
    goal: GoalSpec,
    window: Window,
    now: Millis,
) -> dict[str, Any]:
    """Return the report of one campaign."""
    campaign = CampaignAsked(campaign_id, variants, holdout, allocation)
    return CampaignReports(con, CampaignsQuestion(site_id, site, goal, window, now), [campaign]).build(campaign)
