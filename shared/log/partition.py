"""Which partition an id belongs to; the number of partitions is fixed for the life of an installation.

Pure.
"""

from zlib import crc32

PARTITIONS = 8


def compute_partition(site_id: str, anonymous_id: str | None, user_id: str | None) -> int:
    """Return the partition (0 to 7) of a message: by its visitor, else by its user."""
    return crc32(f"{site_id}\x00{anonymous_id or user_id or ''}".encode()) % PARTITIONS
