"""The fact `lifecycle`: the stage of a customer by the site's day rules, or by the published ones.

Pure. Never lets a stage hang on anything but a person's own orders, and on being known.
"""

from collections.abc import Sequence

import msgspec

from shared.clock import DAY_MS, Millis


class StageRules(msgspec.Struct, frozen=True):
    """When a customer is loyal, at risk, dormant; the lapses count from the last order. Defaults are the published."""

    loyal_orders: int = 4
    loyal_ms: Millis = 365 * DAY_MS
    at_risk_ms: Millis = 90 * DAY_MS
    dormant_ms: Millis = 180 * DAY_MS


PUBLISHED = StageRules()


def find_stage(orders: Sequence[Millis], rules: StageRules, *, is_known: bool, now: Millis) -> str | None:
    """Return the stage at `now` of a person with `orders` (their times), None for one who is no customer yet.

    new: known, no order; loyal: the last order was at least the `loyal_orders`-th within `loyal_ms`; repeat: at least
    the second; first; at_risk and dormant: so long without an order.
    """
    if not orders:
        return "new" if is_known else None
    newest = sorted(orders)[-rules.loyal_orders :]
    lapse = now - newest[-1]
    if lapse >= rules.dormant_ms:
        return "dormant"
    if lapse >= rules.at_risk_ms:
        return "at_risk"
    if len(newest) == rules.loyal_orders and newest[-1] - newest[0] <= rules.loyal_ms:
        return "loyal"
    return "repeat" if len(newest) > 1 else "first"


def write_stage_sql(rules: StageRules, *, now: str, is_known: str, orders: str, last_ts: str, nth_last_ts: str) -> str:
    """Return the expression of the same; `nth_last_ts`: the time of the `loyal_orders`-th order from the last, if any.

    The numbers are the rules' own.
    """
    lapse = f"({now} - {last_ts})"
    return (
        f"(CASE WHEN {last_ts} IS NULL THEN CASE WHEN {is_known} THEN 'new' END"
        f" WHEN {lapse} >= {rules.dormant_ms:d} THEN 'dormant'"
        f" WHEN {lapse} >= {rules.at_risk_ms:d} THEN 'at_risk'"
        f" WHEN {last_ts} - {nth_last_ts} <= {rules.loyal_ms:d} THEN 'loyal'"
        f" WHEN {orders} > 1 THEN 'repeat' ELSE 'first' END)"
    )
