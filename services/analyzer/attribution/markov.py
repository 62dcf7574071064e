"""Attribution by removal: how many conversions would be lost if a channel were not there.

Pure. Exact, by sparse linear algebra; nothing is simulated (Anderl, Becker, von Wangenheim and Schumann 2016).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_matrix, identity
from scipy.sparse.linalg import splu

from services.analyzer.attribution.paths import Credit, Path, build_credits, list_channels

State = tuple[str, ...]
_START: State = ()


@dataclass(frozen=True, slots=True)
class MarkovAttribution:
    """Credits, and for each channel the share of conversions that goes with it when it is removed."""

    credits: list[Credit]
    removal_effects: dict[str, float]


def attribute_by_removal(paths: Sequence[Path], *, order: int = 1, with_null: bool = True) -> MarkovAttribution:
    """Return the credits of a Markov chain whose states are the last `order` steps.

    Removing a channel sends every transition into a state whose newest step it is to "not converted". Without
    `with_null` paths that did not convert are left out, and not converting is only what a removal leads to.
    Raises `ValueError` for an order below 1.
    """
    if order < 1:
        raise ValueError("the order must be at least 1")
    channels = list_channels(paths)
    conversions = sum(path.conversions for path in paths if path.steps)
    value = sum(path.value for path in paths if path.steps)
    if conversions <= 0:
        return MarkovAttribution(build_credits(channels, {}, {}), dict.fromkeys(channels, 0.0))
    chain = _Chain(paths, order, with_null=with_null)
    whole = chain.find_chance(None)
    effects = {channel: 1 - chain.find_chance(channel) / whole for channel in channels}
    # Rounding must not owe anybody less than nothing.
    effects = {channel: min(1.0, max(0.0, effect)) for channel, effect in effects.items()}
    total = sum(effects.values())
    shares = {channel: effect / total for channel, effect in effects.items()}
    return MarkovAttribution(
        build_credits(
            channels,
            {channel: share * conversions for channel, share in shares.items()},
            {channel: share * value for channel, share in shares.items()},
        ),
        effects,
    )


class _Chain:
    """The chain's transitions between states, and each state's chance of converting next."""

    def __init__(self, paths: Sequence[Path], order: int, *, with_null: bool) -> None:
        moves: dict[tuple[State, State], float] = defaultdict(float)
        converts: dict[State, float] = defaultdict(float)
        leaves: dict[State, float] = defaultdict(float)
        for path in paths:
            ends = path.non_conversions if with_null else 0.0
            passed = path.conversions + ends
            if not path.steps or passed <= 0:
                continue
            state = _START
            for step in path.steps:
                following = (*state, step)[-order:]
                moves[state, following] += passed
                leaves[state] += passed
                state = following
            converts[state] += path.conversions
            leaves[state] += passed
        self._places = {state: place for place, state in enumerate(sorted(leaves))}
        rows = np.array([self._places[source] for source, _ in moves], dtype=np.int64)
        self._rows = rows
        self._columns = np.array([self._places[target] for _, target in moves], dtype=np.int64)
        out = np.array([leaves[state] for state in self._places])
        self._chances = np.array(list(moves.values())) / out[rows]
        self._converts = np.array([converts[state] for state in self._places]) / out
        self._newest = [state[-1] if state else None for state in self._places]

    def find_chance(self, removed: str | None) -> float:
        """Return the chance that a path from the start converts when a channel is removed (None: as it is)."""
        size = len(self._places)
        kept = np.array([newest != removed or newest is None for newest in self._newest])[self._columns]
        chances = np.where(kept, self._chances, 0.0)
        matrix = csc_matrix((chances, (self._rows, self._columns)), shape=(size, size))
        solved = splu(csc_matrix(identity(size, format="csc") - matrix)).solve(self._converts)
        return float(solved[self._places[_START]])
