"""Schema of the allocation report, for the OpenAPI document.

Shapes only; shares that are not learnt have their reason beside them.
"""

from typing import Annotated

from pydantic import Field

from services.analyzer.api.schemas.campaign import Allocation
from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Reasons, WindowShown


class ArmShareShown(Shown):
    """The share of visitors that one variant gets."""

    id: str
    share: float


class ArmLearntShown(ArmShareShown):
    """A variant: the share that it gets now, and what that was learnt from."""

    share: Annotated[float, Field(description="Of visitors that are not held out; contextual: as they came so far.")]
    persons: Annotated[int, Field(description="Persons who were shown it.")]
    converted: int
    trials: Annotated[float, Field(description="The persons, those whose window is open counted in part.")]


class ContextShown(Shown):
    """The shares among visitors of one context."""

    context: Annotated[list[str], Field(description='Such as ["device.type=mobile", "visit=first"].')]
    persons: int
    shares: list[ArmShareShown]


class AllocationSizesShown(Shown):
    """How much the report rests on."""

    persons: int
    contexts: int


class AllocationShown(Shown):
    """How a campaign's visitors are given to its variants now, and why."""

    campaign: str
    goal: str
    allocation: Allocation
    computed_at: str
    window: WindowShown
    arms: Annotated[list[ArmLearntShown], Field(description="By id; variants of weight 0 get nobody.")]
    contexts: Annotated[list[ContextShown], Field(description="The most frequent ones; none unless contextual.")]
    sample_sizes: AllocationSizesShown
    assumptions: list[str]
    reasons: Annotated[
        Reasons,
        Field(
            description="`shares`, where they go by weight: by_weight, one_variant, too_many_variants, not_running, "
            "no_persons, not_learnt_yet."
        ),
    ]
