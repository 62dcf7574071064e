"""A browser's ledger: which arm of each campaign it was given, and which prompts are promised to it right now.

Pure codec and lookups. A reservation lapses after 30 minutes unless the prompt was shown.
"""

import msgspec

from shared.clock import MINUTE_MS, Millis

RESERVED_MS = 30 * MINUTE_MS
HOLDOUT = ""
"""The arm of a held-out visitor; variant ids are never empty."""
MOST_ASSIGNMENTS = 500


class Reservation(msgspec.Struct, array_like=True, frozen=True):
    """A prompt promised under a decision; `session_key` None when the session had no event yet."""

    campaign_id: str
    decision_id: str
    arm: str
    at: Millis
    session_key: str | None

    def is_open(self, now: Millis) -> bool:
        """Return whether the promise still stands."""
        return now - self.at < RESERVED_MS


class Ledger(msgspec.Struct, array_like=True, frozen=True):
    """`assignments`: the arm by campaign, in order of first use. `chances`: the chance by which it was given, where
    shares are learnt and so change.
    """

    assignments: dict[str, str] = {}
    reservations: tuple[Reservation, ...] = ()
    chances: dict[str, float] = {}


EMPTY_LEDGER = Ledger()
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Ledger)
encode_ledger = _encoder.encode


def decode_ledger(raw: bytes | None) -> Ledger:
    """Return the ledger in `raw`, an empty one for None. Raises `msgspec.DecodeError` when it is none."""
    return EMPTY_LEDGER if raw is None else _decoder.decode(raw)


def bound_assignments(assignments: dict[str, str]) -> dict[str, str]:
    """Return the newest assignments that fit; a forgotten one is drawn again by the same hash."""
    return dict(list(assignments.items())[-MOST_ASSIGNMENTS:])
