"""Applies steps to profiles, and says what has to travel to profiles of other partitions.

Pure but for the profiles it is given, which it changes in place. Applying the same entries to the same profiles
gives the same answer, which is what makes a repeated batch harmless.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from services.engager.profiles.event import StoredEvent, decode_event, encode_event, store_event
from services.engager.profiles.links import Link, compress_links, find_owner
from services.engager.profiles.profile import (
    Profile,
    build_profile,
    open_feed,
    record_consent,
    record_shown,
    take_message_id,
    tell_segments,
)
from services.engager.profiles.scoring import (
    Crossing,
    build_crossings,
    compute_all,
    judge_change,
    judge_events,
    take_counts,
)
from services.engager.profiles.state import decode_state
from services.engager.profiles.steps import ProfileKey, Step, list_keys, message_key
from shared.clock import Millis
from shared.enrich import Enriched
from shared.log.entry import Entry, Erased, HistoryForwarded, Linked, ScoresCounted, SegmentsChanged
from shared.log.partition import compute_partition
from shared.log.position import read_time
from shared.rules.scores import NO_SCORES, SiteScores

Place = tuple[int, int]
"""Partition and position of an entry of the log."""
ScoresOf = Callable[[str], SiteScores]
Outgoing = list[tuple[int, Entry]]


class Forwarded(msgspec.Struct, array_like=True):
    """Events on their way to a user's profile.

    `seq` is how far the sender had counted: a receiver that has been told as much ignores it. `full` replaces all
    that came by this feed. `via`: the users it has passed through, so that circular aliases end.
    `above`: the thresholds that the sender has crossed, told with a full history.
    """

    feed: str
    seq: int
    full: bool
    events: list[bytes]
    base: bytes | None = None
    via: list[str] = []
    above: dict[str, tuple[float, Millis]] = {}


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Forwarded)


def name_feed(visitor_id: str, user_id: str) -> str:
    """Return the name under which a user's profile keeps what a visitor's profile forwards to it."""
    return f"v:{visitor_id}>{user_id}"


def apply_steps(
    profiles: dict[ProfileKey, Profile],
    steps: Sequence[Step],
    places: Sequence[Place] | None = None,
    scores_of: ScoresOf = lambda _: NO_SCORES,
) -> Outgoing:
    """Apply `steps` in order to `profiles`, which hold every key they touch; returns entries for the log.

    `places`: where each step stands in the log, None when that is not known.
    """
    applier = _Applier(profiles, scores_of)
    for step, place in zip(steps, [None] * len(steps) if places is None else places, strict=True):
        applier.place = place
        applier.apply(step)
    applier.flush_all()
    return applier.outgoing


class _Applier:
    def __init__(self, profiles: dict[ProfileKey, Profile], scores_of: ScoresOf) -> None:
        self._profiles = profiles
        self._scores_of = scores_of
        self.place: Place | None = None
        self._waiting: dict[ProfileKey, list[StoredEvent]] = {}
        self.outgoing: Outgoing = []

    def apply(self, step: Step) -> None:
        if isinstance(step, Enriched):
            self._take_message(step)
            return
        for key in list_keys(step):
            self._flush(key)
            profile = self._profiles[key]
            match step:
                case SegmentsChanged():
                    tell_segments(profile, step.add, step.remove, step.at)
                case ScoresCounted():
                    self._tell(key, take_counts(profile, step, self._scores_of(key.site_id)))
                case HistoryForwarded():
                    self._take_history(key, profile, step)
                case Linked():
                    self._link(key, profile, step)
                case Erased():
                    self._erase(key, profile, step)

    def flush_all(self) -> None:
        for key in list(self._waiting):
            self._flush(key)

    def _take_message(self, message: Enriched) -> None:
        key = message_key(message)
        profile = self._profiles[key]
        if message.received_at <= profile.erased_at or not take_message_id(
            profile, message.message_id, message.received_at
        ):
            return
        profile.seq += 1
        self._waiting.setdefault(key, []).append(store_event(message, seq=profile.seq, logged=self.place))
        previous_id, user_id = message.previous_id, message.user_id
        if message.type == "alias" and previous_id is not None and user_id is not None and previous_id != user_id:
            linked = Linked(message.site_id, previous_id, user_id, message.timestamp)
            self.outgoing.append((compute_partition(message.site_id, previous_id, None), linked))

    def _flush(self, key: ProfileKey) -> None:
        """Fold the events that wait for one profile, and forward what belongs to somebody else too."""
        events = self._waiting.pop(key, None)
        if not events:
            return
        profile = self._profiles[key]
        self._judge(key, profile, events)
        profile.history.insert(events)
        for event in events:
            record_shown(profile, event)
            record_consent(profile, event)
        if key.is_user:
            if profile.merged_into is not None:
                self._send(key, profile.merged_into[1], Forwarded(f"u:{key.id}", profile.seq, False, _encode(events)))
            return
        telling = [
            event.logged
            for event in events
            if event.user_id is not None and find_owner(profile.links, event.ts) != event.user_id
        ]
        if telling and self._relink(key, profile, telling[-1]):
            return
        if not profile.links:
            return
        owned: dict[str, list[StoredEvent]] = {}
        for event in events:
            owned.setdefault(find_owner(profile.links, event.ts) or "", []).append(event)
        for user_id, part in owned.items():
            self._send(key, user_id, Forwarded(name_feed(key.id, user_id), profile.seq, False, _encode(part)))

    def _judge(self, key: ProfileKey, profile: Profile, events: Sequence[StoredEvent]) -> None:
        """Tell the log of thresholds that `events`, not inserted yet, make a person cross.

        Whoever is part of another person is judged there: a visitor's events up to its first link are its own.
        """
        scores = self._scores_of(key.site_id)
        if not scores.by_event or profile.merged_into is not None or profile.links:
            return
        if not key.is_user:
            linked = next((place for place, event in enumerate(events) if event.user_id is not None), len(events))
            events = events[:linked]
        self._tell(key, judge_events(profile, events, scores))

    def _tell(self, key: ProfileKey, crossings: list[Crossing]) -> None:
        if crossings:
            received_at = crossings[-1].at if self.place is None else read_time(self.place[1])
            partition = compute_partition(key.site_id, None if key.is_user else key.id, key.id if key.is_user else None)
            self.outgoing.append((partition, build_crossings(key, crossings, received_at)))

    def _relink(self, key: ProfileKey, profile: Profile, place: Place | None) -> bool:
        """Work out a visitor's links anew; on a change tell every user concerned all that is theirs now.

        `place`: where the log told of the link. What was counted before that was counted for somebody else.
        """
        before = profile.links
        profile.links = compute_links(profile)
        if profile.links == before:
            return False
        if place is not None:
            kept = profile.history.load_events()
            for event in kept:
                if find_owner(before, event.ts) != find_owner(profile.links, event.ts):
                    event.logged = place if event.logged is None else max(place, event.logged)
            profile.history.ring = _encode(kept)
        self._resync(key, profile, {user_id for _, user_id in [*before, *profile.links]})
        return True

    def _resync(self, key: ProfileKey, profile: Profile, users: Iterable[str]) -> None:
        kept = profile.history.load_events()
        base = profile.history.bases.get(0)
        base_owner = find_owner(profile.links, decode_state(base).last_ts) if base is not None else None
        for user_id in sorted(users):
            self._send(
                key,
                user_id,
                Forwarded(
                    feed=name_feed(key.id, user_id),
                    seq=profile.seq,
                    full=True,
                    events=_encode([event for event in kept if find_owner(profile.links, event.ts) == user_id]),
                    base=base if base_owner == user_id else None,
                    above=profile.above,
                ),
            )

    def _take_history(self, key: ProfileKey, profile: Profile, step: HistoryForwarded) -> None:
        try:
            forwarded = _decoder.decode(step.history)
        except msgspec.DecodeError:
            return
        feed = profile.feeds.get(forwarded.feed)
        if key.id in forwarded.via or (feed is not None and forwarded.seq <= feed.seq):
            return
        feed = open_feed(profile, forwarded.feed)
        events = [event for event in map(decode_event, forwarded.events) if forwarded.full or event.seq > feed.seq]
        for event in events:
            event.origin = feed.origin
        if not forwarded.full:
            self._judge(key, profile, events)
            profile.history.insert(events)
        elif (scores := self._scores_of(key.site_id)).by_id and profile.merged_into is None:
            now = max([profile.history.head.last_ts, *(event.ts for event in events)])
            before = compute_all(profile, scores, now)
            profile.history.replace_feed(feed.origin, events, forwarded.base)
            cause = f"{forwarded.feed}:{forwarded.seq}"
            self._tell(key, judge_change(profile, before, forwarded.above, scores, now, cause))
        else:
            profile.history.replace_feed(feed.origin, events, forwarded.base)
        feed.seq = forwarded.seq
        if profile.merged_into is not None:
            forwarded.via = [*forwarded.via, key.id]
            self._send(key, profile.merged_into[1], forwarded)

    def _link(self, key: ProfileKey, profile: Profile, step: Linked) -> None:
        link: Link = (step.at, step.user_id)
        if not key.is_user:
            if link not in profile.aliases:
                profile.aliases.append(link)
                profile.seq += 1
                self._relink(key, profile, self.place)
            return
        if profile.merged_into is not None:  # the first word on where a user went stands
            return
        profile.merged_into = link
        profile.seq += 1
        names = {0: f"u:{key.id}", **{feed.origin: name for name, feed in profile.feeds.items()}}
        seqs = {0: profile.seq, **{feed.origin: feed.seq for feed in profile.feeds.values()}}
        kept = profile.history.load_events()
        if self.place is not None:
            for event in kept:
                event.logged = self.place
        for origin, name in names.items():
            events = _encode([event for event in kept if event.origin == origin])
            base = profile.history.bases.get(origin)
            self._send(key, step.user_id, Forwarded(name, seqs[origin], True, events, base, [key.id], profile.above))

    def _erase(self, key: ProfileKey, profile: Profile, step: Erased) -> None:
        empty = build_profile()
        empty.erased_at, empty.seq = max(step.at, profile.erased_at), profile.seq + 1
        users = {user_id for _, user_id in profile.links}
        self._profiles[key] = empty
        for user_id in sorted(users):
            self._send(key, user_id, Forwarded(name_feed(key.id, user_id), empty.seq, True, []))

    def _send(self, key: ProfileKey, user_id: str, forwarded: Forwarded) -> None:
        entry = HistoryForwarded(key.site_id, user_id, _encoder.encode(forwarded))
        self.outgoing.append((compute_partition(key.site_id, None, user_id), entry))


def compute_links(profile: Profile) -> list[Link]:
    """Return a visitor's links: from its kept events, its aliases, and the links older than those events."""
    kept = profile.history.load_events()
    oldest_ts = kept[0].ts if kept else None
    points: list[Link] = [link for link in profile.links if oldest_ts is None or link[0] < oldest_ts]
    points.extend((event.ts, event.user_id) for event in kept if event.user_id is not None)
    return compress_links([*points, *profile.aliases])


def _encode(events: list[StoredEvent]) -> list[bytes]:
    return [encode_event(event) for event in events]
