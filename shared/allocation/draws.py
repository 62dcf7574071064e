"""The posterior draws of a campaign's variants, and the share of visitors that each variant gets by them.

Pure. Shares are those of the draws that a variant wins, mixed with an even share so that nothing is ever given up:
share = 0.05 / variants + 0.95 x won / draws. By ids, so that the order of variants makes no difference.
"""

import sys
from array import array
from collections.abc import Collection, Mapping, Sequence
from math import isfinite

import msgspec

from shared.allocation.context import BASE, COLUMNS, EVERYBODY, Cell

DRAWS = 256
MOST_ARMS = 20
"""A campaign with more variants is given evenly: its draws would outgrow the snapshot."""
EXPLORED = 0.05
"""The part of visitors that is always given evenly."""
_BYTES = 4

Shares = tuple[tuple[str, float], ...]
"""The chance of each variant among visitors that are not held out, by id, 1 in all."""


class Draws(msgspec.Struct, frozen=True, kw_only=True):
    """Draws of each variant's worth; the higher of two wins.

    `columns`: names in `COLUMNS` that a visitor's worth is the sum of. `values`: little-endian float32, by arm, then
    column, then draw.
    """

    arms: tuple[str, ...]
    columns: tuple[str, ...]
    values: bytes


def pack_draws(arms: Sequence[str], columns: Sequence[str], values: Sequence[float]) -> Draws:
    """Return draws of `values` in the order that `Draws` has them."""
    packed = array("f", values)
    if sys.byteorder == "big":
        packed.byteswap()
    return Draws(arms=tuple(arms), columns=tuple(columns), values=packed.tobytes())


class Allocator:
    """The shares of one campaign's variants by one set of draws; each context is worked out when first met."""

    def __init__(self, draws: Draws, values: "array[float]", arms: Collection[str]) -> None:
        """Take the values of `draws` apart; use `read_allocator`, which refuses what does not fit."""
        self._arms = tuple(sorted(arms))
        self._is_contextual = draws.columns != (BASE,)
        width = len(draws.columns)
        self._columns: dict[str, list[array[float]]] = {}
        for place, arm in enumerate(draws.arms):
            starts = [(place * width + column) * DRAWS for column in range(width)]
            self._columns[arm] = [values[start : start + DRAWS] for start in starts]
        self._found: dict[Cell, Shares] = {}
        if not self._is_contextual:
            self.compute_shares(EVERYBODY)

    @property
    def is_contextual(self) -> bool:
        """Return whether shares differ between contexts."""
        return self._is_contextual

    def compute_shares(self, cell: Cell) -> Shares:
        """Return the shares in `cell`; a dict lookup from the second time on (there are at most 900 cells)."""
        known = cell if self._is_contextual else EVERYBODY
        found = self._found.get(known)
        if found is None:
            found = self._found[known] = self._count(known)
        return found

    def _count(self, cell: Cell) -> Shares:
        wins = [0.0] * len(self._arms)
        for row in zip(*(self._add_up(self._columns[arm], cell) for arm in self._arms), strict=True):
            best = max(row)
            ties = row.count(best)
            if ties == 1:
                wins[row.index(best)] += 1
            else:
                for place, worth in enumerate(row):
                    wins[place] += (worth == best) / ties
        return mix_shares({arm: won / DRAWS for arm, won in zip(self._arms, wins, strict=True)})

    @staticmethod
    def _add_up(columns: Sequence["array[float]"], cell: Cell) -> Sequence[float]:
        if not cell:
            return columns[0]
        return [sum(parts) for parts in zip(columns[0], *(columns[place] for place in cell), strict=True)]


def mix_shares(won: Mapping[str, float]) -> Shares:
    """Return the chance of each variant that won its part of the draws: 95 % by that part, 5 % evenly."""
    least = EXPLORED / len(won)
    return tuple((arm, least + (1 - EXPLORED) * won[arm]) for arm in sorted(won))


def read_allocator(draws: Draws | None, arms: Collection[str]) -> Allocator | None:
    """Return the allocator among `arms`, None where they are given evenly.

    That is: no draws yet, none of an arm (a new one), fewer than two arms, or draws of another layout or not finite.
    """
    if draws is None or len(arms) < 2 or len(set(draws.arms)) != len(draws.arms):
        return None
    if draws.columns not in ((BASE,), COLUMNS) or not set(arms) <= set(draws.arms):
        return None
    if len(draws.values) != DRAWS * _BYTES * len(draws.arms) * len(draws.columns):
        return None
    values = array("f")
    values.frombytes(draws.values)
    if sys.byteorder == "big":
        values.byteswap()
    # A sum of float32 in doubles is finite if and only if each of them is.
    return Allocator(draws, values, arms) if isfinite(sum(values)) else None
