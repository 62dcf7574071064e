"""Divides persons by lot: each has a number made from its id, so the same person always falls into the same part.

Pure; so a report computed anew, in any order, comes out the same.
"""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Lots = NDArray[np.uint64]
"""A number for each person, evenly spread over 64 bits: its id, hashed by the store or by `hash_ids`."""

_DIGITS = 53
_GAMMA, _FIRST, _SECOND = (np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def hash_ids(ids: Sequence[str]) -> Lots:
    """Return a lot for each id, for those whom the store gave none."""
    digests = [blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest() for name in ids]
    return np.frombuffer(b"".join(digests), dtype="<u8")


def draw_lots(lots: Lots, salt: int | str) -> Lots:
    """Return another lot for each, independent of the first and of those by another salt (SplitMix64's finaliser)."""
    if isinstance(salt, str):
        salt = int.from_bytes(blake2b(salt.encode(), digest_size=8).digest(), "little")
    mixed = (lots ^ np.uint64(salt)) + _GAMMA
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))


def draw_uniform(lots: Lots, salt: int | str) -> NDArray[np.float64]:
    """Return a number in [0, 1) for each lot, evenly spread; another salt gives independent numbers."""
    drawn = draw_lots(lots, salt) >> np.uint64(64 - _DIGITS)
    return drawn.astype(np.float64) * 2.0**-_DIGITS


def assign_folds(lots: Lots, folds: int, salt: str) -> NDArray[np.int64]:
    """Return a fold from 0 to `folds` - 1 for each lot."""
    return (draw_uniform(lots, salt) * folds).astype(np.int64)
