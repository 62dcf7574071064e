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
    places = [compute_partition(group.site_id, anonymous_id, user_id) for anonymous_id, user_id in visitors]
    if len(set(places)) == 1:
        return [(places[0], encode_entry(Messages([group])))]
    entries = []
    for partition in sorted(set(places)):
        part = [message for message, place in zip(group.messages, places, strict=True) if place == partition]
        entries.append((partition, encode_entry(Messages([msgspec.structs.replace(group, messages=part)]))))
    return entries
