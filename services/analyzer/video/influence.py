"""Whom a video influenced, what they bought, and what they were worth over time, beside everybody else.

Pure: sums in whole minor units in, figures out; a figure that cannot be given is None with a reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STAGES = (1, 7, 30, 60, 90)
"""Days from the first touch at which value is read; the first day is shown as day 0."""


@dataclass(frozen=True, slots=True)
class GroupSums:
    """What a group adds up to. Money in minor units; `known` and `spent` by stage of `STAGES`."""

    persons: int
    converters: int
    orders: int
    valued_orders: int
    minor: int
    known: tuple[int, ...]
    spent: tuple[int, ...]


def read_influenced(row: Mapping[str, Any]) -> GroupSums:
    """Return the sums of those whom a video influenced: orders are those within the days after an engaged view."""
    return GroupSums(
        row["persons"], row["converters"], row["orders"], row["valued_orders"], row["minor"], *_read_stages(row)
    )


def read_present(row: Mapping[str, Any]) -> GroupSums:
    """Return the sums of a group with all its orders of the window."""
    return GroupSums(
        row["persons"],
        row["any_converters"],
        row["any_orders"],
        row["any_valued_orders"],
        row["any_minor"],
        *_read_stages(row),
    )


def subtract_group(whole: GroupSums, part: GroupSums) -> GroupSums:
    """Return the sums of those in `whole` who are not in `part`."""
    return GroupSums(
        whole.persons - part.persons,
        whole.converters - part.converters,
        whole.orders - part.orders,
        whole.valued_orders - part.valued_orders,
        whole.minor - part.minor,
        tuple(a - b for a, b in zip(whole.known, part.known, strict=True)),
        tuple(a - b for a, b in zip(whole.spent, part.spent, strict=True)),
    )


def empty_group() -> GroupSums:
    """Return the sums of nobody."""
    nothing = (0,) * len(STAGES)
    return GroupSums(0, 0, 0, 0, 0, nothing, nothing)


def compute_worth(group: GroupSums) -> list[float | None]:
    """Return the mean value of a person (minor units) by each stage since the first touch; None beyond what is known.

    The mean cumulative function (Nelson 1988): each stage adds the mean of those who have been known that long, so that
    newcomers count for as long as they are known, and nobody's missing months count as months without purchases.
    """
    worth: list[float | None] = []
    total: float | None = 0.0
    for known, spent in zip(group.known, group.spent, strict=True):
        total = total + spent / known if known and total is not None else None
        worth.append(total)
    return worth


def shape_group(group: GroupSums, *, minor_units: int) -> dict[str, Any]:
    """Return a group's figures in major units."""
    worth = compute_worth(group)
    conversion = group.converters / group.persons if group.persons else None
    order_value = group.minor / group.valued_orders / minor_units if group.valued_orders else None
    value_90 = None if worth[-1] is None else worth[-1] / minor_units
    figures = {
        "conversion": (conversion, "nobody"),
        "order_value": (order_value, "no_conversions"),
        "value_90": (value_90, "not_known_that_long"),
    }
    return {
        "persons": group.persons,
        "converters": group.converters,
        "conversion": conversion,
        "orders": group.orders,
        "value": group.minor / minor_units,
        "order_value": order_value,
        "value_90": value_90,
        "reasons": {name: reason for name, (value, reason) in figures.items() if value is None},
    }


def shape_series(influenced: GroupSums, others: GroupSums, *, minor_units: int) -> list[dict[str, Any]]:
    """Return the mean value of a person since the first touch, for both groups, by day."""
    sides = {"influenced": influenced, "not_influenced": others}
    worths = {name: compute_worth(group) for name, group in sides.items()}
    series = []
    for place, day in enumerate(STAGES):
        point: dict[str, Any] = {"day": 0 if day == 1 else day}
        for name, group in sides.items():
            worth = worths[name][place]
            point[name] = {
                "persons": group.known[place],
                "value": None if worth is None else worth / minor_units,
                "reasons": {"value": "not_known_that_long"} if worth is None else {},
            }
        series.append(point)
    return series


def compare_figures(influenced: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """Return raw differences and ratios of conversion, order value and value over 90 days."""
    compared = {}
    for name in ("conversion", "order_value", "value_90"):
        mine, theirs = influenced[name], others[name]
        reasons: dict[str, str] = {}
        difference = ratio = None
        if mine is None or theirs is None:
            reasons = dict.fromkeys(("difference", "ratio"), (influenced["reasons"] | others["reasons"])[name])
        else:
            difference = mine - theirs
            ratio = mine / theirs if theirs else None
            if ratio is None:
                reasons["ratio"] = "division_by_zero"
        compared[name] = {"difference": difference, "ratio": ratio, "reasons": reasons}
    return compared


def _read_stages(row: Mapping[str, Any]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return tuple(row[f"known_{day}"] for day in STAGES), tuple(row[f"value_{day}"] for day in STAGES)
