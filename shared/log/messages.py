"""Turns the admitted messages of one request into log entries, one a partition.

Pure.
"""

import msgspec

from shared.log.entry import MessageGroup, Messages, encode_entry
from shared.log.partition import compute_partition


def build_entries(group: MessageGroup, visitors: list[tuple[str | None, str | None]]) -> list[tuple[int, bytes]]:
    """Return (partition, encoded entry) pairs for `group`, whose messages have the ids `visitors` (anonymous, user).

    A browser's beacon is one visitor and becomes one entry; a server's batch is split.
    """
    if visitors.count(visitors[0]) == len(visitors):
        return [(compute_partition(group.site_id, *visitors[0]), encode_entry(Messages([group])))]
    places = [compute_partition(group.site_id, anonymous_id, user_id) for anonymous_id, user_id in visitors]
    entries = []
    for partition in sorted(set(places)):
        part = [message for message, place in zip(group.messages, places, strict=True) if place == partition]
        entries.append((partition, encode_entry(Messages([msgspec.structs.replace(group, messages=part)]))))
    return entries
