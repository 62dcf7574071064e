"""RFM scores, and who came back in which month after the first order.

Pure. Never parts equals: customers with the same figure have the same score.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.lifecycle.calendar import find_units
from services.analyzer.lifecycle.stages import Orders

Ints = NDArray[np.int64]
SCORES = 5


@dataclass(frozen=True, slots=True)
class Buyers:
    """What each customer with an order has done so far; `person` ascending."""

    person: Ints
    last: Ints
    orders: Ints
    minor: Ints


@dataclass(frozen=True, slots=True)
class Cohorts:
    """[cohort, month]: customers who ordered in that month, and their orders' worth; months as of the calendar."""

    customers: Ints
    minor: Ints


def sum_buyers(orders: Orders) -> Buyers:
    """Return one row a customer."""
    person, first, count = np.unique(orders.person, return_index=True, return_counts=True)
    sums = np.add.reduceat(orders.minor, first) if len(first) else orders.minor
    return Buyers(person, orders.ts[first + count - 1], count.astype(np.int64), sums)


def score_quantiles(values: Ints) -> Ints:
    """Return scores 1 (lowest fifth) to 5 (highest fifth); equals share the score of the middle of their ranks."""
    if not len(values):
        return values
    _, inverse, count = np.unique(values, return_inverse=True, return_counts=True)
    below = np.cumsum(count) - count
    # In whole numbers: (below + count / 2) / n cut into fifths.
    score = 1 + (SCORES * (2 * below + count)) // (2 * len(values))
    scores: Ints = np.minimum(score, SCORES)[inverse].astype(np.int64)
    return scores


def count_cohorts(orders: Orders, starts: Ints) -> Cohorts:
    """Return the customers of each month's cohort by the month in which they ordered; earlier cohorts are left out."""
    months = len(starts)
    month = find_units(orders.ts, starts)
    person, first = np.unique(orders.person, return_index=True)
    cohort = np.repeat(month[first], np.diff(np.append(first, len(month)))) if len(person) else month
    shown = cohort >= 0
    minor = np.zeros((months, months), dtype=np.int64)
    np.add.at(minor, (cohort[shown], month[shown]), orders.minor[shown])
    once = np.ones(len(month), dtype=bool)
    once[1:] = (orders.person[1:] != orders.person[:-1]) | (month[1:] != month[:-1])
    once &= shown
    customers = np.zeros((months, months), dtype=np.int64)
    np.add.at(customers, (cohort[once], month[once]), 1)
    return Cohorts(customers, minor)
