"""Which visitor belonged to which user, and when; and who was merged into whom.

Pure: observations in, stretches of time and merges out.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.clock import Millis

ALWAYS_BEFORE: Millis = -(2**62)
ALWAYS_AFTER: Millis = 2**62


@dataclass(frozen=True, slots=True, order=True)
class Observation:
    """A message with both ids: at this time the visitor was this user. Ordered as a history is."""

    ts: Millis
    message_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of time in which a visitor belonged to a user, `valid_to` exclusive."""

    user_id: str
    valid_from: Millis
    valid_to: Millis


def build_links(observations: Iterable[Observation]) -> list[Link]:
    """Return the stretches of one visitor.

    The first user has everything before, too; another user takes over from the very message that says so.
    """
    turns: list[tuple[Millis, str]] = []
    for seen in sorted(observations):
        if turns and turns[-1][0] == seen.ts:
            turns[-1] = (seen.ts, seen.user_id)
        else:
            turns.append((seen.ts, seen.user_id))
    kept: list[tuple[Millis, str]] = []
    for ts, user_id in turns:
        if not kept or kept[-1][1] != user_id:
            kept.append((ts if kept else ALWAYS_BEFORE, user_id))
    ends = [ts for ts, _ in kept[1:]] + [ALWAYS_AFTER]
    return [Link(user_id, ts, end) for (ts, user_id), end in zip(kept, ends, strict=True)]


def is_implied(links: Iterable[Link], seen: Observation) -> bool:
    """Return whether the links say already what was observed, so that they stay as they are."""
    return any(link.user_id == seen.user_id and link.valid_from <= seen.ts < link.valid_to for link in links)


def build_merges(aliases: Iterable[tuple[Millis, str, str, str]]) -> dict[str, str]:
    """Return for each merged id the user it ends at, from (ts, message_id, previous_id, user_id) rows.

    The newest alias of an id wins; one that would close a circle counts for nothing.
    """
    next_of: dict[str, str] = {}
    for _, _, previous_id, user_id in sorted(aliases):
        before = next_of.pop(previous_id, None)
        if _follow(next_of, user_id) != previous_id:
            next_of[previous_id] = user_id
        elif before is not None:
            next_of[previous_id] = before
    return {previous_id: _follow(next_of, previous_id) for previous_id in next_of}


def _follow(next_of: dict[str, str], start: str) -> str:
    seen = {start}
    at = start
    while at in next_of and next_of[at] not in seen:
        at = next_of[at]
        seen.add(at)
    return at
