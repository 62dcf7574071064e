"""Schema of the journeys report, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Rate, Reasons, WindowShown

Step = Annotated[int, Field(description="-1 is the last step before the view, 1 the first after it.")]


class JourneySizes(Shown):
    """What the figures rest on, in persons."""

    viewers: int
    followed: Annotated[int, Field(description="Viewers followed step by step; of very many a part drawn by hash.")]
    converters: int
    incomplete: Annotated[int, Field(description="Viewers whose window for converting is still open.")]
    non_viewers: int
    matched: Annotated[int, Field(description="Viewers who have non-viewers like them.")]


class NodeShown(Shown):
    """One name at one step; `end` where a path is over, `other` for what is rare."""

    id: str
    step: Step
    name: str
    viewers: int
    share: float
    share_non_viewers: Rate
    reasons: Reasons


class LinkShown(Shown):
    """Persons that went from one node to the next."""

    from_: Annotated[str, Field(alias="from")]
    to: str
    viewers: int
    share: float
    share_non_viewers: Rate
    reasons: Reasons


class FlowShown(Shown):
    """Nodes by step, and links between neighbouring steps."""

    nodes: list[NodeShown]
    links: list[LinkShown]


class NextShown(Shown):
    """What viewers did next."""

    name: str
    viewers: int
    share: float
    share_matched: Rate
    share_non_viewers: Rate
    difference: float | None
    ci_low: float | None
    ci_high: float | None
    q_value: float | None
    reasons: Reasons


class SummaryShown(Shown):
    """Mean and quartiles."""

    mean: float
    median: float
    p25: float
    p75: float


class SideShown(Shown):
    """Converted or not: what they did from the view to the purchase, or to the end of the window."""

    viewers: int
    steps: SummaryShown | None
    distinct_products: SummaryShown | None
    hesitation: Annotated[SummaryShown | None, Field(description="Returns to a product seen before.")]
    seconds_to_purchase: SummaryShown | None
    reasons: Reasons


class CompareShown(Shown):
    """Both sides."""

    converted: SideShown
    not_converted: SideShown


class PatternShown(Shown):
    """A sequence of steps that parts the converted from the rest."""

    pattern: list[str]
    gapped: Annotated[bool, Field(description="Whether other steps may lie in between.")]
    converted: int
    not_converted: int
    share_converted: float
    share_not_converted: float
    ratio: float | None
    p_value: float
    q_value: float
    reasons: Reasons


class ClassesShown(Shown):
    """Straight to the purchase, wandering, or neither; with the thresholds used."""

    thresholds: dict[str, int]
    counts: dict[str, int]


class ViewerShown(Shown):
    """One viewer's way after the view."""

    person: str
    class_: Annotated[Literal["straight", "wandering", "other"], Field(alias="class")]
    products: int
    steps: int
    returns: int
    converted: bool
    viewed_at: str


class WanderingShown(Shown):
    """Whether viewers wander after this video more than others after a like moment."""

    share_viewers: Rate
    share_non_viewers: Rate
    difference: float | None
    ci_low: float | None
    ci_high: float | None
    finding: bool | None
    words: dict[str, str] | None
    reasons: Reasons


class JourneysShown(Shown):
    """What people did before and after a video."""

    video: str
    goal: str
    computed_at: str
    window: WindowShown
    sizes: JourneySizes
    before: FlowShown
    after: FlowShown
    next: list[NextShown]
    compare: CompareShown
    patterns: list[PatternShown]
    classes: ClassesShown
    viewers: list[ViewerShown]
    wandering: WanderingShown
    diagnostics: dict[str, Any]
    assumptions: list[str]
    reasons: Reasons
