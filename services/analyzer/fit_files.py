"""A file by which many fits read the same large arrays: written once, mapped by each.

Never read by anybody else, and never there for longer than its `with`.
"""

import mmap
import os
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_ALIGNED = mmap.ALLOCATIONGRANULARITY


@dataclass(frozen=True, slots=True)
class Shared(Generic[T]):
    """Where a value lies: its arrays at `spans` of the file, and last what says how they hang together."""

    name: str
    spans: Sequence[tuple[int, int]]

    def load(self) -> T:
        """Return the value; its arrays cannot be written to, and no two processes hold them twice."""
        with Path(self.name).open("rb") as file:
            mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        *arrays, whole = (mapped[begin:end] for begin, end in self.spans)
        value: T = pickle.loads(whole, buffers=arrays)  # noqa: S301 - our own parent wrote it.
        return value


def write_shared(handle: int, name: str, value: T) -> Shared[T]:
    """Put a value into a new file, closed after; its arrays are not copied on the way."""
    buffers: list[pickle.PickleBuffer] = []
    whole = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    spans: list[tuple[int, int]] = []
    with os.fdopen(handle, "wb") as file:
        parts: list[Any] = [*(one.raw() for one in buffers), whole]
        for part in parts:
            file.seek(-(-file.tell() // _ALIGNED) * _ALIGNED)
            begin = file.tell()
            file.write(part)
            spans.append((begin, file.tell()))
    return Shared(name, tuple(spans))
