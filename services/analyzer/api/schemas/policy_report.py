"""Schema of the policy report, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Reasons, WindowShown


class EstimateShown(Shown):
    """A mean with its 95 % interval."""

    estimate: float | None
    ci_low: float | None
    ci_high: float | None


class PolicyValueShown(Shown):
    """What a person brought, and would have brought under the other policy."""

    logged: Annotated[float | None, Field(description="What the choice that was made brought.")]
    ips: EstimateShown | None
    snips: Annotated[EstimateShown | None, Field(description="Self-normalised: steadier, the one to read.")]
    gain: Annotated[EstimateShown | None, Field(description="`snips` minus `logged`.")]
    reasons: Reasons


class PolicySizesShown(Shown):
    """How much the report rests on."""

    persons: int
    by_arm: dict[str, int]
    without_chance: Annotated[int, Field(description="Persons left out: the log does not say their chance.")]


class PolicyShown(Shown):
    """What another choice of variants would have brought."""

    campaign: str
    goal: str
    policy: Annotated[dict[str, float], Field(description="The chance of each arm, 1 in all.")]
    computed_at: str
    window: WindowShown
    conversion: PolicyValueShown
    value: PolicyValueShown
    ess: Annotated[float | None, Field(description="How many persons of an even log the answer is worth.")]
    max_weight: float | None
    mean_weight: float | None
    warnings: list[Literal["low_ess", "large_weight", "mean_weight_off"]]
    sample_sizes: PolicySizesShown
    assumptions: list[str]
    reasons: Reasons
