"""What a dashboard can count, and by what: the closed table that its SQL is made of.

Never takes a word of the operator into SQL: values are parameters, everything else stands here.
"""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["persons", "visitors", "sessions", "events", "conversions", "prompts", "share", "money", "seconds"]

_PERSONS = "count(DISTINCT who)"
_TIMES = "CAST(coalesce(sum(times), 0) AS BIGINT)"
_CONVERSIONS = "CAST(coalesce(sum(conversions), 0) AS BIGINT)"
_AMOUNT = "CAST(coalesce(sum(amount), 0) AS BIGINT)"
_VALUED = "CAST(coalesce(sum(valued), 0) AS BIGINT)"
_CONVERTERS = "count(DISTINCT who) FILTER (conversions > 0)"
_IS_VIDEO = "video_id IS NOT NULL AND event NOT LIKE 'Video Ad %'"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: `rows` are the messages it counts, `early` those of them that can be told without sessions.

    `numerator` over `denominator` (None: a count) of the rows of `asked`; `sample` is how many stand behind it.
    """

    unit: Unit
    breakdowns: frozenset[str]
    rows: str = "true"
    who: str = "person_id"
    amount: str = "NULL::BIGINT"
    numerator: str = _TIMES
    denominator: str | None = None
    sample: str = _TIMES
    is_additive: bool = False
    takes_event: bool = False
    needs_goal: bool = False
    needs_watched: bool = False
    empty: str = "nobody_seen"


OF_SESSIONS = {
    "channel": "channel",
    "source": "campaign_source",
    "medium": "campaign_medium",
    "device": "device_type",
    "locale": "locale",
}
"""Groups that a session belongs to: the column that tells."""
OF_MESSAGES = {"page": "page_path", "video": "video_id", "event": "event", "prompt": "campaign_id"}
"""Groups that a message belongs to."""
OF_PERSONS = frozenset({"segment", "customer", "lifecycle", "trait"})
"""Groups that a person belongs to."""
UNTOLD = {"channel": "direct", "customer": "new"}
"""What those are who are told nothing of; without a word here they stand in a row of their own."""
OVERLAPPING = frozenset({"segment"})
"""Groups of which one message may be in several."""

_ANY = frozenset(OF_SESSIONS) | OF_PERSONS
_MESSAGES = _ANY | frozenset({"page", "video", "event"})
_MONEY = "CAST(round(c.value * $minor_units) AS BIGINT)"

MEASURES: dict[str, Measure] = {
    "persons": Measure("persons", _MESSAGES, numerator=_PERSONS, sample=_PERSONS, takes_event=True),
    "visitors": Measure(
        "visitors", _MESSAGES, who="anonymous_id", numerator=_PERSONS, sample=_PERSONS, takes_event=True
    ),
    "sessions": Measure(
        "sessions",
        _MESSAGES,
        who="{rows}.person_id || chr(31) || {rows}.session_key",
        numerator=_PERSONS,
        sample=_PERSONS,
        takes_event=True,
    ),
    "events": Measure("events", _MESSAGES, is_additive=True, takes_event=True),
    "page_views": Measure("events", _ANY | {"page"}, rows="event IN ('page', 'screen')", is_additive=True),
    "conversions": Measure("conversions", _ANY, rows="c.message_id IS NOT NULL", is_additive=True, needs_goal=True),
    "conversion_rate": Measure(
        "share", _ANY, numerator=_CONVERTERS, denominator=_PERSONS, sample=_PERSONS, needs_goal=True
    ),
    "revenue": Measure(
        "money",
        _ANY,
        rows="c.message_id IS NOT NULL",
        amount=_MONEY,
        numerator=_AMOUNT,
        sample=_VALUED,
        is_additive=True,
        needs_goal=True,
    ),
    "average_order_value": Measure(
        "money",
        _ANY,
        rows="c.message_id IS NOT NULL",
        amount=_MONEY,
        numerator=_AMOUNT,
        denominator=_VALUED,
        sample=_VALUED,
        needs_goal=True,
        empty="no_valued_conversions",
    ),
    "revenue_per_person": Measure(
        "money",
        _ANY,
        amount=_MONEY,
        numerator=_AMOUNT,
        denominator=_PERSONS,
        sample=_PERSONS,
        needs_goal=True,
    ),
    "video_viewers": Measure("persons", _ANY | {"video"}, rows=_IS_VIDEO, numerator=_PERSONS, sample=_PERSONS),
    "watched_seconds": Measure(
        "seconds",
        _ANY | {"video"},
        rows=_IS_VIDEO,
        amount="watched_ms",
        numerator=_AMOUNT,
        sample=_PERSONS,
        is_additive=True,
        needs_watched=True,
    ),
    "prompts_shown": Measure("prompts", _ANY | {"prompt", "page"}, rows="event = 'Prompt Shown'", is_additive=True),
    "prompt_clicks": Measure("prompts", _ANY | {"prompt", "page"}, rows="event = 'Prompt Clicked'", is_additive=True),
}


def find_kind(breakdown: str) -> str:
    """Return the breakdown without its variable part: `trait` for `trait.plan`."""
    return breakdown.partition(".")[0]
