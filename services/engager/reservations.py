"""Keeps a browser's promises: the new ledger and the decision's log entry are stored together, or neither.

Never overwrites a ledger that changed since it was read: the caller decides again.
"""

from services.engager.decision.ledger import Ledger, encode_ledger
from services.engager.profiles.store import PROFILE_KEPT_MS
from services.engager.round_trips import RoundTrips
from shared import keys
from shared.log.entry import FIELD, Decisions, LoggedDecision, encode_entry

_RESERVE = """
local stands = redis.call('GET', KEYS[1]) or ''
if stands ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('XADD', KEYS[2], '*', ARGV[4], ARGV[5])
return 1
"""


async def reserve(
    trips: RoundTrips,
    partition: int,
    *,
    site_id: str,
    visitor_id: str,
    expected: bytes | None,
    ledger: Ledger,
    row: LoggedDecision,
) -> bool:
    """Store `ledger` and log `row`; False when the ledger is no longer `expected`. Raises `StoreUnavailable`."""
    reply = await trips.call(
        "EVAL",
        _RESERVE,
        2,
        keys.prompt_ledger(partition, site_id, visitor_id),
        keys.log_stream(partition),
        expected or b"",
        encode_ledger(ledger),
        str(PROFILE_KEPT_MS),
        FIELD,
        encode_entry(Decisions([row])),
    )
    return bool(reply)
