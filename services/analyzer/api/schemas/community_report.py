"""Schema of the community report, for the OpenAPI document.

Shapes only; every figure that can be missing is null and has a reason beside it.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.analyzer.api.schemas.common import Shown
from services.analyzer.api.schemas.report import Adjusted, Rate, Reasons, UpliftShown, WindowShown, Words
from services.analyzer.api.schemas.visitor_report import ProposedCampaign


class CommunityRules(Shown):
    """What counts."""

    events: Annotated[list[str], Field(description="Own events that count beside the contract's four.")]
    hosts: list[str]
    fan_weeks: Annotated[int, Field(description="Weeks with an act that make a fan.")]
    answer_days: float
    landmark_days: float
    loyal_orders: Annotated[int, Field(description="Conversions from which a member is loyal.")]


class CommunityWeek(Shown):
    """A week of the site's time zone, from Monday on."""

    week: str
    active: Annotated[int, Field(description="Members with an act.")]
    returning_share: Annotated[Rate, Field(description="Of those active in the week before, who is active again.")]
    returned: int
    new: Annotated[int, Field(description="With their first act ever.")]
    back: Annotated[int, Field(description="Known, and not active in the week before.")]
    lapsed: Annotated[int | None, Field(description="Active in the week before and not in this one.")]
    posts: int
    replies: int
    likes: int
    acts: int
    acts_per_active: float | None
    is_complete: bool
    reasons: Reasons


class CommunityTrend(Shown):
    """Means of the newest four complete weeks, beside those of the four before."""

    active: float | None
    active_before: float | None
    acts_per_active: float | None
    acts_per_active_before: float | None
    ratio: Annotated[float | None, Field(description="Active members now by those before.")]
    reasons: Reasons


class CommunityActivity(Shown):
    """Who acts, week by week."""

    members: Annotated[int, Field(description="Everybody who ever acted, until the window's end.")]
    active: Annotated[int, Field(description="With an act in the weeks of the window.")]
    weeks: list[CommunityWeek]
    trend: CommunityTrend
    reasons: Reasons


class CommunityDepth(Shown):
    """How deep it goes: fans, and the talk that the window's posts began."""

    active: int
    fans: int
    fan_share: Rate
    posts: int
    replies: int
    posts_followed: Annotated[int, Field(description="Posts whose days for an answer are over.")]
    replies_per_post: float | None
    answered_share: Annotated[Rate, Field(description="Of those, who got an answer from somebody else in time.")]
    hours_to_answer: Annotated[float | None, Field(description="Median until the first answer.")]
    hours_to_90: Annotated[float | None, Field(description="Nine of ten answers came by then.")]
    mean_depth: Annotated[float | None, Field(description="Longest chain of replies below a post, mean.")]
    most_depth: int
    participants: Annotated[float | None, Field(description="Members in a thread with a reply, mean.")]
    replies_without_post: int
    reasons: Reasons


class CommunityTopic(Shown):
    """What members name."""

    kind: Literal["topic", "product"]
    name: str
    acts: int
    acts_later_half: int
    members: int
    buyers: Annotated[int, Field(description="Members who converted after naming it first.")]
    buyer_share: float


class CommunityTrigger(Adjusted):
    """What members did in their first days, beside becoming loyal."""

    behaviour: Annotated[str, Field(description="`event:`, `first:`, `topic:`, `product:` and its name; `answered`.")]
    persons: int
    reach: float
    difference: float | None
    ratio: float | None
    q_value: float | None
    consequence: bool
    compared: int


class TriggerRecommendation(Shown):
    """The trigger worth testing, and how."""

    behaviour: str
    reason: Words
    verification: Words
    campaign: ProposedCampaign


class TriggerTest(Shown):
    """A prompt that asks some members for an act, by lot, and what it brought by the last run of `experiments`."""

    campaign: str
    name: str
    status: str
    behaviour: str
    goal: str
    uplift: UpliftShown | None
    verdict: Annotated[
        Literal["confirmed", "refuted", "too_early"],
        Field(description="On which side of zero the always-valid interval lies."),
    ]
    reasons: Reasons


class CommunityChannel(Shown):
    """Members by the channel they first came to the site by."""

    channel: str
    members: int
    share: float
    speakers: Annotated[int, Field(description="Who ever posted or replied.")]
    converters: Annotated[int, Field(description="Within the goal's window after the first act.")]
    conversion_rate: float
    new_customers: Annotated[int, Field(description="Converters without a conversion before.")]
    value: float


class CommunityBack(Shown):
    """Visits from the community: by `utm_source` or `utm_medium` community, or from one of `hosts`."""

    visits: int
    persons: int
    members: int
    newcomers: Annotated[int, Field(description="Never seen before.")]
    converters: int
    conversion_rate: Rate
    reasons: Reasons


class CommunityLoop(Shown):
    """Where members come from, and who comes back from the community."""

    channels: list[CommunityChannel]
    back: CommunityBack


class CommunityShown(Shown):
    """What the community does, and what it does for the business."""

    goal: str
    computed_at: str
    window: WindowShown
    rules: CommunityRules
    activity: CommunityActivity
    depth: CommunityDepth
    topics: list[CommunityTopic]
    triggers: list[CommunityTrigger]
    recommendation: TriggerRecommendation | None
    tests: list[TriggerTest]
    loop: CommunityLoop
    sample_sizes: dict[str, int]
    assumptions: list[str]
    diagnostics: dict[str, Any]
    reasons: Reasons
