"""Texts as arrays, which pass between processes without being read.

Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.journeys.walks import Ints


@dataclass(frozen=True)
class Texts:
    """Texts one after the other as UTF-8; text `n` lies from `first[n]` to `first[n + 1]`."""

    first: Ints
    letters: NDArray[np.uint8]

    def take(self, places: Ints) -> list[str]:
        """Return these texts alone, in the order given."""
        letters = self.letters.data
        spans = zip(self.first[places].tolist(), self.first[places + 1].tolist(), strict=True)
        return [str(letters[begin:end], "utf-8") for begin, end in spans]


def pack_texts(texts: Sequence[str]) -> Texts:
    """Return the texts as arrays."""
    encoded = [text.encode() for text in texts]
    first = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(one) for one in encoded], out=first[1:])
    return Texts(first, np.frombuffer(b"".join(encoded), dtype=np.uint8))
