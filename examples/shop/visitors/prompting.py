"""The prompt of a campaign that is over: it met those who hesitated between products, and a part was held out.

Pure; randomness comes with the visit. The outcome is moved by the variant, so that the campaign's report has an effect.
"""

from dataclasses import dataclass

from examples.shop.visitors.visit import Visit

CAMPAIGN = "choose-together"
HOLDOUT = 0.3


@dataclass(frozen=True)
class Variant:
    """One variant: how often it is clicked and closed, and what being shown it adds to the log odds of buying."""

    id: str
    click: float
    dismiss: float
    logit: float


VARIANTS = (Variant("quiz", 0.16, 0.34, 0.3), Variant("free-delivery", 0.27, 0.2, 1.1))


def meet_prompt(visit: Visit) -> float:
    """Tell what came of the prompt; returns what it adds to the log odds of buying."""
    rng = visit.rng
    about = {"campaign_id": CAMPAIGN, "decision_id": f"{visit.session}-{CAMPAIGN}"}
    if rng.random() < HOLDOUT:
        visit.say("track", "Prompt Withheld", about)
        return 0.0
    variant = rng.choice(VARIANTS)
    about["variant_id"] = variant.id
    visit.say("track", "Prompt Shown", about)
    visit.wait(2, 9)
    drawn = rng.random()
    if drawn < variant.click:
        visit.say("track", "Prompt Clicked", about)
    elif drawn < variant.click + variant.dismiss:
        visit.say("track", "Prompt Dismissed", about)
    return variant.logit
