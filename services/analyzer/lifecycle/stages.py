"""The stage of every customer at every moment, by day rules.

Pure. Never lets a stage hang on anything but a customer's own orders before that moment.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.clock import Millis
from shared.rules.lifecycle import StageRules

STAGES = ("new", "first", "repeat", "loyal", "at_risk", "dormant")
NEW, FIRST, REPEAT, LOYAL, AT_RISK, DORMANT = range(6)
NOBODY = -1
"""No stage: not a customer yet."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders in the order (person, time). `minor`: worth in minor units, 0 where it is not known."""

    person: Ints
    ts: Ints
    minor: Ints


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of stage in the order (person, time); `before` is NOBODY for one who becomes a customer."""

    at: Ints
    person: Ints
    before: Ints
    after: Ints


def find_changes(known_at: Ints, orders: Orders, rules: StageRules, until: Millis) -> Changes:
    """Return every change of stage before `until`. `known_at` has one time a customer, not after their first order.

    An order makes one loyal when it is at least the `loyal_orders`-th within `loyal_ms`, repeat when it is not the
    first, first else; that stage holds until the next order or the lapse. O(orders + customers).
    """
    person, ts = orders.person, orders.ts
    count = len(person)
    turn = np.arange(count, dtype=np.int64)
    opens = np.ones(count, dtype=bool)
    opens[1:] = person[1:] != person[:-1]
    closes = np.ones(count, dtype=bool)
    closes[:-1] = opens[1:]
    nth = turn - np.maximum.accumulate(np.where(opens, turn, 0))
    earlier = np.maximum(turn - (rules.loyal_orders - 1), 0)
    is_loyal = (nth >= rules.loyal_orders - 1) & (ts - ts[earlier] <= rules.loyal_ms)
    reached = np.where(is_loyal, LOYAL, np.where(opens, FIRST, REPEAT)).astype(np.int64)
    before = np.where(known_at[person] < ts, NEW, NOBODY).astype(np.int64)
    later = ~opens
    before[later] = _lapse(reached[:-1], ts[1:] - ts[:-1], rules)[later[1:]]
    # A lapse at the very moment of the next order still happened; one at `until` has not happened yet.
    end = np.full(count, until - 1, dtype=np.int64)
    end[~closes] = ts[1:][~closes[:-1]]
    at_risk, dormant = ts + rules.at_risk_ms, ts + rules.dormant_ms
    ordered, risky, gone = before != reached, at_risk <= end, dormant <= end
    first_order = np.full(len(known_at), until, dtype=np.int64)
    first_order[person[opens]] = ts[opens]
    unbought = np.flatnonzero(known_at < first_order)
    parts = [
        (known_at[unbought], unbought, NOBODY, NEW, np.zeros(len(unbought), dtype=np.int64)),
        (ts[ordered], person[ordered], before[ordered], reached[ordered], 3 * turn[ordered] + 1),
        (at_risk[risky], person[risky], reached[risky], AT_RISK, 3 * turn[risky] + 2),
        (dormant[gone], person[gone], AT_RISK, DORMANT, 3 * turn[gone] + 3),
    ]
    place = np.concatenate([part[1] for part in parts])
    order = np.lexsort((np.concatenate([part[4] for part in parts]), place))

    def join(column: int) -> Ints:
        return np.concatenate([np.broadcast_to(part[column], part[1].shape) for part in parts])[order].astype(np.int64)

    return Changes(join(0), place[order].astype(np.int64), join(2), join(3))


def find_stages(changes: Changes, customers: int, at: Millis) -> Ints:
    """Return each customer's stage just before `at`, NOBODY for one who was none yet."""
    stages = np.full(customers, NOBODY, dtype=np.int64)
    past = changes.at < at
    stages[changes.person[past]] = changes.after[past]  # of several the last is kept
    return stages


def _lapse(reached: Ints, gap: Ints, rules: StageRules) -> Ints:
    return np.where(gap >= rules.dormant_ms, DORMANT, np.where(gap >= rules.at_risk_ms, AT_RISK, reached))
