"""The person behind a request: a visitor's profile and its user's as one history.

Pure; changes only the decoded copies it is given.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from services.engager.profiles.apply import compute_links, name_feed
from services.engager.profiles.event import StoredEvent, store_event
from services.engager.profiles.history import History
from services.engager.profiles.links import find_owner
from services.engager.profiles.profile import (
    CountedScore,
    Profile,
    Shown,
    record_consent,
    record_shown,
    take_message_id,
)
from shared.clock import Millis
from shared.enrich import Enriched


@dataclass(slots=True)
class Person:
    """Who a decision is about. `shown` is what this browser was shown; `segments` of both profiles.

    `told`: of a user that nothing proves, the traits that may be used, and `interests` those in products that what is
    shown may be chosen by; None is all of them.
    `scores`: what the analyzer counted of this person.
    """

    history: History
    segments: set[str]
    shown: list[Shown]
    user_id: str | None
    told: Mapping[str, bytes] | None = None
    scores: Mapping[str, CountedScore] = field(default_factory=dict)
    interests: bytes | None = None


def find_user(visitor: Profile, requested: str | None, now: Millis) -> str | None:
    """Return the user whom the request is about: the one it names, else the one the visitor belongs to by now."""
    return requested if requested is not None else find_owner(visitor.links, now)


def take_messages(profile: Profile, messages: Iterable[Enriched]) -> list[StoredEvent]:
    """Fold `messages` that the profile does not know yet into it, as the worker will; returns their events."""
    events = []
    for message in messages:
        if message.received_at > profile.erased_at and take_message_id(
            profile, message.message_id, message.received_at
        ):
            profile.seq += 1
            events.append(store_event(message, seq=profile.seq))
    if not events:
        return []
    profile.history.insert(events)
    for event in events:
        record_shown(profile, event)
        record_consent(profile, event)
    if any(event.user_id is not None for event in events):
        profile.links = compute_links(profile)
    return events


Proof = Literal["proven", "unproven", "refuted"]
"""What a request's token says of its user: unproven without a token, refuted by one that is not valid."""


def build_person(
    visitor_id: str | None, visitor: Profile, owners: Sequence[str], user: Profile | None, proof: Proof = "unproven"
) -> Person:
    """Return visitor and user as one person.

    `owners`: the user the request is about, then those it was merged into; `user` is the profile of the last.
    What the visitor did and the user's profile has not been told yet is added, so that a visitor's own steps count at
    once. A visitor never linked to anybody counts wholly as the user the request names. Anybody can name a user, so
    traits and interests that came from elsewhere need proof; what this browser said and did itself is no secret to it.
    """
    segments = {name for name, (member, _) in visitor.segments.items() if member}
    if user is None or not owners:
        known_as = owners[0] if owners else None
        return Person(visitor.history, segments, visitor.shown, known_as, scores=visitor.scores)
    segments |= {name for name, (member, _) in user.segments.items() if member}
    own = visitor.history.head
    told = None if proof == "proven" else dict(own.traits) if proof == "unproven" else {}
    interests = None if proof == "proven" else own.interests if proof == "unproven" else b""
    if visitor_id is not None:
        missing = _find_untold(visitor_id, visitor, owners, user)
        user.history.insert(missing)
    # A user without a browser's id (a server asking) has its prompts told in its own profile.
    return Person(user.history, segments, [*visitor.shown, *user.shown], owners[0], told, user.scores, interests)


def _find_untold(visitor_id: str, visitor: Profile, owners: Sequence[str], user: Profile) -> list[StoredEvent]:
    links = visitor.links
    if not links:
        events = visitor.history.load_events()
        for event in events:
            event.logged = None  # nothing has counted them for this user yet
        return events
    told: dict[str, int] = {}
    for owner in owners:
        feed = user.feeds.get(name_feed(visitor_id, owner))
        told[owner] = feed.seq if feed is not None else -1
    concerned = {user_id for _, user_id in links} & told.keys()
    if all(visitor.seq <= told[owner] for owner in concerned):
        return []

    def is_untold(event: StoredEvent) -> bool:
        owner = find_owner(links, event.ts)
        return owner in concerned and event.seq > told[owner]

    return [event for event in visitor.history.load_events() if is_untold(event)]
