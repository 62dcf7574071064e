"""Which arm a visitor gets: by hash of site, campaign and visitor, so that nothing has to be stored to be stable.

Pure. Holdout and variant are drawn independently; the same visitor and the same shares always give the same variant.
"""

from hashlib import blake2b
from typing import NamedTuple

from services.engager.decision.ledger import HOLDOUT
from shared.allocation.draws import Shares
from shared.snapshot.model import Campaign, Variant

_SCALE = 2.0**64


class Kept(NamedTuple):
    """The arm given before, which stands as long as it exists. `chance` None: by the weights."""

    arm: str
    chance: float | None


def draw_share(salt: str, site_id: str, campaign_id: str, visitor_id: str) -> float:
    """Return a number from 0 to 1 (exclusive), uniform over visitors and independent between salts and campaigns."""
    text = "\x00".join((salt, site_id, campaign_id, visitor_id))
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") / _SCALE


def assign_arm(
    site_id: str, campaign: Campaign, visitor_id: str, kept: Kept | None, shares: Shares | None = None
) -> tuple[str, float]:
    """Return the visitor's arm (a variant id or `HOLDOUT`) and the probability of getting it, or of having got it.

    `shares`: what draws have learnt of the variants; None: by weight.
    """
    weights = {variant.id: max(0.0, variant.weight) for variant in campaign.variants}
    total = sum(weights.values())
    treated = 1.0 - campaign.holdout
    if kept is not None:
        if kept.arm == HOLDOUT and campaign.holdout > 0:
            return HOLDOUT, campaign.holdout
        if kept.arm in weights:
            # A later share must not stand in the log for the one that the arm was given by.
            by_weight = treated * (weights[kept.arm] / total if total > 0 else 1.0)
            return kept.arm, by_weight if kept.chance is None else kept.chance
    if draw_share("holdout", site_id, campaign.id, visitor_id) < campaign.holdout:
        return HOLDOUT, campaign.holdout
    variant = draw_variant(site_id, campaign, visitor_id, shares)
    if shares is not None:
        return variant.id, treated * next(share for arm, share in shares if arm == variant.id)
    return variant.id, treated * (weights[variant.id] / total if total > 0 else 1.0)


def draw_variant(site_id: str, campaign: Campaign, visitor_id: str, shares: Shares | None = None) -> Variant:
    """Return the variant that the visitor gets, or would get if not held out."""
    drawn = draw_share("variant", site_id, campaign.id, visitor_id)
    if shares is not None:
        chosen = _walk(shares, drawn)
        return next(variant for variant in campaign.variants if variant.id == chosen)
    total = sum(max(0.0, variant.weight) for variant in campaign.variants)
    left = drawn * total
    for variant in campaign.variants:
        left -= max(0.0, variant.weight)
        if left < 0:
            return variant
    return campaign.variants[-1] if total > 0 else campaign.variants[0]


def _walk(shares: Shares, left: float) -> str:
    for arm, share in shares:
        left -= share
        if left < 0:
            return arm
    # Shares add up to 1 but for rounding.
    return shares[-1][0]
