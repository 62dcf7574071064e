"""What belongs to a seed's own definition: the events that make somebody a member, and the features that repeat it.

Pure. Learning stops before a person's first such event: a model that sees the outcome's own traces finds nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.rules.facts import SCORE
from shared.rules.interest import ACTS
from shared.rules.model import Compare, Condition, Every, Happened, InSegment, Negated, Rule, Some, Watched
from shared.rules.scores import NO_SCORES, SiteScores

BUYING = frozenset(
    {
        "Order Completed",
        "Order Refunded",
        "Checkout Started",
        "Checkout Step Viewed",
        "Checkout Step Completed",
        "Payment Info Entered",
    }
)
CART = frozenset({"Product Added", "Product Removed", "Cart Viewed"})
BEST_CUSTOMERS, MOST_ENGAGED = "*best_customers", "*most_engaged"
"""Seeds that need no segment: the best fifth of the buyers, and of the viewers. No segment's id has a star."""
BUILT_IN_SEEDS = (BEST_CUSTOMERS, MOST_ENGAGED)
_ACTIVITY = ("events", "sessions", "pages", "products", "product_views", "searches", "any_searches", "days_known")
_PRODUCTS = ("products", "product_views", "category:")
_REPEATING = {
    "channel": ("channel:",),
    "campaign.": ("channel:",),
    "device.type": ("device:",),
    "visitor.": _ACTIVITY,
    "session.": _ACTIVITY,
    "page.": _ACTIVITY,
    "hesitation": _ACTIVITY,
}
"""Features (by beginning of their name) that say what a fact (by beginning of its name) says."""


@dataclass(frozen=True, slots=True)
class EventTrace:
    """An event that is part of the definition, with conditions on its properties."""

    event: str
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Traces:
    """Events, videos and product categories of the definition, and beginnings of names of features to leave out.

    `any_video`: the definition is about videos as such.
    """

    events: frozenset[EventTrace] = frozenset()
    videos: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    features: frozenset[str] = frozenset()
    any_video: bool = False

    def __or__(self, other: "Traces") -> "Traces":
        return Traces(
            self.events | other.events,
            self.videos | other.videos,
            self.categories | other.categories,
            self.features | other.features,
            self.any_video or other.any_video,
        )

    def keeps(self, feature: str) -> bool:
        """Return whether a model may use `feature`."""
        return not any(feature.startswith(name) for name in self.features)


def find_traces(
    rule: Rule | None,
    rules: Mapping[str, Rule | None],
    *,
    goal_event: str,
    above: frozenset[str] = frozenset(),
    scores: SiteScores = NO_SCORES,
) -> Traces:
    """Return the traces of a definition; None is a list, of which nothing is known: those who bought, most likely.

    `rules` holds the definitions of the segments that a rule may name, `scores` those of the scores.
    """
    buying = Traces(frozenset(EventTrace(event) for event in BUYING | {goal_event}))

    def find(part: Rule) -> Traces:
        match part:
            case Every(parts) | Some(parts):
                return _unite(find(one) for one in parts)
            case Negated(inner):
                # What members did not do has left no trace in them; what they are said not to be has.
                return Traces(features=find(inner).features)
            case Happened(event, where):
                if event in BUYING or event == goal_event:
                    return buying
                return Traces(frozenset({EventTrace(event, where)}))
            case Watched(video_id):
                return Traces(videos=frozenset({video_id}))
            case InSegment(segment_id):
                if segment_id in above or segment_id not in rules:
                    return Traces()
                inner_above = above | {segment_id}
                return find_traces(rules[segment_id], rules, goal_event=goal_event, above=inner_above, scores=scores)
            case Compare(fact) if fact.pattern == SCORE:
                score = scores.by_id.get(fact.parameter or "")
                # A score is no more than what it counts.
                return _unite(
                    find(Happened(one.event, one.where, "ge", 1, None)) for one in (score.rules if score else ())
                )
            case Compare(fact):
                return _find_fact_traces(fact.pattern, fact.parameter or "", buying)

    return buying if rule is None else find(rule)


def find_built_in_traces(seed: str, *, goal_event: str) -> Traces:
    """Return the traces of a seed that needs no segment."""
    if seed == MOST_ENGAGED:
        return Traces(any_video=True)
    return find_traces(None, {}, goal_event=goal_event)


def _find_fact_traces(pattern: str, parameter: str, buying: Traces) -> Traces:
    if pattern.startswith("orders."):
        return buying
    if pattern.startswith("cart."):
        return Traces(frozenset(EventTrace(event) for event in CART))
    if pattern.startswith("interest."):
        return Traces(categories=frozenset({parameter}))
    if pattern == "product_of_interest" or pattern.startswith("brand."):
        asked = Traces(frozenset(EventTrace(event) for event in ACTS if event != "Product Viewed"))
        return asked | buying | Traces(features=frozenset(_PRODUCTS))
    if pattern.startswith("video."):
        return Traces(videos=frozenset({parameter}))
    repeating = (features for fact, features in _REPEATING.items() if pattern.startswith(fact))
    return Traces(features=frozenset(name for features in repeating for name in features))


def _unite(found: Iterable[Traces]) -> Traces:
    united = Traces()
    for one in found:
        united |= one
    return united
