"""Schema of one person's report, for the OpenAPI document.

Shapes only; every part that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Reasons, Words


class TimelineEvent(Shown):
    """One message of a person."""

    message_id: str
    type: str
    event: str
    timestamp: str
    anonymous_id: str | None
    page_path: str | None
    properties: dict[str, Any]


class SessionShown(Shown):
    """One session, its events oldest first."""

    session_id: str
    start: str
    end: str
    channel: str
    events: list[TimelineEvent]


class ProposedCampaign(Shown):
    """The body of `POST /v1/campaigns` that does this for everybody alike, by the language of its words."""

    en: dict[str, Any]
    ja: dict[str, Any]


class NextActionShown(Shown):
    """What to do next for this person: the first of a list of rules that found evidence."""

    code: Literal[
        "ask_hesitating",
        "remind_cart",
        "propose_refill",
        "win_back",
        "show_moment",
        "approach_store_visitor",
        "thank_loyal",
        "second_order",
        "offer_interest",
    ]
    reason: Words
    evidence: Annotated[dict[str, Any], Field(description="What speaks for it.")]
    campaign: ProposedCampaign


class StageChangeShown(Shown):
    """From one stage to the next; `from` null: became a customer."""

    at: str
    from_: Annotated[str | None, Field(alias="from")]
    to: str


class PersonStageShown(Shown):
    """The stage by the day rules of the lifecycle report."""

    stage: Literal["new", "first", "repeat", "loyal", "at_risk", "dormant"]
    since: str
    changes: list[StageChangeShown]


class StepReached(Shown):
    """A step from a purchase to recommending, and when it was reached."""

    state: Literal["one_time", "repeat", "advocate"]
    at: str


class PersonAdvocacy(Shown):
    """How far a buyer came on the ladder of the lifecycle report, by its default rules."""

    state: Literal["one_time", "repeat", "advocate"]
    reached: list[StepReached]


class PersonHabits(Shown):
    """How often the person comes and buys, and how far they look around; over the whole history."""

    visits: Annotated[int, Field(description="Sessions with a page, a product or a video in them.")]
    days_between_visits_p50: float | None
    pages_a_visit: float | None
    products_a_visit: Annotated[float | None, Field(description="Different products looked at.")]
    categories_a_visit: float | None
    orders: int
    days_between_orders_p50: float | None
    reasons: Reasons


class PersonOrdersShown(Shown):
    """Orders not taken back; money in the site's currency."""

    count: int
    value: float | None
    average: float | None
    first: str | None
    last: str | None
    days_since_last: float | None
    reasons: Reasons


class CategoryInterest(Shown):
    """Views of products of a category, each weighing half after 14 days."""

    category: str
    weight: float


class VideoInterest(Shown):
    """Seconds played of a video; in `weight` each weighs half after 14 days."""

    video: str
    weight: float
    seconds: float
    last: str


class InterestsShown(Shown):
    """The five largest of each."""

    categories: list[CategoryInterest]
    videos: list[VideoInterest]


class PersonCart(Shown):
    """What is in the cart now."""

    items: int
    products: int
    changed_at: str | None


class PersonStoreVisits(Shown):
    """Visits of the last 90 days that no order has followed."""

    visits: int
    last: str | None
    store_id: str | None


class PersonCommunity(Shown):
    """What the person did in the community; `weeks`: different weeks with an act, counted back from now."""

    joined: str | None
    posts: int
    replies: int
    likes: int
    weeks: int
    last: str
    reasons: Reasons


class PersonNextPurchase(Shown):
    """When a regular buyer is expected to buy again."""

    purchases: int
    gap_days: float
    expected: str
    latest: str
    is_overdue: bool


class PersonExpected(Shown):
    """What the models of the last lifecycle run expect of this buyer."""

    alive: Annotated[float, Field(description="Probability that the person is a customer still.")]
    orders_next_90_days: float
    value_next_90_days: float | None
    reasons: Reasons


class VisitorShown(Shown):
    """One person: who it is, where it stands, what to do next, and what happened; sessions newest first."""

    id: str
    computed_at: str
    identity: dict[str, Any]
    profile: dict[str, Any]
    next_action: NextActionShown | None
    lifecycle: PersonStageShown | None
    advocacy: PersonAdvocacy | None
    habits: PersonHabits
    orders: PersonOrdersShown
    interests: InterestsShown
    hesitation: Annotated[
        float | None, Field(description="How likely the visit under way ends without a purchase; null without one.")
    ]
    cart: PersonCart
    store_visits: PersonStoreVisits
    community: PersonCommunity | None
    next_purchase: PersonNextPurchase | None
    expected: PersonExpected | None
    segments: list[dict[str, Any]]
    scores: dict[str, Any]
    sessions: list[SessionShown]
    truncated: Annotated[bool, Field(description="Whether there are older events than those shown.")]
    reasons: Reasons
