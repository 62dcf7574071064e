"""The log's codec, partitions and entries."""

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ids import build_id_source, build_uuid7
from shared.log.entry import (
    MAX_JOINED_PERSONS,
    Entry,
    Erased,
    LoggedMessage,
    MessageGroup,
    Messages,
    ScoresCounted,
    SegmentsChanged,
    decode_entry,
    encode_entry,
    join_entries,
)
from shared.log.messages import build_entries
from shared.log.partition import PARTITIONS, compute_partition
from shared.log.reader import ReadEntry
from tests.builders import NOW, read_parts


def make_group(count: int) -> MessageGroup:
    messages = [LoggedMessage(f"m-{number}", NOW, None, b"{}") for number in range(count)]
    return MessageGroup("shop", NOW, None, None, 0, messages)


def test_entries_survive_the_codec() -> None:
    for entry in (
        Messages([make_group(2)]),
        SegmentsChanged("shop", "u", True, ["a"], ["b"], NOW),
        ScoresCounted("shop", "u", True, [("heat", 7, 1.5, NOW)], [2**60] * PARTITIONS),
        Erased("shop", "v", False, NOW),
    ):
        assert decode_entry(encode_entry(entry)) == entry


@pytest.mark.parametrize("raw", [b"", b"\xc1", b"not msgpack", encode_entry(Messages([]))[:-1], b"\x92\xa1?\x90"])
def test_what_is_no_entry_is_none(raw: bytes) -> None:
    assert decode_entry(raw) is None


@settings(deadline=None)
@given(st.lists(st.tuples(st.none() | st.text(), st.none() | st.text()), min_size=1, max_size=20))
def test_a_group_is_split_by_partition_and_nothing_is_lost(visitors: list[tuple[str | None, str | None]]) -> None:
    group = make_group(len(visitors))
    seen = []
    for partition, raw in build_entries(group, visitors):
        entry = decode_entry(raw)
        assert isinstance(entry, Messages)
        for message in entry.groups[0].messages:
            anonymous_id, user_id = visitors[int(message.message_id[2:])]
            assert compute_partition("shop", anonymous_id, user_id) == partition < PARTITIONS
            seen.append(message.message_id)
    assert sorted(seen) == sorted(message.message_id for message in group.messages)


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), max_size=24))
def test_joined_entries_hold_the_same_in_the_same_order(kinds: list[int]) -> None:
    entries: list[Entry] = []
    for number, kind in enumerate(kinds):
        if kind == 0:
            entries.append(Erased("shop", f"v{number}", False, NOW))
        elif kind in (4, 5):
            added = ["lookalike" * (100_000 if kind == 5 else 1)]
            entries.append(SegmentsChanged("shop", f"v{number}", False, added, [], NOW))
        elif kind == 6:
            entries.append(ScoresCounted("shop", f"v{number}", True, [("heat", 7, 1.5, NOW)], [number] * PARTITIONS))
        else:
            message = LoggedMessage(f"m-{number}", NOW, None, b"{}" * (300_000 if kind == 3 else 1))
            entries.append(Messages([MessageGroup("shop", NOW, None, None, 0, [message])] * kind))
    raws = join_entries([encode_entry(entry) for entry in entries])
    joined = [part for raw in raws for part in read_parts(raw)]

    def spread(found: Sequence[Entry | None]) -> list[object]:
        return [part for e in found for part in (e.groups if isinstance(e, Messages) else [e])]

    assert spread(joined) == spread(entries)
    assert len(raws) <= len(joined) <= len(entries)


def test_what_is_told_of_persons_shares_entries_of_bounded_size() -> None:
    persons = [f"v{number}" for number in range(2 * MAX_JOINED_PERSONS + 22)]
    told = [SegmentsChanged("shop", person_id, False, ["fans"], [], NOW) for person_id in persons]
    raws = join_entries([encode_entry(entry) for entry in told])
    assert [len(read_parts(raw)) for raw in raws] == [MAX_JOINED_PERSONS, MAX_JOINED_PERSONS, 22]
    assert join_entries(raws) == raws, "what is joined stays as it is"
    large = encode_entry(SegmentsChanged("shop", "v", False, ["s" * 400_000], [], NOW))
    assert [len(read_parts(raw)) for raw in join_entries([large] * 5)] == [2, 2, 1]


def test_a_part_that_cannot_be_decoded_costs_only_itself() -> None:
    before, after = (SegmentsChanged("shop", person_id, False, ["fans"], [], NOW) for person_id in ("v1", "v2"))
    broken = msgspec.msgpack.encode(("s", "shop", 5, False, ["fans"], [], NOW))
    (raw,) = join_entries([encode_entry(before), broken, encode_entry(after)])
    parts = ReadEntry(b"1-0", decode_entry(raw), raw).list_parts()
    assert [part.entry for part in parts] == [before, None, after]
    assert parts[1].raw == broken and parts[1].id == b"1-0"


def test_ids_are_uuid7_and_sort_by_time() -> None:
    assert build_uuid7(0x017F22E279B0, bytes(10)) == "017f22e2-79b0-7000-8000-000000000000"
    clock = iter(range(100, 110))
    new_id = build_id_source(lambda: next(clock))
    made = [new_id() for _ in range(10)]
    assert made == sorted(made) and len(set(made)) == 10
