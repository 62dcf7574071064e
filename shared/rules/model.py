"""A parsed rule: frozen, hashable nodes, so that equal parts of different rules are computed once.

Holds no behaviour.
"""

from dataclasses import dataclass, field
from typing import Literal

from shared.clock import Millis

Scalar = str | float | bool
Op = Literal["eq", "ne", "lt", "le", "gt", "ge", "in", "contains", "matches", "exists"]
OPS: tuple[Op, ...] = ("eq", "ne", "lt", "le", "gt", "ge", "in", "contains", "matches", "exists")
CountOp = Literal["eq", "ne", "lt", "le", "gt", "ge"]
COUNT_OPS: tuple[CountOp, ...] = ("eq", "ne", "lt", "le", "gt", "ge")


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the registry; `parameter` is the variable part of its name (`shoes` of `interest.shoes`)."""

    name: str
    pattern: str
    parameter: str | None = None


def list_types(value: Scalar | tuple[Scalar, ...]) -> tuple[type, ...]:
    """Return the types in an operand. Part of a node's identity, for in Python `True == 1.0`, and in a rule not."""
    return tuple(map(type, value)) if isinstance(value, tuple) else (type(value),)


@dataclass(frozen=True, slots=True)
class Compare:
    """A fact against a value: a scalar, for `in` a tuple of scalars. Numbers are always floats."""

    fact: Fact
    op: Op
    value: Scalar | tuple[Scalar, ...]
    types: tuple[type, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "types", list_types(self.value))


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a property of an event; `path` is the dotted path, split."""

    path: tuple[str, ...]
    op: Op
    value: Scalar | tuple[Scalar, ...]
    types: tuple[type, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "types", list_types(self.value))


@dataclass(frozen=True, slots=True)
class Happened:
    """How often an event happened; `window_ms` None means within the session."""

    event: str
    where: tuple[Condition, ...]
    count_op: CountOp
    count: float
    window_ms: Millis | None


@dataclass(frozen=True, slots=True)
class InSegment:
    """Membership in a segment."""

    segment_id: str


@dataclass(frozen=True, slots=True)
class Watched:
    """Whether at least `share` of [start, end] of a video was played, over all views together."""

    video_id: str
    start: float
    end: float
    share: float


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold; with no parts: true."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds; with no parts: false."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """The part does not hold."""

    part: "Rule"


Rule = Every | Some | Negated | Compare | Happened | InSegment | Watched
