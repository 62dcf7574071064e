"""Which experience to give to which stage next: what makes buyers, and what a stage does least.

Pure. Only what stands out for certain and comes before the conversion is advised; nothing is promised.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_ADVISED = 5
SURE = 0.05


@dataclass(frozen=True, slots=True)
class Candidate:
    """A behaviour with its effect, and the share of each stage's persons who show it."""

    behaviour: str
    effect: float | None
    ci_low: float | None
    q_value: float | None
    consequence: bool
    hidden: bool
    by_stage: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Advice:
    """One experience for one stage. `gain`: the effect times the share of the stage that does not do it."""

    behaviour: str
    usage: float
    effect: float
    gain: float


def advise_stage(stage: str, candidates: Sequence[Candidate]) -> list[Advice]:
    """Return what would bring the stage most, first; the gain is what doing it would add over the whole stage."""
    found = []
    for one in candidates:
        usage = one.by_stage.get(stage)
        if usage is None or usage >= 1 or not _can_be_given(one) or one.effect is None:
            continue
        found.append(Advice(one.behaviour, usage, one.effect, one.effect * (1 - usage)))
    return sorted(found, key=lambda one: (-one.gain, one.behaviour))[:MOST_ADVISED]


def _can_be_given(one: Candidate) -> bool:
    """Return whether it stands out, leads rather than follows, and is something to do: not how somebody came."""
    if one.hidden or one.consequence or one.behaviour.startswith("channel:"):
        return False
    return one.ci_low is not None and one.ci_low > 0 and one.q_value is not None and one.q_value <= SURE
