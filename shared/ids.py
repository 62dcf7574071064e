"""Ids that the services make: UUID version 7, so that they sort by time.

Randomness comes in as a parameter.
"""

import os
from collections.abc import Callable

from shared.clock import Clock, system_clock

NewId = Callable[[], str]


def build_uuid7(now_ms: int, entropy: bytes) -> str:
    """Return a UUIDv7 (RFC 9562, 5.7) of `now_ms` and 10 random bytes."""
    value = (now_ms & (1 << 48) - 1) << 80 | int.from_bytes(entropy[:10], "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def build_id_source(clock: Clock = system_clock, entropy: Callable[[int], bytes] = os.urandom) -> NewId:
    """Return a function that makes a new id at each call."""
    return lambda: build_uuid7(clock(), entropy(10))
