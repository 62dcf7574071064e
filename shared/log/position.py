"""Where an entry stands in its partition of the log, as one number that compares.

Pure.
"""

from shared.clock import Millis

_SEQUENCE_BITS = 20


def pack_position(entry_id: bytes) -> int:
    """Return a stream id (`milliseconds-sequence`) as one number."""
    milliseconds, _, sequence = entry_id.partition(b"-")
    return int(milliseconds) << _SEQUENCE_BITS | min(int(sequence or 0), (1 << _SEQUENCE_BITS) - 1)


def read_time(position: int) -> Millis:
    """Return when the entry at `position` was logged."""
    return position >> _SEQUENCE_BITS
