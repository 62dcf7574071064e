"""A person's events: the newest ones kept whole, the older ones folded into bases, the head folded from both.

In order, an event costs one fold; a late one folds the kept events anew, so that order of arrival does not matter.
"""

from bisect import insort
from collections.abc import Iterable

import msgspec

from services.engager.profiles.event import StoredEvent, decode_brief, decode_event, encode_event
from services.engager.profiles.fold import fold_event
from services.engager.profiles.merge import merge_states
from services.engager.profiles.state import State, decode_state, encode_state
from shared.clock import DAY_MS

MOST_EVENTS = 1_000
KEPT_MS = 31 * DAY_MS
"""Event conditions reach 30 days; a day more, for clocks that run ahead."""
MOST_BYTES = 384 * 1024
"""Of kept events; with the head this keeps a usual profile under 512 KB."""
MOST_BASES = 8
_FORGOTTEN = -1
"""The base of feeds beyond `MOST_BASES`, all together."""


class History(msgspec.Struct, array_like=True):
    """`ring`: kept events in order, each encoded. `bases`: state of the older ones by the feed they came by."""

    head: State
    ring: list[bytes] = []
    bases: dict[int, bytes] = {}

    def insert(self, events: Iterable[StoredEvent]) -> None:
        """Take `events` into the history; in any order."""
        late: list[StoredEvent] = []
        for event in sorted(events, key=_place):
            if not late and event.place > (self.head.last_ts, self.head.last_id):
                fold_event(self.head, event)
                self.ring.append(encode_event(event))
            else:
                late.append(event)
        if late:
            kept = self.load_events()
            for event in late:
                insort(kept, event, key=_place)
            self._refold(kept)
        self._bound()

    def replace_feed(self, origin: int, events: Iterable[StoredEvent], base: bytes | None) -> None:
        """Make `events` and `base` all that is known from the feed `origin`."""
        kept = [event for event in self.load_events() if event.origin != origin]
        kept.extend(events)
        kept.sort(key=_place)
        self.bases.pop(origin, None)
        if base is not None:
            self.bases[origin] = base
        self._refold(kept)
        self._bound()

    def load_events(self) -> list[StoredEvent]:
        """Return the kept events, decoded."""
        return [decode_event(raw) for raw in self.ring]

    def _refold(self, kept: list[StoredEvent]) -> None:
        self.head = merge_states([decode_state(base) for base in self.bases.values()])
        ring = []
        seen: set[str] = set()
        for event in kept:
            if event.message_id not in seen:  # one message may come by two feeds
                seen.add(event.message_id)
                fold_event(self.head, event)
                ring.append(encode_event(event))
        self.ring = ring

    def shrink(self) -> None:
        """Fold the older half of the kept events into their bases."""
        self._forget(max(1, len(self.ring) // 2))

    def _bound(self) -> None:
        """Fold the oldest events into their bases until the kept ones fit."""
        drop = max(0, len(self.ring) - MOST_EVENTS)
        oldest_ts = self.head.last_ts - KEPT_MS
        size = sum(map(len, self.ring))
        while drop < len(self.ring) and size > MOST_BYTES:
            size -= len(self.ring[drop])
            drop += 1
        while drop < len(self.ring) and decode_brief(self.ring[drop]).ts < oldest_ts:
            drop += 1
        if drop:
            self._forget(drop)

    def _forget(self, drop: int) -> None:
        states: dict[int, State] = {}
        for raw in self.ring[:drop]:
            event = decode_event(raw)
            if event.origin not in states:
                base = self.bases.get(event.origin)
                states[event.origin] = decode_state(base) if base is not None else State()
            # A base may be ahead of an event that came very late; its sums do not depend on order.
            state = states[event.origin]
            last = (state.last_ts, state.last_id)
            fold_event(state, event)
            state.last_ts, state.last_id = max(last, event.place)
        for origin, state in states.items():
            self.bases[origin] = encode_state(state)
        del self.ring[:drop]
        surplus = [origin for origin in self.bases if origin > 0][: max(0, len(self.bases) - MOST_BASES)]
        if surplus:
            gone = [decode_state(self.bases.pop(origin)) for origin in [*surplus, _FORGOTTEN] if origin in self.bases]
            self.bases[_FORGOTTEN] = encode_state(merge_states(gone))


def _place(event: StoredEvent) -> tuple[int, str]:
    return (event.ts, event.message_id)
