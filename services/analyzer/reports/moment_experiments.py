"""What the lot says of a moment: prompts that send people to a stretch of a video, beside what viewing suggested.

Never mixes the two figures: the estimate from viewing and the experiment stand side by side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from services.analyzer.control.models import Campaign
from services.analyzer.reports.campaign_uplift import HOLDOUT
from services.analyzer.reports.campaigns import CampaignAsked

LEAD_S = 10.0
"""A prompt may start a video this long before the stretch, to lead up to it."""
WORDS = {
    "agrees": (
        "The experiment agrees: sending people here moved conversion the same way.",
        "実験でも同じ結果です。ここを見せると、CVRが同じ向きに動きました。",
    ),
    "disagrees": (
        "The experiment disagrees: sending people here did not bring what viewing suggested.",
        "実験では違う結果です。ここを見せても、視聴から見込んだ効果は出ませんでした。",
    ),
    "too_early": (
        "Too early to say: the experiment needs more people.",
        "判断はまだ早いです。実験の人数が足りません。",
    ),
}


@dataclass(frozen=True, slots=True)
class MomentCampaign:
    """A campaign that sends people into a video. `starts`: from which second, by variant; None: by every variant."""

    asked: CampaignAsked
    name: str
    status: str
    goal_id: str
    starts: list[tuple[float, str | None]]


def load_moment_campaigns(session: Session, site_id: str, video_id: str) -> list[MomentCampaign]:
    """Return the site's campaigns that offer a moment of the video, by id."""
    found = []
    for one in session.exec(select(Campaign).where(Campaign.site_id == site_id).order_by(Campaign.id)):
        starts = find_starts(one.variants, video_id)
        if starts:
            asked = CampaignAsked(one.id, one.variants, one.holdout, one.allocation)
            found.append(MomentCampaign(asked, one.name, one.status, one.goal, starts))
    return found


def find_starts(variants: Sequence[Mapping[str, Any]], video_id: str) -> list[tuple[float, str | None]]:
    """Return from which second variants start the video; a single entry for None when all of them do it alike."""
    starts: list[tuple[float, str | None]] = []
    for variant in variants:
        content = variant.get("content")
        video = content.get("video") if isinstance(content, dict) else None
        if isinstance(video, dict) and video.get("id") == video_id:
            start_at = video.get("start_at")
            starts.append((float(start_at) if isinstance(start_at, int | float) else 0.0, str(variant["id"])))
    if len(starts) == len(variants) and len({start_at for start_at, _ in starts}) == 1:
        return [(starts[0][0], None)]
    return starts


def find_stretch(moments: Sequence[Mapping[str, Any]], start_at: float) -> int | None:
    """Return which stretch a prompt leads to: one found first, one that it starts in, then the one that is nearest."""

    def rank(place: int) -> tuple[bool, bool, float, int]:
        one, start = moments[place], float(moments[place]["start"])
        return not one["found"], start_at < start, abs(start - start_at), place

    near = (place for place, one in enumerate(moments) if one["start"] - LEAD_S <= start_at < one["end"])
    return min(near, key=rank, default=None)


def shape_moment_experiments(
    moments: Sequence[Mapping[str, Any]],
    campaigns: Sequence[MomentCampaign],
    reports: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Return a row for each campaign, or for each of its variants where they lead to different seconds."""
    return [
        _shape_row(moments, campaign, reports[campaign.asked.id], start_at, variant)
        for campaign in campaigns
        for start_at, variant in campaign.starts
    ]


def judge_agreement(
    moment: Mapping[str, Any], uplift: Mapping[str, Any] | None, expected: Mapping[str, float] | None
) -> str:
    """Return agrees, disagrees or too_early.

    agrees: the experiment's always-valid interval lies on the effect's side of zero. disagrees: it lies on the other
    side, or wholly short of the least that the effect promised for the share of people who clicked.
    """
    effect = moment["effect"]
    if effect is None or effect == 0 or uplift is None:
        return "too_early"
    side = 1 if effect > 0 else -1
    near, far = sorted((side * uplift["always_valid_low"], side * uplift["always_valid_high"]))
    if near > 0:
        return "agrees"
    least = min(side * expected["ci_low"], side * expected["ci_high"]) if expected is not None else 0.0
    return "disagrees" if far < max(0.0, least) else "too_early"


def _shape_row(
    moments: Sequence[Mapping[str, Any]],
    campaign: MomentCampaign,
    report: Mapping[str, Any],
    start_at: float,
    variant: str | None,
) -> dict[str, Any]:
    served = [arm for arm in report["arms"] if arm["id"] != HOLDOUT and variant in (None, arm["id"])]
    (held,) = (arm for arm in report["arms"] if arm["id"] == HOLDOUT)
    told = report if variant is None else _find_variant(report, variant)
    uplift = told["uplift"]
    reasons = {} if uplift is not None else {"uplift": told["reasons"]["uplift"]}
    shown, clicked = (sum(arm[name] for arm in served) for name in ("shown", "clicked"))
    share_clicked = clicked / shown if shown else None
    stretch = find_stretch(moments, start_at)
    expected, agreement = None, None
    if stretch is None:
        reasons |= {"stretch": "no_stretch", "agreement": "no_stretch", "expected": "no_stretch"}
    else:
        expected = _expect(moments[stretch], share_clicked)
        agreement = judge_agreement(moments[stretch], uplift, expected)
        reasons |= {} if expected is not None else {"expected": "nothing_to_compare"}
    reasons |= {} if share_clicked is not None else {"share_clicked": "nobody_did"}
    return {
        "campaign": campaign.asked.id,
        "name": campaign.name,
        "status": campaign.status,
        "variant": variant,
        "goal": report["goal"],
        "start_at": start_at,
        "stretch": stretch,
        "triggered": sum(arm["triggered"] for arm in served),
        "withheld": held["triggered"],
        "share_clicked": share_clicked,
        "uplift": uplift,
        "expected": expected,
        "agreement": agreement,
        "words": None if agreement is None else dict(zip(("en", "ja"), WORDS[agreement], strict=True)),
        "reasons": reasons,
    }


def _find_variant(report: Mapping[str, Any], variant: str) -> Mapping[str, Any]:
    """Return one variant's comparison; that of a variant nobody met cannot be given."""
    unmet: Mapping[str, Any] = {"uplift": None, "reasons": {"uplift": "too_few_persons"}}
    return next((one for one in report["by_variant"] if one["id"] == variant), unmet)


def _expect(moment: Mapping[str, Any], share_clicked: float | None) -> dict[str, float] | None:
    """Return the uplift that the effect promises if those who click watch, and nobody else is moved."""
    if share_clicked is None or moment["effect"] is None:
        return None
    names = {"estimate": "effect", "ci_low": "ci_low", "ci_high": "ci_high"}
    return {name: moment[field] * share_clicked for name, field in names.items()}
