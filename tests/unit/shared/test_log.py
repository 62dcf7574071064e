"""The log's codec, partitions and entries."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ids import build_id_source, build_uuid7
from shared.log.entry import (
    Entry,
    Erased,
    LoggedMessage,
    MessageGroup,
    Messages,
    SegmentsChanged,
    decode_entry,
    encode_entry,
    join_entries,
)
from shared.log.messages import build_entries
from shared.log.partition import PARTITIONS, compute_partition
from tests.builders import NOW


def make_group(count: int) -> MessageGroup:
    messages = [LoggedMessage(f"m-{number}", NOW, None, b"{}") for number in range(count)]
    return MessageGroup("shop", NOW, None, None, 0, messages)


def test_entries_survive_the_codec() -> None:
    for entry in (
        Messages([make_group(2)]),
        SegmentsChanged("shop", "u", True, ["a"], ["b"], NOW),
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
@given(st.lists(st.integers(0, 3), max_size=12))
def test_joined_entries_hold_the_same_in_the_same_order(kinds: list[int]) -> None:
    entries: list[Entry] = []
    for number, kind in enumerate(kinds):
        if kind == 0:
            entries.append(Erased("shop", f"v{number}", False, NOW))
        else:
            message = LoggedMessage(f"m-{number}", NOW, None, b"{}" * (300_000 if kind == 3 else 1))
            entries.append(Messages([MessageGroup("shop", NOW, None, None, 0, [message])] * kind))
    joined = [decode_entry(raw) for raw in join_entries([encode_entry(entry) for entry in entries])]

    def spread(found: Sequence[Entry | None]) -> list[object]:
        return [part for e in found for part in (e.groups if isinstance(e, Messages) else [e])]

    assert spread(joined) == spread(entries)
    assert len(joined) <= len(entries)


def test_ids_are_uuid7_and_sort_by_time() -> None:
    assert build_uuid7(0x017F22E279B0, bytes(10)) == "017f22e2-79b0-7000-8000-000000000000"
    clock = iter(range(100, 110))
    new_id = build_id_source(lambda: next(clock))
    made = [new_id() for _ in range(10)]
    assert made == sorted(made) and len(set(made)) == 10
