"""A site as the decision uses it: campaigns grouped by trigger, each group's rules one compiled function.

Pure; built once a snapshot.
"""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.engager.decision.related import VideosOf, index_videos, is_related
from services.engager.profiles.view import SiteTerms
from shared.allocation.draws import Allocator, read_allocator
from shared.rules import CompiledRules, RuleError, compile_rules, parse_rule
from shared.rules.hesitation import choose_model
from shared.rules.interest import compile_brands
from shared.rules.model import Rule, Some
from shared.rules.scores import SiteScores, compile_scores
from shared.snapshot.model import Campaign, Site
from shared.wire.decide import When

PAGE_VIEW = "page_view"
MOST_TRIGGERS = 50
_NEVER: Rule = Some(())

Candidate = tuple[str, str, str | None, float | None]
"""Campaign, outcome, variant, propensity: one row of a decision's account."""


@dataclass(frozen=True, slots=True)
class CampaignGroup:
    """The campaigns that one trigger concerns, best first, and their audiences as one function.

    `refused` runs beside `campaigns`: the log's row for one whose audience does not hold.
    """

    campaigns: tuple[Campaign, ...]
    refused: tuple[Candidate, ...]
    audiences: CompiledRules


@dataclass(frozen=True, slots=True)
class CompiledSite:
    """`groups` by trigger type; `by_id` holds campaigns of every status. `moments`: when each campaign is due
    that is not due at once. `problems`: audiences that cannot be read. `allocators`: the learnt shares of the
    campaigns that have some; the others give by weight. `related`: campaigns that show a video of what the viewer
    looked at, one of `videos_of` by product.
    """

    site: Site
    terms: SiteTerms
    groups: dict[str, CampaignGroup]
    by_id: dict[str, Campaign]
    moments: tuple[tuple[str, When], ...] = ()
    version: int = 0
    problems: dict[str, str] = field(default_factory=dict)
    allocators: dict[str, Allocator] = field(default_factory=dict)
    related: frozenset[str] = frozenset()
    videos_of: VideosOf = field(default_factory=dict)

    def list_triggers(self, excluded: set[str], campaigns_on: set[str]) -> list[When]:
        """Return the distinct moments of `campaigns_on` that are not in `excluded` and not at once."""
        whens: list[When] = []
        for campaign_id, when in self.moments:
            if campaign_id in campaigns_on and campaign_id not in excluded and when not in whens:
                whens.append(when)
                if len(whens) == MOST_TRIGGERS:
                    break
        return whens


def compile_site(site: Site, version: int = 0) -> CompiledSite:
    """Return `site` ready for decisions. A campaign whose audience cannot be read is never eligible."""
    running = sorted(
        (campaign for campaign in site.campaigns if campaign.status == "running" and campaign.variants),
        key=lambda campaign: (-campaign.priority, campaign.id),
    )
    audiences: dict[str, Rule] = {}
    problems: dict[str, str] = {}
    for campaign in running:
        try:
            audiences[campaign.id] = parse_rule(campaign.audience, live=True)
        except RuleError as error:
            audiences[campaign.id] = _NEVER
            problems[campaign.id] = str(error)
    grouped: dict[str, list[Campaign]] = {PAGE_VIEW: running}
    for campaign in running:
        grouped.setdefault(campaign.when.type, []).append(campaign)
    groups = {
        trigger: CampaignGroup(
            tuple(group),
            tuple((campaign.id, "audience", None, None) for campaign in group),
            compile_rules([audiences[campaign.id] for campaign in group]),
        )
        for trigger, group in grouped.items()
    }
    by_id = {campaign.id: campaign for campaign in site.campaigns if campaign.variants}
    moments = tuple((campaign.id, campaign.when) for campaign in running if campaign.when.type != "immediate")
    scores, unreadable = compile_scores(site.scores)
    problems |= {f"score {score_id}": problem for score_id, problem in unreadable.items()}
    allocators = _read_allocators(running)
    related = frozenset(campaign.id for campaign in by_id.values() if is_related(campaign))
    return CompiledSite(
        site,
        _build_terms(site, scores),
        groups,
        by_id,
        moments,
        version,
        problems,
        allocators,
        related,
        index_videos(site.videos) if related else {},
    )


def _read_allocators(running: list[Campaign]) -> dict[str, Allocator]:
    allocators: dict[str, Allocator] = {}
    for campaign in running:
        if campaign.allocation != "even":
            allocator = read_allocator(campaign.draws, [one.id for one in campaign.variants if one.weight > 0])
            if allocator is not None:
                allocators[campaign.id] = allocator
    return allocators


def _build_terms(site: Site, scores: SiteScores) -> SiteTerms:
    try:
        time_zone = ZoneInfo(site.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        time_zone = ZoneInfo("UTC")
    model, brands = choose_model(site.hesitation), compile_brands(site.brands)
    return SiteTerms(site.currency, site.rates, time_zone, model, scores, brands, site.lifecycle)
