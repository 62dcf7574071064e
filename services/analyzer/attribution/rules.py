"""Attribution by rule: each path's conversions are shared out among its own touches.

Pure. Credits of every rule sum to the conversions and to the value.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.analyzer.attribution.paths import Credit, Path, build_credits, list_channels

DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """`position`: shares of the first and of the last touch; what is left goes to those between. Half-life in days."""

    position_first: float = 0.4
    position_last: float = 0.4
    half_life_days: float = 7.0


Weigh = Callable[[Path, RuleSettings], Sequence[float]]
"""Returns a weight for each touch of a path; they need not sum to 1, but to more than 0."""


def weigh_first(path: Path, _: RuleSettings) -> Sequence[float]:
    """All to the first touch."""
    return [1.0] + [0.0] * (len(path.steps) - 1)


def weigh_last(path: Path, _: RuleSettings) -> Sequence[float]:
    """All to the last touch."""
    return [0.0] * (len(path.steps) - 1) + [1.0]


def weigh_last_non_direct(path: Path, _: RuleSettings) -> Sequence[float]:
    """All to the last touch that is not direct; to the last one when there is no other."""
    named = [place for place, step in enumerate(path.steps) if step != DIRECT]
    chosen = named[-1] if named else len(path.steps) - 1
    return [1.0 if place == chosen else 0.0 for place in range(len(path.steps))]


def weigh_linear(path: Path, _: RuleSettings) -> Sequence[float]:
    """The same to each touch."""
    return [1.0] * len(path.steps)


def weigh_position(path: Path, settings: RuleSettings) -> Sequence[float]:
    """Fixed shares to the first and the last touch, the rest to those between; of two touches nothing lies between."""
    between = len(path.steps) - 2
    first, last = settings.position_first, settings.position_last
    if between < 0:
        return [1.0]
    if between == 0:
        return [first, last] if first + last > 0 else [1.0, 1.0]
    return [first, *[(1 - first - last) / between] * between, last]


def weigh_time_decay(path: Path, settings: RuleSettings) -> Sequence[float]:
    """Half as much for every half-life that a touch lies back."""
    ages = path.ages_days or [float(len(path.steps) - 1 - place) for place in range(len(path.steps))]
    youngest = min(ages)
    return [2 ** (-(age - youngest) / settings.half_life_days) for age in ages]


def weigh_shapley(path: Path, _: RuleSettings) -> Sequence[float]:
    """The same to each distinct channel.

    With the worth of a set of channels being the conversions of the paths that need no other, this is the Shapley value
    exactly, at any number of channels (Shapley 1953): each path is a unanimity game of its own channels.
    """
    count = {step: path.steps.count(step) for step in path.steps}
    return [1.0 / count[step] for step in path.steps]


RULES: dict[str, Weigh] = {
    "first": weigh_first,
    "last": weigh_last,
    "last_non_direct": weigh_last_non_direct,
    "linear": weigh_linear,
    "position": weigh_position,
    "time_decay": weigh_time_decay,
    "shapley": weigh_shapley,
}


def attribute_by_rule(paths: Sequence[Path], rule: str, settings: RuleSettings | None = None) -> list[Credit]:
    """Return every channel's credit; raises `KeyError` for an unknown rule."""
    weigh, chosen = RULES[rule], settings or RuleSettings()
    conversions: dict[str, float] = defaultdict(float)
    value: dict[str, float] = defaultdict(float)
    for path in paths:
        if not path.steps:
            continue
        weights = weigh(path, chosen)
        total = sum(weights)
        for step, weight in zip(path.steps, weights, strict=True):
            conversions[step] += path.conversions * weight / total
            value[step] += path.value * weight / total
    return build_credits(list_channels(paths), conversions, value)
