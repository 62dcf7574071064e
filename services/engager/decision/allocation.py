"""Which arm a visitor gets: by hash of site, campaign and visitor, so that nothing has to be stored to be stable.

Pure. Holdout and variant are drawn independently.
"""

from hashlib import blake2b

from services.engager.decision.ledger import HOLDOUT
from shared.snapshot.model import Campaign, Variant

_SCALE = 2.0**64


def draw_share(salt: str, site_id: str, campaign_id: str, visitor_id: str) -> float:
    """Return a number from 0 to 1 (exclusive), uniform over visitors and independent between salts and campaigns."""
    text = "\x00".join((salt, site_id, campaign_id, visitor_id))
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") / _SCALE


def assign_arm(site_id: str, campaign: Campaign, visitor_id: str, kept: str | None) -> tuple[str, float]:
    """Return the visitor's arm (a variant id or `HOLDOUT`) and the probability of getting it.

    `kept` is the arm given before; it stands as long as it exists.
    """
    weights = {variant.id: max(0.0, variant.weight) for variant in campaign.variants}
    total = sum(weights.values())
    treated = 1.0 - campaign.holdout
    if kept == HOLDOUT and campaign.holdout > 0:
        return HOLDOUT, campaign.holdout
    if kept is not None and kept != HOLDOUT and kept in weights:
        return kept, treated * (weights[kept] / total if total > 0 else 1.0)
    if draw_share("holdout", site_id, campaign.id, visitor_id) < campaign.holdout:
        return HOLDOUT, campaign.holdout
    variant = draw_variant(site_id, campaign, visitor_id)
    return variant.id, treated * (weights[variant.id] / total if total > 0 else 1.0)


def draw_variant(site_id: str, campaign: Campaign, visitor_id: str) -> Variant:
    """Return the variant that the visitor gets, or would get if not held out."""
    total = sum(max(0.0, variant.weight) for variant in campaign.variants)
    left = draw_share("variant", site_id, campaign.id, visitor_id) * total
    for variant in campaign.variants:
        left -= max(0.0, variant.weight)
        if left < 0:
            return variant
    return campaign.variants[-1] if total > 0 else campaign.variants[0]
