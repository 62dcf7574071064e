"""The fact `lifecycle`: the stage of a customer by the published day rules.

Pure. Never lets a stage hang on anything but a person's own orders, and on being known.
"""

from collections.abc import Sequence
from typing import Final

from shared.clock import DAY_MS, Millis

LOYAL_ORDERS: Final = 4
LOYAL_DAYS: Final = 365
AT_RISK_DAYS: Final = 90
DORMANT_DAYS: Final = 180


def find_stage(orders: Sequence[Millis], *, is_known: bool, now: Millis) -> str | None:
    """Return the stage at `now` of a person with `orders` (their times), None for one who is no customer yet.

    new: known, no order; loyal: the last order was at least the fourth within a year; repeat: at least the second;
    first; at_risk and dormant: 90 and 180 days without an order.
    """
    if not orders:
        return "new" if is_known else None
    newest = sorted(orders)[-LOYAL_ORDERS:]
    lapse = now - newest[-1]
    if lapse >= DORMANT_DAYS * DAY_MS:
        return "dormant"
    if lapse >= AT_RISK_DAYS * DAY_MS:
        return "at_risk"
    if len(newest) == LOYAL_ORDERS and newest[-1] - newest[0] <= LOYAL_DAYS * DAY_MS:
        return "loyal"
    return "repeat" if len(newest) > 1 else "first"


def write_stage_sql(*, now: str, is_known: str, orders: str, last_ts: str, nth_last_ts: str) -> str:
    """Return the expression of the same; `nth_last_ts` is the time of the fourth order from the last, if any."""
    lapse = f"({now} - {last_ts})"
    return (
        f"(CASE WHEN {last_ts} IS NULL THEN CASE WHEN {is_known} THEN 'new' END"
        f" WHEN {lapse} >= {DORMANT_DAYS * DAY_MS} THEN 'dormant'"
        f" WHEN {lapse} >= {AT_RISK_DAYS * DAY_MS} THEN 'at_risk'"
        f" WHEN {last_ts} - {nth_last_ts} <= {LOYAL_DAYS * DAY_MS} THEN 'loyal'"
        f" WHEN {orders} > 1 THEN 'repeat' ELSE 'first' END)"
    )
