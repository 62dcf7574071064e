"""Schema of the lookalikes report, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Reasons, WindowShown


class DecileShown(Shown):
    """A tenth of the held-out moments, the most alike first."""

    decile: int
    moments: int
    seed_members: int
    rate: float
    lift: float | None
    reasons: Reasons


class SizeShown(Shown):
    """What taking the best share of the candidates would reach."""

    share: float
    persons: int
    lift: Annotated[float, Field(description="Times as many seed members as in a random share, on persons held out.")]
    captured: Annotated[float, Field(description="Share of the held-out seed members that it would hold.")]


class LikenessDriverShown(Shown):
    """What one feature adds to the likeness."""

    feature: str
    meaning: dict[str, str]
    effect: Annotated[float, Field(description="On the logit, for one standard deviation more.")]
    towards: Literal["seed", "others"]


class LeftOutShown(Shown):
    """What belongs to the seed's own definition, of which nothing is learnt."""

    events: list[str]
    videos: list[str]
    categories: list[str]
    features: Annotated[list[str], Field(description="Features whose name begins so.")]


class LookalikesShown(Shown):
    """How well a lookalike segment resembles its seed."""

    segment: str
    seed: str
    goal: str
    computed_at: str
    window: WindowShown
    size: Annotated[float | None, Field(description="A share of the candidates up to 1, else a number; null: 0.1.")]
    seed_members: int
    candidates: int
    members: int
    members_learnt_from: int
    others_learnt_from: int
    held_out: int
    auc: float | None
    auc_low: float | None
    auc_high: float | None
    lift: list[DecileShown]
    sizes: list[SizeShown]
    drivers: list[LikenessDriverShown]
    left_out: LeftOutShown
    warnings: Annotated[
        list[Literal["no_better_than_chance"]], Field(description="The interval of the AUC reaches down to a half.")
    ]
    assumptions: list[str]
    reasons: Reasons
