"""The event store on random logs: once whatever the order, people as a slow and obvious reading says."""

import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analyzer.ingest.rows import build_batch
from services.analyzer.store.duck import DuckStore
from services.analyzer.store.identities import Observation, build_links
from shared.log.entry import LoggedMessage, MessageGroup, Messages
from shared.log.reader import ReadEntry
from tests.builders import NOW


@dataclass(frozen=True)
class Sent:
    message_id: str
    ts: int
    anonymous_id: str | None
    user_id: str | None
    previous_id: str | None


SENT = st.builds(
    Sent,
    message_id=st.integers(0, 14).map(lambda number: f"m{number:02}"),
    ts=st.integers(0, 12).map(lambda step: NOW + step),
    anonymous_id=st.sampled_from(["v1", "v2", None]),
    user_id=st.sampled_from(["u1", "u2", "u3", None]),
    previous_id=st.sampled_from([None, None, None, "v1", "u1", "u2"]),
).filter(lambda sent: sent.anonymous_id is not None or sent.user_id is not None)
BATCHES = st.lists(st.lists(SENT, max_size=6), min_size=1, max_size=5)


def build_entry(place: int, sent: list[Sent]) -> ReadEntry:
    messages = []
    for one in sent:
        kind = "alias" if one.previous_id and one.user_id else "track"
        fields: dict[str, Any] = {"type": kind, "event": "E", "anonymousId": one.anonymous_id, "userId": one.user_id}
        fields |= {"previousId": one.previous_id}
        messages.append(LoggedMessage(one.message_id, one.ts, None, msgspec.json.encode(fields)))
    return ReadEntry(f"{place}-0".encode(), Messages([MessageGroup("shop", NOW, None, None, 0, messages)]), b"")


def read_people(first: dict[str, Sent]) -> dict[str, str]:
    """Return the person of each message by the contract's words, one message at a time."""
    history = sorted(first.values(), key=lambda sent: (sent.ts, sent.message_id))
    merged: dict[str, str] = {}

    def list_ends(person: str) -> list[str]:
        passed = [person]
        while passed[-1] in merged:
            passed.append(merged[passed[-1]])
        return passed

    for sent in history:
        if sent.previous_id and sent.user_id and sent.previous_id not in list_ends(sent.user_id):
            merged[sent.previous_id] = sent.user_id
    people = {}
    for sent in history:
        person = sent.user_id
        if person is None:
            known = [one for one in history if one.anonymous_id == sent.anonymous_id and one.user_id is not None]
            before = [one for one in known if one.ts <= sent.ts]
            person = before[-1].user_id if before else known[0].user_id if known else sent.anonymous_id
            if known and not before:
                # The first stretch belongs to whoever stood at the end of the first moment.
                person = [one for one in known if one.ts == known[0].ts][-1].user_id
        assert person is not None
        people[sent.message_id] = list_ends(person)[-1]
    return people


@settings(max_examples=60, deadline=None)
@given(BATCHES)
def test_each_message_once_and_everybody_is_who_the_contract_says(batches: list[list[Sent]]) -> None:
    first: dict[str, Sent] = {}
    for sent in batches:
        for one in sent:
            first.setdefault(one.message_id, one)
    with tempfile.TemporaryDirectory() as folder:
        store = DuckStore(Path(folder) / "events.duckdb", memory_limit_mb=256, threads=1)
        stored = 0
        for place, sent in enumerate(batches):
            batch, unreadable = build_batch({place % 8: [build_entry(place + 1, sent)]}, {})
            assert not unreadable
            stored += store.append(batch).stored
            again = store.append(batch)
            assert (again.stored, again.duplicates) == (0, len(sent))
        found = store.writer.execute("SELECT message_id, person_id FROM people").fetchall()
        offsets = store.load_offsets()
        store.close()
    assert stored == len(first) == len(found)
    assert dict(found) == read_people(first)
    assert offsets == {place % 8: f"{place + 1}-0".encode() for place in range(len(batches))}


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 20), st.sampled_from(["u1", "u2"])), min_size=1, max_size=12)
)
def test_links_cover_all_time_without_overlap(rows: list[tuple[int, int, str]]) -> None:
    links = build_links(Observation(ts, f"m{number:02}", user) for ts, number, user in rows)
    assert all(a.valid_to == b.valid_from and a.user_id != b.user_id for a, b in pairwise(links))
    for ts, _, _ in rows:
        holders = [link.user_id for link in links if link.valid_from <= ts < link.valid_to]
        newest = max(row for row in rows if row[0] == ts)
        same_id = {row[2] for row in rows if row[:2] == newest[:2]}
        assert len(holders) == 1 and (holders[0] == newest[2] or len(same_id) > 1)
